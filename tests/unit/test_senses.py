"""Key words of a quotation are told only where the word has that meaning and no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Document
from erasmus_assistant.search.glossary import MOST, gloss
from erasmus_assistant.search.senses import sure
from erasmus_assistant.search.tokens import LANGUAGES


def forms(text: str, source: str, target: str) -> set[str]:
    return {one.form for one in sure(text, source, target, "", 20)}


@pytest.mark.parametrize(
    ("text", "source", "wrong"),
    [
        ("rektori, dekāni, vecākie akadēmiķi", "lv", "vecāks"),
        ("visas puses, kas piedalās", "lv", "puse"),
        ("atbilstīgajos politikas dokumentos", "lv", "atbilstīgs"),
        ("die Anhänger des Projekts", "de", "Anhang"),
        ("einen Antrag billigen", "de", "billig"),
    ],
)
@pytest.mark.parametrize("target", ["en", "fr", "pl"])
def test_a_word_of_another_meaning_is_not_explained(text: str, source: str, wrong: str, target: str) -> None:
    assert wrong in {one.form for one in gloss(text, source, target, 20)}
    assert wrong not in forms(text, source, target)


@pytest.mark.parametrize("target", [code for code in LANGUAGES if code != "lv"])
def test_what_is_sure_is_told_to_every_reader(target: str) -> None:
    text = "Valstu aģentūrām tīkls, ieinteresētās personas, mērķgrupas un PIA."
    assert {"valsts aģentūra", "ieinteresētā persona", "mērķgrupa"} <= forms(text, "lv", target)


@pytest.mark.parametrize(("text", "known"), [("the deadline for stakeholders", "stakeholder"), ("the expense", "")])
def test_in_an_english_guide_the_readers_own_language_judges(text: str, known: str) -> None:
    assert forms(text, "en", "lv") - {"deadline"} == ({known} if known else set())


def test_a_term_that_is_left_out_gives_its_place_to_another() -> None:
    text = "Puses, valstu aģentūras, mērķgrupas, ieinteresētās personas un dotāciju saņēmēji."
    assert "puse" in {one.form for one in gloss(text, "lv", "en", 5)}
    assert len(sure(text, "lv", "en", "", 4)) == 4


def test_most_of_the_page_stays_explained(guide: Document) -> None:
    """A bar that is set too high would leave nothing."""
    passages = [passage.text for passage in split(guide)]
    before = {one.form for text in passages for one in gloss(text, "lv", "en", 1000)}
    after = {one.form for text in passages for one in sure(text, "lv", "en", "", 1000)}
    assert after < before
    assert len(after) > 0.9 * len(before)


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_nothing_is_told_but_what_the_glossary_tells(text: str, source: str, target: str) -> None:
    told = sure(text, source, target, "", MOST)
    assert len(told) <= MOST
    assert set(told) <= set(gloss(text, source, target, 1000))
