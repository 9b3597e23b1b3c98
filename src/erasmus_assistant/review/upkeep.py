"""What the journal needs done by itself: old rows deleted every hour, pins whose passages changed expired soon."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.pins import Pins
from erasmus_assistant.search.retrieval import Retriever

HOUR = 3600.0


class Upkeep:
    """A thread of its own; a database that refuses is told once, then tried again in silence."""

    def __init__(
        self,
        journal: Journal,
        retriever: Callable[[], Retriever],
        days: int,
        say: Callable[[str], None],
        every: float = 15.0,
    ) -> None:
        self._journal, self._retriever, self._days, self._say, self._every = journal, retriever, days, say, every
        self._pins = Pins(journal.engine)
        self._pruned = float("-inf")
        self._ended = threading.Event()
        self._warned = False
        self._thread = threading.Thread(target=self._run, name="journal upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def once(self) -> None:
        """One round; raises JournalProblem."""
        self._pins.expire(self._retriever().index)
        if time.monotonic() - self._pruned >= HOUR:
            self._journal.prune(self._days)
            self._pruned = time.monotonic()

    def _run(self) -> None:
        while True:
            try:
                self.once()
                self._warned = False
            except JournalProblem as problem:
                if not self._warned:
                    self._say(f"{problem}; the journal's upkeep waits")
                self._warned = True
            if self._ended.wait(self._every):
                return
