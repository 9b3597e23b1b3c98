"""How far two reviewers agree, beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """`n` cases judged twice, the share judged alike, and Cohen's kappa; None where it is undefined."""

    n: int
    alike: float | None
    kappa: float | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Cohen's kappa (J. Cohen, 1960): (p_o - p_e) / (1 - p_e), where p_e is the agreement by chance.

    It is undefined for no pairs, and where both reviewers always said the one same thing.
    """
    n = len(pairs)
    if not n:
        return Agreement(0, None, None)
    alike = sum(first == second for first, second in pairs) / n
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(firsts[verdict] * seconds[verdict] for verdict in sorted(firsts)) / n**2
    return Agreement(n, alike, (alike - chance) / (1 - chance) if chance < 1 else None)
