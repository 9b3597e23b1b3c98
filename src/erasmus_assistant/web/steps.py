"""Steps that a thread makes, given to the event loop one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

Step = TypeVar("Step")


async def as_they_come(
    steps: Generator[Step, None, Step], waiting: Step, patience: float
) -> AsyncGenerator[Step, None]:
    """The steps, the one that is returned last; before them `waiting`, where the first takes over `patience` seconds.

    Each journey of a step to whoever watches costs about as much as a short answer, hence none for what is there
    at once. Closing it waits until the step at hand is made, and closes the steps.
    """
    coming = asyncio.ensure_future(run_in_threadpool(_next, steps))
    try:
        if not (await asyncio.wait((coming,), timeout=patience))[0]:
            yield waiting
        step, last = await coming
        while not last:
            yield step
            coming = asyncio.ensure_future(run_in_threadpool(_next, steps))
            step, last = await coming
        yield step
    finally:
        await asyncio.wait((coming,))
        steps.close()


def _next(steps: Generator[Step, None, Step]) -> tuple[Step, bool]:
    """The next step, and whether it is the last."""
    try:
        return next(steps), False
    except StopIteration as done:
        return done.value, True
