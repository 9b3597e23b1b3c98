"""Who may use the desk: accounts with hashed passwords, sessions that expire, attempts that are limited."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from erasmus_assistant.errors import AccountProblem, LoginRefused
from erasmus_assistant.review.database import reading, writing
from erasmus_assistant.review.tables import account, attempt, audit, login, now

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
IDLE = timedelta(hours=1)
LONGEST_SESSION = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
TRIES_OF_A_NAME = 5
TRIES_OF_ALL = 100

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_COST = {"n": 2**15, "r": 8, "p": 3}
"""scrypt, 32 MB and about a quarter of a second: OWASP's figures for these parameters."""
_ONE_AT_A_TIME = threading.Lock()


class Role(StrEnum):
    """A reviewer judges; an admin also approves pinned answers and runs the lab's upkeep."""

    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in; `since` is the visit before this one: what is newer is new."""

    name: str
    role: Role
    csrf: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    role: Role
    created: datetime
    last_visit: datetime | None


class Accounts:
    """The accounts in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, password: str, role: Role, actor: str = "command line") -> None:
        """Makes an account, or gives a held one a new password and role and ends its sessions."""
        if not _NAME.fullmatch(name):
            raise AccountProblem(f"{name!r} is no name for an account; use small letters, digits, dot and hyphen")
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AccountProblem(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; choose another")
        hashed = hash_password(password)
        with writing(self._engine) as connection:
            held = connection.execute(select(account.c.role).where(account.c.name == name)).scalar()
            if held is None:
                connection.execute(insert(account).values(name=name, role=role.value, password=hashed, created=now()))
            else:
                connection.execute(
                    update(account).where(account.c.name == name).values(role=role.value, password=hashed)
                )
                connection.execute(delete(login).where(login.c.name == name))
            connection.execute(
                insert(audit).values(
                    made=now(),
                    actor=actor,
                    action="account changed" if held else "account added",
                    subject=f"account {name}",
                    before={"role": held} if held else {},
                    after={"role": role.value},
                )
            )

    def remove(self, name: str, actor: str = "command line") -> None:
        """Deletes an account; what it judged stays. Raises AccountProblem."""
        with writing(self._engine) as connection:
            if not connection.execute(delete(account).where(account.c.name == name)).rowcount:
                raise AccountProblem(f"there is no account {name!r}; see: erasmus-assistant desk list-users")
            connection.execute(delete(login).where(login.c.name == name))
            connection.execute(
                insert(audit).values(
                    made=now(), actor=actor, action="account removed", subject=f"account {name}", before={}, after={}
                )
            )

    def all(self) -> list[Account]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(account).order_by(account.c.name)).mappings()
            return [Account(row["name"], Role(row["role"]), row["created"], row["this_visit"]) for row in rows]

    def log_in(self, name: str, password: str, at: datetime | None = None) -> str:
        """The token of a new session. Raises LoginRefused; a name that does not exist takes as long."""
        present = at or now()
        name = name.strip().casefold()[:64]
        self._count(name, present)
        with reading(self._engine) as connection:
            hashed = connection.execute(select(account.c.password).where(account.c.name == name)).scalar()
        if not verify_password(password[: LONGEST_PASSWORD + 1], hashed or _nobody()) or hashed is None:
            raise LoginRefused("the name or the password is wrong")
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        try:
            with writing(self._engine) as connection:
                connection.execute(delete(attempt).where(attempt.c.name == name))
                connection.execute(
                    insert(login).values(token=_digest(token), name=name, csrf=csrf, began=present, seen=present)
                )
                connection.execute(
                    update(account)
                    .where(account.c.name == name)
                    .values(last_visit=account.c.this_visit, this_visit=present)
                )
        except IntegrityError:
            raise LoginRefused("the name or the password is wrong") from None
        return token

    def session(self, token: str, at: datetime | None = None) -> Session | None:
        """Who holds this token, while its session lasts."""
        if not token:
            return None
        present = at or now()
        joined = select(login, account.c.role, account.c.last_visit).join(account, account.c.name == login.c.name)
        with reading(self._engine) as connection:
            row = connection.execute(joined.where(login.c.token == _digest(token))).mappings().first()
        if row is None:
            return None
        if present - row["seen"] > IDLE or present - row["began"] > LONGEST_SESSION:
            self.log_out(token)
            return None
        if present - row["seen"] > timedelta(minutes=1):
            with writing(self._engine) as connection:
                connection.execute(update(login).where(login.c.token == _digest(token)).values(seen=present))
        return Session(row["name"], Role(row["role"]), row["csrf"], row["last_visit"])

    def log_out(self, token: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(login).where(login.c.token == _digest(token)))

    def _count(self, name: str, present: datetime) -> None:
        """Counts the attempt before the password is looked at, so that parallel ones are counted too."""
        with writing(self._engine) as connection:
            recent = select(func.count()).select_from(attempt).where(attempt.c.at > present - WINDOW)
            of_all = connection.execute(recent).scalar_one()
            of_name = connection.execute(recent.where(attempt.c.name == name)).scalar_one()
            if of_name < TRIES_OF_A_NAME and of_all < TRIES_OF_ALL:
                connection.execute(insert(attempt).values(name=name, at=present))
                return
        minutes = int(WINDOW.total_seconds() // 60)
        raise LoginRefused(f"too many attempts; try again in {minutes} minutes")


def hash_password(password: str) -> str:
    """`scrypt$n$r$p$salt$hash`, with a salt of its own."""
    salt = secrets.token_bytes(16)
    figures = "$".join(str(value) for value in _COST.values())
    return f"scrypt${figures}${_text(salt)}${_text(_scrypt(password, salt, **_COST))}"


def verify_password(password: str, hashed: str) -> bool:
    """Whether the password is the one that was hashed."""
    _, n, r, p, salt, wanted = hashed.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(wanted))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One at a time, so that a burst of logins can't take the memory of the chat.
    with _ONE_AT_A_TIME:
        return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=n, r=r, p=p, maxmem=2**26, dklen=32)


def _nobody() -> str:
    """A hash that no password has, so that an unknown name costs the same."""
    figures = "$".join(str(value) for value in _COST.values())
    return f"scrypt${figures}${_text(bytes(16))}${_text(bytes(32))}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
