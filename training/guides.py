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
"""Into how many parts the questions fall when encoders are trained without one of them."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A corpus folder and its questions; `weight` is its share of the encoder's batches."""

    folder: Path
    questions: Path
    weight: float

    def lines(self) -> list[QuestionLine]:
        return read_questions(self.questions)

    def corpus(self) -> Corpus:
        return Corpus(self.folder)


GUIDES = (
    Guide(HERE.parent / "corpus", HERE / "questions", 3.0),
    Guide(HERE / "third_guide", HERE / "third_guide" / "questions.jsonl", 1.0),
    Guide(HERE / "fourth_guide", HERE / "fourth_guide" / "questions.jsonl", 1.0),
)
"""`second_guide` stands apart: what is learned from the others is tried on it."""


def fold_of(line: QuestionLine) -> int:
    """A stable number below FOLDS."""
    return hashlib.sha256(f"fold {line.id}".encode()).digest()[0] % FOLDS


def part_of(line: QuestionLine) -> int:
    """A stable number below PARTS; a fold lies in one part."""
    return fold_of(line) * PARTS // FOLDS


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
