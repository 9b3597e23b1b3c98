"""The journal: every answer given, masked and pseudonymised before it is stored.

Asking has no side effects; the edge (chat, HTTP) calls `record` with the finished answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.records import Answer, Turn
from erasmus_assistant.review.database import checkpoint, open_database, reading, switched_off, writing
from erasmus_assistant.review.masking import masked, masked_like
from erasmus_assistant.review.sessions import pseudonym
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.tables import attempt, login, now, salt
from erasmus_assistant.review.urgency import urgency
from erasmus_assistant.settings import Settings

LONGEST_COMMENT = 2000
LONGEST_SECTION = 300
"""An index holds it, and PostgreSQL bounds what an index may hold."""
_CONTEXT_LIMIT = 600


class Journal:
    """The journal over one database; safe to use from several threads."""

    stores = True

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def place(self) -> str:
        """Where it is: the file, or the address of the database without its password."""
        url = self.engine.url
        return url.database or "" if self.engine.dialect.name == "sqlite" else url.render_as_string(hide_password=True)

    def record(
        self,
        answer: Answer,
        session: str = "",
        *,
        history: Sequence[Turn] = (),
        channel: str = "chat",
        at: datetime | None = None,
    ) -> None:
        """Stores an answer; when it returns the row is on the disk. Raises JournalProblem.

        An answer that is recorded twice is kept once. `session` is the random name of the conversation,
        of which only a salted one is stored; where there is no `history`, what the answer itself knows
        of the conversation is kept.
        """
        asked = at or now()
        row = _row(answer, history, channel, asked)
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(answers).values(row | {"session": pseudonym(connection, session, asked)}))
        except IntegrityError:
            if not self.holds(answer.id):
                raise

    def holds(self, answer_id: str) -> bool:
        """Whether there is an answer with this id."""
        with reading(self.engine) as connection:
            return connection.execute(select(answers.c.id).where(answers.c.id == answer_id)).first() is not None

    def feedback(self, answer_id: str, helpful: bool, reasons: Sequence[str] = (), comment: str = "") -> bool:
        """Stores what the person says of an answer; False where the answer is unknown. The last word counts."""
        with writing(self.engine) as connection:
            held = connection.execute(select(answers).where(answers.c.id == answer_id)).mappings().first()
            if held is None:
                return False
            kept = sorted({str(reason)[:40] for reason in reasons})[:8]
            values: dict[str, Any] = {
                "helpful": helpful,
                "reasons": kept,
                "comment": masked(comment[:LONGEST_COMMENT]),
            }
            threshold = held["details"]["threshold"]
            fresh = urgency(held["outcome"], held["confidence"], threshold, helpful, kept, held["answerer"])
            # A complaint brings a judged case back; praise does not.
            if held["verdict"] is None or not helpful:
                values["urgency"] = fresh if held["verdict"] is None else max(fresh, held["urgency"])
            connection.execute(update(answers).where(answers.c.id == answer_id).values(values))
            return True

    def prune(self, days: int, at: datetime | None = None) -> int:
        """Deletes answers older than `days`, with their verdicts, and worn-out logins and salts; how many answers."""
        present = at or now()
        with writing(self.engine) as connection:
            gone = _deleted(connection, answers.c.asked < present - timedelta(days=days))
            connection.execute(delete(attempt).where(attempt.c.at < present - timedelta(days=1)))
            connection.execute(delete(login).where(login.c.began < present - timedelta(days=1)))
            connection.execute(delete(salt).where(salt.c.day < present.date().isoformat()))
        checkpoint(self.engine)
        return gone

    def forget(self, session: str, at: datetime | None = None) -> int:
        """Deletes the answers of one session, by its name in the journal or by its own name, if of today; how many."""
        with writing(self.engine) as connection:
            name = pseudonym(connection, session, at or now())
            gone = _deleted(connection, or_(answers.c.session == session, answers.c.session == name)) if name else 0
        checkpoint(self.engine)
        return gone

    def count(self) -> int:
        with reading(self.engine) as connection:
            return int(connection.execute(select(func.count()).select_from(answers)).scalar_one())


def open_journal(settings: Settings) -> Journal:
    """The journal that the settings name; raises JournalProblem where there is none or it can't be opened."""
    return Journal(open_database(settings.database.get_secret_value()))


def journal_if_any(settings: Settings) -> Journal | None:
    """The journal, or None where the operator has switched it off; raises JournalProblem where it can't be opened."""
    return None if switched_off(settings.database.get_secret_value()) else open_journal(settings)


def _deleted(connection: Connection, condition: Any) -> int:
    return int(connection.execute(delete(answers).where(condition)).rowcount)


def _row(answer: Answer, history: Sequence[Turn], channel: str, asked: datetime) -> dict[str, Any]:
    question = masked(answer.question)
    text = masked_like(answer.text, answer.question)
    said = [[turn.role, masked(turn.text[:_CONTEXT_LIMIT])] for turn in history]
    said = said or _turns(answer.context)
    cited = {quotation.passage.id for quotation in answer.quotations}
    first = answer.quotations[0].passage if answer.quotations else answer.hits[0].passage if answer.hits else None
    shown = answer_json(answer)
    hits = [hit | {"cited": hit["passage_id"] in cited} for hit in shown["hits"]]
    return {
        "id": answer.id,
        "asked": asked,
        "day": asked.date().isoformat(),
        "channel": channel,
        "question": question,
        "folded": question.casefold(),
        "language": answer.language,
        "outcome": answer.outcome.value,
        "confidence": answer.confidence,
        "text": text,
        "section": first.heading_path[-1][:LONGEST_SECTION] if first is not None and first.heading_path else "",
        "answerer": answer.answerer,
        "build": answer.index,
        "details": {
            "citations": shown["citations"],
            "hits": hits,
            "timings_ms": shown["timings_ms"],
            "looked_for": masked_like(answer.looked_for, answer.question),
            "threshold": answer.threshold,
            "history": said,
            "note": answer.note,
        },
        "reasons": [],
        "comment": "",
        "urgency": urgency(answer.outcome, answer.confidence, answer.threshold, answerer=answer.answerer),
        "wants_second": False,
    }


def _turns(context: Sequence[str]) -> list[list[str]]:
    """What was said before, oldest first: the newest of it is an answer, and the two sides take turns."""
    roles = ("assistant", "user")
    return [[roles[place % 2], masked(one)] for place, one in enumerate(context)][::-1]
