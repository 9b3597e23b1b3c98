"""Question files -> typed questions: every line checked, every error with its file and line.

A question belongs to `development` or `test` by a hash of its id, so the split never changes when
questions are added, and nobody can choose it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from erasmus_assistant.errors import BadQuestionFile

DEVELOPMENT_BELOW = 154
"""Of the 256 values of the first byte of sha256(id): about 60 % of the questions are for development."""


DESK_PREFIX = "desk-"
"""How the id of a question begins that the support desk made of a judged answer."""


class Split(StrEnum):
    """Tune on `development`, report `test`."""

    ALL = "all"
    DEVELOPMENT = "development"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question of a set, as CONTRACTS.md has it.

    `relevant` (document id -> grade) stands in for `gold` where a collection judges whole
    documents, as BEIR sets do.
    """

    id: str
    question: str
    lang: str = ""
    kind: str = "fact"
    history: tuple[tuple[str, str], ...] = ()
    answerable: bool = True
    gold: tuple[str, ...] = ()
    all_gold: bool = False
    section: str = ""
    body: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    note: str = ""
    relevant: Mapping[str, int] = field(default_factory=dict)

    @property
    def from_desk(self) -> bool:
        """Whether a person really asked it and staff made it a test."""
        return self.id.startswith(DESK_PREFIX)

    @property
    def split(self) -> Split:
        return split_of(self.id)

    @property
    def digest(self) -> str:
        """Changes when the question or what counts as right for it changes; notes don't count."""
        values = {name: value for name, value in to_json(self).items() if name not in ("note", "section")}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def split_of(question_id: str) -> Split:
    first_byte = hashlib.sha256(question_id.encode()).digest()[0]
    return Split.DEVELOPMENT if first_byte < DEVELOPMENT_BELOW else Split.TEST


def select(questions: Sequence[QuestionLine], split: Split) -> list[QuestionLine]:
    return [question for question in questions if split in (Split.ALL, question.split)]


def to_json(question: QuestionLine) -> dict[str, object]:
    """The question's fields; `relevant` only where it is used."""
    values = asdict(question)
    if not question.relevant:
        del values["relevant"]
    return values


def read_questions(path: Path) -> list[QuestionLine]:
    """The questions of a file, or of every *.jsonl file of a folder by name.

    Raises BadQuestionFile for a line that can't be used, an id used twice, and a set with no question.
    """
    questions: list[QuestionLine] = []
    places: dict[str, str] = {}
    for file in _files(path):
        for place, question in _read_file(file):
            if question.id in places:
                raise BadQuestionFile(
                    f"{place}: id {question.id!r} is used before, at {places[question.id]}; rename one"
                )
            places[question.id] = place
            questions.append(question)
    if not questions:
        raise BadQuestionFile(f"{str(path)!r} holds no question; name a .jsonl file or a folder of them")
    return questions


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.jsonl"))
    if not path.is_file():
        raise BadQuestionFile(f"{str(path)!r} does not exist; name a .jsonl file or a folder of them")
    return [path]


def _read_file(path: Path) -> Iterator[tuple[str, QuestionLine]]:
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestionFile(f"{str(path)!r} can't be read as UTF-8 text ({error}); save it as UTF-8") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{path.name} line {number}"
            yield place, parse_question(line, place)


def parse_question(line: str, place: str) -> QuestionLine:
    """One line; `place` begins the message of BadQuestionFile."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadQuestionFile(f"{place}: no JSON ({error}); write one object a line") from None
    if not isinstance(values, dict):
        raise BadQuestionFile(f"{place}: {type(values).__name__} instead of an object; write one object a line")
    unknown = sorted(set(values) - {field.name for field in fields(QuestionLine)})
    if unknown:
        raise BadQuestionFile(f"{place}: unknown field {unknown[0]!r}; correct its name or take it out")
    for name in ("id", "question"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            raise BadQuestionFile(f"{place}: {name!r} is missing or no text; supply it")
    question = QuestionLine(**{name: _typed(name, value, place) for name, value in values.items()})
    _check_gold(question, place)
    return question


def _check_gold(question: QuestionLine, place: str) -> None:
    judged = bool(question.gold or question.relevant)
    if question.answerable and not judged:
        raise BadQuestionFile(f"{place}: {question.id!r} is answerable and has no 'gold'; quote the answer")
    if not question.answerable and judged:
        raise BadQuestionFile(f"{place}: {question.id!r} is not answerable and has 'gold'; take out one of them")


def _typed(name: str, value: Any, place: str) -> Any:
    if name in ("answerable", "all_gold"):
        good, wanted = isinstance(value, bool), "true or false"
    elif name in ("gold", "body", "must_contain"):
        good, wanted = _is_texts(value), "a list of texts, none empty"
    elif name == "history":
        good, wanted = isinstance(value, list) and all(_is_turn(turn) for turn in value), 'a list of ["user", "..."]'
    elif name == "relevant":
        good, wanted = _is_grades(value), "an object of document ids and whole numbers"
    else:
        good, wanted = isinstance(value, str), "text"
    if not good:
        raise BadQuestionFile(f"{place}: {name!r} is {_shown(value)}; it must be {wanted}")
    if name == "history":
        return tuple((role, text) for role, text in value)
    return tuple(value) if isinstance(value, list) else value


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _is_turn(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and value[0] in ("user", "assistant") and isinstance(value[1], str)
    )


def _is_grades(value: object) -> bool:
    return isinstance(value, dict) and all(type(grade) is int for grade in value.values())
