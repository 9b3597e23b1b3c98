"""Pinned answers: corrected by a reviewer, approved by an admin, given until the passages behind them change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.cases import Case
from erasmus_assistant.review.database import reading, writing
from erasmus_assistant.review.likeness import stands_alone
from erasmus_assistant.review.picking import Picked, picked_from_json, standing
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.tables import now
from erasmus_assistant.review.tables import pin as pins
from erasmus_assistant.review.urgency import PIN_EXPIRED
from erasmus_assistant.review.verdicts import Judgement, note
from erasmus_assistant.search.index import Index


class State(StrEnum):
    """Where a pin is in its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Pin:
    """A text that stands in for an answer, and the passages behind it."""

    id: int
    answer_id: str
    question: str
    language: str
    text: str
    citations: tuple[Picked, ...]
    state: State
    proposed_by: str
    proposed: datetime
    decided_by: str
    decided: datetime | None
    reason: str


class Pins:
    """The pins in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def propose(self, case: Case, judgement: Judgement, actor: str) -> int:
        """Proposes the corrected text of a verdict; raises JournalProblem where text or passages are missing."""
        if not judgement.corrected:
            raise JournalProblem("a pinned answer needs a corrected text; add one to the verdict")
        if not judgement.passages:
            raise JournalProblem("a pinned answer needs passages behind it; pick them in the guide with the verdict")
        if not stands_alone(case.question, case.language):
            raise JournalProblem("the question leans on the conversation before it, so its answer can't be pinned")
        with writing(self._engine) as connection:
            row = {
                "answer_id": case.id,
                "question": case.question,
                "language": case.language,
                "text": judgement.corrected,
                "citations": [one.to_json() for one in judgement.passages],
                "state": State.PROPOSED.value,
                "proposed_by": actor,
                "proposed": now(),
                "decided_by": "",
                "reason": "",
            }
            made = connection.execute(insert(pins).values(row)).inserted_primary_key
            assert made is not None
            note(connection, actor, "pin proposed", case.id, {}, {"pin": made[0], "text": judgement.corrected})
            return int(made[0])

    def approve(self, pin_id: int, actor: str, index: Index) -> None:
        """Gives the pin out from now on; an older one for the same answer is withdrawn."""
        with writing(self._engine) as connection:
            pin = self._held(connection, pin_id)
            if pin.state is not State.PROPOSED:
                raise JournalProblem(f"pin {pin_id} is {pin.state}, not proposed; propose it anew from its case")
            if len(standing(index, pin.citations)) != len(pin.citations):
                raise JournalProblem(f"a passage behind pin {pin_id} has changed; judge its case again")
            older = select(pins.c.id).where(
                pins.c.answer_id == pin.answer_id, pins.c.state == State.APPROVED.value, pins.c.id != pin_id
            )
            for held in list(connection.execute(older).scalars()):
                self._change(connection, self._held(connection, held), State.WITHDRAWN, actor, "a newer one stands")
            self._change(connection, pin, State.APPROVED, actor, "")

    def withdraw(self, pin_id: int, actor: str, reason: str = "") -> None:
        """Gives the pin out no more, or declines a proposed one."""
        with writing(self._engine) as connection:
            pin = self._held(connection, pin_id)
            if pin.state in (State.EXPIRED, State.WITHDRAWN):
                raise JournalProblem(f"pin {pin_id} is {pin.state} already")
            self._change(connection, pin, State.WITHDRAWN, actor, reason[:400])

    def expire(self, index: Index) -> list[int]:
        """Expires the approved pins that today's guide no longer bears out; their cases return to the queue."""
        gone = [pin for pin in self.all(State.APPROVED) if len(standing(index, pin.citations)) != len(pin.citations)]
        for pin in gone:
            with writing(self._engine) as connection:
                self._change(connection, pin, State.EXPIRED, "system", "a cited passage has changed")
                connection.execute(update(answers).where(answers.c.id == pin.answer_id).values(urgency=PIN_EXPIRED))
        return [pin.id for pin in gone]

    def all(self, state: State | None = None) -> list[Pin]:
        """The pins in one state, or all; newest first."""
        chosen = select(pins).order_by(pins.c.id.desc())
        if state is not None:
            chosen = chosen.where(pins.c.state == state.value)
        return self._read(chosen)

    def of(self, case_id: str) -> list[Pin]:
        return self._read(select(pins).where(pins.c.answer_id == case_id).order_by(pins.c.id.desc()))

    def _read(self, chosen: Any) -> list[Pin]:
        with reading(self._engine) as connection:
            return [_pin(row) for row in connection.execute(chosen).mappings()]

    @staticmethod
    def _held(connection: Connection, pin_id: int) -> Pin:
        row = connection.execute(select(pins).where(pins.c.id == pin_id).with_for_update()).mappings().first()
        if row is None:
            raise JournalProblem(f"there is no pin {pin_id}; see: erasmus-assistant review pins")
        return _pin(row)

    @staticmethod
    def _change(connection: Connection, pin: Pin, state: State, actor: str, reason: str) -> None:
        values = {"state": state.value, "decided_by": actor, "decided": now(), "reason": reason}
        connection.execute(update(pins).where(pins.c.id == pin.id).values(values))
        before, after = {"state": pin.state.value}, {"pin": pin.id, "state": state.value, "reason": reason}
        note(connection, actor, f"pin {state.value}", pin.answer_id, before, after)


def _pin(row: RowMapping) -> Pin:
    values = {name: row[name] for name in Pin.__dataclass_fields__}
    citations: Sequence[Mapping[str, Any]] = row["citations"]
    picked = tuple(picked_from_json(one) for one in citations)
    return Pin(**{**values, "citations": picked, "state": State(row["state"])})
