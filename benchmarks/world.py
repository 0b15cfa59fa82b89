"""What a world costs: a fresh one for an episode, and calls per second beside the floor of this machine.

The floor is what no simulation with checked arguments can do without: one bare pydantic validation of the same
arguments and one dict update. Run it as ``python -m benchmarks.world``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Any

from mock_services.base import Base
from mock_services.registry import default_registry
from mock_services.world import World
from scenarios.episode import build_world
from scenarios.loader import load_suite
from scenarios.runs.scratch import Scratch, build_scratch

SECONDS = 0.5
ROUNDS = 3


def per_second(work: Callable[[], Any]) -> float:
    """How often ``work`` can be done in a second: the best of some rounds."""
    work()
    return max(_round(work) for _ in range(ROUNDS))


def _round(work: Callable[[], Any]) -> float:
    done = 0
    started = perf_counter()
    while (taken := perf_counter() - started) < SECONDS:
        for _ in range(20):
            work()
        done += 20
    return done / taken


def fresh_worlds() -> dict[str, float]:
    """Microseconds for a base (once per process), a bare world, and one with an errand's set-up."""
    started = perf_counter()
    base = Base(1, "small", default_registry())
    figures = {"a base world, once per process": (perf_counter() - started) * 1e6}
    figures["a bare episode world"] = 1e6 / per_second(lambda: World(base, start=1_772_674_800_000))
    scenario = load_suite("smoke").scenarios[0]
    figures["an episode world with an errand set up"] = 1e6 / per_second(lambda: build_world(scenario, "clean"))
    return figures


def floor(tool: str, args: dict[str, Any]) -> float:
    """Validations of the tool's arguments with a dict update each, per second."""
    model = default_registry().tool(tool).args
    rows: dict[int, Any] = {}
    numbers = count()

    def work() -> None:
        rows[next(numbers) % 1000] = model.model_validate(args)

    return per_second(work)


def calls(tool: str, make_args: Callable[[World], dict[str, Any]]) -> tuple[float, float]:
    """Calls per second of a tool, each on a world that is renewed now and then, and its floor."""
    worlds = [build_scratch(Scratch())]
    args = make_args(worlds[0])
    numbers = count(1)

    def work() -> None:
        if next(numbers) % 500 == 0:
            worlds[0] = build_scratch(Scratch())
        reply = worlds[0].call(tool, args)
        assert reply.ok, reply.error

    return per_second(work), floor(tool, args)


def _dish(world: World) -> dict[str, Any]:
    address = world.call("user_addresses", {}).data["addresses"][0]["address_id"]
    found = world.call("flash_dish_search", {"query": "拿铁", "address_id": address})
    return {"dish_id": found.data["dishes"][0]["dish_id"]}


CALLS: dict[str, Callable[[World], dict[str, Any]]] = {
    "clock_now": lambda _: {},
    "alipay_methods": lambda _: {},
    "flash_dish_detail": _dish,
    "user_calendar_add": lambda _: {
        "title": "Meeting",
        "start": "2026-03-06T10:00:00+08:00",
        "end": "2026-03-06T11:00:00+08:00",
    },
}

if __name__ == "__main__":
    for name, microseconds in fresh_worlds().items():
        print(f"{name:42} {microseconds:12,.0f} µs")
    print(f"{'tool':24} {'access':8} {'calls/s':>10} {'floor/s':>12} {'floors a call':>14}")
    for tool, make_args in CALLS.items():
        rate, bound = calls(tool, make_args)
        access = default_registry().tool(tool).access
        print(f"{tool:24} {access:8} {rate:10,.0f} {bound:12,.0f} {bound / rate:14.1f}")
