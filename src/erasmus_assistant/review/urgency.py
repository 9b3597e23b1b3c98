"""How soon a case needs eyes: a whole number, the highest first in the queue; 0 is done."""

from __future__ import annotations

from collections.abc import Sequence

from erasmus_assistant.records import Outcome

STAFF = "staff"
"""The answerer of an answer that staff pinned."""

DONE = 0
SEEN_ANSWER = 10
REFUSED_THOUGH_NEAR = 40
LOW_CONFIDENCE = 50
SECOND_WANTED = 60
BROKEN = 70
PIN_EXPIRED = 90
THUMB_DOWN = 100

_LOW = 0.6
_NEAR = 0.5
"""Share of the threshold from which a refused question had something near."""


def urgency(
    outcome: str,
    confidence: float,
    threshold: float,
    helpful: bool | None = None,
    reasons: Sequence[str] = (),
    answerer: str = "",
) -> int:
    """The urgency of a case that nobody has judged.

    The search's confidence says nothing of an answer that staff gave.
    """
    if helpful is False:
        return THUMB_DOWN + min(9, len(reasons))
    if outcome in (Outcome.FAILED, Outcome.UNSUPPORTED):
        return BROKEN
    if outcome == Outcome.NOT_IN_GUIDE:
        near = confidence >= _NEAR * threshold if threshold > 0 else confidence > 0.15
        return REFUSED_THOUGH_NEAR if near else SEEN_ANSWER
    if outcome == Outcome.ANSWERED and confidence < _LOW and answerer != STAFF:
        return LOW_CONFIDENCE + round(9 * (_LOW - confidence) / _LOW)
    return SEEN_ANSWER


def reason(value: int) -> str:
    """Why a case stands where it stands, in a few words."""
    for least, words in (
        (THUMB_DOWN, "thumb down"),
        (PIN_EXPIRED, "pinned answer expired"),
        (BROKEN, "failed or not backed by the guide"),
        (SECOND_WANTED, "second reviewer wanted"),
        (LOW_CONFIDENCE, "low confidence"),
        (REFUSED_THOUGH_NEAR, "refused, though something was near"),
        (SEEN_ANSWER, "not judged yet"),
    ):
        if value >= least:
            return words
    return "judged"
