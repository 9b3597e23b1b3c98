"""A conversation has a name of its own, whoever shares the address; the privacy page says what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from web_app import Kept, make_app, served

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import languages, texts
from erasmus_assistant.web.conversation import name_of
from erasmus_assistant.web.counting import days

NAME = "0f3a52c19b7e4d60"
NONE = ["", "short", "a" * 65, "two words here", "<script>alert(1)", "ķekars-ir-garš", "a/b/c/d/e/f/g", "line\nbreak-1"]


@pytest.fixture(scope="module")
def sink() -> Kept:
    return Kept()


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant, sink: Kept) -> Iterator[TestClient]:
    with TestClient(make_app(settings, assistant, sink), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("sent", [*NONE, None, 5, ["abcdefgh"], {"a": 1}])
def test_what_is_no_name_is_ignored(sent: object) -> None:
    assert name_of(sent) == ""


def test_two_people_behind_one_address_have_two_conversations(client: TestClient, sink: Kept) -> None:
    before = len(sink.sessions)
    for name in (NAME, "another-conversation", NAME):
        assert client.post("/api/ask", json={"question": "Kas ir EPALE?", "conversation": name}).status_code == 200
    assert sink.sessions[before:] == [NAME, "another-conversation", NAME]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("name", ["", "<script>alert(1)", "a" * 65])
def test_an_answer_needs_no_name(client: TestClient, sink: Kept, name: str, accept: str) -> None:
    body = {"question": "Kas ir EPALE?", "conversation": name}
    assert client.post("/api/ask", json=body, headers={"accept": accept}).status_code == 200
    assert sink.sessions[-1] == ""


def test_the_name_is_documented_and_has_one_type(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"]["AskBody"]
    assert "conversation" not in schema["required"]
    assert "8 to 64" in schema["properties"]["conversation"]["description"]
    assert client.post("/api/ask", json={"question": "Kas ir EPALE?", "conversation": 5}).status_code == 422


def test_the_chat_passes_the_name_on(settings: Settings, assistant: Assistant) -> None:
    kept = Kept()
    with served(make_app(settings, assistant, kept)) as address, httpx.Client(base_url=address, timeout=60) as client:
        for name in (NAME, "not a name!"):
            sent = {"data": ["Kas ir EPALE?", "", [], name]}
            event = client.post("/gradio_api/call/chat", json=sent).json()["event_id"]
            assert "event: complete" in client.get(f"/gradio_api/call/chat/{event}").text
    assert kept.sessions == [NAME, ""]


@pytest.mark.parametrize("language", languages())
def test_the_privacy_page_says_how_long(settings: Settings, assistant: Assistant, language: str) -> None:
    own = settings.model_copy(update={"journal_retention_days": 45})
    recorded = TestClient(make_app(own, assistant, Kept())).get("/privacy", params={"language": language}).text
    unrecorded = TestClient(make_app(own, assistant, Kept(stores=False)))
    silent = unrecorded.get("/privacy", params={"language": language}).text
    assert days(texts(language), 45) in recorded
    assert "45" not in silent
    assert texts(language).get("web.privacy_unrecorded") in silent.replace("&#x27;", "'")
    assert "{" not in recorded + silent


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        *(("en", 1, "1 day"), ("en", 90, "90 days"), ("cs", 90, "90 dnech"), ("hr", 21, "21 dana")),
        *(("lv", 1, "1 dienas"), ("lv", 21, "21 dienas"), ("lv", 11, "11 dienām"), ("lv", 90, "90 dienām")),
        *(("lt", 31, "31 dienos"), ("lt", 111, "111 dienų"), ("sl", 101, "101 dnevu"), ("sl", 90, "90 dneh")),
        *(("ro", 1, "1 zi"), ("ro", 14, "14 zile"), ("ro", 90, "90 de zile"), ("ro", 101, "101 zile")),
        *(("mt", 1, "1 jum"), ("mt", 7, "7 ijiem"), ("mt", 14, "14-il jum"), ("mt", 90, "90 jum")),
    ],
)
def test_days_are_counted_as_the_language_counts(language: str, count: int, said: str) -> None:
    assert days(texts(language), count) == said
