"""What a world costs: building one, an episode's own, forks, memory, and calls per second of every tool.

Beside each figure stands the bound that was set for it, and for calls the floor of this machine: what no simulation
with checked arguments can do without, a bare pydantic validation of the same arguments and one dict update. Run it as
``python -m benchmarks.world``; it takes most of a minute. Times are of the processor, so that other programs disturb
them little; figures vary by machine.
"""

from __future__ import annotations

import gc
import json
import platform
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from itertools import count
from statistics import median
from time import process_time
from typing import Any

from benchmarks._cases import START, Case, cases
from mock_services.base import Base
from mock_services.registry import default_registry
from mock_services.service import Args
from mock_services.world import World

SIZE, LARGER = "city", "city*4"
BOUNDS = {"read": 20_000, "write": 10_000, "search": 4_000}
RATIO = 1.5
SECONDS = 0.02
ROUNDS = 4
SHOWN = 5
MANY = 50


def best(work: Callable[[], Any], seconds: float = SECONDS) -> float:
    """Seconds that ``work`` takes: the shortest of many, as what disturbs can only lengthen it."""
    work()
    shortest = float("inf")
    until = process_time() + seconds * ROUNDS
    while (started := process_time()) < until:
        # Many at once: the clock of the processor does not tell single microseconds.
        for _ in range(MANY):
            work()
        shortest = min(shortest, process_time() - started)
    return shortest / MANY


# --- worlds ------------------------------------------------------------------------------------------------------


def figure(what: str, measured: str, bound: str = "") -> None:
    """A line of the first table."""
    print(f"{what:46} {measured:>16}   {bound}".rstrip())


def building(size: str) -> Base:
    """Build a world and say how long it took."""
    took: list[float] = []
    base: Base | None = None
    while len(took) < 2:
        started = process_time()
        base = Base(1, size, default_registry())
        took.append(process_time() - started)
    figure(f"building {size}", f"{min(took):.2f} s", "at most 5 s" if size == SIZE else "")
    assert base is not None
    return base


def memory() -> None:
    """What a process of its own needs, and a worker forked from it."""
    command = [sys.executable, "-m", "benchmarks._memory", SIZE]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    figure("importing the services in another process", f"{found['imported_s']:.2f} s")
    figure(f"{SIZE} there, built anew and not from a cache", f"{found['built_s']:.2f} s", "at most 1 s")
    figure(f"resident memory with {SIZE}", f"{found['resident_kib'] / 1024:.0f} MiB", "at most 400 MiB")
    what = f"a forked worker's own memory after {found['calls']:,} calls"
    figure(what, f"{found['worker_kib'] / 1024:.0f} MiB", "at most 150 MiB")


def fresh(base: Base) -> None:
    """What a bare world for an episode costs, in time and bytes."""
    figure("a fresh episode world", f"{best(lambda: World(base, start=START)) * 1e6:.1f} µs", "at most 50 µs")
    kept: list[World] = []
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept += [World(base, start=START) for _ in range(200)]
    size = (tracemalloc.get_traced_memory()[0] - before) / len(kept)
    tracemalloc.stop()
    figure("its memory", f"{size / 1024:.1f} KiB", "at most 64 KiB")


def forks(base: Base) -> None:
    """What it costs to fork a world and to take changes back, by the number of rows changed."""
    for rows in (10, 100, 1000):
        world = World(base, start=START)
        for n in range(rows // 2):
            # A row for the notice, and one for its number.
            world.ctx.notify("flash", "told", f"order {n}", "on its way")
        changed = len(world.state.journal)
        took = best(world.fork)
        figure(f"fork, {changed} changes", f"{took * 1e6:.0f} µs", f"{took / changed * 1e9:.0f} ns a change")
        shortest = float("inf")
        for _ in range(20):
            twin = world.fork()
            started = process_time()
            twin.undo(0)
            shortest = min(shortest, process_time() - started)
        figure(
            f"rollback, {changed} changes", f"{shortest * 1e6:.0f} µs", f"{shortest / changed * 1e9:.0f} ns a change"
        )


# --- calls -------------------------------------------------------------------------------------------------------


def floor_of(case: Case) -> float:
    """Validations of the case's arguments, with a dict update each, per second."""
    model: type[Args] = case.world.base.registry.tool(case.tool).args
    rows: dict[int, Any] = {}
    numbers = count()

    def work() -> None:
        for args in case.args:
            rows[next(numbers) % 1000] = model.model_validate(args)

    return len(case.args) / best(work, SECONDS / 4)


def rate_of(case: Case) -> float:
    """Calls per second. A write is done in a world of its own each time, whose making is not counted."""
    if case.group == "write":
        return 1 / _best_write(case)
    worlds = [case.world.fork()]
    args = case.args if len(case.args) >= 8 else case.args * 8
    passes = count(1)

    def work() -> None:
        world = worlds[0]
        for one in args:
            world.call(case.tool, one)

    def renewed() -> float:
        if next(passes) % 20 == 0:
            worlds[0] = case.world.fork()
        started = process_time()
        work()
        return process_time() - started

    return len(args) / _shortest(renewed)


def _best_write(case: Case) -> float:
    def once() -> float:
        took = 0.0
        for args in case.args * (8 // len(case.args) or 1):
            world = case.world.fork()
            started = process_time()
            world.call(case.tool, args)
            took += process_time() - started
        return took / (len(case.args) * (8 // len(case.args) or 1))

    return _shortest(once)


def _shortest(timed: Callable[[], float]) -> float:
    timed()
    timed()
    until = process_time() + SECONDS * ROUNDS
    found = min(timed() for _ in range(ROUNDS))
    while process_time() < until:
        found = min(found, timed())
    return found


def first_asked(base: Base) -> dict[str, float]:
    """Microseconds of a search that nobody asked before in the process, on average over its questions."""
    found = {}
    for case in cases(base, lambda _: None):
        if case.group == "search":
            # Finding the cases asked every question once.
            base.derived.clear()
            world = case.world.fork()
            started = process_time()
            for args in case.args:
                world.call(case.tool, args)
            found[case.tool] = (process_time() - started) / len(case.args) * 1e6
    return found


Rates = Mapping[str, tuple[str, float, float]]
"""Group, calls per second, and floor, by tool."""


def rates(base: Base) -> Rates:
    """Every tool's calls per second."""
    absent: list[str] = []
    found = {case.tool: (case.group, rate_of(case), floor_of(case)) for case in cases(base, absent.append)}
    if absent:
        print(f"not measured, as no call is known that succeeds: {', '.join(absent)}")
    return found


def table(group: str, here: Rates, larger: Rates) -> None:
    """A group's figures: the middle one, and the slowest tools."""
    members = sorted((rate, tool) for tool, (of, rate, _) in here.items() if of == group)
    ratios = {tool: here[tool][1] / larger[tool][1] for _, tool in members if tool in larger}
    bound = BOUNDS[group]
    under = sum(rate < bound for rate, _ in members)
    slower = sum(ratio > RATIO for ratio in ratios.values())
    print(f"\n{group}: {len(members)} tools, {under} below {bound:,} calls/s, {slower} more than {RATIO} times slower")
    print(f"{'':38} {'calls/s':>9} {'floor/s':>11} {'floors':>7} {LARGER:>9} {'times slower':>13}")

    def line(name: str, rate: float, floor: float, wide: float, ratio: float) -> None:
        print(f"{name:38} {rate:9,.0f} {floor:11,.0f} {floor / rate:7.1f} {wide:9,.0f} {ratio:13.2f}")

    wide = [larger[tool][1] for _, tool in members if tool in larger]
    middle = median(rate for rate, _ in members)
    line("the middle one", middle, median(here[tool][2] for _, tool in members), median(wide), median(ratios.values()))
    for rate, tool in members[:SHOWN]:
        line(tool, rate, here[tool][2], larger[tool][1], ratios[tool])
    print(f"{'most times slower in ' + LARGER:38} {max(ratios.values()):.2f} ({max(ratios, key=lambda t: ratios[t])})")


def main() -> None:
    """Measure and print everything."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {platform.system()} {platform.machine()}, one core\n")
    base, larger = building(SIZE), building(LARGER)
    memory()
    fresh(base)
    forks(base)
    # As before a run's workers are forked: what exists by now is not looked through again and again.
    gc.collect()
    gc.freeze()
    here, there = rates(base), rates(larger)
    for group in BOUNDS:
        table(group, here, there)
    cold, cold_larger = first_asked(base), first_asked(larger)
    print(f"\na search that nobody asked before, µs: {SIZE}, {LARGER}")
    for tool in sorted(cold, key=lambda name: -cold[name]):
        print(f"{tool:38} {cold[tool]:9,.0f} {cold_larger[tool]:9,.0f}")


if __name__ == "__main__":
    main()
