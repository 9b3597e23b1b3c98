"""The journal's database: SQLite in one file by default, PostgreSQL by its URL; opened, set up, migrated.

A commit is on the disk when it returns: SQLite runs in WAL mode with full synchronisation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from erasmus_assistant.errors import ErasmusError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 15
_LOCK = 7_211_903
"""Any number: the PostgreSQL advisory lock under which the tables are changed."""


class JournalProblem(ErasmusError):
    """The journal is not configured, or its database refuses."""


def database_url(value: str) -> URL:
    """The address of the journal from `ERASMUS_DATABASE`: an SQLAlchemy URL, or the path of an SQLite file."""
    if not value:
        raise JournalProblem("there is no journal; name its file or database: ERASMUS_DATABASE=journal.sqlite3")
    if "://" not in value:
        return URL.create("sqlite", database=value)
    try:
        url = make_url(value)
    except ArgumentError:
        raise JournalProblem(
            "ERASMUS_DATABASE is no SQLAlchemy URL; write sqlite:///file or postgresql://..."
        ) from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if not url.drivername.startswith(("sqlite", "postgresql")):
        raise JournalProblem(f"the journal can't be kept in {url.drivername!r}; use SQLite or PostgreSQL")
    return url


def open_database(value: str) -> Engine:
    """An engine over a database whose tables are those of this version; raises JournalProblem."""
    url = database_url(value)
    try:
        engine = _sqlite(url) if url.drivername.startswith("sqlite") else create_engine(url, pool_pre_ping=True)
        _migrate(engine)
    except (NoSuchModuleError, ImportError) as error:
        raise JournalProblem(f"the driver is missing ({error}); pip install 'erasmus-assistant[postgresql]'") from None
    except (SQLAlchemyError, OSError, Timeout) as error:
        raise JournalProblem(
            f"the journal {_shown(url)} can't be opened: {_reason(error)}; mend ERASMUS_DATABASE"
        ) from None
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that takes SQLite's write lock at its beginning, so that it never fails half-way for it."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.info["immediate"] = True
        try:
            with connection.begin():
                yield connection
        finally:
            connection.info.pop("immediate", None)


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    if url.database and url.database != ":memory:" and not Path(url.database).exists():
        # Personal data even when masked: readable by the owner alone.
        os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """WAL: readers never wait for a writer. FULL: a commit survives a power cut. What is deleted is overwritten."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("immediate") else "BEGIN")


def _migrate(engine: Engine) -> None:
    """Brings the tables to this version; Alembic is imported here since no other command needs it."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_revision()
    if held == newest:
        return
    with _alone(engine), engine.connect() as connection:
        if held is not None and held not in {
            one.revision for one in ScriptDirectory.from_config(config).walk_revisions()
        }:
            raise JournalProblem(f"the journal was made by a newer version ({held}); update erasmus-assistant")
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """One process at a time changes the tables."""
    if engine.dialect.name == "sqlite":
        if engine.url.database in (None, "", ":memory:"):
            yield
            return
        with FileLock(f"{engine.url.database}.lock", timeout=60):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": _LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _LOCK})


def _shown(url: URL) -> str:
    return repr(url.render_as_string(hide_password=True))


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())[:200]


def known_problem(error: SQLAlchemyError) -> JournalProblem:
    """What the database said, in one line."""
    what = "is locked or unreachable" if isinstance(error, OperationalError) else "refuses"
    return JournalProblem(f"the journal's database {what}: {_reason(error)}; see ERASMUS_DATABASE and the disk")
