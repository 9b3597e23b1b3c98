"""What can go wrong with a model's server, each taking over the connection of a request to the scripted one."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from scripted import events, start_stream

Fault = Callable[[BaseHTTPRequestHandler, int], bool]
"""Takes over the connection of the request with this number; False leaves it to the scripted model."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and how often the assistant asks: twice where another try may help and time is left."""

    breaks: Fault
    tries: int


def status(code: int, body: bytes = b"{}") -> Fault:
    """Every request ends with this status."""
    return _sends(body, "application/json", code)


def _sends(data: bytes, kind: str = "text/event-stream", code: int = 200) -> Fault:
    def fault(handler: BaseHTTPRequestHandler, number: int) -> bool:
        start_stream(handler, code, kind)
        handler.wfile.write(data)
        return True

    return fault


def silence(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """Says nothing until the client hangs up."""
    handler.rfile.read(1)
    return True


def _stalls(data: bytes) -> Fault:
    """Begins well, then says nothing until the client hangs up."""

    def fault(handler: BaseHTTPRequestHandler, number: int) -> bool:
        start_stream(handler)
        handler.wfile.write(data)
        handler.wfile.flush()
        return silence(handler, number)

    return fault


def _one_byte_a_second(handler: BaseHTTPRequestHandler, number: int) -> bool:
    start_stream(handler)
    for byte in b"".join(events("slow and slow and slow")):
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(1)
    return True


def flood(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """10 MB of reply in good form."""
    start_stream(handler)
    for _ in range(400):
        handler.wfile.write(b"".join(events("word " * 200, None)))
    return True


def flood_in_one_line(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """10 MB of reply without the end of a line."""
    start_stream(handler)
    for _ in range(160):
        handler.wfile.write(b"data: " * 10_000)
    return True


def endless_line(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """One line that never ends; only a client that counts what it holds gets away before its time is over."""
    start_stream(handler)
    while True:
        handler.wfile.write(b"data: " * 10_000)


def _compressed(handler: BaseHTTPRequestHandler, number: int) -> bool:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("content-encoding", "gzip")
    handler.send_header("connection", "close")
    handler.end_headers()
    handler.wfile.write(b"\x1f\x8b" + b"0" * 100)
    return True


def _hangs_up(handler: BaseHTTPRequestHandler, number: int) -> bool:
    handler.connection.shutdown(socket.SHUT_RDWR)
    return True


_BEGUN = b"".join(events("The portal gives information in 28 languages [1]. It", None))
FAULTS = {
    "silence": Case(silence, 1),
    "silence halfway": Case(_stalls(_BEGUN), 1),
    "one byte a second": Case(_one_byte_a_second, 1),
    "10 MB": Case(flood, 1),
    "10 MB in one line": Case(flood_in_one_line, 2),
    "429": Case(status(429), 2),
    "500": Case(status(500), 2),
    "503": Case(status(503, b"<html>busy</html>"), 2),
    "401": Case(status(401), 1),
    "404": Case(status(404), 1),
    "an HTML page": Case(_sends(b"<html><body>Error</body></html>", "text/html"), 2),
    "empty body": Case(_sends(b""), 2),
    "empty reply": Case(_sends(b"".join(events(""))), 2),
    "cut stream": Case(_sends(_BEGUN), 1),
    "invalid JSON": Case(_sends(b"data: {not json}\n\ndata: [DONE]\n\n"), 2),
    "JSON of another kind": Case(_sends(b'data: ["a", 1]\n\ndata: [DONE]\n\n'), 2),
    "unasked compression": Case(_compressed, 2),
    "hangs up": Case(_hangs_up, 2),
}
UNREACHABLE = {"refused connection": "http://127.0.0.1:9/v1", "unknown host": "http://no-such-host.invalid/v1"}
