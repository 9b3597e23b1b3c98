"""Misspelt names of the guide are put right, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Outcome
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.spelling import HALF, Respelt, nearest, respelt

NAMES = frozenset({"otlas", "epale", "eurydice", "epage", "eurodesk", "etwinning", "euroguidance", "eacea", "here"})


def nothing(word: str, name: str, slips: int) -> bool:
    return False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is eurydise?", "What is EURYDICE?"),
        ("Otlsa, epael!", "OTLAS, EPALE!"),
        ("Eurydices network", "Eurydices network"),
        ("EPALE", "EPALE"),
        ("ota", "ota"),
        ("2021", "2021"),
    ],
)
def test_a_word_becomes_the_one_name_that_is_near(text: str, found: str) -> None:
    assert respelt(text, NAMES, nothing, str.upper).text == found


def test_a_word_as_near_to_two_names_stays() -> None:
    names = frozenset({"eurodesk", "eurodisk"})
    assert nearest("eurodosk", names) == ("", 0)
    assert nearest("eurodosk", names - {"eurodisk"}) == ("eurodesk", 2)


def test_a_word_in_its_own_right_stays() -> None:
    assert respelt("Otals", NAMES, lambda word, name, slips: word == "Otals", str.upper).read_as == ()


@pytest.mark.parametrize(
    ("word", "slips"),
    [
        ("euridice", HALF),  # letters that languages write for each other
        ("euridyse", 3 * HALF),
        ("eurydicce", HALF),  # a letter written twice
        ("etwining", HALF),  # or once
        ("eurydcie", 2 * HALF),  # neighbours that have changed places
        ("eurcdiye", 2 * HALF),  # any two letters that have
        ("euroguidence", 2 * HALF),
        ("euroguidense", 3 * HALF),
        ("eirodeska", 3 * HALF),  # an ending
        ("eurydika", 2 * HALF),  # an ending for the last vowel
        ("etvininga", 3 * HALF),
        ("eurodise", 3 * HALF),
    ],
)
def test_slips_are_counted_in_halves(word: str, slips: int) -> None:
    found, counted = nearest(word, NAMES)
    assert found
    assert counted == slips


@pytest.mark.parametrize("word", ["europdisk", "eirodiskam", "eurobank", "guidance"])
def test_too_many_slips_are_no_name(word: str) -> None:
    assert nearest(word, NAMES) == ("", 0)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("eaca", "eacea"),
        ("eaeca", "eacea"),
        ("eaea", ""),  # lacks a letter: another body
        ("eacra", ""),
        ("epela", "epale"),
        ("epare", ""),
        ("atlas", ""),
        ("hree", "here"),
        ("hero", ""),
        ("heer", "here"),
        ("herr", ""),
    ],
)
def test_a_short_name_has_all_its_letters_and_no_other(word: str, name: str) -> None:
    assert nearest(word, NAMES)[0] == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("e-Twinning schools", "ETWINNING schools"),
        ("an e twinning school", "an ETWINNING school"),
        ("euro-desk, Euro desk", "EURODESK, EURODESK"),
        ("Euro guidances", "EUROGUIDANCE"),
        ("e-tvinings", "ETWINNING"),
        ("e-pale", "EPALE"),
        ("e pale", "e pale"),
        ("euro, desk", "euro, desk"),
        ("EPALE-desk", "EPALE-desk"),
        ("euro deks", "euro deks"),
    ],
)
def test_a_name_may_be_written_apart(text: str, found: str) -> None:
    assert respelt(text, NAMES, nothing, str.upper).text == found


@given(st.text("abcdefghiouy -", max_size=30))
def test_what_is_put_right_is_right(text: str) -> None:
    found = respelt(text, NAMES, nothing, str.upper)
    longer = sum(len(meant) - len(written) for written, meant in found.read_as)
    assert len(found.text) == len(text) + longer
    assert all(written in text for written, _ in found.read_as)
    assert respelt(found.text, NAMES, nothing, str.upper) == Respelt(found.text)


def test_over_the_guide_a_name_is_written_as_the_guide_writes_it(retriever: Retriever) -> None:
    spelt = retriever.respelt("Kas ir slefie un eurodsek?", "lv")
    assert spelt.read_as == (("slefie", "SELFIE"), ("eurodsek", "Eurodesk"))
    assert spelt.text == "Kas ir SELFIE un Eurodesk?"
    assert retriever.respelt("Is there an atlas of schools someone made?", "en").read_as == ()


@pytest.mark.parametrize(
    ("word", "language", "name"),
    [
        ("Eurodisk", "en", "Eurodesk"),  # two words of Latvian, but no word of any language
        ("Euroguidence", "en", "Euroguidance"),  # has the stem of the name
        ("Eurodeszk", "hu", "Eurodesk"),
        ("Eirodesks", "lv", "Eurodesk"),  # the lexicon has it as the name
        ("Eurydyka", "pl", "Eurydice"),
        ("EUROPAS", "en", "Europass"),
        ("Europas", "en", "Europass"),
        ("SELFI", "en", "SELFIE"),
        ("EACA", "en", "EACEA"),  # "EAC" stands in the guide, but what is in capitals has no ending
        ("Europas", "de", ""),  # a word of the question's language
        ("Europas", "sv", ""),
        ("salti", "en", ""),
        ("EAEA", "en", ""),
        ("Europarl", "en", ""),
        ("scholl", "en", ""),  # near to a word that everybody uses
        ("paly", "lv", ""),
    ],
)
def test_over_the_guide_a_name_is_told_from_words_of_the_languages(
    retriever: Retriever, word: str, language: str, name: str
) -> None:
    expected = ((word, name),) if name else ()
    assert retriever.respelt(f"1. {word}?", language).read_as == expected


def test_the_answer_says_what_was_read_as_what(assistant: Assistant) -> None:
    answer = assistant.ask(Request("what is EPLAE", language="en"))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.note == "I read “EPLAE” as “EPALE”."
    assert answer.question == "what is EPLAE"
    assert assistant.ask(Request("what is EPALE", language="en")).note == ""
