"""Counts over the journal: questions a day, what became of them, what the guide does not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, case, func, literal, select

from erasmus_assistant.records import Outcome
from erasmus_assistant.review.database import reading
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.tables import now
from erasmus_assistant.review.verdicts import Verdict

SILENT_SHOWN = 600
LIKE = 0.55


@dataclass(frozen=True, slots=True)
class Count:
    """Of `n` questions under this name: answered, refused, judged and found right, thumbs up and down."""

    name: str
    n: int
    answered: int
    refused: int
    judged: int
    right: int
    up: int
    down: int

    def share(self, part: int, of: int | None = None) -> float | None:
        """A share; None where there is nothing to share."""
        whole = self.n if of is None else of
        return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask much the same, and their places among all; the first stands for them."""

    questions: tuple[str, ...]
    places: tuple[int, ...]


class Numbers:
    """Reads counts of the last `days`."""

    def __init__(self, engine: Engine, days: int = 30) -> None:
        self._engine = engine
        self._since = now() - timedelta(days=days)

    def all(self) -> Count:
        return (self._counted(None) or [Count("all", 0, 0, 0, 0, 0, 0, 0)])[0]

    def by_day(self) -> list[Count]:
        """Every day, also those without a question, oldest first."""
        held = {one.name: one for one in self._counted(answers.c.day)}
        first, last = self._since.date(), now().date()
        names = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
        return [held.get(name, Count(name, 0, 0, 0, 0, 0, 0, 0)) for name in names]

    def by_language(self) -> list[Count]:
        return self._counted(answers.c.language)

    def by_section(self, most: int = 20) -> list[Count]:
        return self._counted(answers.c.section)[:most]

    def silent(self) -> list[tuple[str, str]]:
        """The newest cases, by id and question, that the guide does not answer; where staff judged, they know best."""
        refused = (answers.c.outcome == Outcome.NOT_IN_GUIDE.value) & (
            answers.c.verdict.is_(None) | (answers.c.verdict != Verdict.SHOULD_HAVE_ANSWERED.value)
        )
        chosen = (
            select(answers.c.id, answers.c.question)
            .where(refused | (answers.c.verdict == Verdict.SHOULD_HAVE_ABSTAINED.value))
            .where(answers.c.asked >= self._since)
            .order_by(answers.c.asked.desc(), answers.c.id)
            .limit(SILENT_SHOWN)
        )
        with reading(self._engine) as connection:
            return [(str(row[0]), str(row[1])) for row in connection.execute(chosen)]

    def _counted(self, column: Any) -> list[Count]:
        """Most frequent first."""

        def number(condition: Any) -> Any:
            return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

        name = column if column is not None else literal("all")
        chosen = select(
            name,
            func.count().label("n"),
            number(answers.c.outcome == Outcome.ANSWERED.value),
            number(answers.c.outcome == Outcome.NOT_IN_GUIDE.value),
            number(answers.c.verdict.is_not(None)),
            number(answers.c.verdict == Verdict.RIGHT.value),
            number(answers.c.helpful.is_(True)),
            number(answers.c.helpful.is_(False)),
        ).where(answers.c.asked >= self._since)
        if column is not None:
            chosen = chosen.group_by(column).order_by(func.count().desc(), column)
        with reading(self._engine) as connection:
            return [Count(str(row[0]), *(int(value) for value in row[1:])) for row in connection.execute(chosen)]


def clustered(questions: Sequence[str], vectors: npt.NDArray[np.float32], like: float = LIKE) -> list[Cluster]:
    """Questions grouped with the first one they are like (cosine of `like` or more), the biggest group first.

    `vectors` has shape (questions, dimension), each of length one.
    """
    leaders: list[int] = []
    members: list[list[int]] = []
    for number in range(len(questions)):
        likely = vectors[leaders] @ vectors[number] if leaders else np.empty(0, np.float32)
        best = int(np.argmax(likely)) if len(likely) else -1
        if best >= 0 and likely[best] >= like:
            members[best].append(number)
        else:
            leaders.append(number)
            members.append([number])
    groups = [Cluster(tuple(questions[place] for place in group), tuple(group)) for group in members]
    return sorted(groups, key=lambda one: (-len(one.questions), one.questions[0]))
