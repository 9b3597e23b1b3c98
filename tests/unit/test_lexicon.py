"""Translation lexicons: reading a file, covering a question, and what training makes of tiny texts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import lexicon
from erasmus_assistant.search.lexicon import Lexicon, Unit, describe
from erasmus_assistant.search.tokens import LANGUAGES, spans
from training import data, lexicons
from training.bitexts import Library

EN_LV = [
    "=agencies\t40\taģentur 100".replace("ģ", "g"),
    "agenc\t40\tagentur 90 iestad 10",
    "germani\t60\tvacij 100",
    "nation\t45\tnacional 60 valst 40",
    "nation agenc\t45\tvalst 97 nacional 3|agentur 100",
    "negoti\t50\tsarun 100",
    "the\t5\tkas 100",
]


def write(folder: Path, source: str, target: str, lines: list[str]) -> Path:
    """A lexicon file of these lines."""
    path = lexicon.path_of(source, target, folder)
    path.write_bytes(gzip.compress("\n".join([lexicon.header(source, target), *lines, ""]).encode(), mtime=0))
    return path


@pytest.fixture
def book(tmp_path: Path) -> Lexicon:
    write(tmp_path, "en", "lv", EN_LV)
    return Lexicon.load("en", "lv", tmp_path)


def test_a_phrase_is_taken_before_its_words(book: Lexicon) -> None:
    assert book.translate("The national agency") == (
        Unit("The", 0, 3, 0.05, (("kas", 1.0),)),
        Unit("national", 4, 12, 0.45, (("valst", 0.97), ("nacional", 0.03))),
        Unit("agency", 13, 19, 0.4, (("agentur", 1.0),)),
    )


def test_a_word_alone_has_its_own_targets_and_a_whole_word_goes_before_its_stem(book: Lexicon) -> None:
    assert [unit.targets for unit in book.translate("agency agencies")] == [
        (("agentur", 0.9), ("iestad", 0.1)),
        (("agentur", 1.0),),
    ]


def test_names_and_numbers_stand_for_themselves(book: Lexicon) -> None:
    assert [unit.targets for unit in book.translate("eTwinning 2027")] == [(("etwinning", 1.0),), (("2027", 1.0),)]
    assert all(unit.weight == 1.0 for unit in book.translate("eTwinning 2027"))


def test_a_known_word_that_may_be_a_name_keeps_itself_too(book: Lexicon) -> None:
    (_, unit) = book.translate("in Germany")
    assert unit.targets == (("vacij", 0.75), ("germany", 0.25))


def test_an_unknown_form_is_read_by_its_nearest_relative(book: Lexicon) -> None:
    (unit,) = book.translate("negotix")
    assert dict(unit.targets)["sarun"] == 0.5


def test_a_compound_is_taken_apart(tmp_path: Path) -> None:
    write(tmp_path, "de", "lv", ["mobilitat\t50\tmobilitat 100", "projekt\t40\tprojekt 100"])
    found = Lexicon.load("de", "lv", tmp_path).translate("Mobilitätsprojekt")
    assert [(unit.start, unit.end, unit.targets) for unit in found] == [
        (0, 10, (("mobilitat", 1.0),)),
        (10, 17, (("projekt", 1.0),)),
    ]


def test_a_name_that_stands_in_the_documents_is_not_taken_apart(tmp_path: Path) -> None:
    write(tmp_path, "de", "lv", ["euro\t50\teir 100", "desk\t40\tgald 100"])
    book = Lexicon.load("de", "lv", tmp_path)
    assert [unit.source for unit in book.translate("Eurodesk")] == ["Eurodesk", "Eurodesk"]
    (unit,) = book.translate("Eurodesk", {"eurodesk"}.__contains__)
    assert unit.targets == (("eurodesk", 1.0),)


def test_a_language_with_itself_keeps_each_word_first_and_adds_synonyms(tmp_path: Path) -> None:
    write(tmp_path, "en", "en", ["money\t40\tfund 40 grant 20", "the\t3\t"])
    book = Lexicon.load("en", "en", tmp_path)
    assert book.translate("the money") == (
        Unit("the", 0, 3, 0.03, (("the", 1.0),)),
        Unit("money", 4, 9, 0.4, (("money", 1.0), ("fund", 0.4), ("grant", 0.2))),
    )
    assert [unit.targets for unit in Lexicon.load("lv", "lv", tmp_path).translate("nauda")] == [(("naud", 1.0),)]


def test_a_missing_pair_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelFileProblem, match="python -m training lexicons --pairs pl-fi"):
        Lexicon.load("pl", "fi", tmp_path)


def test_a_damaged_file_is_one_clear_line(tmp_path: Path) -> None:
    lexicon.path_of("en", "lv", tmp_path).write_bytes(b"no gzip")
    with pytest.raises(ModelFileProblem, match="can't be read"):
        Lexicon.load("en", "lv", tmp_path)
    write(tmp_path, "en", "fr", [])
    lexicon.path_of("en", "fr", tmp_path).rename(lexicon.path_of("en", "de", tmp_path))
    with pytest.raises(ModelFileProblem, match="train it again"):
        Lexicon.load("en", "de", tmp_path)


def test_the_human_line(book: Lexicon) -> None:
    assert describe(book.translate("the national agency")) == "national agency -> valst* agentur*"
    assert describe(()) == ""


@given(st.text(max_size=60))
def test_every_word_is_covered_in_order_with_probabilities(text: str) -> None:
    book = Lexicon("en", "lv", dict(line.split("\t", 1) for line in EN_LV))
    units = book.translate(text)
    assert {(start, end) for _, start, end in spans(text)} == {(unit.start, unit.end) for unit in units}
    assert [unit.start for unit in units] == sorted(unit.start for unit in units)
    for unit in units:
        assert 0 <= unit.weight <= 1
        assert sum(share for _, share in unit.targets) == pytest.approx(1.0, abs=0.02)


def test_every_shipped_pair_is_there_and_small() -> None:
    pairs = lexicon.available()
    assert set(lexicons.shipped_pairs()) <= set(pairs)
    sizes = [lexicon.path_of(*pair).stat().st_size for pair in pairs]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 20_000_000


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "lv"])
def test_erasmus_is_itself_in_every_shipped_lexicon(language: str) -> None:
    for unit in Lexicon.load(language, "lv").translate("eTwinning"):
        assert unit.targets[0][0].startswith("etwinning")


def test_shipped_words_of_the_field() -> None:
    found = Lexicon.load("en", "lv").translate("national agency")
    assert [unit.targets[0][0] for unit in found] == ["valst", "agentur"]


UNITS = [
    {"source": "x", "en": "red house", "lv": "sarkana māja"},
    {"source": "x", "en": "red car", "lv": "sarkana mašīna"},
    {"source": "x", "en": "big house", "lv": "liela māja"},
    {"source": "x", "en": "big car", "lv": "liela mašīna"},
]


def test_training_learns_words_and_is_the_same_each_time() -> None:
    texts = [lexicons.train(Library(UNITS, [], []), "en", "lv") for _ in range(2)]
    assert texts[0] == texts[1]
    book = Lexicon("en", "lv", dict(line.split("\t", 1) for line in texts[0].splitlines()[1:]))
    assert [unit.targets[0][0] for unit in book.translate("big red house")] == ["liel", "sarkan", "maj"]


def test_a_glossary_term_becomes_a_phrase() -> None:
    concept = data.Concept("x", "y", dict.fromkeys(LANGUAGES, ()) | {"en": ("job house",), "lv": ("darba būda",)})
    text = lexicons.train(Library(UNITS, [concept], []), "en", "lv")
    assert any(line.startswith("job hous\t") for line in text.splitlines())


def test_evaluation_only_text_is_never_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"source": "ntrex", "en": "a", "lv": "b"}\n'))
    with pytest.raises(data.TrainingDataProblem, match="line 1: 'ntrex' is evaluation-only"):
        data.read_units(path)
