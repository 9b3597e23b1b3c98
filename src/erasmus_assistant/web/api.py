"""The interface for programs: ask, search, a passage in its place, and how the service is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.errors import ErasmusError
from erasmus_assistant.web.models import Answer as AnswerModel
from erasmus_assistant.web.models import (
    AskBody,
    FeedbackBody,
    Passage,
    Problem,
    SearchBody,
    SearchResult,
    Translation,
    Version,
)
from erasmus_assistant.web.problems import problem, problem_response, status_of
from erasmus_assistant.web.services import Services

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for status, text in {
        400: "The question can't be asked as it is.",
        413: "The body is too large.",
        422: "The body has another form than documented.",
        429: "Too many questions in a short time; see Retry-After.",
    }.items()
}
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such passage."}}
_EVENTS = "text/event-stream"
_STREAM: dict[str, Any] = {_EVENTS: {"example": 'event: update\ndata: {"text": "The guide says:"}\n\n'}}


def router(services: Services) -> APIRouter:
    """The routes under /api and the three that say how the service is."""
    routes = APIRouter()
    _questions(routes, services)
    _guide(routes, services)
    _feedback(routes, services)
    _health(routes, services)
    return routes


def _questions(routes: APIRouter, services: Services) -> None:
    @routes.post(
        "/api/ask",
        summary="One cited answer",
        response_model=AnswerModel,
        response_model_exclude_unset=True,
        responses={200: {"content": _STREAM}, **_PROBLEMS},
        tags=["questions"],
    )
    async def ask(body: AskBody, request: Request) -> Response:
        """One answer as JSON; with `Accept: text/event-stream`, paragraphs as they are checked, then the answer."""
        if _EVENTS in request.headers.get("accept", ""):
            services.check(body)
            return StreamingResponse(_events(services, body), media_type=_EVENTS, headers=_UNBUFFERED)
        answer = await run_in_threadpool(services.ask, body)
        return JSONResponse(answer_json(answer))

    @routes.post("/api/search", summary="Ranked passages", responses=_PROBLEMS, tags=["questions"])
    def search(body: SearchBody) -> SearchResult:
        """The best passages for a query, with every score that led to the rank."""
        return SearchResult.model_validate(services.search(body))


PassageId = Annotated[str, Path(max_length=300, examples=["guide-2021-implements-lv.c6b3486dc5"])]
Spans = Annotated[list[str], Query(max_length=50, description="spans `start-end` of the document")]
Language = Annotated[str, Query(max_length=2, description="ISO 639-1 code")]


def _guide(routes: APIRouter, services: Services) -> None:
    @routes.get(
        "/api/passages/{passage_id}",
        summary="A passage in its place",
        responses={**_PROBLEMS, **_MISSING},
        tags=["guide"],
    )
    def passage(passage_id: PassageId, quote: Spans = [], language: Language = "en") -> Passage:  # noqa: B006
        """A passage with the whole section around it, the characters of `quote` marked, and the page in `language`."""
        return Passage.model_validate(services.passage(passage_id, quote, language))

    @routes.get(
        "/api/passages/{passage_id}/translation",
        summary="Quotations by a machine",
        responses={**_PROBLEMS, **_MISSING, 503: {"model": Problem, "description": "None that could be trusted."}},
        tags=["guide"],
    )
    def translation(passage_id: PassageId, quote: Spans, language: Language, request: Request) -> Translation:
        """`quote` in `language`, where a language model is configured: checked, but not the guide's."""
        client = request.client.host if request.client else ""
        return Translation(**services.translation(passage_id, quote, language, client))


_UNBUFFERED = {"cache-control": "no-store", "x-accel-buffering": "no"}


def _events(services: Services, body: AskBody) -> Iterator[str]:
    """Server-sent events: `update` with the text so far, `answer` with everything, or `error` with a problem."""
    try:
        for update in services.stream(body):
            if update.answer is None:
                yield _event("update", {"text": update.text})
            else:
                yield _event("answer", answer_json(update.answer))
    except ErasmusError as error:
        yield _event("error", problem(status_of(error), str(error)))
    except Exception:
        services.log.exception("an answer broke off")
        yield _event("error", problem(500, "something went wrong here; try again"))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _feedback(routes: APIRouter, services: Services) -> None:
    @routes.post(
        "/api/feedback", status_code=204, summary="A word on an answer", responses=_PROBLEMS, tags=["questions"]
    )
    def feedback(body: FeedbackBody) -> Response:
        """Kept with the answer that it is about; 404 where that answer is not known."""
        if not services.feedback(body):
            return problem_response(404, f"no answer {body.answer!r} is kept; ask again, then send the feedback")
        return Response(status_code=204)


def _health(routes: APIRouter, services: Services) -> None:
    @routes.get("/healthz", summary="Alive", tags=["service"])
    def healthz() -> dict[Literal["status"], Literal["ok"]]:
        return {"status": "ok"}

    @routes.get("/readyz", summary="Ready to answer", tags=["service"], responses={503: {"model": Problem}})
    def readyz() -> dict[str, object]:
        return {"status": "ok", "index": services.index_name(), "passages": services.passages()}

    @routes.get("/version", summary="What runs here", tags=["service"])
    def version() -> Version:
        return Version(**services.version())
