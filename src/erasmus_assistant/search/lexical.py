"""Lexical search: probabilistic structured queries over BM25, one term space a language and field.

A question is a list of units (`lexicon.Unit`): one word with what it may be called in the
passages' language. The frequency of a unit in a passage, and the number of passages that hold
it, are the sums over its translations weighted by their probabilities (Darwish and Oard,
"Probabilistic Structured Query Methods", SIGIR 2003); with these BM25 ranks as usual
(Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.postings import Stored
from erasmus_assistant.search.ragged import Ints, Places, looked_up

K1 = 1.2
B = 0.5
_SPARSE = 16
"""Frequencies are added up by sorting where fewer than one passage in so many is concerned."""
_DENSE = 10
"""Where at least one passage in so many is concerned, frequencies are kept for all: nothing is looked up then."""
_TOGETHER = 16_000
"""How many pairs of a term and a passage are added up at once."""
_KEPT = 256
"""How many lists of terms it is remembered for what they are worth."""

Floats = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]
Where = Places | slice
"""Places in an array, or a part of it."""

Alternatives = tuple[tuple[str, float], ...]
"""Words with the probability of each."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: alternatives with their probabilities, and its weight."""

    alternatives: Alternatives
    weight: float = 1.0


class Postings(Stored):
    """The ranking of passages by the terms of one field."""

    def __init__(self, terms: Sequence[str], offsets: Ints, passages: Ints, frequencies: Ints, lengths: Ints) -> None:
        super().__init__(terms, offsets, passages, frequencies, lengths)
        self._worth: dict[int, tuple[tuple[Term, ...], tuple[float, ...]]] = {}

    @cached_property
    def _norms(self) -> Exact:
        return np.asarray(K1 * (1 - B + B * self.lengths / max(1.0, float(self.lengths.mean()))))

    @cached_property
    def _counts(self) -> list[int]:
        counts: list[int] = self.held_by.tolist()
        return counts

    @cached_property
    def rarities(self) -> Exact:
        """Inverse document frequency of each term, as `idf` gives it."""
        return np.log(1.0 + (self.count - self.held_by + 0.5) / (self.held_by + 0.5))

    def idf(self, term: Term) -> float:
        """Inverse document frequency of a query term, its alternatives weighted by their probabilities."""
        ids, held_by = self.ids, self._counts
        found = sum([share * held_by[ids[word]] for word, share in term.alternatives if word in ids])
        found = min(float(self.count), found)
        return math.log(1.0 + (self.count - found + 0.5) / (found + 0.5))

    def values(self, terms: Sequence[Term]) -> tuple[float, ...]:
        """What each term is worth: its weight times its rarity."""
        key = tuple(terms)
        # By identity, since to hash so many words takes as long as half of the sums.
        held = self._worth.get(id(key))
        if held is None or held[0] is not key:
            # No `lru_cache`: around a method it would keep an index that is replaced until the garbage is collected.
            if len(self._worth) >= _KEPT:
                self._worth.clear()
            held = self._worth[id(key)] = (key, tuple(term.weight * self.idf(term) for term in key))
        return held[1]

    def weights(self, term: Term) -> tuple[Places, Exact]:
        """Passages that hold the term, and its expected frequency in each."""
        return self._pairs([term.alternatives])

    def scores(self, terms: Sequence[Term]) -> tuple[Floats, Floats]:
        """BM25 of every passage, and the share of the query's weight that it holds (0 to 1).

        Both have shape (count,). The share counts a term by how likely it stands in the passage,
        whatever its frequency.
        """
        return self.compared(terms, ())[:2]

    def compared(self, terms: Sequence[Term], wider: Sequence[Term]) -> tuple[Floats, Floats, Floats]:
        """The same, and the shares of `wider`: each is the term of its place with more alternatives."""
        standing = self._standing(wider or terms)
        values, wide = np.array(self.values(terms)), np.array(self.values(wider))
        worth, wide_worth = values[standing], wide[standing if wider else []]
        exact = [terms[at].alternatives for at in standing]
        more = [_more(terms[at], wider[at]) for at in standing] if wider else []
        scores, shares, wider_shares = (np.zeros(self.count) for _ in range(3))
        for part in self._batches(len(exact)):
            pairs, often = self._expected(exact[part])
            owner, passages = self._owned(pairs, part)
            self._add(scores, part, passages, self._saturated(often, passages, (K1 + 1) * worth[part][owner]))
            gained, rise = self._gained(pairs, often, more[part])
            held = np.minimum(often, 1.0, out=often)
            self._add(shares, part, passages, held * worth[part][owner])
            if wider:
                self._add(wider_shares, part, passages, held * wide_worth[part][owner])
                owner, passages = self._owned(gained, part)
                self._add(wider_shares, part, passages, rise * wide_worth[part][owner])
        shares, wider_shares = shares / (values.sum() or 1.0), wider_shares / (wide.sum() or 1.0)
        return scores.astype(np.float32), shares.astype(np.float32), wider_shares.astype(np.float32)

    def shares(self, terms: Sequence[Term]) -> Floats:
        """The shares of `scores` alone."""
        standing, values = self._standing(terms), np.array(self.values(terms))
        worth, exact = values[standing], [terms[at].alternatives for at in standing]
        shares = np.zeros(self.count)
        for part in self._batches(len(exact)):
            pairs, often = self._expected(exact[part])
            owner, passages = self._owned(pairs, part)
            self._add(shares, part, passages, np.minimum(often, 1.0, out=often) * worth[part][owner])
        return (shares / (values.sum() or 1.0)).astype(np.float32)

    def _standing(self, terms: Sequence[Term]) -> list[int]:
        """The places of the terms that stand in any passage."""
        ids = self.ids
        return [at for at, term in enumerate(terms) if any(word in ids for word, _ in term.alternatives)]

    def _saturated(self, often: Exact, passages: Where, worth: Exact) -> Exact:
        """What BM25 gives for frequencies of terms of that worth."""
        found = often + self._norms[passages]
        np.divide(often, found, out=found)
        found *= worth
        return found

    def _gained(self, pairs: Where, often: Exact, more: Sequence[Alternatives]) -> tuple[Places, Exact]:
        """Pairs that further alternatives of the terms concern, and how much likelier each term stands there now."""
        gained, rise = self._pairs(more)
        before = often[gained] if isinstance(pairs, slice) else looked_up(gained, pairs, often)
        return gained, np.minimum(1.0, before + rise) - np.minimum(1.0, before)

    def _batches(self, count: int) -> Iterator[slice]:
        """As many terms at a time as can be added up in the processor's cache."""
        size = max(1, _TOGETHER // max(1, self.count))
        return (slice(start, min(count, start + size)) for start in range(0, count, size))

    def _owned(self, pairs: Where, part: slice) -> tuple[Places | int, Where]:
        """The terms and the passages of pairs."""
        return (0, pairs) if isinstance(pairs, slice) or part.stop - part.start == 1 else np.divmod(pairs, self.count)

    def _add(self, into: Exact, part: slice, passages: Where, values: Exact) -> None:
        if isinstance(passages, slice) or part.stop - part.start == 1:
            into[passages] += values
        elif len(values):
            into += np.bincount(passages, values, self.count)

    def _expected(self, terms: Sequence[Alternatives]) -> tuple[Where, Exact]:
        """The same as `_pairs`, or for one term that stands in much of the field its frequency in every passage."""
        pairs, likely = self._likely(terms)
        if len(terms) == 1 and len(pairs) * _DENSE > self.count:
            everywhere: Exact = np.bincount(pairs, likely, self.count).astype(np.float64, copy=False)
            return slice(None), everywhere
        return self._added_up(pairs, likely, len(terms))

    def _pairs(self, terms: Sequence[Alternatives]) -> tuple[Places, Exact]:
        """Pairs of a term and a passage that holds it (`term * count + passage`), and its expected frequency there."""
        return self._added_up(*self._likely(terms), len(terms))

    def _likely(self, terms: Sequence[Alternatives]) -> tuple[Places, Exact]:
        """Such pairs for each alternative of the terms by itself."""
        held = [(self.ids[word], share, at) for at, one in enumerate(terms) for word, share in one if word in self.ids]
        slices = [slice(self.offsets[number], self.offsets[number + 1]) for number, _, _ in held]
        if not slices:
            return np.empty(0, np.int64), np.empty(0)
        sizes = [part.stop - part.start for part in slices]
        pairs = np.concatenate([self.passages[part] for part in slices])
        if len(terms) > 1:
            pairs = pairs + np.repeat(np.array([at * self.count for _, _, at in held]), sizes)
        shares = np.repeat(np.array([share for _, share, _ in held], np.float32), sizes)
        return pairs, shares * np.concatenate([self.frequencies[part] for part in slices])

    def _added_up(self, pairs: Places, likely: Exact, terms: int) -> tuple[Places, Exact]:
        """Each pair once, in order."""
        if (pairs[1:] > pairs[:-1]).all():
            return pairs, likely
        if len(pairs) * _SPARSE < terms * self.count:
            found, places = np.unique(pairs, return_inverse=True)
            return found, np.bincount(places, likely).astype(np.float64, copy=False)
        totals: Exact = np.bincount(pairs, likely, terms * self.count).astype(np.float64, copy=False)
        found = np.flatnonzero(totals != 0)
        return found, totals[found]


def _more(term: Term, wider: Term) -> Alternatives:
    """What the wider term has more than the other."""
    held = dict(term.alternatives)
    return tuple((word, share - held.get(word, 0.0)) for word, share in wider.alternatives if share != held.get(word))
