"""Carrying out runs from the command line: what Ctrl-C does, and what is told meanwhile, to a person or a script."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import click

from mock_services.errors import BanshiError

if TYPE_CHECKING:
    from scenarios.results import EpisodeResult
    from scenarios.runs.events import Event
    from scenarios.runs.progress import Progress, Tally
    from scenarios.runs.runner import Job
    from scenarios.runs.store import Store
    from scenarios.runs.sweeping import SweepJob

INTERRUPTED = 130
STOPPING = b"banshi: stopping; Ctrl-C again ends it at once, and nothing that was recorded is lost\n"


class Carrier:
    """Carries out runs one after the other, between ``with``.

    The first Ctrl-C ends the run that is under way: what its workers are at is dropped, an episode in this process
    ends first, and what was recorded stays. The second one ends the process at once, without a word; the store is never
    half written, since each batch of episodes is one transaction.
    """

    def __init__(self, means: dict[str, Any], *, events: bool = False) -> None:
        """``means`` are how :func:`scenarios.runs.runner.carry_out` does it; ``events`` go to stdout, line by line."""
        from scenarios.runs.events import Teller
        from scenarios.runs.progress import Pace
        from tui.cli.progress import Meter

        self._means = means
        self._pace = Pace()
        self._meter = Meter(sys.stderr, self._pace)
        self._teller = Teller(_write, self._pace) if events else None
        self._begun = self._stopping = False
        self._before: Any = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self._meter.close()
        signal.signal(signal.SIGINT, self._before)

    @property
    def tells(self) -> bool:
        """Whether events are written, and nothing else."""
        return self._teller is not None

    def tell(self, event: Event) -> None:
        """Write an event, where events are asked for."""
        if self._teller is not None:
            self._teller.tell(event)

    def carry_out_sweep(self, store: Store, job: SweepJob) -> bool:
        """Carry out what is missing of a sweep, cell after cell; whether it is finished."""
        from scenarios.runs import sweeps
        from scenarios.runs.events import SweepEnded, SweepStarted
        from scenarios.runs.grid import names_of
        from scenarios.runs.sweeping import jobs_of, tally_of

        names = names_of([manifest for manifest, _ in job.cells], [str(n + 1) for n in range(len(job.cells))])
        tally = tally_of(store, job)
        self.tell(SweepStarted(job.sweep, len(job.cells), sum(job.sizes), job.resumed))
        try:
            for one in jobs_of(store, job):
                cell = store.run(one.run).cell
                if not self.carry_out(store, one, tally, f"{cell + 1}/{len(job.cells)} {names[cell]}"):
                    break
        finally:
            sweeps.leave(store, job.sweep)
            with suppress(BanshiError):
                row = sweeps.sweep(store, job.sweep)
                self.tell(SweepEnded(job.sweep, row.state, row.digest))
        return sweeps.sweep(store, job.sweep).state == "finished"

    def carry_out(self, store: Store, job: Job, tally: Tally | None = None, head: str = "") -> bool:
        """Carry out what is missing of a run; whether it is finished. ``head`` stands before its progress."""
        from scenarios.runs.events import run_ended, run_started
        from scenarios.runs.runner import carry_out

        def on_progress(progress: Progress) -> None:
            if self._teller is not None:
                self._teller.progress(job.run, progress)
            else:
                self._meter.update(progress, head)

        def on_ended(results: list[EpisodeResult]) -> None:
            if self._teller is not None:
                self._teller.ended(job.run, results)

        if not self._begun:
            # What was imported and built before is no part of the rate.
            self._pace.begin()
            self._begun = True
        self.tell(run_started(store.run(job.run), resumed=job.resumed))
        try:
            return carry_out(
                store,
                job,
                **self._means,
                tally=tally,
                stop=lambda: self._stopping,
                on_progress=on_progress,
                on_ended=on_ended,
                say=self._say,
            )
        finally:
            with suppress(BanshiError):  # the store may be what failed
                self.tell(run_ended(store.run(job.run)))

    def _say(self, text: str) -> None:
        from scenarios.runs.events import Said
        from tui.cli.output import talk

        if self._teller is not None:
            self._teller.tell(Said(text))
        else:
            self._meter.say(lambda: talk(text))

    def _on_interrupt(self, _: int, __: FrameType | None) -> None:
        if self._stopping:
            for child in multiprocessing.active_children():
                child.kill()
            os._exit(INTERRUPTED)
        self._stopping = True
        # Not by print: this may have come in the middle of one.
        os.write(2, b"\n" * sys.stderr.isatty() + STOPPING)


def _write(event: Event) -> None:
    from scenarios.runs.events import encode_event

    click.echo(encode_event(event))
