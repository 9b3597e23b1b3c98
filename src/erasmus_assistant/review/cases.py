"""The queue of answers and one case of it, as staff see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, select

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.database import reading
from erasmus_assistant.review.sessions import OF_A_CLIENT
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.urgency import DONE

PAGE = 50
_EARLIER = 20
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the journal to list; an empty value does not narrow. `verdict` may be "none", `state` open or judged."""

    outcome: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    verdict: str = ""
    text: str = ""
    state: str = ""
    newer_than: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An answer in the journal, with everything that led to it and what was said of it."""

    id: str
    asked: datetime
    session: str
    channel: str
    question: str
    language: str
    outcome: str
    confidence: float
    text: str
    section: str
    answerer: str
    build: str
    details: Mapping[str, Any]
    helpful: bool | None
    reasons: tuple[str, ...]
    comment: str
    verdict: str | None
    urgency: int
    wants_second: bool


class Cases:
    """Reads the journal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, filters: Filters, page: int = 1, size: int = PAGE) -> list[Case]:
        """One page of the queue: what needs eyes first, and of equal need the newest."""
        order = (answers.c.urgency.desc(), answers.c.asked.desc(), answers.c.id.desc())
        return self._read(_narrowed(filters).order_by(*order).limit(size).offset((max(1, page) - 1) * size))

    def count(self, filters: Filters) -> int:
        with reading(self._engine) as connection:
            counted = select(func.count()).select_from(_narrowed(filters, answers.c.id).subquery())
            return int(connection.execute(counted).scalar_one())

    def newest(self, filters: Filters, size: int = PAGE) -> list[Case]:
        return self._read(_narrowed(filters).order_by(answers.c.asked.desc(), answers.c.id.desc()).limit(size))

    def stream(self, filters: Filters) -> Iterator[Case]:
        """Every case, oldest first, a batch at a time."""
        last: tuple[datetime, str] | None = None
        while True:
            chosen = _narrowed(filters).order_by(answers.c.asked, answers.c.id).limit(_BATCH)
            if last is not None:
                asked, case_id = last
                later = (answers.c.asked > asked) | ((answers.c.asked == asked) & (answers.c.id > case_id))
                chosen = chosen.where(later)
            found = self._read(chosen)
            yield from found
            if len(found) < _BATCH:
                return
            last = (found[-1].asked, found[-1].id)

    def get(self, case_id: str) -> Case | None:
        found = self._read(select(answers).where(answers.c.id == case_id))
        return found[0] if found else None

    def require(self, case_id: str) -> Case:
        """Raises JournalProblem where there is no such case."""
        case = self.get(case_id)
        if case is None:
            raise JournalProblem(f"the journal holds no answer {case_id!r}; see: erasmus-assistant journal list")
        return case

    def before(self, case: Case) -> list[Case]:
        """What was asked before it in the same conversation on the same day, oldest first."""
        if not case.session or case.session.startswith(OF_A_CLIENT):
            return []
        earlier = (answers.c.session == case.session) & (answers.c.asked < case.asked)
        found = self._read(select(answers).where(earlier).order_by(answers.c.asked.desc()).limit(_EARLIER))
        return found[::-1]

    def following(self, filters: Filters, case: Case) -> str | None:
        """The id of the case that comes after this one in the queue."""
        later = (answers.c.urgency < case.urgency) | (
            (answers.c.urgency == case.urgency)
            & ((answers.c.asked < case.asked) | ((answers.c.asked == case.asked) & (answers.c.id < case.id)))
        )
        order = (answers.c.urgency.desc(), answers.c.asked.desc(), answers.c.id.desc())
        chosen = _narrowed(filters, answers.c.id).where(later).order_by(*order).limit(1)
        with reading(self._engine) as connection:
            found = connection.execute(chosen).scalar()
        return str(found) if found is not None else None

    def languages(self) -> list[str]:
        with reading(self._engine) as connection:
            return list(
                connection.execute(select(answers.c.language).distinct().order_by(answers.c.language)).scalars()
            )

    def _read(self, chosen: Select[Any]) -> list[Case]:
        with reading(self._engine) as connection:
            return [_case(row) for row in connection.execute(chosen).mappings()]


def _case(row: RowMapping) -> Case:
    values = {name: row[name] for name in Case.__dataclass_fields__}
    return Case(**{**values, "reasons": tuple(row["reasons"])})


def _narrowed(filters: Filters, *columns: ColumnElement[Any]) -> Select[Any]:
    chosen = select(*columns) if columns else select(answers)
    for column, value in ((answers.c.outcome, filters.outcome), (answers.c.language, filters.language)):
        if value:
            chosen = chosen.where(column == value)
    if filters.verdict == "none":
        chosen = chosen.where(answers.c.verdict.is_(None))
    elif filters.verdict:
        chosen = chosen.where(answers.c.verdict == filters.verdict)
    if filters.state == "open":
        chosen = chosen.where(answers.c.urgency > DONE)
    elif filters.state == "judged":
        chosen = chosen.where(answers.c.urgency == DONE)
    if filters.since:
        chosen = chosen.where(answers.c.asked >= _midnight(filters.since))
    if filters.until:
        chosen = chosen.where(answers.c.asked < _midnight(filters.until) + timedelta(days=1))
    if filters.newer_than is not None:
        chosen = chosen.where(answers.c.asked > filters.newer_than)
    for word in filters.text.casefold().split()[:8]:
        chosen = chosen.where(answers.c.folded.contains(word, autoescape=True))
    return chosen


def _midnight(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        raise JournalProblem(f"{day!r} is no date; write it as 2026-11-23") from None
