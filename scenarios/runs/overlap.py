"""Carrying out episodes whose agent waits for a model: many at a time in threads of this process.

A thread that waits for an answer takes no processor, so that so many episodes take about as long as the longest of
them. Everything else is as in a process of its own: an episode's world belongs to its thread alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from queue import Empty, SimpleQueue
from typing import Protocol

from agent.interface import RunStopped
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs.store import Finished, pack

POLL_S = 0.2


class CarriesOut(Protocol):
    """What carries an episode out, such as :class:`scenarios.runs.workers.Bench`."""

    def carry_out(self, spec: EpisodeSpec) -> EpisodeResult: ...


def overlapped(
    bench: CarriesOut,
    specs: Iterable[EpisodeSpec],
    width: int,
    stop: Callable[[], bool],
    enough: Callable[[], bool] = lambda: False,
) -> Generator[list[Finished]]:
    """Carry out episodes, so many at a time; results come in the order in which they end.

    Args:
        bench: Carries them out; called by many threads.
        specs: The episodes.
        width: How many at a time.
        stop: Once it is true nothing is waited for any more.
        enough: Once it is true no further one is begun, and those under way end.

    Raises:
        RunStopped: an agent says that the run cannot go on; what had ended was yielded before.
    """
    todo, lock = iter(specs), threading.Lock()
    ended: SimpleQueue[Finished | RunStopped | None] = SimpleQueue()

    def work() -> None:
        while not (stop() or enough()):
            with lock:
                spec = next(todo, None)
            if spec is None:
                break
            try:
                ended.put(pack(bench.carry_out(spec), spec.traces))
            except RunStopped as stopped:
                ended.put(stopped)
                break
        ended.put(None)

    # Daemons: whoever stops a run does not wait for what a model may still say.
    threads = [threading.Thread(target=work, name=f"episode-{n}", daemon=True) for n in range(width)]
    for thread in threads:
        thread.start()
    busy, broken = len(threads), None
    while busy and not stop():
        try:
            one = ended.get(timeout=POLL_S)
        except Empty:
            continue
        if one is None:
            busy -= 1
        elif isinstance(one, RunStopped):
            broken = broken or one
            enough = _always
        else:
            yield [one]
    if broken is not None:
        raise broken


def _always() -> bool:
    return True
