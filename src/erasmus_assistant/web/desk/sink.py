"""The journal as the chat and the HTTP interface see it."""

from __future__ import annotations

from collections.abc import Callable

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.records import Answer
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.web.feedback import Feedback


class JournalSink:
    """Keeps answers and feedback in the journal; a `FeedbackSink`.

    While the database refuses, answers go on unrecorded, and that is said once.
    """

    stores = True

    def __init__(self, journal: Journal, say: Callable[[str], None]) -> None:
        self._journal, self._say, self._warned = journal, say, False

    def record(self, answer: Answer, session: str, channel: str) -> None:
        try:
            self._journal.record(answer, session, channel=channel)
            self._warned = False
        except JournalProblem as problem:
            if not self._warned:
                self._say(f"{problem}; answers are given, but not recorded")
            self._warned = True

    def feedback(self, feedback: Feedback) -> bool:
        reasons = [reason.value for reason in feedback.reasons]
        return self._journal.feedback(feedback.answer, feedback.helpful, reasons, feedback.comment)
