"""Measures as small pure functions. A measure that is not defined is None, never 0.

Rankings are sequences of ids, best first; `grades` gives the relevance of each relevant id
(greater than 0). Formulas agree with trec_eval, which a test holds them to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2


def hit_at(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float | None:
    """1.0 when one of the best k is relevant."""
    return float(any(grades.get(one, 0) > 0 for one in ranking[:k])) if _any_relevant(grades) else None


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float | None:
    """1 / rank of the first relevant one among the best k, else 0."""
    if not _any_relevant(grades):
        return None
    return next((1 / rank for rank, one in enumerate(ranking[:k], 1) if grades.get(one, 0) > 0), 0.0)


def recall_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float | None:
    """Share of the relevant ones that are among the best k."""
    relevant = {one for one, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else None


def ndcg_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float | None:
    """Discounted gain over the best possible, gain = grade, discount = log2(rank + 1) (Järvelin & Kekäläinen 2002)."""
    if not _any_relevant(grades):
        return None
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    return _discounted([max(grades.get(one, 0), 0) for one in ranking[:k]]) / _discounted(ideal[:k])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _any_relevant(grades: Mapping[str, int]) -> bool:
    return any(grade > 0 for grade in grades.values())


def share(flags: Sequence[bool]) -> float | None:
    """Share of true ones; not defined for none."""
    return sum(flags) / len(flags) if flags else None


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties counting half (Mann-Whitney)."""
    if not positive or not negative:
        return None
    wins = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return wins / (len(positive) * len(negative))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the surest are answered, from the surest to all; equal confidences enter together."""
    ordered = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    points, wrong = [], 0
    for count, (confidence, is_right) in enumerate(ordered, 1):
        wrong += not is_right
        if count == len(ordered) or ordered[count][0] != confidence:
            points.append((count / len(ordered), wrong / count))
    return points


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, n) of each bin of equal width that holds anything."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, is_right in zip(confidences, right, strict=True):
        held[calibration_bin(confidence, bins)].append((confidence, is_right))
    return [
        (sum(pair[0] for pair in one) / len(one), sum(pair[1] for pair in one) / len(one), len(one))
        for one in held
        if one
    ]


def calibration_bin(confidence: float, bins: int = 10) -> int:
    return min(max(int(confidence * bins), 0), bins - 1)


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """Expected calibration error: mean gap of confidence and share right, weighted by bin (Naeini et al. 2015)."""
    if not confidences:
        return None
    return sum(abs(mean - share) * n for mean, share, n in calibration(confidences, right, bins)) / len(confidences)
