"""One question to a chat model under one hard deadline: at most two tries, a bounded reply, nothing left running.

The model is streamed in an event loop of its own thread, so that a stalled connection can be
cancelled; the caller takes the pieces from a queue and never waits beyond the deadline.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable
from langsmith import tracing_context

from erasmus_assistant.errors import LanguageModelError

TRIES = 2
_PAUSE = 0.25
_BYTES_A_TOKEN = 8
_REASONS = ("finish_reason", "stop_reason", "done_reason")
_RETRIED = frozenset({408, 409, 425, 429})

Model = Runnable[Sequence[BaseMessage], Any]


@dataclass(frozen=True, slots=True)
class _End:
    failure: LanguageModelError | None = None


class Call:
    """A reply on its way: iterate it for its pieces. Raises LanguageModelError where it fails or the time is over.

    `used` is the tokens in and out that the model's server counted, 0 where it did not say both.
    """

    def __init__(self, model: Model, messages: Sequence[BaseMessage], seconds: float, tokens_out: int) -> None:
        self._deadline = time.monotonic() + seconds
        self._seconds, self._longest = seconds, _BYTES_A_TOKEN * tokens_out
        self._pieces: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
        self.tries, self.received = 0, 0
        self._tokens_in, self._tokens_out = 0, 0
        self._task: Future[None] = asyncio.run_coroutine_threadsafe(self._run(model, messages), _loop())

    def __iter__(self) -> Iterator[str]:
        try:
            while True:
                piece = self._next()
                if isinstance(piece, str):
                    yield piece
                elif piece.failure is not None:
                    raise piece.failure
                else:
                    return
        finally:
            self.cancel()

    @property
    def used(self) -> int:
        return self._tokens_in + self._tokens_out if self._tokens_in else 0

    def cancel(self) -> None:
        """Ends the request, if it is still under way, and closes its connection."""
        self._task.cancel()

    def in_time(self) -> None:
        """Raises LanguageModelError when the time is over."""
        if time.monotonic() > self._deadline:
            raise LanguageModelError(f"the language model did not finish within {self._seconds:g} s")

    def _next(self) -> str | _End:
        while True:
            try:
                return self._pieces.get(timeout=max(0.0, self._deadline - time.monotonic()))
            except queue.Empty:
                self.in_time()

    async def _run(self, model: Model, messages: Sequence[BaseMessage]) -> None:
        with tracing_context(enabled=False):
            for number in range(1, TRIES + 1):
                self.tries = number
                failure = await self._try(model, messages)
                if failure is None or self.received or not failure.retryable or number == TRIES:
                    self._pieces.put(_End(failure))
                    return
                await asyncio.sleep(_PAUSE)

    async def _try(self, model: Model, messages: Sequence[BaseMessage]) -> LanguageModelError | None:
        finished = False
        try:
            async for chunk in model.astream(messages):
                finished = self._take(chunk) or finished
                if self.received > self._longest:
                    return LanguageModelError("the language model wrote on and on; its reply was cut off")
        except Exception as error:  # a foreign client may raise anything; all of it means: no answer
            return _told(error)
        if not self.received:
            return LanguageModelError("the language model's reply was empty")
        return None if finished else LanguageModelError("the language model's reply broke off")

    def _take(self, chunk: AIMessageChunk) -> bool:
        """Passes the chunk's text on; whether it says that the reply is whole."""
        text = chunk.text
        if text:
            self.received += len(text.encode("utf-8", "replace"))
            self._pieces.put(str(text)[: self._longest])
        if usage := chunk.usage_metadata:
            self._tokens_in += usage["input_tokens"]
            self._tokens_out += usage["output_tokens"]
        return any(chunk.response_metadata.get(reason) for reason in _REASONS)


def _told(error: Exception) -> LanguageModelError:
    """The error in one line, without addresses or keys; the server's faults may be tried again, our own not."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    kind = type(error).__name__ + (f" {status}" if isinstance(status, int) else "")
    told = LanguageModelError(f"the language model did not answer ({kind})")
    if isinstance(status, int):
        told.retryable = status in _RETRIED or status >= 500
    return told


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language model", daemon=True).start()
    return loop
