"""What the servers of other providers say: the scripted reply in the form that each provider's own client expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from scripted import ScriptedServer, event, start_stream

PIECE = 7


@dataclass(frozen=True, slots=True)
class Dialect:
    """A provider's protocol: where its client is told the address, its key, the path, and the lines of a reply."""

    package: str
    address: str
    key: str
    base: str
    path: str
    kind: str
    lines: Callable[[str], Iterator[bytes]]


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def _anthropic(text: str) -> Iterator[bytes]:
    usage = {"input_tokens": 11, "output_tokens": 9}
    message = {"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": usage}
    yield _named("message_start", message={**message, "stop_reason": None, "stop_sequence": None})
    yield _named("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in _pieces(text):
        yield _named("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _named("content_block_stop", index=0)
    yield _named("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=usage)
    yield _named("message_stop")


def _named(name: str, **content: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **content})}\n\n".encode()


def _mistralai(text: str) -> Iterator[bytes]:
    for piece in _pieces(text):
        yield event({"content": piece}, None)
    end = json.loads(event({"content": ""}, "stop").removeprefix(b"data: "))
    usage = {"prompt_tokens": 11, "completion_tokens": 9, "total_tokens": 20}
    yield f"data: {json.dumps({**end, 'usage': usage})}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _ollama(text: str) -> Iterator[bytes]:
    for piece in _pieces(text):
        yield _line(message={"role": "assistant", "content": piece}, done=False)
    counts = {"prompt_eval_count": 11, "eval_count": 9}
    yield _line(message={"role": "assistant", "content": ""}, done=True, done_reason="stop", **counts)


def _line(**content: Any) -> bytes:
    return json.dumps({"model": "m", "created_at": "2026-01-01T00:00:00Z", **content}).encode() + b"\n"


DIALECTS = {
    "anthropic": Dialect(
        "langchain_anthropic",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_API_KEY",
        "",
        "/v1/messages",
        "text/event-stream",
        _anthropic,
    ),
    "mistralai": Dialect(
        "langchain_mistralai",
        "MISTRAL_BASE_URL",
        "MISTRAL_API_KEY",
        "/v1",
        "/v1/chat/completions",
        "text/event-stream",
        _mistralai,
    ),
    "ollama": Dialect(
        "langchain_ollama",
        "OLLAMA_HOST",
        "OLLAMA_API_KEY",
        "",
        "/api/chat",
        "application/x-ndjson",
        _ollama,
    ),
}


def speak(server: ScriptedServer, dialect: Dialect) -> None:
    """Makes the server answer in the dialect, and nothing on any other path."""

    def reply(handler: BaseHTTPRequestHandler, number: int) -> bool:
        if handler.path.partition("?")[0] != dialect.path:
            handler.send_error(404)
            return True
        request = server.seen[-1]
        system = [{"role": "system", "content": request["system"]}] if "system" in request else []
        text = server.reply({**request, "messages": [*system, *request["messages"]]})
        start_stream(handler, kind=dialect.kind)
        for line in dialect.lines(text):
            handler.wfile.write(line)
        return True

    server.fault = reply
