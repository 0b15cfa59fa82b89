"""What the stepper looks like in three languages. ``make test ARGS=--snapshot-update`` takes new pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app_samples import press, record, settle
from tests.tui.stepper_samples import EN, ID, ZH, Told, errand
from tui.app import BanshiApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
SMALL = (80, 24)


def app_of(folder: Path, told: Told) -> BanshiApp:
    path = folder / "banshi.db"
    return BanshiApp(path, record(path, [errand(told)]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("told", [ZH, EN, ID], ids=lambda told: str(told.locale))
def test_an_errand_at_its_fault(
    tmp_path: Path, snap_compare: Callable[..., bool], told: Told, size: tuple[int, int]
) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "f")

    assert snap_compare(app_of(tmp_path, told), terminal_size=size, run_before=go_there)


@pytest.mark.parametrize("pane", ["money", "talk", "plan", "clock"])
def test_a_pane(tmp_path: Path, snap_compare: Callable[..., bool], pane: str) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "f", {"money": "3", "talk": "4", "plan": "5", "clock": "6"}[pane])

    assert snap_compare(app_of(tmp_path, EN), terminal_size=SMALL, run_before=go_there)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("told", [ZH, ID], ids=lambda told: str(told.locale))
def test_the_verdict(tmp_path: Path, snap_compare: Callable[..., bool], told: Told, size: tuple[int, int]) -> None:
    async def go_there(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "enter", "v")

    assert snap_compare(app_of(tmp_path, told), terminal_size=size, run_before=go_there)
