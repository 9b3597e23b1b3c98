"""Word alignment by expectation-maximisation: IBM Model 1 in both directions, with agreement.

Each sentence pair is a grid of cells, one for each (source word, target word). Model 1 (Brown et
al. 1993) says with which probability a cell is a translation; a diagonal prior (Dyer et al.
2013) favours words at the same relative place; the digamma of variational Bayes (Riley and
Gildea 2012) keeps rare words from attracting everything; and in the last iterations the two
directions must agree (Liang et al. 2006): the counts are the product of both posteriors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bitext:
    """Sentence pairs as flat arrays: the words of pair k are `ids[starts[k]:starts[k + 1]]`."""

    source: Integers
    source_starts: Integers
    target: Integers
    target_starts: Integers
    weights: Floats

    def __len__(self) -> int:
        return len(self.weights)


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each cell: the positions of its words in the flat arrays, and its expected count."""

    source_at: Integers
    target_at: Integers
    count: Floats


@dataclass(frozen=True, slots=True)
class Settings:
    """How to align; the values that won are the defaults."""

    iterations: int = 5
    agreeing: int = 4
    diagonal: float = 4.0
    null: float = 0.2
    alpha: float = 0.01
    one_way: float = 0.15
    """Share of the one-directional posteriors in the final counts: the rest is agreement."""


def grid(bitext: Bitext) -> tuple[Integers, Integers, Integers]:
    """The cells of every sentence pair: source position, target position, number of the pair."""
    rows = np.diff(bitext.source_starts)
    columns = np.diff(bitext.target_starts)
    sizes = rows * columns
    pair = np.repeat(np.arange(len(sizes)), sizes)
    inside = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    width = columns[pair]
    source_at = bitext.source_starts[pair] + inside // width
    target_at = bitext.target_starts[pair] + inside % width
    return source_at, target_at, pair


def align(bitext: Bitext, settings: Settings | None = None) -> Alignment:
    """Expected alignment counts of every cell."""
    settings = settings or Settings()
    source_at, target_at, pair = grid(bitext)
    source, target = bitext.source[source_at], bitext.target[target_at]
    vocabulary = int(bitext.target.max()) + 1
    keys, inverse = np.unique(source * vocabulary + target, return_inverse=True)
    key_source, key_target = keys // vocabulary, keys % vocabulary
    weights = bitext.weights[pair]
    prior = _diagonal(bitext, source_at, target_at, pair, settings.diagonal)
    forward = _Direction(bitext.source, bitext.target, target_at, key_source, weights, prior, inverse, settings)
    backward = _Direction(bitext.target, bitext.source, source_at, key_target, weights, prior, inverse, settings)
    for step in range(settings.iterations + settings.agreeing):
        ahead, back = forward.posterior(key_target), backward.posterior(key_source)
        if step < settings.iterations:
            forward.learn(ahead * weights)
            backward.learn(back * weights)
        else:
            both = ahead * back * weights
            forward.learn(both)
            backward.learn(both)
    share = settings.one_way
    counts = (1 - share) * ahead * back + share * 0.5 * (ahead + back)
    return Alignment(source_at, target_at, counts * weights)


class _Direction:
    """The table p(child | parent) of one direction, over the distinct word pairs."""

    def __init__(
        self,
        parents: Integers,
        children: Integers,
        child_at: Integers,
        key_parent: Integers,
        weights: Floats,
        prior: Floats,
        inverse: Integers,
        settings: Settings,
    ) -> None:
        self.child_at, self.key_parent, self.inverse = child_at, key_parent, inverse
        self.weights, self.prior, self.settings = weights, prior, settings
        self.parents, self.positions = int(parents.max()) + 1, len(children)
        frequency = np.bincount(children).astype(np.float64)
        self.unigram = frequency / frequency.sum()
        self.children = int(children.max()) + 1
        self.table = np.ones(len(key_parent))
        self.learn(weights)

    def learn(self, counts: Floats) -> None:
        """Maximise: the table from the expected counts, with the digamma in place of the logarithm."""
        alpha = self.settings.alpha
        cells = np.bincount(self.inverse, counts, minlength=len(self.key_parent))
        totals = np.bincount(self.key_parent, cells, minlength=self.parents)
        above = np.exp(digamma(cells + alpha))
        below = np.exp(digamma(totals + alpha * self.children))
        self.table = above / below[self.key_parent]

    def posterior(self, key_child: Integers) -> Floats:
        """Expect: for each cell, the probability that its parent made its child."""
        score = self.table[self.inverse] * self.prior
        null = self.settings.null * self.unigram[key_child][self.inverse]
        total = np.bincount(self.child_at, score, minlength=self.positions)
        return score / (total[self.child_at] + null)


def _diagonal(bitext: Bitext, source_at: Integers, target_at: Integers, pair: Integers, strength: float) -> Floats:
    rows, columns = np.diff(bitext.source_starts), np.diff(bitext.target_starts)
    across = (source_at - bitext.source_starts[pair] + 0.5) / rows[pair]
    down = (target_at - bitext.target_starts[pair] + 0.5) / columns[pair]
    prior = np.exp(-strength * np.abs(across - down))
    # Each word chooses among the words of its own sentence: the prior sums to about one.
    return prior / np.maximum(rows, columns)[pair]
