"""What the screens about services look like, on a fixed scratch world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.app_samples import press, settle
from tui.app import BanshiApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
SCREENS = {
    "services": ("f3", "enter", "j"),
    "machine": ("f3", "=machine alipay.mandates"),
    "form": ("f3", "=flash_order_create", "enter", "ctrl+s"),
    "faults": ("f3", "=alipay_pay", "enter", "ctrl+t", "j", "j"),
    "trial": ("f3", "=maps_weather", "enter", *"杭州", "ctrl+t", "j", "enter", "ctrl+s"),
    "rows": ("f3", "=table taobao.shops", "enter", "j"),
}
"""Keys from the board; ``=words`` filters by them."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(tmp_path: Path, snap_compare: Callable[..., bool], screen: str, size: tuple[int, int]) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for key in SCREENS[screen]:
            if key.startswith("="):
                await press(pilot, "slash")
                pilot.app.screen.query_one("SearchBar > Input", Input).value = key[1:]
                await press(pilot, "enter")
            else:
                await press(pilot, key)
            await settle(pilot)
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        await settle(pilot)

    app = BanshiApp(tmp_path / "none.db", world="size=small")
    assert snap_compare(app, terminal_size=size, run_before=go_there)
