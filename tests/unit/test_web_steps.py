"""Steps made in a thread: each arrives once and in order, waiting is said only where there is a wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import aclosing

import pytest

from erasmus_assistant.web.steps import as_they_come

FOREVER = 60.0


def counted(*found: str) -> Generator[str, None, str]:
    yield from found[:-1]
    return found[-1]


async def collected(steps: Generator[str, None, str], patience: float) -> list[str]:
    return [step async for step in as_they_come(steps, "waiting", patience)]


@pytest.mark.parametrize("found", [("only",), ("one", "two", "last")])
def test_what_is_there_at_once_is_shown_without_waiting(found: tuple[str, ...]) -> None:
    assert asyncio.run(collected(counted(*found), FOREVER)) == list(found)


def test_waiting_is_said_before_what_takes_longer() -> None:
    said = threading.Event()

    def slow() -> Generator[str, None, str]:
        yield "begun"
        return "last"

    def held() -> Generator[str, None, str]:
        said.wait()
        return (yield from slow())

    async def watched() -> list[str]:
        seen = []
        async for step in as_they_come(held(), "waiting", 0.0):
            seen.append(step)
            said.set()
        return seen

    assert asyncio.run(watched()) == ["waiting", "begun", "last"]


def test_who_goes_away_closes_the_steps() -> None:
    closed = threading.Event()

    def endless() -> Generator[str, None, str]:
        try:
            while True:
                yield "more"
        finally:
            closed.set()

    async def gone() -> None:
        async with aclosing(as_they_come(endless(), "waiting", FOREVER)) as steps:
            assert await anext(steps) == "more"

    asyncio.run(gone())
    assert closed.is_set()


def test_a_task_that_is_cancelled_closes_the_steps_once_the_one_at_hand_is_made() -> None:
    begun, going_on, closed = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Generator[str, None, str]:
        try:
            begun.set()
            going_on.wait()
            yield "made"
        finally:
            closed.set()
        return "last"

    async def cancelled() -> None:
        task = asyncio.ensure_future(collected(slow(), FOREVER))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        await asyncio.sleep(0)
        assert not closed.is_set()
        going_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert closed.is_set()


def test_a_mistake_in_the_steps_is_not_swallowed() -> None:
    def broken() -> Generator[str, None, str]:
        yield "first"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(collected(broken(), FOREVER))
