"""Questions that only ask what there is, such as "Which platforms are described?": answered by the guide's headings."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from erasmus_assistant.answer.outline import Section, outline
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.answer.sides import heading_stems
from erasmus_assistant.records import Document, Question, Retrieved
from erasmus_assistant.search.features import Matcher
from erasmus_assistant.search.intents import shows
from erasmus_assistant.search.language import bears_name
from erasmus_assistant.search.lexicon import Unit
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold, spans, stem

FEWEST, MOST = 3, 20
"""Sections that make an overview; more than MOST are no answer that anybody reads."""
MEANT = 0.25
"""How likely a heading has to hold a word of the question."""
_FILE = Path(__file__).with_suffix(".toml")

_OUTLINES: WeakKeyDictionary[Retriever, dict[str, Sequence[Section]]] = WeakKeyDictionary()

Bools = npt.NDArray[np.bool_]


class _Said:
    """The words of a question in order, and what they say beyond naming what is asked for."""

    def __init__(self, question: Question) -> None:
        self.language = question.language
        found = list(spans(question.text))
        self._starts, self._ends = [start for _, start, _ in found], [end for _, _, end in found]
        self._words = [fold(word) for word, _, _ in found]
        said = " ".join(self._words)
        idle = [one for kind in ("idle", "besides") for one in _pattern(kind, self.language).finditer(said)]
        self._idle = {
            at for one in idle for at in range(said.count(" ", 0, one.start()), said.count(" ", 0, one.end()) + 1)
        }

    def idle(self, unit: Unit) -> bool:
        """Whether a unit says only "name what there is"."""
        return all(at in self._idle for at in self._held(unit))

    def shows(self, kind: str) -> bool:
        """Whether words of a kind stand in the question."""
        return _pattern(kind, self.language).search(" ".join(self._words)) is not None

    def follows(self, kind: str, unit: Unit) -> bool:
        """Whether a unit stands right behind words of a kind."""
        before = " ".join(self._words[: min(self._held(unit))])
        return any(one.end() == len(before) for one in _pattern(kind, self.language).finditer(before))

    def _held(self, unit: Unit) -> list[int]:
        return list(range(bisect_right(self._ends, unit.start), bisect_left(self._starts, unit.end)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The terms of a question; those that tell which headings are asked for, and those of what is left out."""

    matcher: Matcher
    tells: Bools
    beside: Bools


def overview_of(retriever: Retriever, retrieved: Retrieved) -> list[Excerpt]:
    """The headings of the sections that a question asks to name, in the order of the guide; empty where it asks more.

    They are those right below a heading that holds all that the question says beyond "name what there is", and with
    them those that hold it themselves; all of one document, that of the best passage that has enough of them.
    """
    question = retrieved.question
    said = _Said(question)
    if shows(question.text, question.language, "define") and not said.shows("listing"):
        return []
    for name in dict.fromkeys(hit.passage.document for hit in retrieved.hits):
        document = retriever.index.documents[name]
        asked = _asked(retriever, question, said, document)
        found = _named(_outline(retriever, document), asked, document.language) if asked else []
        if FEWEST <= len(found) <= MOST:
            return _excerpts(retriever, document, found)
    return []


def _outline(retriever: Retriever, document: Document) -> Sequence[Section]:
    """Worked out once for each build of the index: most questions look at it."""
    held = _OUTLINES.setdefault(retriever, {})
    if document.id not in held:
        held[document.id] = tuple(outline(document, retriever.names))
    return held[document.id]


def _asked(retriever: Retriever, question: Question, said: _Said, document: Document) -> _Asked | None:
    """What a question asks for; none where it says no more than "name what there is".

    A name asks for the one thing that bears it, or leaves that out; it is no name that also stands without a capital.
    """
    terms = retriever.terms(question, document.language).terms
    tells = np.array([not said.idle(unit) for unit in terms.units], np.bool_)
    named = np.array([_is_name(retriever, unit, document) for unit in terms.units], np.bool_) & tells
    if named.any() != said.shows("besides") or not (tells & ~named).any():
        return None
    if any(said.follows("place", terms.units[at]) for at in np.flatnonzero(tells & ~named)):
        return None
    return _Asked(Matcher(terms.fuzzy, [1.0] * len(terms.units)), tells & ~named, named)


def _is_name(retriever: Retriever, unit: Unit, document: Document) -> bool:
    """Whether a word is a name of the guide, and not one that its language has another word for."""
    word, own = fold(unit.source), stem(unit.source.casefold(), document.language)
    if unit.targets[0][0] != own or not bears_name(word, retriever.names):
        return False
    return not _stands_small(word, document.text)


@lru_cache(maxsize=1024)
def _stands_small(word: str, text: str) -> bool:
    """Whether a text has a word without a capital; kept, since to look through a whole guide takes long."""
    return re.search(rf"(?<![\w./-]){re.escape(word)}(?![\w-]|\.\w)", text) is not None


def _named(sections: Sequence[Section], asked: _Asked, language: str) -> list[Section]:
    """The sections of which the own heading, or the one right above it, holds every word that tells.

    None without the latter: "in which countries?" asks for more than headings with countries in them. A heading that
    asks is no word for what stands below it.
    """
    titles = list({title for one in sections for title in (one.says, *one.path[-2:])})
    held = asked.matcher.match_all([heading_stems(title, language) for title in titles]) >= MEANT
    whole: list[bool] = np.all(held[:, asked.tells], axis=1).tolist()
    holding = {title for title, holds in zip(titles, whole, strict=True) if holds}
    kinds = {title for title in holding if not title.endswith(("?", ";", "\u037e"))}
    chapters = {one.path[:-1] for one in sections if not kinds.isdisjoint(one.path[-2:-1])}
    chapters -= {path for path in chapters if path[:-1] in chapters}
    above = {one.path[:-1] for one in sections}
    inside = {one.name for one in sections if one.path[:-1] in chapters}
    own = {one for one in sections if one.says in holding and one.path not in above and one.name not in inside}
    found = [one for one in sections if one.path[:-1] in chapters or one in own]
    beside: list[list[bool]] = held[:, asked.beside].tolist()
    return _without(found, dict(zip(titles, beside, strict=True))) if chapters else []


def _without(sections: Sequence[Section], beside: Mapping[str, Sequence[bool]]) -> list[Section]:
    """The sections whose heading holds none of the names left out; none where one of those is no such section."""
    missed = [one for one in zip(*(beside[one.says] for one in sections), strict=True) if not any(one)]
    return [] if missed else [one for one in sections if not any(beside[one.says])]


def _excerpts(retriever: Retriever, document: Document, sections: Sequence[Section]) -> list[Excerpt]:
    passages = sorted(
        (one for one in retriever.index.passages if one.document == document.id and one.kind == "text"),
        key=lambda one: one.start,
    )
    starts = [one.start for one in passages]
    found = [(passages[bisect_right(starts, one.start) - 1], one) for one in sections if one.start >= starts[0]]
    return [Excerpt(passage, one.start, one.end) for passage, one in found if one.end <= passage.end]


@lru_cache(maxsize=128)
def _pattern(kind: str, language: str) -> re.Pattern[str]:
    """Any of the phrases of a kind, the longest that fits, in folded words with a space between."""
    phrases = sorted((" ".join(map(fold, one.split())) for one in phrases_of(kind, language)), key=len, reverse=True)
    parts = [re.escape(one.rstrip("*")) + r"\w*" * one.endswith("*") for one in phrases]
    return re.compile(rf"(?<!\S)(?:{'|'.join(parts) or '(?!)'})(?!\S)")


def phrases_of(kind: str, language: str) -> list[str]:
    """The phrases of a kind in a language; a star stands for any ending."""
    return _phrases()[kind].get(language, [])


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
