"""What staff found of an answer: verdicts, the passages that are right, a corrected text; and who did what when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.agreement import Agreement, agreement
from erasmus_assistant.review.database import reading, writing
from erasmus_assistant.review.masking import masked
from erasmus_assistant.review.picking import Picked, picked_from_json
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.tables import audit, now
from erasmus_assistant.review.tables import verdict as verdicts
from erasmus_assistant.review.urgency import DONE, SECOND_WANTED

LONGEST_NOTE = 4000


class Verdict(StrEnum):
    """What is to be said of an answer."""

    RIGHT = "right"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    WRONG_CITATION = "wrong_citation"
    SHOULD_HAVE_ABSTAINED = "should_have_abstained"
    SHOULD_HAVE_ANSWERED = "should_have_answered"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict of one reviewer; `corrected` is the answer as it should have been, "" where it is not given."""

    reviewer: str
    verdict: Verdict
    note: str = ""
    passages: tuple[Picked, ...] = ()
    corrected: str = ""
    build: str = ""
    made: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the audit trail."""

    made: datetime
    actor: str
    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Verdicts:
    """The verdicts in one database. Nothing here is ever changed or taken back: a new one is put beside the old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def judge(self, case_id: str, judgement: Judgement) -> None:
        """Adds a verdict; the case leaves the queue unless a second reviewer is still wanted."""
        made = judgement.made or now()
        values = {
            "verdict": judgement.verdict.value,
            "note": masked(judgement.note.strip()[:LONGEST_NOTE]),
            "passages": [one.to_json() for one in judgement.passages],
            "corrected": masked(judgement.corrected.strip()[:LONGEST_NOTE]),
            "build": judgement.build,
        }
        with writing(self._engine) as connection:
            case = _locked(connection, case_id)
            earlier = connection.execute(
                select(verdicts).where(verdicts.c.answer_id == case_id).order_by(verdicts.c.id)
            ).mappings()
            held = [dict(row) for row in earlier]
            connection.execute(
                insert(verdicts).values(values | {"answer_id": case_id, "reviewer": judgement.reviewer, "made": made})
            )
            reviewers = {row["reviewer"] for row in held} | {judgement.reviewer}
            waits = case["wants_second"] and len(reviewers) < 2
            connection.execute(
                update(answers)
                .where(answers.c.id == case_id)
                .values(verdict=values["verdict"], urgency=SECOND_WANTED if waits else DONE, wants_second=waits)
            )
            before = {name: held[-1][name] for name in values} | {"reviewer": held[-1]["reviewer"]} if held else {}
            note(connection, judgement.reviewer, "verdict", case_id, before, values, made)

    def want_second(self, case_id: str, actor: str) -> None:
        """Puts a judged case back for another reviewer."""
        with writing(self._engine) as connection:
            case = _locked(connection, case_id)
            connection.execute(
                update(answers)
                .where(answers.c.id == case_id)
                .values(wants_second=True, urgency=max(SECOND_WANTED, case["urgency"]))
            )
            note(connection, actor, "second reviewer wanted", case_id, {}, {})

    def tell(self, actor: str, action: str, subject: str, after: Mapping[str, Any]) -> None:
        """Adds a line to the audit trail."""
        with writing(self._engine) as connection:
            note(connection, actor, action, subject, {}, after)

    def of(self, case_id: str) -> list[Judgement]:
        """The verdicts on a case, oldest first."""
        chosen = select(verdicts).where(verdicts.c.answer_id == case_id).order_by(verdicts.c.id)
        with reading(self._engine) as connection:
            return [_judgement(row) for row in connection.execute(chosen).mappings()]

    def trail(self, subject: str = "", limit: int = 200) -> list[Event]:
        """The audit trail of one subject, or all of it; newest first."""
        chosen = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subject:
            chosen = chosen.where(audit.c.subject == subject)
        with reading(self._engine) as connection:
            return [
                Event(row["made"], row["actor"], row["action"], row["subject"], row["before"], row["after"])
                for row in connection.execute(chosen).mappings()
            ]

    def agreement(self) -> Agreement:
        """Over the cases that two reviewers judged: the last word of the first and of the second."""
        chosen = select(verdicts.c.answer_id, verdicts.c.reviewer, verdicts.c.verdict).order_by(verdicts.c.id)
        found: dict[str, dict[str, str]] = {}
        with reading(self._engine) as connection:
            for case_id, reviewer, value in connection.execute(chosen):
                found.setdefault(case_id, {})[reviewer] = value
        pairs = [tuple(held.values())[:2] for held in found.values() if len(held) > 1]
        return agreement([(first, second) for first, second in pairs])


def note(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    made: datetime | None = None,
) -> None:
    """A line of the audit trail, in the same transaction as what it tells of."""
    connection.execute(
        insert(audit).values(
            made=made or now(), actor=actor, action=action, subject=subject, before=dict(before), after=dict(after)
        )
    )


def _locked(connection: Connection, case_id: str) -> Mapping[str, Any]:
    chosen = select(answers.c.wants_second, answers.c.urgency).where(answers.c.id == case_id).with_for_update()
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise JournalProblem(f"the journal holds no answer {case_id!r}; see: erasmus-assistant journal list")
    return dict(row)


def _judgement(row: RowMapping) -> Judgement:
    return Judgement(
        row["reviewer"],
        Verdict(row["verdict"]),
        row["note"],
        picked(row["passages"]),
        row["corrected"],
        row["build"],
        row["made"],
    )


def picked(values: Sequence[Mapping[str, Any]]) -> tuple[Picked, ...]:
    return tuple(picked_from_json(value) for value in values)
