"""What people say of an answer, and where answers and feedback go: the edge logs, asking itself has no side effects."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from erasmus_assistant.records import Answer

LONGEST_COMMENT = 2000

_log = logging.getLogger(__name__)


class Reason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    WRONG_CITATION = "wrong_citation"
    SHOULD_HAVE_KNOWN = "should_have_known"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's word on the answer with the id `answer`; `reasons` and `comment` may be empty."""

    answer: str
    helpful: bool
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    language: str = ""


class FeedbackSink(Protocol):
    """Keeps answers and what is said of them; both calls return when the row is safe, or raise.

    `session` is the random name of the conversation, never an address, "" where there is none; a sink keeps
    no more of it than a salted hash. `channel` is "chat" or "api". `stores` says whether anything is kept:
    where it is false, the chat does not ask for feedback.
    """

    @property
    def stores(self) -> bool: ...

    def record(self, answer: Answer, session: str, channel: str) -> None: ...

    def feedback(self, feedback: Feedback) -> bool:
        """Whether the answer is known; feedback on an unknown answer is not kept."""


class NoJournal:
    """Where no journal is configured: keeps nothing."""

    stores = False

    def record(self, answer: Answer, session: str, channel: str) -> None:
        return None

    def feedback(self, feedback: Feedback) -> bool:
        return False


def record(sink: FeedbackSink, answer: Answer, session: str, channel: str) -> None:
    """Records an answer; a journal that fails costs the person nothing."""
    try:
        sink.record(answer, session, channel)
    except Exception:
        _log.exception("the answer %s could not be recorded", answer.id)
