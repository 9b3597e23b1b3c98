"""A question's terms: translated, carried through English, widened by what looks alike in the index."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fakes import LetterEncoder, document
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.search import lexicon, lexicon_files
from erasmus_assistant.search.index import LanguageIndex, build
from erasmus_assistant.search.lexicon import Unit
from erasmus_assistant.search.query import missing_pair, near_terms, terms_of, translate

TEXT = "Partneri\n\nOtlas palīdz meklēt partnerus. Reģistrācija notiek vietnē. Kvalifikāciju ietvarstruktūra.\n"


@pytest.fixture(scope="module")
def index() -> LanguageIndex:
    return build([document(TEXT, "d", "lv")], LetterEncoder(), Chunking(), "x").languages["lv"]


def near(word: str, index: LanguageIndex) -> dict[str, float]:
    return dict(near_terms(word, index.grams, index.text))


@pytest.fixture
def lexicons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Irish to English and English to Latvian, and nothing from Irish to Latvian."""
    for source, target, line in (
        ("ga", "en", "comhphairti\t70\tpartner 80 associ 20"),
        ("en", "lv", "partner\t60\tpartner 75 sadarb 25"),
    ):
        text = f"{lexicon.header(source, target)}\n{line}\n"
        lexicon.path_of(source, target, tmp_path).write_bytes(gzip.compress(text.encode()))
    monkeypatch.setattr(lexicon_files, "FOLDER", tmp_path)
    return tmp_path


def test_a_pair_without_a_lexicon_goes_through_english(lexicons: Path) -> None:
    (unit,) = lexicon.Lexicon.load("ga", "en").translate("comhphairtí")
    assert unit.targets == (("partner", 0.8), ("associ", 0.2))
    (unit,) = translate("comhphairtí", "ga", "lv")
    found = dict(unit.targets)
    assert unit.source == "comhphairtí"
    assert found["partner"] == pytest.approx(0.8 * 0.75)
    assert found["sadarb"] == pytest.approx(0.8 * 0.25)
    assert unit.targets[0][0] == "partner"


def test_without_any_lexicon_the_words_stand_for_themselves(lexicons: Path) -> None:
    (unit,) = translate("Otlas", "fi", "lv")
    assert unit.targets[0] == ("otl", 1.0)


def test_a_missing_pair_is_told(lexicons: Path) -> None:
    assert not missing_pair("en", "lv")
    assert not missing_pair("ga", "lv")
    assert missing_pair("fi", "lv")


def test_every_language_reaches_the_guides_own(guide: object) -> None:
    assert not [source for source in lexicon.tokens.LANGUAGES if missing_pair(source, "lv")]


@pytest.mark.parametrize(
    ("typed", "stem"),
    [("partnarus", "partner"), ("registracja", "registracij"), ("kvalifikcij", "kvalifikacij"), ("ietvarstruktur", "")],
)
def test_a_misspelt_word_finds_its_neighbours(index: LanguageIndex, typed: str, stem: str) -> None:
    found = near(typed, index)
    assert stem in found if stem else typed not in found
    assert all(0.55 <= likeness <= 1 for likeness in found.values())


def test_a_swap_of_neighbours_is_one_slip(index: LanguageIndex) -> None:
    assert near("partenr", index)["partner"] == pytest.approx(1 - 1 / 7 * 1.5)


@pytest.mark.parametrize("word", ["otl", "2027", "x", "completelyunlike"])
def test_short_words_figures_and_strangers_have_no_neighbours(index: LanguageIndex, word: str) -> None:
    assert near(word, index) == {}


def test_terms_keep_what_is_likely_and_widen_it(index: LanguageIndex) -> None:
    units = (
        Unit("partnarus", 0, 9, 0.8, (("partnar", 0.9), ("cits", 0.09), ("reti", 0.01))),
        Unit("un", 10, 12, 0.0, (("un", 1.0),)),
        Unit("?", 13, 14, 0.5, ()),
    )
    terms = terms_of(units, index)
    assert [unit.source for unit in terms.units] == ["partnarus"]
    assert terms.exact[0].alternatives == (("partnar", 0.9), ("cits", 0.09))
    widened = dict(terms.fuzzy[0].alternatives)
    assert widened["partnar"] == 0.9
    assert 0 < widened["partner"] < 0.9


@pytest.mark.parametrize(("word", "discount"), [("kvalifikacij", 0.35), ("kvalifikaciz", 0.9)])
def test_a_word_that_the_index_holds_is_widened_less(word: str, discount: float) -> None:
    text = "Kvalifikācija\n\nKvalifikators un kvalifikācija.\n"
    index = build([document(text, "d", "lv")], LetterEncoder(), Chunking(), "x").languages["lv"]
    terms = terms_of((Unit(word, 0, 1, 1.0, ((word, 1.0),)),), index)
    likeness = near(word, index)["kvalifikator"]
    assert dict(terms.fuzzy[0].alternatives)["kvalifikator"] == pytest.approx(likeness * discount)


@given(st.text(min_size=4, max_size=20))
def test_any_word_can_be_looked_up(index: LanguageIndex, word: str) -> None:
    assert word not in near(word, index)
