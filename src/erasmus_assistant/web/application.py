"""The web application: our own routes, and Gradio mounted behind the gate."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings
from erasmus_assistant.web import api, chat, mcp, pages, problems
from erasmus_assistant.web.feedback import FeedbackSink, NoJournal
from erasmus_assistant.web.gate import Gate, gradio_route
from erasmus_assistant.web.languages import COOKIE, COOKIE_SECONDS, QUERY, interface_language
from erasmus_assistant.web.limits import RateLimiter
from erasmus_assistant.web.services import Services, own_version, translator
from erasmus_assistant.web.suggestions import Suggestions
from erasmus_assistant.web.theme import theme

STATIC = Path(__file__).parent / "static"
_MODEL_AT_ONCE = 32
_OWN = re.compile(
    r"/|/(?:about|privacy|accessibility|healthz|readyz|version|openapi\.json|favicon\.ico|mcp)"
    r"|/ui/[\w.-]+|/api/(?:ask|search|feedback|passages/[^/]+(?:/translation)?)"
)

Extend = Callable[[FastAPI], str]
"""Adds routes to the application and gives the pattern of their paths."""


def create_app(
    settings: Settings, assistant: Assistant, sink: FeedbackSink | None = None, extend: tuple[Extend, ...] = ()
) -> FastAPI:
    """The whole application over an assistant; `sink` keeps answers and feedback, `extend` adds further pages."""
    kept = sink or NoJournal()
    limiter = RateLimiter(settings.rate_limit)
    suggestions = Suggestions(assistant)
    services = Services(assistant, kept, limiter)
    app = FastAPI(
        title="Erasmus+ Guide Assistant",
        version=own_version(),
        summary="Answers from the Erasmus+ Programme Guide, word for word, each with its source",
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.include_router(api.router(services))
    app.include_router(mcp.router(services))
    modelled = translator(assistant) is not None
    _add_pages(app, settings.journal_retention_days if kept.stores else 0, modelled)
    patterns = [add(app) for add in extend]
    options: dict[str, object] = {
        "limit": settings.question_limit,
        "feedback": settings.feedback and kept.stores,
        "translates": modelled,
    }
    _add_chat(app, chat.Chat(assistant, suggestions, limiter, kept), suggestions, options, modelled)
    own = re.compile("|".join([_OWN.pattern, *patterns]))
    # Present and empty, so that Gradio adds no reflecting one of its own.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(
        Gate, allowed=lambda path: own.fullmatch(path) is not None or gradio_route(path), wait=limiter.wait
    )
    return app


def _add_pages(app: FastAPI, kept_days: int, modelled: bool) -> None:
    app.mount("/ui", _Static(directory=STATIC), name="ui")

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    def page(request: Request) -> Response:
        language = language_of(request)
        text = pages.text_page(request.url.path.strip("/"), language, kept_days, modelled)
        return remember(HTMLResponse(text), request, language)

    for name in pages.PAGES:
        app.add_api_route(f"/{name}", page, include_in_schema=False)


def _add_chat(
    app: FastAPI, made: chat.Chat, suggestions: Suggestions, options: dict[str, object], modelled: bool
) -> None:
    """Gradio's page is served in the person's language, within our frame, under the nonce of the request."""

    @app.get("/", include_in_schema=False)
    @app.head("/", include_in_schema=False)
    async def chat_page(request: Request) -> Response:
        language = language_of(request)
        gradio_html = await captured(app.routes[-1].app, request)  # type: ignore[attr-defined]
        examples = await run_in_threadpool(suggestions.examples, language)
        text = pages.chat_page(gradio_html, language, examples, request.state.nonce, options)
        return remember(HTMLResponse(text, headers={"cache-control": "no-store"}), request, language)

    at_once = {"at_once": _MODEL_AT_ONCE} if modelled else {}
    gr.mount_gradio_app(
        app,
        chat.build(made.ask, pages.token, **at_once),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        theme=theme(),
    )


async def captured(app: ASGIApp, request: Request) -> str:
    """What another application would serve at the same address."""
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app({**request.scope, "method": "GET"}, request.receive, keep)
    return b"".join(parts).decode()


def language_of(request: Request) -> str:
    return interface_language(request.query_params, request.cookies, request.headers.get("accept-language", ""))


def remember(response: Response, request: Request, language: str) -> Response:
    """A language that was chosen is kept by the browser, for a year and for this site alone."""
    if request.query_params.get(QUERY) == language:
        response.set_cookie(COOKIE, language, max_age=COOKIE_SECONDS, samesite="lax", httponly=False)
    response.headers["vary"] = "accept-language, cookie"
    return response


class _Static(StaticFiles):
    """Our own style sheets and scripts: kept by the browser, asked for again when changed."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "no-cache"
        return response
