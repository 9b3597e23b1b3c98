"""Everything that a journal brings to the app: the record of answers, pinned answers, the desk and the lab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.pinned import PinnedAnswerer
from erasmus_assistant.review.pins import Pins
from erasmus_assistant.review.question_file import QUESTIONS
from erasmus_assistant.review.upkeep import Upkeep
from erasmus_assistant.settings import Settings
from erasmus_assistant.web.desk.parts import Desk
from erasmus_assistant.web.desk.routes import extension
from erasmus_assistant.web.desk.sink import JournalSink
from erasmus_assistant.web.lab.runs import Lab


@dataclass(frozen=True, slots=True)
class Staffed:
    """What `create_app` takes, and what is to be started and stopped with the app."""

    sink: JournalSink
    extend: Callable[[FastAPI], str]
    upkeep: Upkeep
    lab: Lab

    def start(self) -> None:
        self.upkeep.start()

    def stop(self) -> None:
        self.upkeep.stop()
        self.lab.stop()


def staffed(
    settings: Settings,
    assistant: Assistant,
    journal: Journal,
    say: Callable[[str], None],
    questions: Path = QUESTIONS,
    every: float = 15.0,
) -> Staffed:
    """Puts pinned answers before the assistant's own; `every` is the seconds between two rounds of upkeep."""
    assistant.answerer = PinnedAnswerer(assistant.answerer, Pins(journal.engine))
    lab = Lab(settings, questions.parent, questions.parent.parent / "runs")
    upkeep = Upkeep(journal, assistant.retriever, settings.journal_retention_days, say, every)
    desk = Desk.over(journal, assistant, questions)
    return Staffed(JournalSink(journal, say), extension(desk, lab), upkeep, lab)
