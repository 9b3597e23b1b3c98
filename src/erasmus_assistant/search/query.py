"""A question -> the terms it is searched by, in the language of the passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.index import LanguageIndex, trigrams
from erasmus_assistant.search.lexical import Postings, Term
from erasmus_assistant.search.lexicon import Lexicon, Standing, Unit, nowhere, path_of
from erasmus_assistant.search.ragged import highest

_PIVOT = "en"
_LEAST_SHARE = 0.02
_LEAST_LIKENESS = 0.55
_NEAR = 8
_LEAST_DICE = 0.3
_KNOWN_DISCOUNT = 0.35
_UNKNOWN_DISCOUNT = 0.9


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a question: `exact` by their translations, `fuzzy` with near terms of the index added."""

    units: tuple[Unit, ...]
    exact: tuple[Term, ...]
    fuzzy: tuple[Term, ...]


def translate(text: str, source: str, target: str, stands: Standing = nowhere) -> tuple[Unit, ...]:
    """The units of `text`: straight, through English where no lexicon joins the two, else as they stand.

    `stands` tells which stems of the target language stand in the documents: such a word is no compound.
    """
    if source == target or path_of(source, target).is_file():
        return Lexicon.load(source, target).translate(text, stands)
    if path_of(source, _PIVOT).is_file() and path_of(_PIVOT, target).is_file():
        return tuple(_through(unit, target) for unit in Lexicon.load(source, _PIVOT).translate(text))
    return Lexicon.load(target, target).translate(text)


def missing_pair(source: str, target: str) -> bool:
    """Whether no lexicon joins the two languages, directly or through English."""
    try:
        Lexicon.load(source, target)
    except ModelFileProblem:
        return not (path_of(source, _PIVOT).is_file() and path_of(_PIVOT, target).is_file())
    return False


def _through(unit: Unit, target: str) -> Unit:
    onward = Lexicon.load(_PIVOT, target)
    shares: dict[str, float] = {}
    for word, share in unit.targets:
        for step in onward.translate(word):
            for found, likely in step.targets:
                shares[found] = shares.get(found, 0.0) + share * likely
    best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:8]
    return Unit(unit.source, unit.start, unit.end, unit.weight, tuple(best))


def terms_of(units: Sequence[Unit], index: LanguageIndex) -> Terms:
    """Terms for the units that weigh anything."""
    kept = [unit for unit in units if unit.weight > 0 and unit.targets]
    exact = tuple(Term(_likely(unit), unit.weight) for unit in kept)
    fuzzy = tuple(Term(_widened(term, index), term.weight) for term in exact)
    return Terms(tuple(kept), exact, fuzzy)


def _likely(unit: Unit) -> tuple[tuple[str, float], ...]:
    return tuple((word, share) for word, share in unit.targets if share >= _LEAST_SHARE)


def _widened(term: Term, index: LanguageIndex) -> tuple[tuple[str, float], ...]:
    """The alternatives of a term and, for each likely one, the terms of the index that look like it."""
    shares = dict(term.alternatives)
    for word, share in term.alternatives:
        if share < 0.15:
            continue
        discount = _KNOWN_DISCOUNT if index.text.holds(word) else _UNKNOWN_DISCOUNT
        for near, likeness in near_terms(word, index.grams, index.text):
            shares[near] = max(shares.get(near, 0.0), share * likeness * discount)
    return tuple(sorted(shares.items()))


@lru_cache(maxsize=8192)
def near_terms(word: str, grams: Postings, text: Postings) -> tuple[tuple[str, float], ...]:
    """Terms of the index by Dice's coefficient of their trigrams with those of `word`, best first, itself left out."""
    if len(word) < 4 or any(char.isdigit() for char in word):
        return ()
    wanted = trigrams(word)
    counts = np.bincount(grams.holders(wanted), minlength=1)
    found = np.flatnonzero(counts)
    likeness = 2 * counts[found] / (len(wanted) + grams.lengths[found])
    near = ((text.terms[found[at]], float(likeness[at])) for at in highest(likeness, _NEAR))
    kept = [(term, _likeness(word, term, dice)) for term, dice in near if term != word]
    return tuple((term, like) for term, like in kept if like >= _LEAST_LIKENESS)


def _likeness(word: str, term: str, dice: float) -> float:
    """Dice's coefficient, or what one or two slips of the finger leave of likeness, whichever is more."""
    slips = 2 if len(word) >= 7 else 1
    if dice < _LEAST_DICE or abs(len(word) - len(term)) > slips:
        return dice
    # One slip changes two letters at most, so most words need no closer look.
    if len(set(word) ^ set(term)) > 2 * slips:
        return dice
    distance = edits(word, term, slips)
    return max(dice, 1.0 - distance / len(word) * 1.5) if distance <= slips else dice


def edits(one: str, other: str, most: int) -> int:
    """Edits between two words, a swap of neighbours being one (optimal string alignment, Damerau 1964).

    Beyond `most` any greater number will do.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for place, against in enumerate(other, 1):
            cost = char != against
            least = min(before[place] + 1, row[-1] + 1, before[place - 1] + cost)
            if at > 1 and place > 1 and char == other[place - 2] and one[at - 2] == against:
                least = min(least, earlier[place - 2] + 1)
            row.append(least)
        if min(row) > most and min(before) > most:
            break
    return row[-1]
