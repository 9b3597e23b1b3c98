"""The web application for the tests: over the real assistant, with a sink that can be looked into."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.commands.serve import prepare
from erasmus_assistant.records import Answer
from erasmus_assistant.settings import Settings
from erasmus_assistant.web.feedback import Feedback


@dataclass
class Kept:
    """A sink that keeps everything in memory."""

    answers: list[Answer] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    said: list[Feedback] = field(default_factory=list)
    stores: bool = True

    def record(self, answer: Answer, session: str, channel: str) -> None:
        self.answers.append(answer)
        self.channels.append(channel)
        self.sessions.append(session)

    def feedback(self, feedback: Feedback) -> bool:
        known = any(answer.id == feedback.answer for answer in self.answers)
        if known:
            self.said.append(feedback)
        return known


def make_app(settings: Settings, assistant: Assistant, sink: Kept | None = None, rate_limit: int = 100_000) -> FastAPI:
    """The whole application, with a rate limit that tests don't meet unless they want to."""
    prepare()
    from erasmus_assistant.web.application import create_app

    return create_app(settings.model_copy(update={"rate_limit": rate_limit}), assistant, sink)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of the loopback, as its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
