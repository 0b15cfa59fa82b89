"""What stored runs teach: for each episode who decided at each node, what the errand was like, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from agent.route.best import Source, Worth
from agent.route.features import features
from mock_services.errors import UsageError
from mock_services.trace import Event, decode
from scenarios.runs.store import EpisodeRow, RunRow, Store


class At(msgspec.Struct, frozen=True):
    """An engine decided at a node of an errand with these features; ``took`` is what its thinking took, in worth."""

    node: str
    engine: str
    features: tuple[str, ...]
    took: float


class Lesson(msgspec.Struct, frozen=True):
    """An episode: who decided at each of its nodes, and what the errand came to be worth."""

    scenario: str
    worth: float
    decided: tuple[At, ...]


def source_of(run: RunRow) -> Source:
    """A run as a policy names it."""
    return Source(run.run, run.suite, run.suite_hash, run.agent, run.digest, run.done)


def lessons(store: Store, run: RunRow, worth: Worth) -> Iterator[Lesson]:
    """The lessons of a run of a router.

    Raises:
        UsageError: the run is not finished, has kept no traces, or one engine decided everything.
    """
    if run.state != "finished":
        raise UsageError(f"run {run.run} is not finished", fix=f"banshi run --resume {run.run}")
    taught = False
    for row in store.episodes(run.run):
        trace = store.episode(run.run, row.ordinal).trace
        if not trace:
            raise UsageError(f"run {run.run} has kept no trace of {row.id}", fix="run it again with --traces all")
        decided = deciders(decode(trace), worth)
        if decided:
            taught = True
            yield Lesson(row.scenario, value(row, worth), decided)
    if not taught:
        raise UsageError(
            f"in run {run.run} one engine decided everything", fix="learn from a run of route:explore(ENGINE,…)"
        )


def value(row: EpisodeRow, worth: Worth) -> float:
    """What an episode was worth."""
    return worth.of(row.success, row.harm_fen, row.cost_micros, row.virtual_ms)


def deciders(events: list[Event], worth: Worth) -> tuple[At, ...]:
    """Who decided at each node of a trace, as the errand stood when the node was first met."""
    words, locale, node = "", "", ""
    task: dict[str, Any] | None = None
    met: dict[str, tuple[str, tuple[str, ...]]] = {}
    took: dict[str, float] = {}
    for event in events:
        if event.kind == "episode_started":
            words, locale = event.data["words"], event.data["locale"]
        elif event.kind == "thought":
            took[node] = took.get(node, 0.0) - worth.of(False, 0, event.data["cost_micros"], event.data["ms"])
        elif event.kind == "note" and event.data["kind"] == "task":
            task = event.data["data"]
        elif event.kind == "note" and event.data["kind"] == "node":
            node = event.data["data"]["node"]
            if "engine" in event.data["data"]:
                met.setdefault(node, (event.data["data"]["engine"], features(node, words, locale, task)))
    return tuple(At(node, engine, found, took.get(node, 0.0)) for node, (engine, found) in met.items())
