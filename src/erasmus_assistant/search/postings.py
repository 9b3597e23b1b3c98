"""Which passages hold each term of one field, and how often: kept as compressed rows, made anew from those before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from erasmus_assistant.search.ragged import Ints, Places, bounds, spread


class Stored:
    """Term frequencies of one field over `count` passages, as compressed rows by term."""

    def __init__(self, terms: Sequence[str], offsets: Ints, passages: Ints, frequencies: Ints, lengths: Ints) -> None:
        self.terms = tuple(terms)
        self.offsets, self.passages, self.frequencies, self.lengths = offsets, passages, frequencies, lengths
        self.count = len(lengths)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The number of each term."""
        return {term: number for number, term in enumerate(self.terms)}

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
    def updated(cls, held: Stored, kept: Places, texts: Iterable[Sequence[str]]) -> Self:
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

    def holders(self, words: Iterable[str]) -> Ints:
        """The passages that hold each of the words, one word after the other."""
        numbers = np.array([self.ids[word] for word in words if word in self.ids], np.int64)
        return self.passages[spread(self.offsets[numbers], self.held_by[numbers])]
