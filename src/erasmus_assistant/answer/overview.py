"""Questions that only ask what there is, such as "Which platforms are described?": answered by the guide's headings."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.answer.sides import heading_stems
from erasmus_assistant.guide.chunking import heading_text
from erasmus_assistant.records import Block, BlockKind, Document, Question, Retrieved
from erasmus_assistant.search.features import Matcher
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold, spans

FEWEST, MOST = 3, 20
"""Sections that make an overview; more than MOST are no answer that anybody reads."""
MEANT = 0.25
"""How likely a heading has to hold a word of the question."""
_OTHERWISE = frozenset({"where", "how_many", "who", "compare", "define", "edition"})
"""Who asks so wants no list of headings."""
_FILE = Path(__file__).with_suffix(".toml")

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Section:
    """The headings down to a section, the highest first, and where its own stands in the document."""

    path: tuple[str, ...]
    start: int
    end: int


def overview_of(retriever: Retriever, retrieved: Retrieved) -> list[Excerpt]:
    """The headings of the sections that a question asks to name, in the order of the guide; empty where it asks more.

    They are those right below a heading that holds all that the question says beyond "name what there is", and with
    them those that hold it themselves; all of one document, that of the best passage that has enough of them.
    """
    question = retrieved.question
    if not _OTHERWISE.isdisjoint(intents_of(question.text, question.language)):
        return []
    for name in dict.fromkeys(hit.passage.document for hit in retrieved.hits):
        document = retriever.index.documents[name]
        asked = _asked(retriever, question, document)
        found = _named(list(_sections(document)), *asked, document.language) if asked else []
        if FEWEST <= len(found) <= MOST:
            return _excerpts(retriever, document, found)
    return []


def _asked(retriever: Retriever, question: Question, document: Document) -> tuple[Matcher, Bools] | None:
    """The terms of a question, and which of them say more than "name what there is"; none where none does.

    A name asks for the one thing that bears it; it is no name that also stands without a capital.
    """
    terms = retriever.terms(question, document.language).terms
    words = [[fold(word) for word, _, _ in spans(unit.source)] for unit in terms.units]
    idle = _idle(question.language)
    tells = np.array([any(not idle.fullmatch(word) for word in held) for held in words], np.bool_)
    told = {word for held, tell in zip(words, tells, strict=True) if tell for word in held}
    names = told & retriever.names
    if not told or any(
        re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-]|\.\w)", document.text) is None for name in names
    ):
        return None
    return Matcher(terms.fuzzy, [1.0] * len(words)), tells


def _sections(document: Document) -> Iterator[_Section]:
    """Every heading of a document, in order."""
    above: list[Block] = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            while above and above[-1].level >= block.level:
                above.pop()
            above.append(block)
            path = tuple(heading_text(document.text, one) for one in above)
            at = document.text.find(path[-1], block.start, block.end)
            yield _Section(path, at, at + len(path[-1])) if at >= 0 else _Section(path, block.start, block.end)


def _named(sections: Sequence[_Section], matcher: Matcher, tells: Bools, language: str) -> list[_Section]:
    """The sections of which the own heading, or the one right above it, holds every word that tells.

    None without the latter: "in which countries?" asks for more than headings with countries in them.
    """
    titles = list({title for section in sections for title in section.path[-2:]})
    held = matcher.match_all([heading_stems(title, language) for title in titles])
    whole = np.all(held[:, tells] >= MEANT, axis=1)
    holds = {title: bool(one) for title, one in zip(titles, whole, strict=True)}
    chapters = {section.path[:-1] for section in sections if holds.get(" ".join(section.path[-2:-1]), False)}
    above = {section.path[:-1] for section in sections}
    own = [one for one in sections if one.path[:-1] in chapters or (holds[one.path[-1]] and one.path not in above)]
    return own if chapters else []


def _excerpts(retriever: Retriever, document: Document, sections: Sequence[_Section]) -> list[Excerpt]:
    passages = sorted(
        (one for one in retriever.index.passages if one.document == document.id and one.kind == "text"),
        key=lambda one: one.start,
    )
    starts = [one.start for one in passages]
    found = [(passages[bisect_right(starts, one.start) - 1], one) for one in sections if one.start >= starts[0]]
    return [Excerpt(passage, one.start, one.end) for passage, one in found if one.end <= passage.end]


@lru_cache(maxsize=32)
def _idle(language: str) -> re.Pattern[str]:
    return re.compile("|".join(fold(word.rstrip("*")) + r"\w*" * word.endswith("*") for word in words_of(language)))


def words_of(language: str) -> list[str]:
    """The words of a language that say only "name what there is"; a star stands for any ending."""
    return _words().get(language, [])


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
