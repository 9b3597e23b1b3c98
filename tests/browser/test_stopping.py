"""Stop is pressed while the line is slow: nothing is sent any more, or what comes is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import PHONE, Open, Watched
from web_app import Kept

pytestmark = pytest.mark.browser
QUESTION, OTHER = "What is eTwinning?", "What is EPALE?"


def send(one: Watched, question: str) -> None:
    one.page.fill("#question textarea", question)
    one.page.press("#question textarea", "Enter")


@contextmanager
def held(page: Any, pattern: str) -> Iterator[list[Any]]:
    """The requests on the way that wait on the line, until it is left."""
    waiting: list[Any] = []
    page.route(pattern, lambda route: waiting.append(route))
    yield waiting
    for route in waiting:
        route.continue_()
    page.unroute(pattern)


def until(page: Any, waiting: list[Any]) -> None:
    for _ in range(200):
        if waiting:
            return
        page.wait_for_timeout(25)
    raise AssertionError("no request was made")


def stopped(one: Watched, question: str = QUESTION) -> None:
    """All is as before the question, which stands in the box again."""
    one.page.wait_for_timeout(1500)
    assert one.page.input_value("#question textarea") == question
    assert one.page.locator("#stop").is_hidden()
    assert one.page.locator(".answer.pending, #status:not([hidden])").count() == 0


def goes_on(one: Watched, before: int = 0) -> None:
    """The next question is answered, and it alone was added to what is kept."""
    send(one, OTHER)
    one.answer(before)
    one.page.reload()
    one.answer(before)
    assert one.page.locator(".asked").all_inner_texts()[before:] == [OTHER]
    assert one.errors == []


def test_a_question_that_has_not_left_is_not_sent(open_page: Open, kept: Kept) -> None:
    one = open_page(size=PHONE)
    before = len(kept.answers)
    with held(one.page, "**/queue/join*") as waiting:
        send(one, QUESTION)
        until(one.page, waiting)
        one.page.get_by_role("button", name="Stop").click()
        assert one.page.locator("#start").is_visible()
        stopped(one)
        waiting.clear()
    assert [answer.question for answer in kept.answers[before:]] == []
    goes_on(one)


def test_stop_in_the_same_instant_sends_nothing(open_page: Open) -> None:
    one = open_page()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url) if "/queue/" in request.url else None)
    one.page.fill("#question textarea", QUESTION)
    one.page.evaluate(
        "document.getElementById('send').click(); document.getElementById('stop').click();",
    )
    stopped(one)
    assert asked == []
    goes_on(one)


@pytest.mark.parametrize("earlier", [0, 1])
def test_an_answer_that_comes_too_late_is_left_out(open_page: Open, earlier: int) -> None:
    one = open_page()
    for _ in range(earlier):
        one.ask("What is SELFIE?")
    with held(one.page, "**/queue/data*") as waiting:
        send(one, QUESTION)
        until(one.page, waiting)
        one.page.wait_for_timeout(800)
        one.page.get_by_role("button", name="Stop").click()
        one.page.wait_for_timeout(200)
    stopped(one)
    assert one.page.locator(".answer").count() == earlier
    goes_on(one, earlier)
