"""A run in a process of its own, started, followed, paused and stopped from this one.

The process is ``banshi run … --events``: it forks its own workers and opens the store for itself, so that whoever
follows it may have as many threads as it likes. ::

    run = Background(["core", "--engine", "rules", "--faults", "rate:0.1"], how=["--workers", "2"], store=path)
    for event in run.events():          # blocks: in a worker thread; ends when the process has ended
        match event:
            case RunStarted(): ...      # event.run is its id; from now on it is in the store
            case Advanced(): ...        # done, total, succeeded, outcomes, failures, harm_fen, rate, left_s
            case EpisodeEnded(): ...    # it is recorded: store.episode(event.run, event.ordinal) has it
            case RunEnded(): ...
    run.state                           # "finished", "paused", "stopped" or "failed" (then run.error says why)

From any other thread, none of which waits for anything: :meth:`Background.pause`, :meth:`Background.stop`,
:meth:`Background.kill`. After a pause (or a stop) :meth:`Background.resume` starts a process that goes on with the same
run, and :meth:`Background.events` is iterated again. Whatever was recorded stays, and what was under way is run again.

Somebody has to iterate: a process whose events nobody reads waits. If this process dies, the run stops at its next
event, and can be resumed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Literal

import msgspec

from mock_services.errors import BanshiError
from scenarios.runs.events import Event, RunStarted, SweepStarted, decode_event

State = Literal["running", "paused", "stopped", "finished", "failed"]

LAUNCH = "from tui.cli.main import main; main()"
"""What the console script does; a name, and no import, of the layer above."""

_STOPPED = 130


class Background:
    """A run (or a sweep) that another process carries out; see the module for how it is used.

    Attributes:
        run: The id of the run that is under way, or was last; empty before the first ``RunStarted``.
        sweep: The name of the sweep that it carries out; empty where it carries out one run.
        error: Why it failed, in the one line that the command says; empty while it has not.
    """

    def __init__(self, what: Sequence[str], *, how: Sequence[str] = (), store: Path | None = None) -> None:
        """Start it.

        Args:
            what: Suite and options that decide what is recorded, as after ``banshi run``, or ``["--resume", "r0001"]``.
            how: Options that do not, and are given again when it is resumed: ``--workers``, ``--concurrency``,
                ``--cluster``, ``--run-cost``.
            store: The store's file; the default one if None.
        """
        self.run = self.sweep = self.error = ""
        self._what, self._how, self._store = tuple(what), tuple(how), store
        self._lock = Lock()
        self._asked: Literal["", "paused", "stopped"] = ""
        self._state: State = "running"
        self._start(self._what)

    @property
    def state(self) -> State:
        """What became of it; ``running`` until :meth:`events` has come to its end."""
        return self._state

    def events(self) -> Iterator[Event]:
        """What it tells, until its process has ended. One thread at a time."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    event = decode_event(line)
                except msgspec.DecodeError:
                    continue  # cut off where the process was killed
                if isinstance(event, SweepStarted):
                    self.sweep = event.sweep
                elif isinstance(event, RunStarted):
                    self.run = event.run
                if event is not None:
                    yield event
        code = self._process.wait()
        with self._lock, self._errors:
            self._errors.seek(0)
            told = self._errors.read().decode(errors="replace").splitlines()
            if code == 0:
                self._state = "finished"
            elif self._asked or code in (_STOPPED, -signal.SIGINT):
                self._state = self._asked or "stopped"
            else:
                self._state = "failed"
                self.error = told[-1].removeprefix("banshi: ") if told else f"the process ended with code {code}"

    def pause(self) -> None:
        """Let it stop at the next border of an episode, to go on by :meth:`resume`."""
        self._interrupt("paused")

    def stop(self) -> None:
        """As Ctrl-C does: what is under way is dropped or ends, and the run is left as stopped."""
        self._interrupt("stopped")

    def kill(self) -> None:
        """End it at once, even where an episode hangs. What was recorded is whole, and it can be resumed."""
        with self._lock:
            if self._state == "running":
                self._asked = self._asked or "stopped"
                self._process.kill()

    def resume(self) -> None:
        """Go on with a run that was paused or stopped, or that failed; then iterate :meth:`events` again.

        Raises:
            BanshiError: it is running, or finished.
        """
        with self._lock:
            if self._state in ("running", "finished"):
                raise BanshiError(f"run {self.run} is {self._state} and cannot be resumed")
            self._asked, self.error, self._state = "", "", "running"
            name = self.sweep or self.run
            self._start(("--resume", name) if name else self._what)

    def _interrupt(self, asked: Literal["paused", "stopped"]) -> None:
        with self._lock:
            # Once only: a second Ctrl-C ends it at once.
            if self._state == "running" and not self._asked:
                self._asked = asked
                self._process.send_signal(signal.SIGINT)

    def _start(self, what: Sequence[str]) -> None:
        where = () if self._store is None else ("--store", str(self._store))
        self._errors = TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, "run", *what, *self._how, *where, "--events"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C in the terminal is for whoever has it.
            start_new_session=True,
        )
