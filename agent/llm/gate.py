"""The way to an endpoint: so many requests a minute, and a pause for all where it says that it is busy.

This is real time, of the process and not of the errand: nothing of it is recorded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Gate:
    """Shared by all threads that ask one endpoint. ``clock`` and ``sleep`` are in seconds."""

    def __init__(
        self,
        per_minute: int = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart = 60 / per_minute if per_minute else 0.0
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def enter(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + self._apart
        if turn > now:
            self._sleep(turn - now)

    def hold(self, seconds: float) -> None:
        """Let nobody through for some seconds."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
