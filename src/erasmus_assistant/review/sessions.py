"""Session names that can't be traced: a keyed hash whose key is made anew every day and then deleted.

A session is one conversation, by the random name that the browser gave it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from erasmus_assistant.review.tables import salt

OF_A_CLIENT = "client-"
"""Begins the sessions of an earlier version, which were all that came from one address, of however many people."""


def pseudonym(connection: Connection, session: str, at: datetime) -> str:
    """The name under which `session` stands in the journal on that day; "" for no session.

    The salt of an earlier day is deleted with the first row of a new one: from then on nobody,
    the operator included, can tell which names belonged to one person.
    """
    if not session:
        return ""
    value = _salt(connection, at.astimezone(UTC).date().isoformat())
    return hashlib.blake2b(session.encode("utf-8", "replace"), key=value, digest_size=10).hexdigest()


def _salt(connection: Connection, day: str) -> bytes:
    held = connection.execute(select(salt.c.value).where(salt.c.day == day)).scalar()
    if held is not None:
        return bytes(held)
    try:
        with connection.begin_nested():
            connection.execute(insert(salt).values(day=day, value=secrets.token_bytes(32)))
    except IntegrityError:
        # Another process made today's salt first.
        pass
    connection.execute(delete(salt).where(salt.c.day < day))
    return bytes(connection.execute(select(salt.c.value).where(salt.c.day == day)).scalar_one())
