"""The queue, and its export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from erasmus_assistant.records import Outcome
from erasmus_assistant.review.cases import PAGE, Filters
from erasmus_assistant.review.exporting import csv_lines, json_lines
from erasmus_assistant.review.verdicts import Verdict
from erasmus_assistant.web.desk.guard import who
from erasmus_assistant.web.desk.pages import page
from erasmus_assistant.web.desk.parts import Desk

_NARROWING = ("outcome", "language", "since", "until", "verdict", "text", "state")
_FAR = 10_000


def filters_of(request: Request, state: str = "open") -> Filters:
    """The filters of an address; without any, what is still open. A date that is none does not narrow."""
    given: Mapping[str, str] = request.query_params
    values = {name: given.get(name, "")[:200] for name in _NARROWING}
    values["state"] = given.get("state", state)
    for name in ("since", "until"):
        values[name] = values[name] if _is_date(values[name]) else ""
    newer = who(request).since if given.get("new") else None
    return Filters(**values, newer_than=newer)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def address(filters: Filters, request: Request) -> dict[str, str]:
    """The filters as they stand in an address."""
    values = {name: value for name, value in asdict(filters).items() if name in _NARROWING}
    return values | {"new": request.query_params.get("new", "")}


def add_queue(router: APIRouter, desk: Desk) -> None:
    @router.get("/desk")
    def queue(request: Request) -> Response:
        filters = filters_of(request)
        asked = request.query_params.get("page", "1")
        number = min(_FAR, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        found, total = desk.cases.page(filters, number), desk.cases.count(filters)
        return page(
            request,
            "queue.html",
            cases=found,
            total=total,
            filters=address(filters, request),
            number=number,
            pages=max(1, -(-total // PAGE)),
            outcomes=[one.value for one in Outcome],
            verdicts=[one.value for one in Verdict],
            languages=desk.cases.languages(),
            since=who(request).since,
        )

    @router.get("/desk/export.csv")
    def as_csv(request: Request) -> Response:
        return _file(csv_lines(desk.cases.stream(filters_of(request, ""))), "journal.csv", "text/csv; charset=utf-8")

    @router.get("/desk/export.jsonl")
    def as_json_lines(request: Request) -> Response:
        return _file(json_lines(desk.cases.stream(filters_of(request, ""))), "journal.jsonl", "application/x-ndjson")


def _file(lines: Iterator[str], name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(lines, media_type=media_type, headers=headers)
