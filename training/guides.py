"""The guides with questions that training learns from: the guide page, and others that were written for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from erasmus_assistant.benchmark.questions import QuestionLine, read_questions
from erasmus_assistant.guide.chunking import split
from erasmus_assistant.guide.corpus import Corpus
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search.features import sentences_of
from erasmus_assistant.search.language import detect_document

HERE = Path(__file__).parent
FOLDS = 10
PARTS = 5
"""Into how many parts the questions fall when encoders are trained without one of them; two folds lie in a part."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A corpus folder and its questions; `weight` is its share of the encoder's batches.

    The assistant comes with the guide page, so what is learned is tried on questions over it that were
    left out. It must serve any other guide unseen, so of those each is left out whole: `fold` names where.
    """

    folder: Path
    questions: Path
    weight: float
    fold: int | None = None

    def lines(self) -> list[QuestionLine]:
        return read_questions(self.questions)

    def corpus(self) -> Corpus:
        return Corpus(self.folder)

    def fold_of(self, line: QuestionLine) -> int:
        """A stable number below FOLDS."""
        return hashlib.sha256(f"fold {line.id}".encode()).digest()[0] % FOLDS if self.fold is None else self.fold

    def part_of(self, line: QuestionLine) -> int:
        """A stable number below PARTS; a fold lies in one part."""
        return self.fold_of(line) * PARTS // FOLDS


def _other(name: str, fold: int) -> Guide:
    return Guide(HERE / name, HERE / name / "questions.jsonl", 1.0, fold)


PAGE = Guide(HERE.parent / "corpus", HERE / "questions", 14.0)
GUIDES = (
    PAGE,
    _other("third_guide", 0),
    _other("fourth_guide", 2),
    _other("fifth_guide", 4),
    _other("sixth_guide", 6),
    _other("seventh_guide", 8),
    _other("eighth_guide", 1),
    _other("ninth_guide", 3),
    _other("eleventh_guide", 5),
    _other("twelfth_guide", 7),
    _other("thirteenth_guide", 9),
    _other("fourteenth_guide", 0),
    _other("fifteenth_guide", 2),
    _other("sixteenth_guide", 4),
    _other("seventeenth_guide", 6),
    _other("eighteenth_guide", 8),
    _other("nineteenth_guide", 1),
    _other("twentieth_guide", 3),
    _other("twentythird_guide", 5),
    _other("twentyfourth_guide", 7),
    _other("twentyfifth_guide", 9),
    _other("twentysixth_guide", 0),
    _other("twentyseventh_guide", 2),
    _other("twentyeighth_guide", 4),
    _other("twentyninth_guide", 6),
    _other("thirtieth_guide", 8),
    _other("thirtyfirst_guide", 1),
    _other("thirtysecond_guide", 3),
    _other("thirtythird_guide", 5),
    _other("thirtyfourth_guide", 7),
    _other("thirtyfifth_guide", 9),
    _other("thirtysixth_guide", 0),
    _other("thirtyseventh_guide", 2),
    _other("thirtyeighth_guide", 4),
    _other("thirtyninth_guide", 6),
    _other("fortieth_guide", 8),
    _other("fortyfirst_guide", 1),
)
"""`second_guide`, `tenth_guide`, `twentyfirst_guide` and `twentysecond_guide` stand apart: what is learned from the
others is tried on them. The encoder and the ranker that ship had no part of the last four above."""


def flat(text: str) -> str:
    return " ".join(text.split())


def holds(text: str, quotes: Sequence[str]) -> bool:
    """Whether a text holds any of the quotes, white space aside."""
    return any(flat(quote) in text for quote in quotes)


def sentences(guide: Guide) -> Iterator[tuple[str, str]]:
    """(heading, sentence) of every sentence of the guide, white space made plain."""
    for document in guide.corpus().documents(detect_document):
        for passage in split(document):
            yield from _of_passage(document, passage)


def _of_passage(document: Document, passage: Passage) -> Iterator[tuple[str, str]]:
    for start, end in sentences_of(document, passage):
        yield " ".join(passage.heading_path[-1:]), flat(document.text[start:end])
