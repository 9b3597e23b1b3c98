"""Estimates with bootstrap intervals: resample the questions, compute again, take the middle 95 %."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.benchmark.metrics import calibration_bin

RESAMPLES = 1000
SEED = 20210401
LEVEL = 95.0

Floats = NDArray[np.float64]
Picks = NDArray[np.int64]
Statistic = Callable[[Picks], Floats]
"""Index matrix (samples, n) -> one value a sample; NaN where it is not defined."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value over n questions and the 95 % interval around it."""

    n: int
    value: float
    low: float
    high: float


def estimate(n: int, statistic: Statistic) -> Estimate | None:
    """The statistic on all n with its percentile bootstrap interval; None where it is not defined."""
    if not n:
        return None
    value = float(statistic(np.arange(n, dtype=np.int64)[None, :])[0])
    if np.isnan(value):
        return None
    resampled = statistic(_picks(n))
    defined = resampled[~np.isnan(resampled)] if not np.isnan(resampled).all() else np.array([value])
    edge = (100 - LEVEL) / 2
    low, high = np.percentile(defined, [edge, 100 - edge])
    return Estimate(n, value, float(low), float(high))


@lru_cache(maxsize=256)
def _picks(n: int) -> Picks:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n), dtype=np.int64)


def mean(values: Sequence[float]) -> Estimate | None:
    held = np.asarray(values, dtype=np.float64)
    return estimate(len(held), lambda picks: held[picks].mean(axis=1))


def percentile(values: Sequence[float], which: float) -> Estimate | None:
    held = np.asarray(values, dtype=np.float64)
    return estimate(len(held), lambda picks: np.asarray(np.percentile(held[picks], which, axis=1)))


def f1(predicted: Sequence[bool], actual: Sequence[bool]) -> Estimate | None:
    """2 TP / (2 TP + FP + FN); not defined when nothing is predicted and nothing is true."""
    said, true = np.asarray(predicted, dtype=bool), np.asarray(actual, dtype=bool)
    both, either = 2.0 * (said & true), said.astype(np.float64) + true

    def statistic(picks: Picks) -> Floats:
        return _divided(both[picks].sum(axis=1), either[picks].sum(axis=1))

    return estimate(len(said), statistic)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> Estimate | None:
    """Chance that a positive scores above a negative, ties counting half."""
    held, flags = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    above, below = held[flags][:, None], held[~flags][None, :]
    wins = (above > below) + 0.5 * (above == below)

    def statistic(picks: Picks) -> Floats:
        weights = _weights(picks)
        ups, downs = weights[:, flags], weights[:, ~flags]
        return _divided(((ups @ wins) * downs).sum(axis=1), ups.sum(axis=1) * downs.sum(axis=1))

    return estimate(len(held), statistic)


def calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> Estimate | None:
    """Expected calibration error over bins of equal width."""
    gaps = np.zeros((len(scores), bins))
    for row, (confidence, is_right) in enumerate(zip(scores, right, strict=True)):
        gaps[row, calibration_bin(confidence, bins)] = confidence - is_right
    return estimate(len(scores), lambda picks: np.abs(_weights(picks) @ gaps).sum(axis=1) / picks.shape[1])


def area_under_risk(scores: Sequence[float], right: Sequence[bool]) -> Estimate | None:
    """Mean risk over all coverages, surest first (Geifman & El-Yaniv 2017); the lower the better."""
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    wrong = 1.0 - np.asarray(right, dtype=np.float64)[order]

    def statistic(picks: Picks) -> Floats:
        errors = np.cumsum(wrong[np.sort(picks, axis=1)], axis=1)
        return np.asarray((errors / np.arange(1, picks.shape[1] + 1)).mean(axis=1))

    return estimate(len(wrong), statistic)


def _weights(picks: Picks) -> Floats:
    """How often each of n was drawn in each sample."""
    samples, n = picks.shape
    places = (picks + np.arange(samples)[:, None] * n).ravel()
    return np.bincount(places, minlength=samples * n).reshape(samples, n).astype(np.float64)


def _divided(above: Floats, below: Floats) -> Floats:
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result
