"""The door of the desk and the lab: a session on every request, a token on every change."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from erasmus_assistant.review.accounts import Accounts, Role, Session

COOKIE = "erasmus-desk"
_READING = ("GET", "HEAD")
_FIELDS = 600


def guard(accounts: Accounts) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets nobody in without a session, and no change without the session's token."""

    async def check(request: Request) -> None:
        session = await run_in_threadpool(accounts.session, request.cookies.get(COOKIE, ""))
        if session is None:
            raise _refusal(request)
        request.state.session = session
        if request.method not in _READING:
            request.state.form = await _checked_form(request, session.csrf)

    return check


async def _checked_form(request: Request, token: str) -> FormData:
    if not from_here(request):
        raise HTTPException(403, "the form was sent from another site")
    form = await request.form(max_files=0, max_fields=_FIELDS)
    sent = form.get("csrf")
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token.encode()):
        raise HTTPException(403, "the form is no longer valid; load the page again")
    return form


def from_here(request: Request) -> bool:
    """Whether the browser says that the request began on this site; a client that says nothing is no browser."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _refusal(request: Request) -> HTTPException:
    if request.method in _READING and "text/html" in request.headers.get("accept", ""):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return HTTPException(303, "log in first", {"location": f"/desk/login?next={quote(target, safe='')}"})
    return HTTPException(401, "log in first")


def who(request: Request) -> Session:
    """Who is logged in; the guard has seen to it that somebody is."""
    session: Session = request.state.session
    return session


def field(request: Request, name: str, longest: int = 8000) -> str:
    """A text of the form that was sent; "" where there is none."""
    value: Any = request.state.form.get(name, "")
    return value[:longest].replace("\r\n", "\n") if isinstance(value, str) else ""


def fields(request: Request, name: str) -> list[str]:
    return [value for value in request.state.form.getlist(name) if isinstance(value, str)]


def admins_only(request: Request) -> None:
    """Raises 403 for a reviewer."""
    if who(request).role is not Role.ADMIN:
        raise HTTPException(403, "only an admin may do this")
