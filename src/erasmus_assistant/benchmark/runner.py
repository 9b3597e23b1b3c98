"""Asking a question set and scoring the answers; a run that broke off goes on where it stopped."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from erasmus_assistant.benchmark.aggregate import aggregate, curves, to_json
from erasmus_assistant.benchmark.folder import (
    RunFolder,
    append_line,
    check_answer,
    lines,
    mend_tail,
    read_answers,
    write_json,
    write_text,
)
from erasmus_assistant.benchmark.questions import QuestionLine, Split, read_questions, select
from erasmus_assistant.benchmark.report import html_report, markdown_report
from erasmus_assistant.benchmark.scoring import Answered, Row, score
from erasmus_assistant.errors import BadQuestion, BenchmarkError, ErasmusError
from erasmus_assistant.records import Outcome

Asker = Callable[[QuestionLine], dict[str, Any]]
"""A question -> its answer in the JSON form of CONTRACTS.md."""


def ask_all(
    ask: Asker,
    questions: Sequence[QuestionLine],
    run: RunFolder,
    settings: Mapping[str, object],
    *,
    quiet: bool = False,
) -> None:
    """Asks what has no answer yet; an error keeps the finished part and says how to go on."""
    if not questions:
        raise BenchmarkError("no question is left to ask; choose another --set or question file")
    run.start(configuration(questions, settings), questions)
    mend_tail(run.answers)
    done = read_answers(run.answers) if run.answers.exists() else {}
    waiting = [question for question in questions if question.id not in done]
    with run.answers.open("a", encoding="utf-8") as file:
        for question in tqdm(waiting, desc="asking", unit="q", file=sys.stderr, disable=quiet):
            append_line(file, _answer(ask, question, run))


def _answer(ask: Asker, question: QuestionLine, run: RunFolder) -> dict[str, Any]:
    try:
        answer = {**ask(question), "id": question.id}
    except BadQuestion as error:
        return refused(question, str(error))
    except ErasmusError as error:
        raise BenchmarkError(
            f"question {question.id!r}: {error} "
            f"(the answers so far are kept in {str(run.path)!r}; the same command goes on)"
        ) from error
    check_answer(answer, f"answer to {question.id!r}")
    return answer


def refused(question: QuestionLine, reason: str) -> dict[str, Any]:
    """The answer that stands for a question that could not be asked."""
    return {
        "id": question.id,
        "question": question.question,
        "language": question.lang,
        "outcome": Outcome.FAILED.value,
        "text": reason,
        "confidence": 0.0,
        "citations": [],
        "hits": [],
        "timings_ms": {},
        "answerer": "none",
        "index": "",
    }


def configuration(questions: Sequence[QuestionLine], settings: Mapping[str, object]) -> dict[str, object]:
    """What a run depends on; two runs of one folder must agree on all of it but the time."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "python": platform.python_version(),
        "questions": len(questions),
        "questions_sha256": hashlib.sha256("\n".join(one.id + one.digest for one in questions).encode()).hexdigest(),
        "settings": dict(settings),
    }


def commit() -> str:
    """The commit of the working tree and, where it is not clean, a digest of the changes; "" outside a repository."""
    head, changes = _git("rev-parse", "HEAD"), _git("diff", "HEAD")
    return f"{head}+changes.{hashlib.sha256(changes.encode()).hexdigest()[:8]}" if head and changes else head


def _git(*arguments: str) -> str:
    try:
        command = ["git", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def score_run(run: RunFolder, documents: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Rows, aggregates and reports of a run's answers; asks nothing. Gives the content of aggregates.json."""
    questions, config = run.load_questions(), run.load_config()
    answers = read_answers(run.answers)
    texts = _keep_documents(run, answers, documents)
    rows = score_all(questions, answers, texts)
    write_text(run.rows, lines(row.to_json() for row in rows))
    result = summary(rows, unanswered=len(questions) - len(rows))
    write_json(run.aggregates, result)
    write_text(run.path / "report.md", markdown_report(rows, result, config))
    write_text(run.path / "report.html", html_report(rows, result, config))
    return result


def _keep_documents(
    run: RunFolder, answers: Mapping[str, Answered], documents: Mapping[str, str] | None
) -> Mapping[str, str] | None:
    """Keeps the text of the quoted documents with the run, so that it can be scored again from its own files."""
    if documents is None:
        return run.load_documents()
    quoted = {str(one["document"]) for answer in answers.values() for one in answer["citations"]}
    kept = {name: text for name, text in sorted(documents.items()) if name in quoted}
    write_json(run.documents, kept)
    return kept


def score_all(
    questions: Sequence[QuestionLine], answers: Mapping[str, Answered], documents: Mapping[str, str] | None
) -> list[Row]:
    """A row for every question that has an answer; raises BenchmarkError where none has."""
    rows = [score(question, answers[question.id], documents) for question in questions if question.id in answers]
    if not rows:
        raise BenchmarkError("none of the answers belongs to a question of the set; check that the two files fit")
    return rows


def summary(rows: Sequence[Row], unanswered: int = 0) -> dict[str, Any]:
    """The JSON form of aggregates.json."""
    return {
        "questions": len(rows),
        "not_asked": unanswered,
        "groups": to_json(aggregate(rows)),
        "curves": curves(rows),
    }


def score_answers(
    questions: Path, answers: Path, documents: Mapping[str, str] | None = None, split: str = "all"
) -> dict[str, Any]:
    """Scores an answer file against a question set and writes nothing; for quick looks and for tuning."""
    chosen = select(read_questions(questions), Split(split))
    given = read_answers(answers)
    rows = score_all(chosen, given, documents)
    return summary(rows, unanswered=len(chosen) - len(rows)) | {"rows": [row.to_json() for row in rows]}
