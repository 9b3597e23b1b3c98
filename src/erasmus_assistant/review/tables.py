"""The journal's tables.

answer    every answer given, with what led to it; the queue's columns are kept beside it
verdict   what staff found, the newest last; never changed
audit     who did what when, and what stood before; a trigger refuses every change
pin       corrected answers that an admin approved
account   who may use the desk; login its sessions, attempt its failures
salt      today's salt of the session names; yesterday's is deleted
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

REVISION = "0003"
"""The newest of `migrations/versions`."""

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC, aware in Python; SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


_Serial = BigInteger().with_variant(Integer, "sqlite")

answer = Table(
    "answer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("asked", Moment, nullable=False),
    Column("day", String(10), nullable=False),
    Column("session", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("answerer", String(120), nullable=False),
    Column("build", String(64), nullable=False),
    Column("details", JSON, nullable=False),
    Column("helpful", Boolean),
    Column("reasons", JSON, nullable=False, default=list),
    Column("comment", Text, nullable=False, default=""),
    Column("verdict", String(24)),
    Column("urgency", Integer, nullable=False),
    Column("wants_second", Boolean, nullable=False, default=False),
    Index("answer_queue", "urgency", "asked", "id"),
    Index("answer_facts", "asked", "day", "language", "section", "outcome", "verdict", "helpful", "urgency"),
    Index("answer_session", "session", "asked"),
    Index("answer_verdict", "verdict", "urgency", "asked", "id"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("answer_id", String(64), ForeignKey("answer.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reviewer", String(64), nullable=False),
    Column("made", Moment, nullable=False),
    Column("verdict", String(24), nullable=False),
    Column("note", Text, nullable=False),
    Column("passages", JSON, nullable=False),
    Column("corrected", Text, nullable=False),
    Column("build", String(64), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("made", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(80), nullable=False, index=True),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
)

pin = Table(
    "pin",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("answer_id", String(64), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed", Moment, nullable=False),
    Column("decided_by", String(64), nullable=False, default=""),
    Column("decided", Moment),
    Column("reason", Text, nullable=False, default=""),
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_visit", Moment),
    Column("this_visit", Moment),
)

login = Table(
    "login",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("name", String(64), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("began", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
)

salt = Table(
    "salt",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
