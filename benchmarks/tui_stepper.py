"""The stepper of the app over a long episode: how long a step takes until it is on the screen.

``python -m benchmarks.tui_stepper``: 500 events of real calls, all panes in sight (160×45) and one (80×24).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from agent.interface import Episode
from scenarios.episode import run_episode
from scenarios.loader import load_suite
from scenarios.results import EpisodeResult
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.store import Store, pack
from scenarios.runs.summary import run_digest
from tui.app import BanshiApp
from tui.playback import Playback
from tui.screens.stepper import StepperScreen

EVENTS = 500
CALLS = 135
"""So many calls leave that many events."""
MOST_MS = 30.0
"""What a step may take of the processor, in the median of a walk through the whole episode: cores are often shared."""


def orders_for_ever(live: Episode) -> None:
    """Looks, orders, asks, pays, waits, and begins anew, with notes of a plan and of nodes, until it is stopped."""

    def data(tool: str, **args: Any) -> dict[str, Any]:
        return live.call(tool, args).get("data") or {}

    office = next(a["address_id"] for a in data("user_addresses")["addresses"] if a["label"] == "company")
    for number in range(1, EVENTS):
        goal = f"g{number}"
        live.note("node", {"node": "plan"})
        live.note("plan", {"steps": [{"goal": goal, "kind": "buy", "needs": []}]})
        live.note("node", {"node": "act"})
        live.note("step", {"goal": goal, "stage": "look"})
        dish = data("flash_dish_search", query="拿铁", address_id=office)["dishes"][0]
        lines = [{"dish_id": dish["dish_id"], "quantity": 1}]
        live.note("step", {"goal": goal, "stage": "place"})
        order = data("flash_order_create", shop_id=dish["shop_id"], address_id=office, lines=lines)
        if not order:
            continue
        trade, amount = order["out_trade_no"], order["amount"]
        live.note("node", {"node": "consent"})
        charge = {"payee": dish["shop_id"], "subject": "拿铁", "amount": amount, "out_trade_no": trade}
        data("user_confirm", offer={"charges": [charge], "total": amount}, text="一杯拿铁，可以吗？")
        live.note("step", {"goal": goal, "stage": "commit"})
        live.call("alipay_pay", {"out_trade_no": trade, "request_no": f"k{number}"})
        live.call("clock_wait", {"seconds": 120, "wake_on_notice": False})
        live.note("step", {"goal": goal, "status": "done"})


def long_episode() -> EpisodeResult:
    """An episode of at least so many events, from the smoke suite's world."""
    latte = load_suite("tiny").scenario("smoke-zh-latte")
    limits = latte.limits.model_copy(update={"calls": CALLS, "minutes": 10_000})
    return run_episode(latte.model_copy(update={"limits": limits}), "clean", orders_for_ever, agent_name="bench")


def store_with(path: Path, result: EpisodeResult) -> None:
    """A store that holds one finished run of one episode."""
    manifest = Manifest("0", ("bench",), "bench", "0" * 64, "bench", {}, 0, Selection())
    with Store(path, write=True) as store:
        run = store.start(manifest, 1)
        store.append(run, [pack(result)])
        store.leave(run, state="finished", wall_s=1.0, digest=run_digest([result.digest]))


async def walk(path: Path, size: tuple[int, int]) -> tuple[list[float], list[float]]:
    """Milliseconds of every step forward until the screen stands still: by the wall, and of this process's own work."""
    app = BanshiApp(path)
    async with app.run_test(size=size) as pilot:
        await _settle(pilot)
        for key in ("enter", "enter"):
            await pilot.press(key)
            await _settle(pilot)
        screen = app.screen
        assert isinstance(screen, StepperScreen)
        assert screen.playback is not None
        took, worked = [], []
        for _ in range(len(screen.playback) - 1):
            began, busy = time.perf_counter(), time.process_time()
            screen.action_step(1)
            await pilot.pause()
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - busy) * 1000)
        return took, worked


async def _settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def main() -> None:
    """Measure and print."""
    result = long_episode()
    began = time.perf_counter()
    playback = Playback(result)
    print(f"{len(playback)} events, ready to be stepped through after {(time.perf_counter() - began) * 1000:.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "banshi.db"
        store_with(path, result)
        for size in ((80, 24), (160, 45)):
            took, worked = asyncio.run(walk(path, size))
            middle = statistics.median(worked)
            verdict = "ok" if middle <= MOST_MS else f"above {MOST_MS:g} ms"
            wall = f"{statistics.median(took):.1f} ms by the clock"
            print(f"{size[0]}×{size[1]}: a step takes {middle:.1f} ms of processor time ({wall}): {verdict}")


if __name__ == "__main__":
    main()
