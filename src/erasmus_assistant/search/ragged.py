"""Rows of different lengths in two arrays, so that thousands of them are handled in one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.signedinteger[Any]]
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row k is `values[starts[k]:starts[k + 1]]`; both are int32 arrays."""

    values: Ints
    starts: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> Self:
        held = list(rows)
        values = np.fromiter(chain.from_iterable(held), np.int32)
        return cls(values, bounds([len(row) for row in held]).astype(np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> Ints:
        return self.values[self.starts[number] : self.starts[number + 1]]

    def sizes(self, rows: Places) -> Places:
        """The lengths of some rows."""
        sizes: Places = self.starts[rows + 1] - self.starts[rows]
        return sizes

    def places(self, rows: Places) -> Places:
        """Where the values of some rows stand, one row after the other."""
        return spread(self.starts[rows], self.sizes(rows))

    def take(self, rows: Places) -> Ragged:
        """Some rows, in the order given."""
        return Ragged(self.values[self.places(rows)], bounds(self.sizes(rows)).astype(np.int32))

    def renumbered(self, numbers: Places) -> Ragged:
        """The same rows with `numbers[value]` for each value."""
        return Ragged(numbers[self.values].astype(np.int32), self.starts)

    def within(self, known: npt.NDArray[np.bool_]) -> Places:
        """The numbers of the rows that have several values and of which every one is known."""
        found = np.concatenate([[0], np.cumsum(known[self.values])])[self.starts]
        sizes = np.diff(self.starts)
        return np.flatnonzero((sizes > 1) & (np.diff(found) == sizes))

    def joined(self, other: Ragged) -> Ragged:
        """These rows and then the others."""
        return Ragged(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
        )


def bounds(sizes: Sequence[int] | Places) -> Places:
    """Where rows of these sizes begin, and where the last one ends: shape (rows + 1,)."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=found[1:])
    return found


def spread(starts: Places, sizes: Places) -> Places:
    """The numbers `start`, `start + 1`, ... of each row, one row after the other."""
    ends = sizes.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts - ends + sizes).repeat(sizes)
    found += np.arange(total)
    return found


def merged(kept: Places, held: int) -> Places:
    """The order that takes row `kept[k]` of `held` rows, and for each -1 the next of those that follow them."""
    order = kept.astype(np.int64)
    fresh = order < 0
    order[fresh] = held + np.arange(int(fresh.sum()))
    return order


def looked_up(wanted: Places, keys: Places, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The values of some keys, 0 where there is none; `keys` are sorted."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)


def highest(values: npt.NDArray[np.floating[Any]], count: int) -> npt.NDArray[np.int64]:
    """The places of the highest values in order, the earlier first of equal ones."""
    places = np.arange(len(values))
    if len(values) > count * _BLOCK:
        # The highest of enough blocks are as many values: what is below all of them need not be sorted.
        blocks = values[: len(values) // _BLOCK * _BLOCK].reshape(-1, _BLOCK).max(axis=1)
        places = np.flatnonzero(values >= np.partition(blocks, -count)[-count])
    elif len(values) > count:
        places = np.flatnonzero(values >= np.partition(values, -count)[-count])
    return places[np.argsort(-values[places], kind="stable")[:count]]
