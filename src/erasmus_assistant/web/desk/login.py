"""Logging in and out."""

from __future__ import annotations

import hmac
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from erasmus_assistant.errors import LoginRefused
from erasmus_assistant.review.accounts import LONGEST_SESSION, Accounts
from erasmus_assistant.web.desk.guard import COOKIE, from_here
from erasmus_assistant.web.desk.pages import page

_BEFORE = "erasmus-desk-login"


def login_router(accounts: Accounts) -> APIRouter:
    """The only pages under /desk that a stranger is given."""
    router = APIRouter(include_in_schema=False)

    def form(request: Request, target: str, error: str = "", status: int = 200) -> Response:
        token = request.cookies.get(_BEFORE) or secrets.token_urlsafe(24)
        response = page(request, "login.html", status, token=token, next=safe_target(target), error=error)
        _set(response, request, _BEFORE, token, 3600)
        return response

    @router.get("/desk/login")
    def show(request: Request) -> Response:
        return form(request, request.query_params.get("next", ""))

    @router.post("/desk/login")
    async def log_in(request: Request) -> Response:
        sent = await request.form(max_files=0, max_fields=8)
        values = {name: str(sent.get(name, "")) for name in ("name", "password", "next", "token")}
        held = request.cookies.get(_BEFORE, "")
        if not held or not hmac.compare_digest(held.encode(), values["token"].encode()) or not from_here(request):
            return form(request, values["next"], "The form is no longer valid; please try again.", 403)
        try:
            token = await run_in_threadpool(accounts.log_in, values["name"], values["password"])
        except LoginRefused as refused:
            text = str(refused)
            return form(request, values["next"], f"{text[0].upper()}{text[1:]}.", 429 if "too many" in text else 401)
        response = RedirectResponse(safe_target(values["next"]), 303)
        _set(response, request, COOKIE, token, int(LONGEST_SESSION.total_seconds()))
        response.delete_cookie(_BEFORE, path="/")
        return response

    return router


def log_out(request: Request, accounts: Accounts) -> Response:
    """Ends the session here and in the browser."""
    accounts.log_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/desk/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def safe_target(target: str) -> str:
    """A page of the desk or the lab: nobody is sent to another site after logging in."""
    inside = target in ("/desk", "/lab") or target.startswith(("/desk/", "/desk?", "/lab/", "/lab?"))
    harmless = not any(char in target for char in "\\\r\n\t") and "//" not in target.partition("?")[0]
    return target if inside and harmless and not target.startswith("/desk/log") else "/desk"


def _set(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)
