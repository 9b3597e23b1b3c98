"""The journal's database: SQLite in one file by default, PostgreSQL by its URL; opened, set up, migrated.

A commit is on the disk when it returns: SQLite runs in WAL mode with full synchronisation.
Whatever the database refuses comes out as a JournalProblem.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.tables import REVISION

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 15
_LOCK = 7_211_903
"""Any number: the PostgreSQL advisory lock under which the tables are changed."""


def switched_off(value: str) -> bool:
    """Whether this value of `ERASMUS_DATABASE` says that no journal is kept."""
    return value.strip().casefold() in ("", "off")


def database_url(value: str) -> URL:
    """The address of the journal from `ERASMUS_DATABASE`: an SQLAlchemy URL, or the path of an SQLite file."""
    if switched_off(value):
        raise JournalProblem("the journal is switched off; unset ERASMUS_DATABASE, or name a file or database in it")
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
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _known(error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that takes SQLite's write lock at its beginning, so that it never fails half-way for it.

    An IntegrityError passes: whether a row that is there already matters, only the caller knows.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.info["immediate"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info.pop("immediate", None)
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise _known(error) from error


def checkpoint(engine: Engine) -> None:
    """Takes what was deleted out of SQLite's log as well."""
    if engine.dialect.name != "sqlite":
        return
    with reading(engine) as connection:
        try:
            # Past SQLAlchemy, which would begin a transaction: inside one the log can't be emptied.
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise JournalProblem(f"the journal's log can't be emptied: {_reason(error)}; see the disk") from error


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
    """Brings the tables to this version; Alembic is imported only where there is something to bring."""
    held = _revision(engine)
    if held == REVISION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if held is not None and held not in known:
        raise JournalProblem(f"the journal was made by a newer version ({held}); update erasmus-assistant")
    with _alone(engine), engine.connect() as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    """Which tables the database has; None for none yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


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


def _known(error: SQLAlchemyError) -> JournalProblem:
    """What the database said, in one line."""
    return JournalProblem(f"the journal's database refuses: {_reason(error)}; see ERASMUS_DATABASE and the disk")
