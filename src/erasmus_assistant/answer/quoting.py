"""Hits -> the sentences worth quoting: each sentence of the best passages is weighed, the best are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erasmus_assistant.answer.sides import Path
from erasmus_assistant.records import Hit, Passage, Question, Retrieved
from erasmus_assistant.search.features import ENUMERATION, LINK, Floats, Matcher, View, holds_figure
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.lexical import Postings, Term
from erasmus_assistant.search.retrieval import Retriever

SENTENCE_FEATURES = (
    *("share", "fuzzy", "relative", "maxsim", "cosine", "nearest", "rank_1", "rank_2", "rank_3", "behind", "passage"),
    *("where_link", "number_figure", "list_item", "lead_in", "opening", "link", "length", "carried"),
)
PASSAGES = 4
BUDGET = 530
SIDE_BUDGET = 500
LIST_BUDGET = 1100
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: characters `start` to `end` of its passage's document."""

    passage: Passage
    start: int
    end: int
    features: tuple[float, ...]
    place: int
    item: bool
    lead_in: bool
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Characters of a passage's document that are quoted as one."""

    passage: Passage
    start: int
    end: int


def candidates(retriever: Retriever, retrieved: Retrieved, sides: tuple[Path, Path] | None = None) -> list[Candidate]:
    """Every sentence of the best passages and of those of both sides, all of one edition, with its features."""
    question = retrieved.question
    intents = intents_of(question.text, question.language)
    found: list[Candidate] = []
    edition = retrieved.hits[0].passage.year if retrieved.hits else None
    for hit in retrieved.hits:
        if hit.rank > PASSAGES and (sides is None or hit.passage.heading_path not in sides):
            continue
        if None not in (hit.passage.year, edition) and hit.passage.year != edition:
            continue
        found += _of_hit(retriever, question, intents, hit, retrieved.hits[0].score)
    return found


def _of_hit(
    retriever: Retriever, question: Question, intents: frozenset[str], hit: Hit, best_score: float
) -> Iterable[Candidate]:
    passage = hit.passage
    view = retriever.view(passage)
    text = retriever.index.documents[passage.document].text
    asked = retriever.terms(question, passage.language)
    index = retriever.index.languages[passage.language].text
    exact = _shares(view, asked.terms.exact, asked.terms.exact, index)
    fuzzy = _shares(view, asked.terms.fuzzy, asked.terms.exact, index)
    carried = _shares(view, asked.carried.exact, asked.carried.exact, index)
    likeness = retriever.sentence_likeness(question, passage, retriever.number(passage))
    top = float(exact.max(initial=0.0)) or 1.0
    nearest = likeness.max(axis=0, initial=-1.0)
    for place, (start, end) in enumerate(view.sentences):
        sentence = text[start:end]
        item = sentence[0] in "•●▪◦‣·*–—-"
        lead_in = sentence.endswith(":")
        link = LINK.search(sentence) is not None
        features = (
            float(exact[place]),
            float(fuzzy[place]),
            float(exact[place]) / top,
            float(likeness[place, 0]),
            float(likeness[place, 1]),
            float(likeness[place, 1] - nearest[1]),
            *(float(hit.rank == rank) for rank in (1, 2, 3)),
            max(-6.0, hit.score - best_score),
            float(hit.scores["body"]),
            float("where" in intents and link),
            float("how_many" in intents and holds_figure(sentence, view.stems[place], passage.language)),
            float("list" in intents and (item or lead_in or ENUMERATION.search(sentence) is not None)),
            float(lead_in),
            float(place == 0),
            float(link),
            min(2.0, len(sentence) / 200),
            float(carried[place]),
        )
        yield Candidate(passage, start, end, features, place, item, lead_in)


def _shares(view: View, terms: Sequence[Term], valued: Sequence[Term], index: Postings) -> Floats:
    matcher = Matcher(terms, [term.weight * index.idf(term) for term in valued])
    return matcher.shares(matcher.sentences(view))


def scored(found: Sequence[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """The candidates with the probability that each belongs in the answer."""
    row = np.array([weights.get(name, 0.0) for name in SENTENCE_FEATURES])
    totals = np.array([candidate.features for candidate in found]).reshape(-1, len(row)) @ row + weights.get(
        "bias", 0.0
    )
    return [replace(one, score=float(1 / (1 + np.exp(-total)))) for one, total in zip(found, totals, strict=True)]


def choose(
    found: Sequence[Candidate],
    intents: frozenset[str],
    text_of: dict[str, str],
    sides: tuple[Path, Path] | None = None,
) -> list[Excerpt]:
    """The excerpts of an answer, best passage first, within the budget of characters; with `sides`, of both."""
    if not found:
        return []
    ordered = sorted(found, key=lambda one: (-one.score, one.passage.id, one.start))
    if sides is not None:
        return _both_sides(ordered, sides, text_of)
    return _joined(_within(ordered, BUDGET, intents, found), text_of)


def _within(
    ordered: Sequence[Candidate], budget: int, intents: frozenset[str], found: Sequence[Candidate]
) -> list[Candidate]:
    kept: list[Candidate] = []
    seen: set[str] = set()
    used = 0
    for one in ordered:
        group = _with_company(one, found, intents)
        new = [other for other in group if other not in kept]
        size = sum(other.end - other.start for other in new)
        allowed = LIST_BUDGET if "list" in intents and (one.item or one.lead_in) else budget
        if kept and (one.score < LEAST or used + size > allowed):
            continue
        kept += new
        used += size
        seen.add(one.passage.id)
    return kept


def _with_company(one: Candidate, found: Sequence[Candidate], intents: frozenset[str]) -> list[Candidate]:
    """The sentence with those that it can't do without: the lead-in of an item, the list of a lead-in."""
    same = [other for other in found if other.passage.id == one.passage.id]
    if not (one.item or one.lead_in):
        return [one]
    leads = [other for other in same if other.lead_in and other.place <= one.place]
    lead = leads[-1] if leads else None
    start = lead.place if lead else one.place
    members = []
    for other in same:
        if other.place > start and other.item:
            members.append(other)
        elif other.place > start:
            break
    whole = [*([lead] if lead else []), *members]
    size = sum(other.end - other.start for other in whole)
    if one.lead_in or "list" in intents or size <= BUDGET:
        return whole if size <= LIST_BUDGET else [*([lead] if lead else []), *(m for m in members if m == one)]
    return [*([lead] if lead and len(same) else []), one]


def _both_sides(ordered: Sequence[Candidate], sides: Sequence[Path], text_of: dict[str, str]) -> list[Excerpt]:
    """Of each side of a comparison how its section opens, and its best sentences."""
    kept: list[Candidate] = []
    for path in sides:
        side = [one for one in ordered if one.passage.heading_path == path]
        opening = min(side, key=lambda one: (one.passage.start, one.start), default=None)
        first = [opening] if opening is not None and opening.passage.body > opening.passage.start else []
        kept += _within([*first, *(one for one in side if one not in first)], SIDE_BUDGET, frozenset(), side)
    return _joined(kept, text_of)


def _joined(kept: Sequence[Candidate], text_of: dict[str, str]) -> list[Excerpt]:
    """Neighbouring sentences become one excerpt; the same words are quoted once."""
    order = {one.passage.id: number for number, one in reversed(list(enumerate(kept)))}
    excerpts: list[Excerpt] = []
    last: Candidate | None = None
    for one in sorted(kept, key=lambda one: (order[one.passage.id], one.place)):
        follows = last is not None and last.passage.id == one.passage.id and last.place + 1 == one.place
        if follows:
            excerpts[-1] = replace(excerpts[-1], end=one.end)
        else:
            excerpts.append(Excerpt(one.passage, one.start, one.end))
        last = one
    unique: dict[str, Excerpt] = {}
    for excerpt in excerpts:
        unique.setdefault(text_of[excerpt.passage.document][excerpt.start : excerpt.end], excerpt)
    return list(unique.values())
