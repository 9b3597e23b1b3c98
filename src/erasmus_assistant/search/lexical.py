"""Lexical search: probabilistic structured queries over BM25, one term space a language and field.

A question is a list of units (`lexicon.Unit`): one word with what it may be called in the
passages' language. The frequency of a unit in a passage, and the number of passages that hold
it, are the sums over its translations weighted by their probabilities (Darwish and Oard,
"Probabilistic Structured Query Methods", SIGIR 2003); with these BM25 ranks as usual
(Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.5

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: alternatives with their probabilities, and its weight."""

    alternatives: tuple[tuple[str, float], ...]
    weight: float = 1.0


class Postings:
    """Term frequencies of one field over `count` passages, as compressed rows by term."""

    __slots__ = ("_ids", "_norms", "count", "frequencies", "lengths", "offsets", "passages", "terms")

    def __init__(self, terms: Sequence[str], offsets: Ints, passages: Ints, frequencies: Ints, lengths: Ints) -> None:
        self.terms = tuple(terms)
        self.offsets, self.passages, self.frequencies, self.lengths = offsets, passages, frequencies, lengths
        self.count = len(lengths)
        self._ids = {term: number for number, term in enumerate(self.terms)}
        self._norms = K1 * (1 - B + B * lengths / max(1.0, float(lengths.mean()))) if self.count else lengths

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> Postings:
        """From the terms of each passage in order."""
        rows: dict[str, list[tuple[int, int]]] = {}
        lengths = []
        for number, terms in enumerate(texts):
            lengths.append(len(terms))
            for term, times in Counter(terms).items():
                rows.setdefault(term, []).append((number, times))
        ordered = sorted(rows)
        sizes = np.array([len(rows[term]) for term in ordered], dtype=np.int64)
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        flat = [pair for term in ordered for pair in rows[term]]
        passages = np.array([passage for passage, _ in flat], dtype=np.int32)
        frequencies = np.array([times for _, times in flat], dtype=np.int32)
        return cls(ordered, offsets, passages, frequencies, np.array(lengths, dtype=np.int32))

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
    def load(cls, stem: Path) -> Postings:
        text = stem.with_suffix(".terms").read_text("utf-8")
        with np.load(stem.with_suffix(".npz"), allow_pickle=False) as held:
            arrays = [held[name] for name in ("offsets", "passages", "frequencies", "lengths")]
        return cls(text.split("\n") if text else [], *arrays)

    def holds(self, term: str) -> bool:
        return term in self._ids

    def idf(self, term: Term) -> float:
        """Inverse document frequency of a query term, its alternatives weighted by their probabilities."""
        found = sum(share * self._frequency(word) for word, share in term.alternatives)
        found = min(float(self.count), found)
        return float(np.log(1.0 + (self.count - found + 0.5) / (found + 0.5)))

    def _frequency(self, word: str) -> int:
        number = self._ids.get(word)
        return 0 if number is None else int(self.offsets[number + 1] - self.offsets[number])

    def weights(self, term: Term) -> tuple[Ints, Floats]:
        """Passages that hold the term, and its expected frequency in each."""
        numbers = [(self._ids[word], share) for word, share in term.alternatives if word in self._ids]
        if not numbers:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        slices = [slice(self.offsets[number], self.offsets[number + 1]) for number, _ in numbers]
        passages = np.concatenate([self.passages[part] for part in slices])
        frequencies = np.concatenate(
            [self.frequencies[part] * np.float32(share) for part, (_, share) in zip(slices, numbers, strict=True)]
        )
        if len(numbers) == 1:
            return passages, frequencies
        totals = np.bincount(passages, weights=frequencies)
        found = np.flatnonzero(totals)
        return found.astype(np.int32), totals[found].astype(np.float32)

    def scores(self, terms: Sequence[Term]) -> tuple[Floats, Floats]:
        """BM25 of every passage, and the share of the query's weight that it holds (0 to 1).

        Both have shape (count,). The share counts a term by how likely it stands in the passage,
        whatever its frequency.
        """
        scores = np.zeros(self.count, np.float32)
        shares = np.zeros(self.count, np.float32)
        total = 0.0
        for term in terms:
            value = term.weight * self.idf(term)
            total += value
            passages, frequencies = self.weights(term)
            scores[passages] += value * frequencies * (K1 + 1) / (frequencies + self._norms[passages])
            shares[passages] += value * np.minimum(1.0, frequencies)
        return scores, shares / np.float32(total or 1.0)
