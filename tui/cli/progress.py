"""The progress line of a run: on a terminal only, and only once there has been something to wait for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import IO, Any

from scenarios.runs.plaintext import plain
from scenarios.runs.progress import Pace, Progress

QUIET_S = 1.0
REFRESH_S = 0.1
KINDS = 3
"""Kinds of failures that are named."""


class Meter:
    """Shows done, rate, time left, successes so far and what failed most. It has no thread: workers may still have to
    be forked.
    """

    def __init__(self, stream: IO[str], pace: Pace | None = None) -> None:
        self._stream, self._pace = stream, pace or Pace()
        self._shown: Any = None
        self._drawn = 0.0

    def update(self, progress: Progress, head: str = "") -> None:
        """Take note of how far it is; ``head`` says what is under way, where that is one of several."""
        now = self._pace.elapsed_s
        if now < QUIET_S or now - self._drawn < REFRESH_S or not self._stream.isatty():
            return
        self._drawn = now
        if self._shown is None:
            self._shown = _bar(self._stream)
            self._task = self._shown.add_task("", total=progress.total)
            self._shown.start()
        self._shown.update(self._task, completed=progress.done, description=line_of(progress, self._pace, head))
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


def line_of(progress: Progress, pace: Pace, head: str = "") -> str:
    """``12.5 episodes/s · 3 min left · 93 % succeeded · wrong_item 4, over_budget 1``, what failed most often first."""
    left = pace.left_s(progress)
    parts = [plain(head), f"{pace.rate(progress):.1f} episodes/s", f"{_time(left)} left" if left is not None else ""]
    parts.append(f"{progress.succeeded / progress.done:.0%} succeeded" if progress.done else "")
    parts.append(", ".join(f"{plain(kind)} {count}" for kind, count in islice(progress.failures.items(), KINDS)))
    return " · ".join(filter(None, parts))


def _time(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _bar(stream: IO[str]) -> Any:
    from rich import progress as shown
    from rich.console import Console
    from rich.table import Column

    return shown.Progress(
        shown.BarColumn(bar_width=None, table_column=Column(width=16)),
        shown.MofNCompleteColumn(table_column=Column(no_wrap=True)),
        # What there is no room for is cut off: the last of the kinds of failures.
        shown.TextColumn(
            "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
        ),
        console=Console(file=stream),
        auto_refresh=False,
        transient=True,
        expand=True,
    )
