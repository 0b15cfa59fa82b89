"""Recorded episodes to fork, and how a fork of them is made in a line."""

from __future__ import annotations

from pathlib import Path

from mock_services.base import base_world
from mock_services.faults import Fault
from scenarios.forking.fork import Forked, Original, fork, original_of
from scenarios.forking.turn import Turn, read_fault, read_said
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources, plan_episodes
from scenarios.runs.store import Store, pack
from scenarios.runs.workers import Bench

SMOKE = load_sources(("tiny",))
LATTE, TRAIN = "smoke-zh-latte", "smoke-en-train"
REGISTRY = base_world(0, "small").registry


MORNING = """\
id: morning
family: order
locale: en
now: 2026-03-06T10:20
city: hangzhou
words: two hot lattes to my home
person: {name: Robin, addresses: {home: 武林广场}}
goal: [{flash_order: {item: 拿铁, qty: 2, options: {温度: 热}, to: home}}]
then:
  - words: and one americano to my home
    goal: [{flash_order: {item: 美式, qty: 1, to: home}}]
    after_min: 60
"""
"""Two errands in one episode."""


def record(
    path: Path | None,
    scenario: str = LATTE,
    plan: str = "clean",
    agent: str = "rules",
    traces: str = "all",
    source: str = "tiny",
) -> Original:
    """Run an episode into a store as ``banshi run`` does, and read it as something to fork."""
    options = {"fallback": "full", "guard": True}
    selection = Selection(faults=plan, only=(scenario,))
    suite = load_sources((source,))
    manifest = Manifest("0", (source,), suite.name, suite.hash, agent, options, 0, selection, traces=traces)
    specs = plan_episodes(suite, manifest)
    with Store(path, write=True) as store:
        run = store.start(manifest, len(specs))
        store.append(run, [pack(Bench(suite).carry_out(spec), traces) for spec in specs])
        store.leave(run, state="finished", wall_s=0.0, digest="")
    return original_of(path, run, 0)


def at_tool(original: Original, tool: str, nth: int = 0) -> int:
    """The step of the nth call of a tool."""
    return [event.seq for event in original.events if event.data.get("tool") == tool][nth]


def ended_at(original: Original) -> int:
    """The step at which the errand ended."""
    return next(event.seq for event in original.events if event.kind == "episode_ended")


def fault(text: str) -> Fault:
    """A fault of a service as it is typed."""
    found = read_fault(text, REGISTRY)
    assert isinstance(found, Fault)
    return found


def turned(original: Original, step: int, *faults: str, said: str = "", engine: str = "", fallback: str = "") -> Forked:
    """Fork at a step."""
    turn = Turn(0, tuple(map(fault, faults)), engine=engine, fallback=fallback, said=read_said(said) if said else None)
    return fork(original, step, turn)


def calls(forked: Forked, tool: str, start: int = 0) -> list[dict[str, object]]:
    """The calls of a tool in a fork."""
    return [event.data for event in forked.events[start:] if event.data.get("tool") == tool]


def notes(forked: Forked, kind: str) -> list[dict[str, object]]:
    """What notes of a kind say in a fork."""
    return [event.data["data"] for event in forked.events if event.kind == "note" and event.data["kind"] == kind]
