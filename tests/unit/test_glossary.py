"""Key words of a quotation in the reader's language: what is sure, in full forms, and nothing else."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import glossary
from erasmus_assistant.search.glossary import gloss
from erasmus_assistant.search.tokens import LANGUAGES
from training import data, terms


def pairs(text: str, source: str, target: str, most: int = 20) -> list[tuple[str, str]]:
    return [(one.word, one.meaning) for one in gloss(text, source, target, most)]


def test_the_shipped_table_is_made_of_the_glossary_as_it_stands() -> None:
    assert gzip.decompress(glossary.PATH.read_bytes()).decode() == terms.text()


@pytest.mark.parametrize(
    ("target", "agency", "stakeholder"),
    [
        ("en", "national agency", "stakeholder"),
        ("el", "εθνική υπηρεσία", "ενδιαφερόμενο μέρος"),
        ("fi", "kansallinen toimisto", "sidosryhmä"),
    ],
)
def test_inflected_terms_are_found_and_given_in_full_forms(target: str, agency: str, stakeholder: str) -> None:
    text = "Valstu aģentūrām jāuzklausa ieinteresētās personas."
    assert [(word, meaning.casefold()) for word, meaning in pairs(text, "lv", target)] == [
        ("Valstu aģentūrām", agency.casefold()),
        ("ieinteresētās personas", stakeholder.casefold()),
    ]


def test_the_longest_term_wins() -> None:
    assert pairs("augstākās izglītības iestādēm", "lv", "en") == [
        ("augstākās izglītības iestādēm", "higher education institution")
    ]


@pytest.mark.parametrize("between", [", ", "\n", " (", "; "])
def test_a_term_does_not_go_beyond_a_comma_bracket_or_line(between: str) -> None:
    words = [word for word, _ in pairs(f"augstākās izglītības{between}iestādēm", "lv", "en")]
    assert "augstākās izglītības" in words
    assert not any("iestādēm" in word and " " in word for word in words)


def test_a_word_with_two_meanings_is_left_out() -> None:
    """Latvian `valsts` is a country, and national."""
    assert pairs("valsts", "lv", "en") == []


def test_everyday_words_and_those_that_can_be_guessed_are_left_out() -> None:
    assert pairs("arī visas šīs platformas ir šodien", "lv", "en") == []


def test_a_bare_stem_is_not_taken_for_the_noun() -> None:
    assert pairs("atbilde", "lv", "en") == [("atbilde", "answer")]
    assert pairs("atbild", "lv", "en") == []


def test_an_abbreviation_is_resolved_only_as_it_is_written() -> None:
    assert pairs("ES", "lv", "en") == [("ES", "European Union")]
    assert pairs("es", "lv", "en") == []


def test_what_is_given_is_as_in_a_dictionary() -> None:
    (one,) = gloss("Valstu aģentūrām", "lv", "en")
    assert (one.word, one.form, one.meaning) == ("Valstu aģentūrām", "valsts aģentūra", "national agency")


def test_terms_of_the_question_are_told_before_others() -> None:
    text = "Ieinteresētās personas uzklausa valstu aģentūras, augstākās izglītības iestādes un partnerus."
    told = {one.meaning: one.asked for one in gloss(text, "lv", "en", question="What do the national agencies do?")}
    assert [meaning for meaning, asked in told.items() if asked] == ["national agency"]
    (one,) = gloss(text, "lv", "en", most=1, question="Who are the stakeholders?")
    assert (one.meaning, one.asked) == ("stakeholder", True)
    assert not any(one.asked for one in gloss(text, "lv", "en"))
    (one,) = gloss("Rīks partneru meklēšanai.", "lv", "de", most=1, question="Wo finde ich einen Partner?")
    assert (one.meaning, one.asked) == ("Partnersuche", True)


def test_the_most_telling_are_kept_in_the_order_of_the_text() -> None:
    text = "Valstu aģentūrām jāuzklausa ieinteresētās personas un augstākās izglītības iestādes."
    every, few = pairs(text, "lv", "de"), pairs(text, "lv", "de", most=2)
    assert len(few) == 2
    assert [one for one in every if one in few] == few


@pytest.mark.parametrize("target", LANGUAGES)
def test_every_language_is_served_from_every_guide(target: str) -> None:
    guides = {
        "lv": "ieinteresēto personu termiņi",
        "en": "the deadline for stakeholders",
        "de": "die Finanzhilfevereinbarung und die Interessenträger",
        "fr": "la date limite des parties prenantes",
    }
    for source, text in guides.items():
        assert bool(pairs(text, source, target)) == (source != target), source


@given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_any_text_gives_places_of_its_own_in_order(text: str, source: str, target: str) -> None:
    found = gloss(text, source, target)
    assert all(" ".join(text[one.start : one.end].split()) == one.word for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert len(found) <= glossary.MOST


@pytest.mark.parametrize("held", [b"", b"not a table", gzip.compress(b"another header\n")])
def test_a_damaged_table_is_named_with_the_command_that_makes_it(
    held: bytes, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path_factory.mktemp("table") / "glossary.tsv.gz"
    path.write_bytes(held)
    monkeypatch.setattr(glossary, "PATH", path)
    with pytest.raises(ModelFileProblem, match="python -m training glossary"):
        glossary._lines()


def test_the_glossary_has_no_gap_and_no_concept_twice() -> None:
    concepts = data.read_glossary()
    assert len(concepts) >= 400
    assert [one.name for one in concepts if sum(other.name == one.name for other in concepts) > 1] == []
    gaps = {one.name: [code for code in LANGUAGES if not one.variants[code]] for one in concepts}
    assert {name: codes for name, codes in gaps.items() if codes} == {}
    twice = {(one.name, code) for one in concepts for code, words in one.variants.items() if len({*words}) < len(words)}
    assert twice == set()


def test_forms_stand_behind_the_words_of_their_concepts(tmp_path_factory: pytest.TempPathFactory) -> None:
    concepts = data.read_glossary()
    for one, other in zip(concepts, data.with_forms(concepts), strict=True):
        for code in LANGUAGES:
            assert other.variants[code][: len(one.variants[code])] == one.variants[code]
            assert len({*other.variants[code]}) == len(other.variants[code])
    folder = tmp_path_factory.mktemp("forms")
    (folder / "de.tsv").write_text("concept\tform\nno-such-concept\tZentren\n", "utf-8")
    with pytest.raises(data.TrainingDataProblem, match="Zentren"):
        data.with_forms(concepts, folder)
