"""Tables of counts and the lines of a lexicon that are made of them."""

from __future__ import annotations

import numpy as np

from training.alignment import Floats, Integers

TARGETS = 8
LEAST = 0.02

Table = dict[str, dict[str, float]]
"""Counts: of each source key, how often each target stem stood for it."""


def counts(keys: Integers, targets: Integers, amounts: Floats, width: int) -> tuple[Integers, Integers, Floats]:
    """Amounts summed by (key, target): three arrays sorted by key, then target."""
    pairs, inverse = np.unique(keys * width + targets, return_inverse=True)
    return pairs // width, pairs % width, np.bincount(inverse, amounts, minlength=len(pairs))


def rarity(frequency: int, total: int) -> int:
    """0 (in every sentence) to 100 (seen once), logarithmic."""
    if frequency <= 0:
        return 100
    return round(100 * max(0.0, 1 - np.log(frequency) / np.log(total)))


def shares(found: dict[str, float]) -> dict[str, float]:
    """Counts as probabilities; empty where nothing was counted."""
    total = sum(found.values())
    return {name: amount / total for name, amount in found.items()} if total else {}


def mixed(found: dict[str, float], known: dict[str, float] | None, strength: float) -> dict[str, float]:
    """Counts with `strength` counts of what is known already."""
    sums = dict(found)
    for name, share in shares(known or {}).items():
        sums[name] = sums.get(name, 0.0) + strength * share
    return sums


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """Total variation between two sets of probabilities, 0 to 1."""
    return 0.5 * sum(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in one.keys() | other.keys())


def pruned(found: dict[str, float]) -> dict[str, float]:
    """The likeliest few as probabilities."""
    best = sorted(shares(found).items(), key=lambda item: (-item[1], item[0]))[:TARGETS]
    return shares({name: share for name, share in best if share >= LEAST} or dict(best[:1]))


def targets(found: dict[str, float]) -> str:
    """Probabilities as the file holds them: each stem and its percent."""
    return " ".join(f"{name} {max(1, round(100 * share))}" for name, share in found.items())
