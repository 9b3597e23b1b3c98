"""Hits -> the sentences of the best passages, each with what tells whether it belongs in the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from erasmus_assistant.answer.looks import Look, look
from erasmus_assistant.answer.sides import Path
from erasmus_assistant.records import Hit, Passage, Question, Retrieved
from erasmus_assistant.search.features import Floats, number_stems
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever

SENTENCE_FEATURES = (
    *("share", "fuzzy", "relative", "maxsim", "cosine", "clause", "leads", "nearest"),
    *("rank_1", "rank_2", "rank_3", "behind", "passage"),
    *("where_link", "number_figure", "list_item", "lead_in", "opening", "link", "length", "carried"),
)
PASSAGES = 4
CLAUSE = 6.0
"""What a cosine with a clause of the question counts beside the sentence's log-odds, to find the best one for it."""

Exact = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence that may be quoted: characters `start` to `end` of its passage's document.

    `place` is its number in the passage, `depth` how far an item is indented, `leans` tells that it speaks of
    what the sentence before it named, `leads` that it is the likeliest for one of the question's several clauses.
    """

    passage: Passage
    start: int
    end: int
    features: tuple[float, ...]
    place: int
    item: bool
    lead_in: bool
    leans: bool = False
    score: float = 0.0
    depth: int = 0
    leads: bool = False


def candidates(retriever: Retriever, retrieved: Retrieved, sides: tuple[Path, Path] | None = None) -> list[Candidate]:
    """Every sentence of the best passages and of those of both sides, all of one edition, with its features.

    The score is the probability that it belongs in the answer, by the weights of the retriever's ranker.
    """
    hits = _quotable(retriever, retrieved, sides)
    if not hits:
        return []
    sentences = _sentences(retriever, hits)
    numbers = np.array([retriever.number(hit.passage) for hit in hits])
    likeness, pieces = retriever.sentence_likeness(retrieved.question, numbers)
    features = _features(retriever, retrieved, hits, sentences, likeness)
    weights = retriever.ranker.sentence
    totals = features @ np.array([weights.get(name, 0.0) for name in SENTENCE_FEATURES]) + weights.get("bias", 0.0)
    scores = 1 / (1 + np.exp(-totals))
    leading = set((totals[:, None] + CLAUSE * pieces).argmax(axis=0).tolist()) if pieces.shape[1] > 1 else ()
    return [
        Candidate(
            hits[one.hit].passage,
            one.start,
            one.end,
            tuple(row),
            one.place,
            one.look.item,
            one.look.lead_in,
            one.place > 0 and one.look.leans,
            score,
            one.depth,
            number in leading,
        )
        for number, (one, row, score) in enumerate(zip(sentences, features.tolist(), scores.tolist(), strict=True))
    ]


class _Sentence(NamedTuple):
    """A sentence of a hit (given by its number): its place there, its characters, its looks, its indentation."""

    hit: int
    place: int
    start: int
    end: int
    look: Look
    depth: int


def _quotable(retriever: Retriever, retrieved: Retrieved, sides: tuple[Path, Path] | None) -> list[Hit]:
    """The hits of which sentences may be quoted."""
    edition = retrieved.hits[0].passage.year if retrieved.hits else None
    return [
        hit
        for hit in retrieved.hits
        if (hit.rank <= PASSAGES or (sides is not None and hit.passage.heading_path in sides))
        and (None in (hit.passage.year, edition) or hit.passage.year == edition)
        and retriever.index.parts.counts(np.array([retriever.number(hit.passage)])).any()
    ]


def _sentences(retriever: Retriever, hits: Sequence[Hit]) -> list[_Sentence]:
    """The sentences of the hits in order."""
    parts = retriever.index.parts
    found = []
    for number, passage in enumerate(hit.passage for hit in hits):
        text, row = retriever.index.documents[passage.document].text, retriever.number(passage)
        for place, span in enumerate(parts.spans[parts.starts[row] : parts.starts[row + 1]].tolist()):
            start, end = passage.start + span[0], passage.start + span[1]
            depth = start - text.rfind("\n", 0, start) - 1
            found.append(_Sentence(number, place, start, end, look(text[start:end], passage.language), depth))
    return found


def _features(
    retriever: Retriever, retrieved: Retrieved, hits: Sequence[Hit], sentences: Sequence[_Sentence], likeness: Floats
) -> Exact:
    """The features of the sentences, shape (sentences, SENTENCE_FEATURES)."""
    question, best = retrieved.question, retrieved.hits[0].score
    owner = np.array([one.hit for one in sentences])
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    exact, fuzzy, carried = _shares(retriever, question, hits, owner)
    top = np.maximum.reduceat(exact, starts)[owner].astype(np.float64)
    nearest = likeness[:, 1] - np.maximum.reduceat(likeness[:, 1], starts)[owner]
    of_hit = [
        (*(hit.rank == rank for rank in (1, 2, 3)), max(-6.0, hit.score - best), hit.scores["body"]) for hit in hits
    ]
    looks = _looks(retriever, question, hits, sentences)
    columns = (exact, fuzzy, exact / np.where(top > 0, top, 1.0), likeness, nearest, np.array(of_hit)[owner], looks)
    return np.column_stack([*columns, carried]).astype(np.float64)


def _looks(
    retriever: Retriever, question: Question, hits: Sequence[Hit], sentences: Sequence[_Sentence]
) -> list[tuple[float, ...]]:
    """What the sentences have of what the question asks for, and how they look: the features from `where_link` on."""
    intents = intents_of(question.text, question.language)
    where, how_many, listing = (intent in intents for intent in ("where", "how_many", "list"))
    worded = _figures_in_words(retriever, hits) if how_many else [False] * len(sentences)
    return [
        (
            where and one.look.link,
            how_many and (one.look.figure or in_words),
            listing and one.look.listed,
            one.look.lead_in,
            one.place == 0,
            one.look.link,
            one.look.length,
        )
        for one, in_words in zip(sentences, worded, strict=True)
    ]


def _figures_in_words(retriever: Retriever, hits: Sequence[Hit]) -> list[bool]:
    """Which sentences of the hits hold a number in words."""
    return [
        not number_stems(hit.passage.language).isdisjoint(stems)
        for hit in hits
        for stems in retriever.view(hit.passage).stems
    ]


def _shares(
    retriever: Retriever, question: Question, hits: Sequence[Hit], owner: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """The share of the question that each sentence holds: exact, fuzzy, and of what was said before."""
    found = np.zeros((3, len(owner)), np.float32)
    for language in dict.fromkeys(hit.passage.language for hit in hits):
        probe = retriever.terms(question, language).probe
        own = [at for at, hit in enumerate(hits) if hit.passage.language == language]
        rows = retriever.index.parts.rows(np.array([retriever.number(hits[at].passage) for at in own]))
        held = zip(probe.matchers[:3], probe.match(retriever.index.parts.sentences.take(rows)), strict=False)
        found[:, np.isin(owner, own)] = [matcher.shares(row) for matcher, row in held]
    return found[0], found[1], found[2]
