"""Forks and seats in a window that is far too small: nothing breaks, and the errand still comes to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.forking.fork_samples import LATTE, record
from tests.tui import test_fork_screens, test_seats
from tests.tui.app_samples import shown
from tui.app import BanshiApp
from tui.screens.futures import FuturesScreen
from tui.seats import AGENT, PERSON

TINY = [(40, 12), (24, 8)]


@pytest.mark.parametrize("size", TINY)
async def test_a_fork(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "banshi.db"
    record(path, LATTE)
    app = BanshiApp(path, "r0001")
    async with app.run_test(size=size) as pilot:
        await test_fork_screens.fork_at(pilot, "c")
        await test_fork_screens.fill(pilot, answer="refused")
        assert isinstance(app.screen, FuturesScreen)
        assert app.screen._futures.forked.result.spent_fen == 0


async def test_both_seats(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "banshi.db")
    async with app.run_test(size=TINY[0]) as pilot:
        await test_seats.sit_down(pilot, seat=PERSON)
        await test_seats.say(pilot, "yes")
        assert "✓ completed" in shown(app.screen)
        await test_seats.press(pilot, "escape", "escape", "escape", "f4")
        await test_seats.sit_down(pilot, seat=AGENT)
        await test_seats.call(pilot, "user_profile")
        assert [act.ok for act in test_seats.acts(app)] == [True]
