"""Writes answers to a journal and says each id when it is acknowledged, until it is killed."""

from __future__ import annotations

import sys

from erasmus_assistant.records import Answer, Outcome
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal


def main(database: str, name: str) -> None:
    journal = Journal(open_database(database))
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        answer = Answer(
            f"{name}-{number}", "Kas?", "lv", Outcome.ANSWERED, "Tas." * 200, 0.5, (), (), "extractive", "b"
        )
        journal.record(answer, "session")
        sys.stdout.write(f"{answer.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
