"""What the pages of the desk are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.review.accounts import Accounts
from erasmus_assistant.review.cases import Cases
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.pins import Pins
from erasmus_assistant.review.question_file import QUESTIONS
from erasmus_assistant.review.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Desk:
    """The journal and what staff do with it; `questions` is the file that judged cases become tests in."""

    journal: Journal
    accounts: Accounts
    cases: Cases
    verdicts: Verdicts
    pins: Pins
    assistant: Assistant
    questions: Path

    @classmethod
    def over(cls, journal: Journal, assistant: Assistant, questions: Path = QUESTIONS) -> Self:
        engine = journal.engine
        parts = (Accounts(engine), Cases(engine), Verdicts(engine), Pins(engine))
        return cls(journal, *parts, assistant, questions)
