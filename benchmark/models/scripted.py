"""Scripted language models behind the OpenAI protocol, to try what the check of answers lets through.

python benchmark/models/scripted.py --port 8765
ERASMUS_MODEL_URL=http://127.0.0.1:8765/v1 erasmus-assistant benchmark run --model openai:careless -o runs/careless

What the models write is in writers.py.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from writers import Careless, Gold, Perfect, Reply, hostile

_PIECE = 7


@dataclass
class ScriptedServer:
    """A server on the loopback that answers as `models` say; `fault` takes over a connection where it is set.

    `seen` holds the requests and `sent` the replies, in order.
    """

    models: dict[str, Reply]
    port: int = 0
    fault: Callable[[BaseHTTPRequestHandler, int], bool] | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def reply(self, request: dict[str, Any]) -> str:
        texts_of = {message["role"]: _text(message["content"]) for message in request["messages"]}
        text = self.models[request["model"]](texts_of["system"], texts_of["user"])
        self.sent.append(text)
        return text


def _text(content: str | list[dict[str, str]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers["content-length"]))
            server.seen.append(json.loads(body))
            with suppress(OSError):  # the client may leave when it has heard enough
                self._answer()

        def _answer(self) -> None:
            if server.fault is not None and server.fault(self, len(server.seen)):
                return
            start_stream(self)
            for line in events(server.reply(server.seen[-1])):
                self.wfile.write(line)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


def start_stream(handler: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream") -> None:
    """Sends the head of a response that ends with its connection."""
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("connection", "close")
    handler.end_headers()


def events(text: str, finish: str | None = "stop") -> list[bytes]:
    """The reply as server-sent events, a few characters each; without `finish` it breaks off."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    lines = [event({"content": piece}, None) for piece in pieces]
    if finish is not None:
        lines += [event({}, finish), b"data: [DONE]\n\n"]
    return lines


def event(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    chunk = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": "m",
        "choices": [choice],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def models(gold: Gold | None = None) -> dict[str, Reply]:
    """The scripted models by name."""
    gold = gold or Gold.load()
    return {"perfect": Perfect(gold), "careless": Careless(gold), "hostile": hostile}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8765)
    with ScriptedServer(models(), parser.parse_args(arguments).port) as server:
        print(f"ERASMUS_MODEL_URL={server.url}  models: {', '.join(server.models)}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
