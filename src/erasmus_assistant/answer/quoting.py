"""Weighed sentences -> those worth quoting, as excerpts: the best, with what they can't do without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from erasmus_assistant.answer.sides import Path, connectives
from erasmus_assistant.answer.weighing import SENTENCE_FEATURES, Candidate, candidates
from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search.intents import shows

__all__ = ["SENTENCE_FEATURES", "Candidate", "Excerpt", "candidates", "choose", "room_for"]

LEAST = 0.03
"""A sentence less likely to belong in the answer than this only serves to fill it."""
ELSEWHERE = 0.1
"""How likely a sentence of another section must be, as a share of the best one's likelihood, not to look astray."""
LEADING = 0.35
"""How likely the best sentence for one of several clauses is taken to belong in the answer, at the least."""
LIST = 530
"""Characters up to which a list is quoted whole though only one of its items was asked for."""
WHOLE_LIST = 1300
"""The same where the list was asked for."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much an answer may quote: `free` characters, and `most` where it is worth it.

    Beyond `free`, each hundred characters that the answer would be longer ask for `price` more of a
    sentence's probability: a sure answer stays short, an unsure one shows what else may be meant.
    """

    free: int
    price: float
    most: int


ONE = Room(300, 0.06, 1100)
SEVERAL = Room(450, 0.05, 1100)
"""For a question of several parts."""
SIDE = Room(700, 0.02, 1000)
"""For each side of a comparison."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Characters of a passage's document that are quoted as one."""

    passage: Passage
    start: int
    end: int


def room_for(question: Question) -> Room:
    """The room that an answer to the question has: more where it has several parts."""
    several = shows(question.text, question.language, "compare") or connectives(question)
    return SEVERAL if several else ONE


def choose(
    found: Sequence[Candidate],
    intents: frozenset[str],
    text_of: dict[str, str],
    sides: tuple[Path, Path] | None = None,
    room: Room = ONE,
) -> list[Excerpt]:
    """The excerpts of an answer, best passage first, within the room; with `sides`, of both."""
    if not found:
        return []
    if room is SEVERAL and sides is None:
        found = [replace(one, score=max(one.score, LEADING)) if one.leads else one for one in found]
    ordered = sorted(found, key=lambda one: (-one.score, one.passage.id, one.start))
    if sides is not None:
        return _both_sides(ordered, sides, text_of)
    return _joined(_within(ordered, room, intents), text_of)


def _within(ordered: Sequence[Candidate], room: Room, intents: frozenset[str]) -> list[Candidate]:
    """What is kept of the candidates, which are given in the order in which they are tried."""
    passages: dict[str, list[Candidate]] = {}
    for one in sorted(ordered, key=lambda one: one.place):
        passages.setdefault(one.passage.id, []).append(one)
    kept: list[Candidate] = []
    used = 0
    for one in ordered:
        if kept and one.score < LEAST:
            continue
        new = [other for other in _with_company(one, passages[one.passage.id], intents) if other not in kept]
        size = used + _size(new)
        elsewhere = bool(kept) and one.passage.heading_path != kept[0].passage.heading_path
        least = max(LEAST, room.price * (size - room.free) / 100, ELSEWHERE * kept[0].score if elsewhere else 0.0)
        if one in kept or (kept and (size > room.most or one.score < least)):
            continue
        kept += new
        used = size
    return kept


def _size(sentences: Iterable[Candidate]) -> int:
    return sum(one.end - one.start for one in sentences)


def _with_company(one: Candidate, same: Sequence[Candidate], intents: frozenset[str]) -> list[Candidate]:
    """The sentence with those that it can't do without: the list of an item or lead-in, what a pronoun speaks of.

    `same` are the sentences of its passage, in order.
    """
    group = _list_of(one, same, intents) if one.item or one.lead_in else [one]
    while group[0].leans and (before := group[0].place - same[0].place - 1) >= 0:
        group = [same[before], *group]
    return group


def _list_of(one: Candidate, same: Sequence[Candidate], intents: frozenset[str]) -> list[Candidate]:
    """An item or a lead-in with its list, or with the lead-ins alone where the list is long and was not asked for."""
    leads = [*_leads_of(one, same), *([one] if one.lead_in else [])]
    for number, lead in enumerate(leads):
        below = (other for other in same if other.place > lead.place)
        whole = [*leads[: number + 1], *takewhile(partial(_introduces, lead), below)]
        wanted = lead is one or "list" in intents or _size(whole) <= LIST
        if wanted and one in whole and _size(whole) <= WHOLE_LIST:
            return whole
    return leads if one.lead_in else [*leads, one]


def _leads_of(one: Candidate, same: Sequence[Candidate]) -> list[Candidate]:
    """The lead-ins of the lists that an item stands in, the outermost first."""
    above = (other for other in reversed(same) if other.place < one.place and _introduces(other, one))
    lead = next(above, None)
    return [] if lead is None else [*_leads_of(lead, same), lead]


def _introduces(lead: Candidate, one: Candidate) -> bool:
    """Whether an item may stand in the list that `lead` leads on to: within an item's list it is indented further."""
    return lead.lead_in and one.item and (not lead.item or lead.depth < one.depth)


def _both_sides(ordered: Sequence[Candidate], sides: Sequence[Path], text_of: dict[str, str]) -> list[Excerpt]:
    """Of each side of a comparison how its section opens, and its best sentences."""
    kept: list[Candidate] = []
    for path in sides:
        side = [one for one in ordered if one.passage.heading_path == path]
        opening = min(side, key=lambda one: (one.passage.start, one.start), default=None)
        first = [opening] if opening is not None and opening.passage.body > opening.passage.start else []
        kept += _within([*first, *(one for one in side if one not in first)], SIDE, frozenset())
    return _joined(kept, text_of)


def _joined(kept: Sequence[Candidate], text_of: dict[str, str]) -> list[Excerpt]:
    """Neighbouring sentences become one excerpt; words that another excerpt holds are not quoted again."""
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
    texts = [text_of[one.passage.document][one.start : one.end] for one in excerpts]
    return [
        excerpt
        for number, (excerpt, text) in enumerate(zip(excerpts, texts, strict=True))
        if not any(text in other and (text != other or at < number) for at, other in enumerate(texts) if at != number)
    ]
