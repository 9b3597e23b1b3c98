"""An acknowledged row survives kill -9, a second process and a clash of writers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from erasmus_assistant.records import Answer, Outcome
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.tables import answer as answers

pytest_plugins = ("databases",)

WRITER = Path(__file__).with_name("journal_writer.py")
KILLS = int(os.environ.get("ERASMUS_TEST_KILLS", "200"))
AT_ONCE = 4


def _killed(database: str, name: str, wait: float) -> list[str]:
    """Starts a writer, kills it some time after its first row, and gives the ids that it said."""
    process = subprocess.Popen([sys.executable, str(WRITER), database, name], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    said = process.stdout.read().split("\n")
    process.wait()
    # The last line may be cut off; a whole one ends with a line break.
    return [line for line in said[:-1] if line]


@pytest.mark.slow
def test_kill_9_loses_no_acknowledged_row(tmp_path: Path) -> None:
    """Writers fork from one warm parent, so that 200 kills take a minute and not ten."""
    database = str(tmp_path / "journal.sqlite3")
    open_database(database).dispose()
    chance = random.Random(20210401)
    said: list[str] = []
    for kill in range(KILLS):
        said += _forked_and_killed(database, f"k{kill}", chance.uniform(0.0, 0.03))
    engine = open_database(database)
    with engine.connect() as connection:
        held = set(connection.execute(select(answers.c.id)).scalars())
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert len(said) > KILLS
    assert set(said) <= held


def _forked_and_killed(database: str, name: str, wait: float) -> list[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.dup2(writing, 1)
            sys.stdout = os.fdopen(1, "w")
            _write_for_ever(database, name, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        first = pipe.readline()
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines = (first + pipe.read()).decode().split("\n")
    return [line for line in lines[:-1] if line]


def _write_for_ever(database: str, name: str, pipe: int) -> None:
    journal = Journal(open_database(database))
    number = 0
    while True:
        number += 1
        answer = _answer(f"{name}-{number}")
        journal.record(answer, "session")
        os.write(pipe, f"{answer.id}\n".encode())


def _answer(answer_id: str) -> Answer:
    return Answer(answer_id, "Kas?", "lv", Outcome.ANSWERED, "Tas. " * 200, 0.5, (), (), "extractive", "build")


@pytest.mark.slow
def test_kill_9_of_a_process_of_its_own(database: str) -> None:
    said = [one for number in range(3) for one in _killed(database, f"p{number}", 0.3)]
    engine = open_database(database)
    with engine.connect() as connection:
        held = set(connection.execute(select(answers.c.id)).scalars())
    engine.dispose()
    assert len(said) > 3
    assert set(said) <= held


def test_many_threads_write_at_once(journal: Journal) -> None:
    failed: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for number in range(20):
                journal.record(_answer(f"t{thread}-{number}"), f"s{thread}")
                journal.feedback(f"t{thread}-{number}", helpful=number % 2 == 0)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert journal.count() == 20 * AT_ONCE
