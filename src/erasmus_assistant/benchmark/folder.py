"""A run's folder: config.json first, then answers line by line, then what is computed from them.

config.json       version, commit, settings, which questions: written before the first answer
questions.jsonl   the questions that were asked
answers.jsonl     one answer a line, in the order asked; flushed after each
documents.json    the stored text of every document that is quoted
rows.jsonl        the measures of every question
aggregates.json   estimates by group, points of the curves
report.md, report.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

from erasmus_assistant.benchmark.questions import QuestionLine, read_questions, to_json
from erasmus_assistant.benchmark.scoring import Answered, Row
from erasmus_assistant.errors import BenchmarkError

_ANSWER_FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str, "outcome": str, "text": str, "confidence": (int, float), "citations": list, "hits": list,
    "answerer": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where the files of one run are."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.json"

    @property
    def questions(self) -> Path:
        return self.path / "questions.jsonl"

    @property
    def answers(self) -> Path:
        return self.path / "answers.jsonl"

    @property
    def documents(self) -> Path:
        return self.path / "documents.json"

    @property
    def rows(self) -> Path:
        return self.path / "rows.jsonl"

    @property
    def aggregates(self) -> Path:
        return self.path / "aggregates.json"

    def start(self, config: Mapping[str, object], questions: Sequence[QuestionLine]) -> None:
        """Writes what the run will be, or makes sure that the folder holds the same run, begun before."""
        if self.config.exists():
            self._check_same(config)
            return
        if self.path.exists() and any(self.path.iterdir()):
            raise BenchmarkError(f"{str(self.path)!r} is not empty and holds no run; name another folder with -o")
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self.questions, lines(map(to_json, questions)))
        write_json(self.config, config)

    def _check_same(self, config: Mapping[str, object]) -> None:
        before = read_json(self.config)
        for name, value in config.items():
            if name != "created" and before.get(name) != json.loads(json.dumps(value)):
                raise BenchmarkError(
                    f"{str(self.path)!r} holds a run with another {name} ({_short(before.get(name))}, "
                    f"now {_short(value)}); name another folder with -o, or delete this one"
                )

    def load_questions(self) -> list[QuestionLine]:
        self._require(self.questions)
        return read_questions(self.questions)

    def load_config(self) -> dict[str, Any]:
        self._require(self.config)
        return dict(read_json(self.config))

    def load_documents(self) -> dict[str, str] | None:
        return dict(read_json(self.documents)) if self.documents.exists() else None

    def load_rows(self) -> list[Row]:
        self._require(self.rows)
        return [row_from_json(value, f"{self.rows} line {number}") for number, value in read_lines(self.rows)]

    def _require(self, path: Path) -> None:
        if not path.exists():
            raise BenchmarkError(f"{str(path)!r} is missing; name the folder of a finished run")


def row_from_json(value: Mapping[str, Any], place: str) -> Row:
    if set(value) != {field.name for field in fields(Row)}:
        raise BenchmarkError(f"{place}: not a row of this version; score the run again with: benchmark rescore")
    return Row(**{**value, "body": tuple(value["body"]), "missing": tuple(value["missing"])})


def read_answers(path: Path) -> dict[str, Answered]:
    """Answers by question id; raises BenchmarkError with the line number for one that can't be scored."""
    if not path.exists():
        raise BenchmarkError(f"{str(path)!r} does not exist; ask first with: benchmark run or batch")
    found: dict[str, Answered] = {}
    for number, value in read_lines(path):
        check_answer(value, f"{path.name} line {number}")
        if value["id"] in found:
            raise BenchmarkError(f"{path.name} line {number}: a second answer to {value['id']!r}; take one out")
        found[value["id"]] = value
    return found


def check_answer(value: Mapping[str, Any], place: str) -> None:
    for name, kind in _ANSWER_FIELDS.items():
        if not isinstance(value.get(name), kind):
            raise BenchmarkError(
                f"{place}: {name!r} is {_short(value.get(name))}; it is not an answer as CONTRACTS.md has it"
            )


def mend_tail(path: Path) -> None:
    """Cuts off a last line that was not written whole, so that a run that was killed can go on."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)


def append_line(file: IO[str], value: object) -> None:
    file.write(json.dumps(value, ensure_ascii=False) + "\n")
    file.flush()


def lines(values: Iterable[object]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def read_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """(line number, object) of a JSON Lines file."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                value = json.loads(line)
            except ValueError as error:
                raise BenchmarkError(f"{path.name} line {number}: no JSON ({error}); mend or delete the line") from None
            if not isinstance(value, dict):
                raise BenchmarkError(f"{path.name} line {number}: not an object; mend or delete the line")
            found.append((number, value))
    return found


def read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"{str(path)!r} can't be read ({error}); name another or make it again") from None
    if not isinstance(value, dict):
        raise BenchmarkError(f"{str(path)!r} holds no object; name another or make it again")
    return value


def write_json(path: Path, value: object) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8")
    part.replace(path)


def _short(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 80 else shown[:77] + "..."
