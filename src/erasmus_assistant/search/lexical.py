"""Lexical search: probabilistic structured queries over BM25, one term space a language and field.

A question is a list of units (`lexicon.Unit`): one word with what it may be called in the
passages' language. The frequency of a unit in a passage, and the number of passages that hold
it, are the sums over its translations weighted by their probabilities (Darwish and Oard,
"Probabilistic Structured Query Methods", SIGIR 2003); with these BM25 ranks as usual
(Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.ragged import Ints, Places, bounds, looked_up, spread

K1 = 1.2
B = 0.5
_SPARSE = 16
"""Frequencies are added up by sorting where fewer than one passage in so many is concerned."""
_TOGETHER = 16_000
"""How many pairs of a term and a passage are added up at once."""

Floats = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]


Alternatives = tuple[tuple[str, float], ...]
"""Words with the probability of each."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: alternatives with their probabilities, and its weight."""

    alternatives: Alternatives
    weight: float = 1.0


class Postings:
    """Term frequencies of one field over `count` passages, as compressed rows by term."""

    def __init__(self, terms: Sequence[str], offsets: Ints, passages: Ints, frequencies: Ints, lengths: Ints) -> None:
        self.terms = tuple(terms)
        self.offsets, self.passages, self.frequencies, self.lengths = offsets, passages, frequencies, lengths
        self.count = len(lengths)
        self._values = lru_cache(maxsize=256)(self._values_of)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The number of each term."""
        return {term: number for number, term in enumerate(self.terms)}

    @cached_property
    def _norms(self) -> Exact:
        return np.asarray(K1 * (1 - B + B * self.lengths / max(1.0, float(self.lengths.mean()))))

    @cached_property
    def rarities(self) -> Exact:
        """Inverse document frequency of each term, as `idf` gives it."""
        return np.log(1.0 + (self.count - self.held_by + 0.5) / (self.held_by + 0.5))

    @cached_property
    def held_by(self) -> Ints:
        """How many passages hold each term."""
        return np.diff(self.offsets)

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> Self:
        """From the terms of each passage in order."""
        held = list(texts)
        none = np.empty(0, np.int32)
        return cls.updated(cls((), np.zeros(1, np.int32), none, none, none), np.full(len(held), -1), held)

    @classmethod
    def updated(cls, held: Postings, kept: Places, texts: Iterable[Sequence[str]]) -> Self:
        """Passage k is passage `kept[k]` of `held`, for each -1 the next of `texts`: as if all had been built."""
        terms, places, times = held.placed(kept)
        words: list[str] = []
        sizes: list[int] = []
        lengths: list[int] = []
        counts: list[int] = []
        for text in texts:
            found = Counter(text)
            words += found
            counts += found.values()
            sizes.append(len(found))
            lengths.append(len(text))
        ordered = sorted({held.terms[number] for number in np.unique(terms)} | set(words))
        ids = {term: number for number, term in enumerate(ordered)}
        known = np.array([ids.get(term, -1) for term in held.terms], np.int64)
        own = np.fromiter((ids[word] for word in words), np.int64, len(words))
        fresh = kept < 0
        terms = np.concatenate([known[terms], own])
        places = np.concatenate([places, np.repeat(np.flatnonzero(fresh), sizes)])
        order = np.argsort(terms * len(kept) + places, kind="stable")
        offsets = bounds(np.bincount(terms, minlength=len(ordered))).astype(np.int32)
        length = np.zeros(len(kept), np.int32)
        length[~fresh], length[fresh] = held.lengths[kept[~fresh]], lengths
        times = np.concatenate([times, np.array(counts, np.int32)])
        return cls(ordered, offsets, places[order].astype(np.int32), times[order], length)

    def placed(self, kept: Places) -> tuple[Places, Places, Ints]:
        """Term, new passage and frequency of each posting whose passage is among those that are `kept`."""
        place_of = np.full(self.count, -1, np.int64)
        place_of[kept[kept >= 0]] = np.flatnonzero(kept >= 0)
        places = place_of[self.passages]
        stays = np.flatnonzero(places >= 0)
        terms = np.repeat(np.arange(len(self.terms)), self.held_by)
        return terms[stays], places[stays], self.frequencies[stays]

    def save(self, stem: Path) -> None:
        """Writes `<stem>.npz` (numbers) and `<stem>.terms` (one term a line)."""
        with stem.with_suffix(".npz").open("wb") as file:
            np.savez(
                file,
                offsets=self.offsets,
                passages=self.passages,
                frequencies=self.frequencies,
                lengths=self.lengths,
            )
        stem.with_suffix(".terms").write_text("\n".join(self.terms), "utf-8")

    @classmethod
    def load(cls, stem: Path) -> Self:
        text = stem.with_suffix(".terms").read_text("utf-8")
        with np.load(stem.with_suffix(".npz"), allow_pickle=False) as held:
            arrays = [held[name] for name in ("offsets", "passages", "frequencies", "lengths")]
        return cls(text.split("\n") if text else [], *arrays)

    def holds(self, term: str) -> bool:
        return term in self.ids

    def idf(self, term: Term) -> float:
        """Inverse document frequency of a query term, its alternatives weighted by their probabilities."""
        found = sum(share * self._frequency(word) for word, share in term.alternatives)
        found = min(float(self.count), found)
        return math.log(1.0 + (self.count - found + 0.5) / (found + 0.5))

    def _frequency(self, word: str) -> int:
        number = self.ids.get(word)
        return 0 if number is None else int(self.held_by[number])

    def holders(self, words: Iterable[str]) -> Ints:
        """The passages that hold each of the words, one word after the other."""
        numbers = np.array([self.ids[word] for word in words if word in self.ids], np.int64)
        return self.passages[spread(self.offsets[numbers], self.held_by[numbers])]

    def values(self, terms: Sequence[Term]) -> tuple[float, ...]:
        """What each term is worth: its weight times its rarity."""
        return self._values(tuple(terms))

    def _values_of(self, terms: tuple[Term, ...]) -> tuple[float, ...]:
        return tuple(term.weight * self.idf(term) for term in terms)

    def weights(self, term: Term) -> tuple[Places, Exact]:
        """Passages that hold the term, and its expected frequency in each."""
        return self._expected([term.alternatives])

    def scores(self, terms: Sequence[Term]) -> tuple[Floats, Floats]:
        """BM25 of every passage, and the share of the query's weight that it holds (0 to 1).

        Both have shape (count,). The share counts a term by how likely it stands in the passage,
        whatever its frequency.
        """
        return self.compared(terms, ())[:2]

    def compared(self, terms: Sequence[Term], wider: Sequence[Term]) -> tuple[Floats, Floats, Floats]:
        """The same, and the shares of `wider`: each is the term of its place with more alternatives."""
        values, wide = np.array(self.values(terms)), np.array(self.values(wider))
        scores, shares, wider_shares = (np.zeros(self.count) for _ in range(3))
        for part in self._batches(len(terms)):
            pairs, often = self._expected([term.alternatives for term in terms[part]])
            owner, passages = self._owned(pairs, part)
            held, worth = np.minimum(1.0, often), values[part][owner]
            self._add(scores, part, passages, worth * (K1 + 1) * often / (often + self._norms[passages]))
            self._add(shares, part, passages, worth * held)
            if not wider:
                continue
            self._add(wider_shares, part, passages, wide[part][owner] * held)
            gained, more = self._expected([_more(*both) for both in zip(terms[part], wider[part], strict=True)])
            owner, passages = self._owned(gained, part)
            before = looked_up(gained, pairs, often)
            more = np.minimum(1.0, before + more) - np.minimum(1.0, before)
            self._add(wider_shares, part, passages, wide[part][owner] * more)
        shares, wider_shares = shares / (values.sum() or 1.0), wider_shares / (wide.sum() or 1.0)
        return scores.astype(np.float32), shares.astype(np.float32), wider_shares.astype(np.float32)

    def shares(self, terms: Sequence[Term]) -> Floats:
        """The shares of `scores` alone."""
        values = np.array(self.values(terms))
        shares = np.zeros(self.count)
        for part in self._batches(len(terms)):
            pairs, often = self._expected([term.alternatives for term in terms[part]])
            owner, passages = self._owned(pairs, part)
            self._add(shares, part, passages, values[part][owner] * np.minimum(1.0, often))
        return (shares / (values.sum() or 1.0)).astype(np.float32)

    def _batches(self, count: int) -> Iterator[slice]:
        """As many terms at a time as can be added up in the processor's cache."""
        size = max(1, _TOGETHER // max(1, self.count))
        return (slice(start, min(count, start + size)) for start in range(0, count, size))

    def _owned(self, pairs: Places, part: slice) -> tuple[Places | int, Places]:
        """The terms and the passages of pairs."""
        return (0, pairs) if part.stop - part.start == 1 else np.divmod(pairs, self.count)

    def _add(self, into: Exact, part: slice, passages: Places, values: Exact) -> None:
        if part.stop - part.start == 1:
            into[passages] += values
        elif len(passages):
            into += np.bincount(passages, values, self.count)

    def _expected(self, terms: Sequence[Alternatives]) -> tuple[Places, Exact]:
        """Pairs of a term and a passage that holds it (`term * count + passage`), and its expected frequency there."""
        held = [(self.ids[word], share, at) for at, one in enumerate(terms) for word, share in one if word in self.ids]
        slices = [slice(self.offsets[number], self.offsets[number + 1]) for number, _, _ in held]
        if not slices:
            return np.empty(0, np.int64), np.empty(0)
        sizes = [part.stop - part.start for part in slices]
        pairs = np.concatenate([self.passages[part] for part in slices])
        if len(terms) > 1:
            pairs = pairs + np.repeat(np.array([at * self.count for _, _, at in held]), sizes)
        shares = np.repeat(np.array([share for _, share, _ in held], np.float32), sizes)
        likely = shares * np.concatenate([self.frequencies[part] for part in slices])
        if len(slices) == 1:
            return pairs, likely
        if len(pairs) * _SPARSE < len(terms) * self.count:
            found, places = np.unique(pairs, return_inverse=True)
            return found, np.bincount(places, likely).astype(np.float64, copy=False)
        totals: Exact = np.bincount(pairs, likely, len(terms) * self.count).astype(np.float64, copy=False)
        found = np.flatnonzero(totals != 0)
        return found, totals[found]


def _more(term: Term, wider: Term) -> Alternatives:
    """What the wider term has more than the other."""
    held = dict(term.alternatives)
    return tuple((word, share - held.get(word, 0.0)) for word, share in wider.alternatives if share != held.get(word))
