"""The two sections that a question sets side by side, as in "eTwinning or the portal"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from erasmus_assistant.records import Question, Retrieved
from erasmus_assistant.search import clauses
from erasmus_assistant.search.features import Floats, Matcher
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold, spans, stems

SECTIONS = 8
COMPARED, JOINED, NAMED = 0.05, 0.12, 0.2
"""Least share of the question that each heading must hold for itself: where the question compares, where
"or" stands between the two, and where nothing else tells."""
SCORE_WORTH = 0.05

Path = tuple[str, ...]
"""The headings above a passage, the highest first."""


@dataclass(frozen=True, slots=True)
class _Section:
    path: Path
    score: float
    named: Floats
    places: tuple[int, ...]


def sides_of(retriever: Retriever, retrieved: Retrieved) -> tuple[Path, Path] | None:
    """The pair of sections of which each heading holds words of the question that the other lacks.

    Where the headings don't tell but the question compares, the sections of the two best passages.
    Both are of one language and edition, that of the best.
    """
    question = retrieved.question
    sections = _sections(retriever, retrieved)
    compares = "compare" in intents_of(question.text, question.language)
    between = connectives(question)
    found = [
        (float(np.maximum(one.named, other.named).sum()) + SCORE_WORTH * (one.score + other.score), one, other)
        for one, other, apart in _pairs(sections)
        if apart >= COMPARED and apart >= _least(one, other, compares, between)
    ]
    if found:
        _, one, other = max(found, key=lambda row: row[0])
        return one.path, other.path
    return (sections[0].path, sections[1].path) if compares and len(sections) > 1 else None


def _sections(retriever: Retriever, retrieved: Retrieved) -> list[_Section]:
    """The sections of the best passages, with the share of the question's value that each term has in the heading."""
    if not retrieved.hits:
        return []
    best = retrieved.hits[0].passage
    scores: dict[Path, float] = {}
    for hit in retrieved.hits[:SECTIONS]:
        if (hit.passage.language, hit.passage.year) == (best.language, best.year):
            scores.setdefault(hit.passage.heading_path, hit.score)
    terms = retriever.terms(retrieved.question, best.language).terms
    matcher = Matcher(terms.fuzzy, retriever.index.languages[best.language].text.values(terms.exact))
    held = matcher.match_all([heading_stems(" ".join(path[-1:]), best.language) for path in scores])
    named = held * matcher.values / matcher.total
    places = tuple(unit.start for unit in terms.units)
    return [_Section(path, score, row, places) for (path, score), row in zip(scores.items(), named, strict=True)]


@lru_cache(maxsize=1024)
def heading_stems(heading: str, language: str) -> frozenset[str]:
    """The stems of the words of a heading."""
    return frozenset(stems(heading, language))


def _pairs(sections: Sequence[_Section]) -> Iterator[tuple[_Section, _Section, float]]:
    """Every two sections, and how much of the question each heading holds that the other lacks: the lesser share."""
    named = np.array([section.named for section in sections])
    own = np.maximum(named[:, None] - named[None], 0).sum(axis=-1)
    apart = np.minimum(own, own.T).tolist()
    for one, other in combinations(range(len(sections)), 2):
        yield sections[one], sections[other], apart[one][other]


def _least(one: _Section, other: _Section, compares: bool, between: tuple[int, ...]) -> float:
    if compares:
        return COMPARED
    first = one.places[int((one.named - other.named).argmax())]
    second = other.places[int((other.named - one.named).argmax())]
    joined = any(min(first, second) < place < max(first, second) for place in between)
    return JOINED if joined else NAMED


@lru_cache(maxsize=64)
def connectives(question: Question) -> tuple[int, ...]:
    """Where the words for "or" and "and" stand in a question."""
    words = clauses.connectives(question.language)
    return tuple(start for word, start, _ in spans(question.text) if fold(word) in words)
