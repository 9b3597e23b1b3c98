"""The numbers page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from erasmus_assistant.review.numbers import Numbers, clustered
from erasmus_assistant.web.desk import plots
from erasmus_assistant.web.desk.pages import page
from erasmus_assistant.web.desk.parts import Desk

SPANS = (7, 30, 90, 365)
_CLUSTERS = 25


def add_figures(router: APIRouter, desk: Desk) -> None:
    @router.get("/desk/numbers")
    def numbers(request: Request) -> Response:
        asked = request.query_params.get("days", "30")
        days = int(asked) if asked in map(str, SPANS) else 30
        held = Numbers(desk.journal.engine, days)
        by_day, by_language, by_section = held.by_day(), held.by_language(), held.by_section()
        return page(
            request,
            "numbers.html",
            days=days,
            spans=SPANS,
            all=held.all(),
            by_language=by_language,
            by_section=by_section,
            per_day=plots.days(by_day),
            shares=plots.shares(by_day),
            languages=plots.bars(by_language[:24]),
            clusters=_silent(desk, held.silent()),
            agreement=desk.verdicts.agreement(),
        )


def _silent(desk: Desk, cases: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The biggest groups of much the same question, as ids and questions."""
    if not cases:
        return []
    questions = [question for _, question in cases]
    vectors = desk.assistant.retriever().encoder.encode_questions(questions)
    return [[cases[place] for place in group.places] for group in clustered(questions, vectors)[:_CLUSTERS]]
