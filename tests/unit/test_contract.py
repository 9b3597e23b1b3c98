"""The JSON that others rely on."""

from __future__ import annotations

import json

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.contract import answer_json, turns
from erasmus_assistant.errors import BadQuestion
from erasmus_assistant.records import Turn

KEYS = {
    "answer": "id question language outcome text confidence citations hits timings_ms answerer index",
    "citation": "tag passage_id quote start end document title year heading_path page url",
    "hit": "passage_id rank score scores text heading_path start end",
}


@pytest.mark.parametrize("question", ["Kas ir Otlas?", "What is the weather in Riga today?"])
def test_an_answer_has_the_documented_form(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Request(question, id="q1"))
    row = json.loads(json.dumps(answer_json(answer)))
    assert set(KEYS["answer"].split()) <= set(row)
    assert row["id"] == "q1"
    assert row["outcome"] in {"answered", "not_in_guide", "declined", "unsupported", "failed"}
    assert 0 <= row["confidence"] <= 1
    assert set(row["timings_ms"]) == {"retrieve", "answer", "total"}
    assert row["answerer"] == "extractive"
    assert row["index"] == assistant.retriever().index.name
    assert 1 <= len(row["hits"]) <= 10
    documents = assistant.retriever().index.documents
    for citation in row["citations"]:
        assert set(citation) == set(KEYS["citation"].split())
        assert documents[citation["document"]].text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['tag']}]" in row["text"]
    for rank, hit in enumerate(row["hits"], 1):
        assert set(KEYS["hit"].split()) <= set(hit)
        assert hit["rank"] == rank
        assert {"lexical", "dense"} <= set(hit["scores"])


def test_a_conversation_is_read() -> None:
    assert turns([["user", "a"], ["assistant", "b"]]) == (Turn("user", "a"), Turn("assistant", "b"))
    assert turns([]) == ()


@pytest.mark.parametrize("history", [None, 3, "text", {"user": "a"}])
def test_a_conversation_that_is_none_is_refused(history: object) -> None:
    with pytest.raises(BadQuestion, match=f"history must be a list of .role, text., not {type(history).__name__}"):
        turns(history)


@pytest.mark.parametrize("entry", [["system", "a"], ["user"], ["user", 3], "ab", 5, ["user", "a", "b"], [[], "a"]])
def test_a_bad_turn_is_named(entry: object) -> None:
    with pytest.raises(BadQuestion, match='history entry 2 must be \\["user" or "assistant", text\\]'):
        turns([["user", "a"], entry])
