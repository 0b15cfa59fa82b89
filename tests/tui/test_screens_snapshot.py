"""What the screens look like, on fixed data. ``make test ARGS=--snapshot-update`` takes new pictures after a change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app_samples import press, sample_store, settle
from tui.app import BanshiApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
SCREENS = {
    "runs": (),
    "episodes": ("enter", "x"),
    "stepper": ("enter", "j", "enter", "f"),
    "verdict": ("enter", "j", "enter", "v"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(tmp_path: Path, snap_compare: Callable[..., bool], screen: str, size: tuple[int, int]) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])

    assert snap_compare(BanshiApp(sample_store(tmp_path)), terminal_size=size, run_before=go_there)
