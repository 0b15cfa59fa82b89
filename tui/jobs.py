"""The runs that this app has started: each in a process of its own, followed by a thread that does nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.runs.background import Background

PATIENCE_S = 5.0
"""How long the app waits at its end for runs that it stops. What was recorded is whole in any case."""


class Jobs:
    """Runs by the app. One that somebody else carries out is none of ours, and is not stopped."""

    def __init__(self, on_end: Callable[[Background], object] = lambda _: None) -> None:
        """``on_end`` is told, from another thread, of each job whose process has ended."""
        self._on_end = on_end
        self._all: list[Background] = []
        self._threads: list[Thread] = []

    def start(self, what: Sequence[str], how: Sequence[str], store: Path | None) -> Background:
        """Start ``banshi run`` with these arguments."""
        from scenarios.runs.background import Background

        job = Background(what, how=how, store=store)
        self._all.append(job)
        self._follow(job)
        return job

    def resume(self, job: Background) -> None:
        """Go on with a job that was paused or stopped.

        Raises:
            BanshiError: it is running, or finished.
        """
        job.resume()
        self._follow(job)

    def of(self, run: str) -> Background | None:
        """The job that carries out a run, or did last."""
        return next((job for job in reversed(self._all) if job.run == run), None)

    @property
    def running(self) -> list[Background]:
        """Those that go on."""
        return [job for job in self._all if job.state == "running"]

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until all have ended."""
        for thread in self._threads:
            thread.join(timeout_s)

    def end(self) -> None:
        """Stop all, and wait a little; each can be resumed."""
        for job in self.running:
            job.stop()
        self.wait(PATIENCE_S)

    def _follow(self, job: Background) -> None:
        def follow() -> None:
            for _ in job.events():
                pass  # screens read the store, which holds all that is told here
            self._on_end(job)

        thread = Thread(target=follow, name="job", daemon=True)
        self._threads.append(thread)
        thread.start()
