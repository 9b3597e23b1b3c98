"""The door before the application: only the routes that are needed, small bodies, strict headers.

Gradio brings routes that this app has no use for (uploads, files, proxies, code editing); what
is not listed here does not exist.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erasmus_assistant.web.problems import refusal

BODY_LIMIT = 64 * 1024
# A question carries the conversation with it, which the browser alone keeps.
CHAT_BODY_LIMIT = 512 * 1024
_ASKING = ("/api/ask", "/api/search", "/mcp")
_GRADIO = re.compile(
    r"/(?:config|theme\.css|assets/[\w./-]+|static/(?:js|css|fonts|img)/[\w./-]+"
    r"|gradio_api/(?:info|run/predict|app_id|startup-events|theme\.css|cancel|reset|queue/(?:join|data)"
    r"|heartbeat/\w+|call/(?:v2/)?chat(?:/\w+)?))/?"
)

_log = logging.getLogger(__name__)

Allowed = Callable[[str], bool]
Wait = Callable[[str], float]


def policy(nonce: str) -> str:
    """The Content-Security-Policy: nothing from elsewhere; scripts from files, or with this page's nonce.

    Gradio writes its theme into style elements and attributes, hence 'unsafe-inline' for styles.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


class Gate:
    """ASGI middleware: 404 for what is not `allowed`, 413 for large bodies, 429 by `wait`, headers on every answer."""

    def __init__(self, app: ASGIApp, allowed: Allowed, wait: Wait) -> None:
        self._app, self._allowed, self._wait = app, allowed, wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        nonce = scope.setdefault("state", {}).setdefault("nonce", secrets.token_urlsafe(16))
        secured = _secured(send, nonce)
        status, detail, more = self._refusal(scope)
        if status:
            await _refuse(scope, secured, status, detail, more)
            return
        body = _Bounded(receive, secured, _limit(scope["path"]))
        try:
            await self._app(scope, body.receive, body.send)
        except _TooLarge as refused:
            await _refuse(scope, secured, 413, refused.detail, {"connection": "close"})
        except Exception:
            _log.exception("a request to %r failed", scope["path"])
            if not body.begun:
                await _refuse(scope, secured, 500, "something went wrong here; try again", {})

    def _refusal(self, scope: Scope) -> tuple[int, str, dict[str, str]]:
        path, headers = scope["path"], Headers(scope=scope)
        if not self._allowed(path):
            return 404, f"there is nothing at {path!r:.200}", {}
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _limit(path):
            return 413, f"the body may have {_limit(path)} bytes; send less", {"connection": "close"}
        if path in _ASKING and scope["method"] == "POST":
            client = scope.get("client") or ("",)
            seconds = self._wait(str(client[0]))
            if seconds:
                whole = max(1, round(seconds + 0.5))
                return 429, f"too many questions; ask again in {whole} s", {"retry-after": str(whole)}
        return 0, "", {}


def gradio_route(path: str) -> bool:
    """Whether the path is one of those that the chat needs of Gradio."""
    return _GRADIO.fullmatch(path) is not None and ".." not in path


def _limit(path: str) -> int:
    return (
        CHAT_BODY_LIMIT
        if path.startswith(("/gradio_api/queue/join", "/gradio_api/run/", "/gradio_api/call/"))
        else BODY_LIMIT
    )


class _TooLarge(HTTPException):
    """The body that is being read is larger than allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body may have {limit} bytes; send less", {"connection": "close"})


class _Bounded:
    """Counts the body while it is read, for clients that don't say how long it is."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self.limit = receive, send, limit
        self._read, self.begun = 0, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self.limit and not self.begun:
            raise _TooLarge(self.limit)
        return message

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


def _secured(send: Send, nonce: str) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # The desk and the lab have stricter policies of their own.
            headers.setdefault("content-security-policy", policy(nonce))
            headers["x-content-type-options"] = "nosniff"
            headers["x-frame-options"] = "DENY"
            headers["referrer-policy"] = "no-referrer"
            headers["permissions-policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            headers["cross-origin-opener-policy"] = "same-origin"
            headers["cross-origin-resource-policy"] = "same-origin"
            if "server" in headers:
                del headers["server"]
        await send(message)

    return secured


async def _refuse(scope: Scope, send: Send, status: int, detail: str, more: dict[str, str]) -> None:
    body, media_type = refusal(scope, status, detail)
    headers = {"content-type": media_type, "content-length": str(len(body)), **more}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
