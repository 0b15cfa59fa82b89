"""What the screens about runs look like, on fixed data: two agents over the same errands in three languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from scenarios.runs.store import Store
from tests.tui.app_samples import call, core_results, episode, press, record, settle, trace
from tui.app import BanshiApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
SCREENS = {
    "board": ("j", "space"),
    "new": ("n", "tab", *"sim:hsty"),
    "matrix": ("m", "l"),
    "compare": ("space", "c"),
    "measures": ("space", "c", "2"),
    "stories": ("space", "c", "enter"),
    "live": ("j", "l"),
}


def two_agents(folder: Path) -> Path:
    """The second one breaks an errand and mends two."""
    path = folder / "banshi.db"
    record(path, core_results())
    short = trace((0, call("taobao_search", {"query": "三体"}, {"items": []})))
    after = [
        episode(0, "zh-books", "clean", "failed_safe", label="gave_up", raw=short),
        episode(1, "zh-books", "lost-ack", "completed"),
        core_results()[2],
        episode(3, "en-train-to-suzhou", "clean", "completed", family="travel", locale="en"),
        *core_results()[4:],
    ]
    record(path, after, agent="sim:hasty")
    with Store(path, write=True) as store:
        store.tag("r0002", ["nightly"])
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(tmp_path: Path, snap_compare: Callable[..., bool], screen: str, size: tuple[int, int]) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        await settle(pilot)

    assert snap_compare(BanshiApp(two_agents(tmp_path)), terminal_size=size, run_before=go_there)
