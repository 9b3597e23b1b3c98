"""Whether a thing of the kind that is asked for stands beside the words of the question."""

from __future__ import annotations

import numpy as np
import pytest

from erasmus_assistant.records import Question
from erasmus_assistant.search.dense import StaticEncoder
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.stated import KINDS, looks, stated


@pytest.mark.parametrize(
    ("sentence", "language", "kinds", "counted"),
    [
        ("The ring has 38 schools in it.", "en", {"figure"}, "schools in"),
        ("Vier Personen arbeiten dort.", "de", {"figure"}, "Personen arbeiten"),
        ("It was founded in Ghent in 2016.", "en", {"figure", "year"}, ""),
        ("Dalība maksā 15 eiro no cilvēka.", "lv", {"figure", "money"}, "eiro no"),
        ("Minutes are at www.ring.org and nowhere else.", "en", {"link"}, ""),
        ("Mail goes to ring@example", "en", {"link"}, ""),
        ("Geleitet wird es von Henrike Soltau.", "de", {"name"}, ""),
        ("Schools meet here.", "en", set(), ""),
    ],
)
def test_what_a_sentence_states(sentence: str, language: str, kinds: set[str], counted: str) -> None:
    found = looks(sentence, language)
    assert {kind for kind, states in zip(KINDS, found.kinds, strict=True) if states} == kinds
    assert found.counted == counted


def facts(retriever: Retriever, question: str, language: str) -> dict[str, float]:
    hits = retriever.retrieve(Question(question, language)).hits[:1]
    numbers = np.array([retriever.number(hit.passage) for hit in hits])
    assert isinstance(retriever.encoder, StaticEncoder)
    return stated(retriever.index, retriever.encoder, question, numbers)


def test_what_is_counted_is_told_from_what_is_not(retriever: Retriever) -> None:
    told = facts(retriever, "In how many languages is SELFIE available?", "en")
    assert told["counted"] > facts(retriever, "How many people work for SELFIE?", "en")["counted"]
    assert told["stated_figure"] == pytest.approx(told["stated_any"])


def test_a_question_without_words_states_nothing(retriever: Retriever) -> None:
    assert isinstance(retriever.encoder, StaticEncoder)
    found = stated(retriever.index, retriever.encoder, "?!", np.array([0]))
    assert set(found.values()) == {0.0}
