"""The journal, the desk and the verdicts from a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.benchmark.questions import read_questions
from erasmus_assistant.cli import main
from erasmus_assistant.records import Answer
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.settings import Settings


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assistant: Assistant, settings: Settings) -> Answer:
    """An answer in a journal that the environment names."""
    database = str(tmp_path / "journal.sqlite3")
    monkeypatch.setenv("ERASMUS_DATABASE", database)
    monkeypatch.setenv("ERASMUS_CORPUS", str(settings.corpus))
    monkeypatch.setenv("ERASMUS_INDEX", str(settings.index))
    answer = assistant.ask(Request("Kas ir Eurodesk tīkls?"))
    Journal(open_database(database)).record(answer, "session")
    return answer


def test_listing_and_showing(recorded: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "list"]) == 0
    assert recorded.id in capsys.readouterr().out
    assert main(["journal", "list", "--json", "--outcome", "not_in_guide"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["journal", "show", recorded.id, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["text"] == recorded.text
    assert main(["journal", "show", recorded.id]) == 0
    assert "looked for" in capsys.readouterr().out
    assert main(["journal", "show", "nothing"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_exports_and_pruning(recorded: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("out.csv", "out.jsonl"):
        assert main(["journal", "export", "-o", str(tmp_path / name)]) == 0
        assert "1 answers" in capsys.readouterr().err
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["id"] == recorded.id
    assert main(["journal", "export", "-o", str(tmp_path / "out.xlsx")]) == 1
    assert main(["journal", "prune", "--days", "-1"]) == 1
    assert main(["journal", "prune", "--session", "session"]) == 0
    assert "1 answers" in capsys.readouterr().err
    assert main(["journal", "prune"]) == 0


def test_from_a_verdict_to_a_test_and_a_pin(
    recorded: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quote = recorded.quotations[0].quote.split("\n")[0]
    judge = ["review", "judge", recorded.id, "incomplete", "--quote", quote, "--corrected", "Tas ir tīkls. [1]"]
    assert main([*judge, "--quote", "words that the guide has nowhere"]) == 1
    assert main(judge) == 0
    assert main(["review", "list"]) == 0
    assert recorded.id not in capsys.readouterr().out
    questions = tmp_path / "from-desk.jsonl"
    assert main(["review", "test", recorded.id, "--questions", str(questions)]) == 0
    assert read_questions(questions)[0].question == recorded.question
    assert main(["review", "propose", recorded.id]) == 0
    assert main(["review", "approve", "1"]) == 0
    capsys.readouterr()
    assert main(["review", "pins", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "approved"
    assert main(["review", "withdraw", "1"]) == 0
    assert main(["review", "second", recorded.id]) == 0
    assert main(["review", "agreement"]) == 0
    assert "no case" in capsys.readouterr().out
    assert main(["review", "trail", "--json"]) == 0
    actions = [json.loads(line)["action"] for line in capsys.readouterr().out.splitlines()]
    assert actions[-1] == "verdict"
    assert {"pin proposed", "pin approved", "pin withdrawn", "made a test"} <= set(actions)


def test_accounts(recorded: Answer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert main(["desk", "add-user", "anna", "--role", "admin"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["desk", "add-user", "berta"]) == 1
    capsys.readouterr()
    assert main(["desk", "list-users", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "anna"
    assert main(["desk", "remove-user", "anna"]) == 0
    assert main(["desk", "remove-user", "anna"]) == 1


@pytest.mark.parametrize("value", ["", "off", "OFF"])
def test_a_journal_that_is_off_says_what_to_set(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ERASMUS_DATABASE", value)
    assert main(["journal", "list"]) == 1
    assert "ERASMUS_DATABASE" in capsys.readouterr().err
