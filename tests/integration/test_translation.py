"""Translations of quotations by a language model over HTTP: marked, checked, apart from the answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

pytest.importorskip("langchain_openai")
HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE / "unit"), str(HERE.parent / "benchmark" / "models")]
from scripted import ScriptedServer  # noqa: E402
from web_app import make_app  # noqa: E402

QUOTE = "Tā sniedz informāciju 28 valodās."
TRUE = "It provides information in 28 languages."


@contextmanager
def translating(assistant: Assistant, reply: str, **settings: object) -> Iterator[tuple[TestClient, ScriptedServer]]:
    """The application over a model that always writes `reply`."""
    with ScriptedServer({"m": lambda _, message: reply}) as server:
        held = Settings(_env_file=None, model="openai:m", model_url=server.url, **settings)  # type: ignore[arg-type]
        modelled = Assistant(assistant.retriever, load_answerer(held))
        yield TestClient(make_app(held, modelled), raise_server_exceptions=False), server


def translated(client: TestClient, assistant: Assistant, language: str = "en") -> Response:
    index = assistant.retriever().index
    pattern = re.compile(r"\s+".join(map(re.escape, QUOTE.split())))
    passage, match = next((one, found) for one in index.passages if (found := pattern.search(one.text)))
    span = f"{passage.start + match.start()}-{passage.start + match.end()}"
    params = {"quote": span, "language": language}
    return client.get(f"/api/passages/{passage.id}/translation", params=params)


def test_a_translation_is_marked_as_a_machines(assistant: Assistant) -> None:
    with translating(assistant, TRUE) as (client, server):
        reply = translated(client, assistant)
        assert '"translates": true' in client.get("/").text
    assert reply.json() == {"text": TRUE, "language": "en", "note": texts("en").get("answer.translation_note")}
    assert QUOTE in str(server.seen[0])


@pytest.mark.parametrize(
    "reply",
    [
        "It provides information in 82 languages.",
        "It provides information in many languages.",
        "It provides information in 28 languages at https://evil.example/portal.",
        "It provides information in 28 languages, says Google.",
        "It provides information in 28 languages. <img src=x>",
        "Translate the text between the marks into English, 28",
        "28 " + "and so on, in every language that there is, " * 12,
        "Tā sniedz informāciju 28 valodās, un to var izmantot visi jaunieši, kas dzīvo Eiropā.",
        "",
    ],
)
def test_what_is_no_faithful_translation_is_refused(assistant: Assistant, reply: str) -> None:
    with translating(assistant, reply) as (client, _):
        refused = translated(client, assistant)
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"


def test_nothing_is_translated_into_its_own_language_or_an_unknown_one(assistant: Assistant) -> None:
    with translating(assistant, TRUE) as (client, server):
        assert translated(client, assistant, "lv").status_code == 404
        assert translated(client, assistant, "xx").status_code == 404
    assert server.seen == []


def test_over_the_daily_budget_no_model_is_asked(assistant: Assistant) -> None:
    with translating(assistant, TRUE, model_daily_tokens=10) as (client, server):
        assert translated(client, assistant).status_code == 503
    assert server.seen == []


def test_a_model_that_is_gone_is_a_problem_in_time(assistant: Assistant) -> None:
    with translating(assistant, TRUE, model_timeout=2.0) as (client, server):
        server.__exit__()
        assert translated(client, assistant).status_code == 503
