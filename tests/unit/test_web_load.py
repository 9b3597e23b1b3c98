"""Many people at once, through the chat's own interface: every answer comes, and to whom it belongs."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from web_app import make_app, served

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings

USERS, EACH, CROWD = 50, 4, 150
QUESTIONS = ["Kas ir eTwinning", "Kas ir EPALE", "Kas ir SELFIE", "Kas ir HEInnovate", "Kas ir Otlas"]


@pytest.fixture(scope="module")
def address(settings: Settings, assistant: Assistant) -> Iterator[str]:
    with served(make_app(settings, assistant)) as address:
        yield address


def chat(address: str, question: object, kept: object = ()) -> tuple[str, str]:
    """The chat as a program calls it: the question shown and the answer, as HTML; or the error."""
    with httpx.Client(base_url=address, timeout=60) as client:
        started = client.post(
            "/gradio_api/call/chat", json={"data": [question, "", list(kept) if kept == () else kept, ""]}
        )
        if started.status_code != 200:
            return "", f"refused: {started.status_code}"
        event = started.json()["event_id"]
        text = client.get(f"/gradio_api/call/chat/{event}").text
    last = text.strip().split("\n\n")[-1]
    name, _, data = last.partition("\n")
    if name != "event: complete":
        return "", last
    messages = json.loads(data.removeprefix("data: "))[0]
    words = [part["text"] for message in messages for part in message["content"]]
    return (words[-2] if len(words) > 1 else ""), words[-1]


def test_fifty_people_get_their_own_answers(address: str) -> None:
    wanted = {question: answers(chat(address, question)[1]) for question in QUESTIONS}
    assert all(wanted.values())
    crossed: list[str] = []
    slowest = 0.0
    lock = threading.Lock()

    def person(number: int) -> None:
        nonlocal slowest
        for turn in range(EACH):
            question = QUESTIONS[(number + turn) % len(QUESTIONS)]
            begun = time.monotonic()
            shown, html = chat(address, question)
            with lock:
                slowest = max(slowest, time.monotonic() - begun)
                if question not in shown or answers(html) != wanted[question]:
                    crossed.append(f"{question}: {html[:200]}")

    with ThreadPoolExecutor(USERS) as people:
        list(people.map(person, range(USERS)))
    assert crossed == []


def test_more_people_than_can_wait_get_an_answer_or_are_told_that_it_is_busy(address: str) -> None:
    gate = threading.Barrier(CROWD)

    def person(number: int) -> str:
        gate.wait()
        return chat(address, QUESTIONS[number % len(QUESTIONS)])[1]

    with ThreadPoolExecutor(CROWD) as people:
        said = list(people.map(person, range(CROWD)))
    refused = [one for one in said if one == "refused: 503"]
    assert len(refused) + sum(1 for one in said if answers(one)) == CROWD
    assert 0 < len(refused) < CROWD


def answers(html: str) -> list[str]:
    return re.findall(r"#source/[^\"]+", html)


@pytest.mark.parametrize("question", [None, 5, ["a"], {"a": 1}, "", " ", "\u200e", "x" * 2001, "\u0000\u202e"])
@pytest.mark.parametrize("kept", [[], None, 5, "text", [5, {"question": 1}], {"a": 1}])
def test_whatever_is_sent_gets_a_message(address: str, question: object, kept: object) -> None:
    _, html = chat(address, question, kept)
    assert '<div class="answer' in html, html


def test_other_functions_and_uploads_are_not_there(address: str) -> None:
    for path in (
        "/gradio_api/call/lambda",
        "/gradio_api/upload",
        "/gradio_api/call/v2/restored",
        "/gradio_api/run/chat",
    ):
        assert httpx.post(address + path, json={"data": []}).status_code == 404
