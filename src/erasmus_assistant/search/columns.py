"""A question against the passages of one language: the lexical scores of all, and what candidates are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.features import MATCHED, Matcher, Probe, hold_against
from erasmus_assistant.search.index import LanguageIndex
from erasmus_assistant.search.lexical import K1, Postings, Term
from erasmus_assistant.search.parts import Picked
from erasmus_assistant.search.query import Terms
from erasmus_assistant.search.ragged import Ragged

_CORE = [MATCHED.index(name) for name in ("heading", "body", "sentence", "rest")]

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched in the passages of one language: whole, its core, and what was said before.

    `probe` has the exact terms, the fuzzy ones, those of what was said before, and the fuzzy ones of the core.
    """

    terms: Terms
    focus: Terms
    carried: Terms
    probe: Probe

    @classmethod
    def of(cls, terms: Terms, focus: Terms, carried: Terms, text: Postings) -> Self:
        """From the terms; `text` is the field in which they are looked up."""
        exact, before, core = (text.values(some.exact) for some in (terms, carried, focus))
        given = ((terms.exact, exact), (terms.fuzzy, exact), (carried.exact, before), (focus.fuzzy, core))
        matchers = [Matcher(*one) for one in (given[:3] if focus is terms else given)]
        return cls(terms, focus, carried, Probe(matchers, text.ids))


class Columns:
    """Scores of every passage of one language, each of shape (passages,), and what candidates are held against.

    `lean` is how much the question leans on what was said before.
    """

    def __init__(self, index: LanguageIndex, asked: Asked, lean: float) -> None:
        self._index, self._asked, self._lean = index, asked, lean
        text, none = index.text, np.zeros(index.text.count, np.float32)
        bm25, share, fuzzy = text.compared(asked.terms.exact, asked.terms.fuzzy)
        self.bm25 = self.focus = bm25 / _highest(text.values(asked.terms.exact))
        if asked.focus is not asked.terms:
            self.focus = text.scores(asked.focus.exact)[0] / _highest(text.values(asked.focus.exact))
        mix = self.bm25 + share + 0.5 * fuzzy + 0.3 * index.heading.shares(asked.terms.fuzzy)
        self.carried, self.carried_heading = none, none
        if lean:
            self.carried = lean * text.shares(asked.carried.exact)
            self.carried_heading = lean * index.heading.shares(asked.carried.exact)
            mix = mix + self.carried + 0.5 * self.carried_heading
        self.mix = mix

    def of(self, places: Numbers, titles: Ragged) -> tuple[list[Floats], list[Floats]]:
        """The scores of some passages: the lexical ones, and those of what was said and what headings say."""
        named = self._named(titles, self._asked.terms.fuzzy)
        before = self._lean * self._named(titles, self._asked.carried.exact) if self._lean else np.zeros_like(named)
        carried = [self.carried[places], self.carried_heading[places], named, before]
        return [self.bm25[places], self.focus[places]], carried

    def held(self, parts: Picked) -> tuple[Floats, Floats, Floats]:
        """Some passages against the terms: exact, fuzzy, and fuzzy ones of the core (`focus_` features)."""
        probe, count = self._asked.probe, len(parts.headings)
        exact, fuzzy, _, *core = probe.match(parts.headings.joined(parts.sentences))
        # Exact and fuzzy terms are as many, and worth the same.
        headings, sentences = (
            np.concatenate([exact[:count], fuzzy[:count]]),
            np.concatenate([exact[count:], fuzzy[count:]]),
        )
        both = hold_against(probe.matchers[0], headings, sentences, np.tile(parts.counts, 2))
        if not core:
            return both[:count], both[count:], both[count:, _CORE]
        of_core = hold_against(probe.matchers[-1], core[0][:count], core[0][count:], parts.counts)
        return both[:count], both[count:], of_core[:, _CORE]

    def facts(self, same: bool) -> dict[str, float]:
        """What the words of a question tell by themselves: how much they weigh, and how much the index lacks."""
        terms, text = self._asked.terms, self._index.text
        weight = sum(term.weight for term in terms.exact) or 1.0
        absent, strange = (
            sum(term.weight for term in some if not any(text.holds(word) for word, _ in term.alternatives))
            for some in (terms.exact, terms.fuzzy)
        )
        return {
            "absent": absent / weight,
            "strange": strange / weight,
            "weight": min(2.0, weight / 5),
            "same": float(same),
        }

    def _named(self, titles: Ragged, terms: Sequence[Term]) -> Floats:
        """The share of the nearest headings that these terms say, rare words counting most."""
        text = self._index.text
        shares = np.zeros(len(text.terms))
        for word, share in _words(terms).items():
            if word in text.ids:
                shares[text.ids[word]] = share
        owner = np.repeat(np.arange(len(titles)), np.diff(titles.starts))
        values = text.rarities[titles.values]
        said = np.bincount(owner, values * shares[titles.values], len(titles))
        total = np.bincount(owner, values, len(titles))
        return np.divide(said, total, out=np.zeros(len(titles)), where=total > 0).astype(np.float32)


def _highest(values: Sequence[float]) -> np.float32:
    """The most BM25 that terms of these values could reach."""
    return np.float32(sum(values) * (K1 + 1) or 1.0)


def _words(terms: Sequence[Term]) -> Mapping[str, float]:
    """Every alternative of the terms with its highest share."""
    found: dict[str, float] = {}
    for term in terms:
        for word, share in term.alternatives:
            found[word] = max(share, found.get(word, 0.0))
    return found
