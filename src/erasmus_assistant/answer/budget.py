"""How many tokens a day a language model may cost; counted in memory, by UTC day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime


def _today() -> date:
    return datetime.now(UTC).date()


class DailyBudget:
    """Tokens that may still be used today; 0 is no limit. What a request may cost is set aside before it is made."""

    def __init__(self, tokens: int, today: Callable[[], date] = _today) -> None:
        self._limit, self._today = tokens, today
        self._day, self._used = today(), 0
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        """Tokens used or set aside today."""
        with self._lock:
            self._turn()
            return self._used

    def take(self, tokens: int) -> bool:
        """Sets `tokens` aside; whether there were so many left."""
        with self._lock:
            self._turn()
            if self._limit and self._used + tokens > self._limit:
                return False
            self._used += tokens
            return True

    def settle(self, taken: int, used: int) -> None:
        """Puts right what was set aside, once it is known what was used."""
        with self._lock:
            self._turn()
            self._used = max(0, self._used - taken + used)

    def _turn(self) -> None:
        if self._today() != self._day:
            self._day, self._used = self._today(), 0
