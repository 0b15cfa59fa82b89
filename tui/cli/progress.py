"""The progress line of a run: on a terminal only, and only once there has been something to wait for."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.runs.runner import Progress

QUIET_S = 1.0
REFRESH_S = 0.1


class Meter:
    """Shows done, rate, time left and successes so far. It has no thread: workers may still have to be forked."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._shown: Any = None
        self._started = perf_counter()
        self._drawn = 0.0

    def update(self, progress: Progress) -> None:
        """Take note of how far the run is."""
        now = perf_counter()
        if now - self._started < QUIET_S or now - self._drawn < REFRESH_S or not self._stream.isatty():
            return
        self._drawn = now
        if self._shown is None:
            self._shown = _bar(self._stream)
            self._task = self._shown.add_task("", total=progress.total)
            self._shown.start()
        fresh = progress.done - progress.before
        rate = fresh / (now - self._started)
        left = (progress.total - progress.done) / rate if rate else 0.0
        share = progress.succeeded / progress.done if progress.done else 0.0
        self._shown.update(
            self._task,
            completed=progress.done,
            description=f"{rate:.1f} episodes/s · {left:.0f} s left · {share:.0%} succeeded",
        )
        self._shown.refresh()

    def say(self, speak: Callable[[], None]) -> None:
        """Let something else be written to the terminal without the line in its way."""
        self.close()
        speak()

    def close(self) -> None:
        """Take the line away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def _bar(stream: IO[str]) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(file=stream),
        auto_refresh=False,
        transient=True,
    )
