"""The journal without any setting: the app keeps one, the command line none, and no disk stops the chat."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.cli import main
from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review import database as databases
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.tables import REVISION
from erasmus_assistant.settings import Settings
from erasmus_assistant.web.desk.sink import JournalSink
from erasmus_assistant.web.feedback import Feedback

PASSWORD = "correct horse battery"
QUESTION = "Kas ir Eurodesk tīkls?"


def environment(settings: Settings, database: str) -> dict[str, str]:
    places = {"ERASMUS_CORPUS": str(settings.corpus), "ERASMUS_INDEX": str(settings.index)}
    return {**os.environ, **places, "ERASMUS_DATABASE": database}


@contextmanager
def app(held: dict[str, str], log: Path) -> Iterator[httpx.Client]:
    """The real server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "erasmus_assistant", "serve", "--port", port]
    with log.open("wb") as out, subprocess.Popen(command, env=held, stdout=out, stderr=out) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait(client, process)
                yield client
        finally:
            process.terminate()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail("the app did not come up")


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_feedback_and_the_desk_work_from_the_first_start(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "data" / "journal.sqlite3"
    held = environment(settings, str(path))
    with app(held, tmp_path / "log") as client:
        answer = client.post("/api/ask", json={"question": QUESTION}).json()
        said = client.post("/api/feedback", json={"answer": answer["id"], "helpful": False, "comment": "Too short."})
        assert said.status_code == 204
        assert client.get("/desk").status_code == 401
        command = [sys.executable, "-m", "erasmus_assistant", "desk", "add-user", "anna", "--role", "admin"]
        subprocess.run(command, input=PASSWORD, text=True, env=held, check=True)
        token = _hidden(client.get("/desk/login").text, "token")
        client.post("/desk/login", data={"name": "anna", "password": PASSWORD, "token": token})
        queue = client.get("/desk").text
        assert QUESTION in queue
        assert "thumb down" in queue
    assert f"answers are recorded in {path}" in (tmp_path / "log").read_text("utf-8")


def test_a_folder_that_can_hold_no_journal_costs_the_chat_nothing(settings: Settings, tmp_path: Path) -> None:
    with app(environment(settings, "/dev/null/journal.sqlite3"), tmp_path / "log") as client:
        assert client.post("/api/ask", json={"question": QUESTION}).json()["outcome"] == "answered"
        assert client.get("/desk").status_code == 404
    assert (tmp_path / "log").read_text("utf-8").count("going on without a journal") == 1


def test_a_full_disk_is_told_once_and_answers_go_on(assistant: Assistant, tmp_path: Path) -> None:
    engine = open_database(str(tmp_path / "journal.sqlite3"))
    engine.dispose()

    def no_room(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1").close()

    event.listen(engine, "connect", no_room)
    said: list[str] = []
    sink = JournalSink(Journal(engine), said.append)
    answers = [assistant.ask(Request(QUESTION, (), "", f"full-{number}")) for number in range(40)]
    for answer in answers:
        sink.record(answer, "somebody", "chat")
    assert len(said) == 1
    assert "full" in said[0]
    assert "answers are given, but not recorded" in said[0]
    kept = Journal(engine).count()
    assert kept < len(answers)
    assert not sink.feedback(Feedback(answers[-1].id, helpful=False))


def test_what_the_database_refuses_is_a_known_problem(tmp_path: Path) -> None:
    engine = open_database(str(tmp_path / "journal.sqlite3"))
    for using in (databases.reading, databases.writing):
        with pytest.raises(JournalProblem, match="no such table"), using(engine) as connection:
            connection.exec_driver_sql("SELECT * FROM elsewhere")


def test_the_command_line_leaves_no_trace(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(settings, str(tmp_path / "data" / "journal.sqlite3")).items():
        if name.startswith("ERASMUS_"):
            monkeypatch.setenv(name, value)
    questions = tmp_path / "questions.jsonl"
    line = {"id": "far-1", "lang": "en", "kind": "far", "question": "Will it rain?", "answerable": False}
    questions.write_text(json.dumps(line) + "\n", "utf-8")
    assert main(["ask", QUESTION]) == 0
    assert main(["batch", str(questions), "-o", str(tmp_path / "answers.jsonl")]) == 0
    monkeypatch.setenv("ERASMUS_MODEL", "nobody:nothing")
    run = ["benchmark", "run", "--answerer", "extractive", "--questions", str(questions), "-o", str(tmp_path / "run")]
    assert main(run) == 0
    capsys.readouterr()
    assert not (tmp_path / "data").exists()


def test_the_tables_of_this_version_are_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(databases.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION
