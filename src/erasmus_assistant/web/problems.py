"""Errors of the HTTP interface as problem details (RFC 9457), never a stack; a page for a person who went astray."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from erasmus_assistant.errors import BadQuestion, ErasmusError
from erasmus_assistant.web.languages import interface_language
from erasmus_assistant.web.pages import missing_page

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, **more: object) -> dict[str, Any]:
    """A problem as JSON: what kind, what exactly, and how to repair it."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def refusal(scope: Scope, status: int, detail: str) -> tuple[bytes, str]:
    """A body and its media type: a problem; where a browser asks for a page that is none, a page."""
    request = Request(scope)
    accepted = request.headers.get("accept", "")
    if status != HTTPStatus.NOT_FOUND or "text/html" not in accepted or scope["path"].startswith("/api/"):
        return json.dumps(problem(status, detail)).encode(), MEDIA_TYPE
    spoken = request.headers.get("accept-language", "")
    language = interface_language(request.query_params, request.cookies, spoken)
    return missing_page(language).encode(), "text/html; charset=utf-8"


def problem_response(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> Response:
    return JSONResponse(problem(status, detail, **more), status, headers=headers, media_type=MEDIA_TYPE)


def status_of(error: ErasmusError) -> int:
    """400 where the question is at fault, 503 where the assistant can't answer now."""
    return 400 if isinstance(error, BadQuestion) else 503


def install(app: FastAPI) -> None:
    """Turns the known errors of `app` into problems; the gate does so with all others."""

    @app.exception_handler(ErasmusError)
    async def known(_: Request, error: Exception) -> Response:
        assert isinstance(error, ErasmusError)
        return problem_response(status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [{"at": _pointer(one["loc"]), "message": str(one["msg"])} for one in error.errors()[:20]]
        detail = f"{errors[0]['at'] or 'the body'}: {errors[0]['message']}"
        return problem_response(422, detail, errors=errors)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        body, media_type = refusal(request.scope, error.status_code, str(error.detail))
        return Response(body, error.status_code, dict(error.headers or {}), media_type)


def _pointer(location: tuple[int | str, ...]) -> str:
    """Where in the body, as a JSON pointer."""
    return "".join(f"/{part}" for part in location if part not in ("body", "query", "path"))
