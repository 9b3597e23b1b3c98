"""How often one client may ask: a bucket of questions a client, no address kept."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_CLIENTS = 10_000
_SALT_SECONDS = 24 * 3600.0


class RateLimiter:
    """A token bucket a client: `a_minute` questions, refilled evenly.

    Clients are told apart by a hash with a salt that lives in memory and changes every day.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._rate, self._clock = float(a_minute), a_minute / 60.0, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._salt, self._salted = secrets.token_bytes(16), clock()

    def client(self, address: str) -> str:
        """The name under which a client is counted until the salt changes."""
        if self._clock() - self._salted > _SALT_SECONDS:
            self._salt, self._salted = secrets.token_bytes(16), self._clock()
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=12).hexdigest()

    def wait(self, address: str) -> float:
        """Takes one question; 0 where it is allowed, else the seconds until the next one is."""
        with self._lock:
            name, now = self.client(address), self._clock()
            left, at = self._buckets.pop(name, (self._size, now))
            left = min(self._size, left + (now - at) * self._rate)
            allowed = left >= 1.0
            self._buckets[name] = (left - 1.0 if allowed else left, now)
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
            return 0.0 if allowed else (1.0 - left) / self._rate
