"""Misspelt names of the guide are put right, and nothing else is."""

from __future__ import annotations

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Outcome
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.spelling import respelt

NAMES = frozenset({"otlas", "epale", "eurydice", "epage"})


def nothing(word: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is eurydise?", "What is EURYDICE?"),
        ("Otlsa, epael!", "OTLAS, EPALE!"),
        ("Eurydices network", "Eurydices network"),
        ("EPALE", "EPALE"),
        ("epare", "epare"),  # as near to EPALE as to EPAGE
        ("ota", "ota"),
        ("2021", "2021"),
    ],
)
def test_a_word_becomes_the_one_name_that_is_near(text: str, found: str) -> None:
    assert respelt(text, NAMES, nothing, str.upper).text == found


def test_a_word_of_the_dictionary_stays() -> None:
    assert respelt("Atlas", NAMES, lambda word: word == "Atlas", str.upper).read_as == ()


def test_two_slips_are_one_too_many_in_a_short_word() -> None:
    assert respelt("eurodise", NAMES, nothing, str.upper).read_as == ()
    assert respelt("euroguidanec", {"euroguidance"}, nothing, str).read_as == (("euroguidanec", "euroguidance"),)
    assert respelt("eruoguidanec", {"euroguidance"}, nothing, str).read_as == (("eruoguidanec", "euroguidance"),)


def test_over_the_guide_a_name_is_written_as_the_guide_writes_it(retriever: Retriever) -> None:
    spelt = retriever.respelt("Kas ir slefie un eurodsek?", "lv")
    assert spelt.read_as == (("slefie", "SELFIE"), ("eurodsek", "Eurodesk"))
    assert spelt.text == "Kas ir SELFIE un Eurodesk?"
    assert retriever.respelt("Is there an atlas of schools someone made?", "en").read_as == ()


def test_the_answer_says_what_was_read_as_what(assistant: Assistant) -> None:
    answer = assistant.ask(Request("what is EPLAE", language="en"))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.note == "I read “EPLAE” as “EPALE”."
    assert answer.question == "what is EPLAE"
    assert assistant.ask(Request("what is EPALE", language="en")).note == ""
