"""The two sections that a question sets side by side, as in "eTwinning or the portal"."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path as File

import numpy as np

from erasmus_assistant.records import Passage, Question, Retrieved
from erasmus_assistant.search.features import Floats, Matcher
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold, spans, stems

CONNECTIVES = File(__file__).parents[1] / "search" / "connectives.toml"
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
    sections: dict[Path, _Section] = {}
    for hit in retrieved.hits[:SECTIONS]:
        best = retrieved.hits[0].passage
        alike = (hit.passage.language, hit.passage.year) == (best.language, best.year)
        if alike and hit.passage.heading_path not in sections:
            sections[hit.passage.heading_path] = _section(retriever, question, hit.passage, hit.score)
    compares = "compare" in intents_of(question.text, question.language)
    between = connectives(question)
    found = [
        (float(np.maximum(one.named, other.named).sum()) + SCORE_WORTH * (one.score + other.score), one, other)
        for one, other in combinations(sections.values(), 2)
        if _apart(one, other) >= _least(one, other, compares, between)
    ]
    if found:
        _, one, other = max(found, key=lambda row: row[0])
        return one.path, other.path
    paths = list(sections)
    return (paths[0], paths[1]) if compares and len(paths) > 1 else None


def _section(retriever: Retriever, question: Question, passage: Passage, score: float) -> _Section:
    """A section with the share of the question's value that each of its terms has in the heading."""
    asked = retriever.terms(question, passage.language)
    index = retriever.index.languages[passage.language].text
    matcher = Matcher(asked.terms.fuzzy, [term.weight * index.idf(term) for term in asked.terms.exact])
    held = matcher.match(frozenset(stems(" ".join(passage.heading_path[-1:]), passage.language)))
    places = tuple(unit.start for unit in asked.terms.units)
    return _Section(passage.heading_path, score, held * matcher.values / matcher.total, places)


def _apart(one: _Section, other: _Section) -> float:
    return min(float(np.maximum(one.named - other.named, 0).sum()), float(np.maximum(other.named - one.named, 0).sum()))


def _least(one: _Section, other: _Section, compares: bool, between: tuple[int, ...]) -> float:
    if compares:
        return COMPARED
    first = one.places[int((one.named - other.named).argmax())]
    second = other.places[int((other.named - one.named).argmax())]
    joined = any(min(first, second) < place < max(first, second) for place in between)
    return JOINED if joined else NAMED


def connectives(question: Question) -> tuple[int, ...]:
    """Where the words for "or" and "and" stand in a question."""
    words = _words().get(question.language, frozenset())
    return tuple(start for word, start, _ in spans(question.text) if fold(word) in words)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    held = tomllib.loads(CONNECTIVES.read_text("utf-8"))
    return {language: frozenset(fold(word) for word in words) for language, words in held.items()}
