"""Fork from here: a step of a recorded episode, another fault or answer, and both futures side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from scenarios.runs.store import Store
from tests.scenarios.forking.fork_samples import LATTE, record
from tests.tui.app_samples import press, settle, shown
from tests.tui.test_app_hostile import HOSTILE, check
from tui.app import BanshiApp
from tui.screens.fork import ForkScreen
from tui.screens.futures import FuturesScreen
from tui.screens.stepper import StepperScreen
from tui.widgets.forms import SchemaForm
from tui.widgets.rows import RowList
from tui.widgets.sidebyside import SideBySide

SIZES = [(80, 24), (160, 45)]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "banshi.db"
    record(path, LATTE, "lost-ack-pay")
    return path


def cursor(app: BanshiApp) -> int:
    return app.screen.query_one(RowList).cursor


async def fork_at(pilot: Pilot[None], *keys: str) -> None:
    """From the board to the form of a fork at the step to which the keys lead."""
    await settle(pilot)
    await press(pilot, "enter", *keys, "o")
    assert isinstance(pilot.app.screen, ForkScreen)


async def fill(pilot: Pilot[None], **values: str) -> None:
    pilot.app.screen.query_one(SchemaForm).fill(values)
    await press(pilot, "ctrl+s")


@pytest.mark.parametrize("size", SIZES)
async def test_another_fault_gives_another_future_and_both_are_seen(store: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(store, "r0001")
    async with app.run_test(size=size) as pilot:
        await fork_at(pilot, "f")
        assert "next call alipay_pay" in shown(app.screen.query_one("#head"))
        await fill(pilot, fault="server_error@alipay_pay:before", fallback="none")
        assert isinstance(app.screen, FuturesScreen)
        page = shown(app.screen)
        assert "server_error@alipay_pay:before, fallback none" in " ".join(page.split())
        assert "as it was ✓ completed" in page
        assert "the fork  ✗ failed safe" in page
        both = app.screen.query_one(SideBySide)
        lines = both.query_one("#lines", RowList)
        # It begins at the fork, and the first thing that differs is the struck call.
        assert lines.cursor == both.alignment.first == 0
        assert "lost_ack" in shown(both.query_one("#left"))
        assert "server_error" in shown(both.query_one("#right"))

        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "r0002" in shown(app.screen.query_one("#title"))
        struck = cursor(app)
        assert "server_error" in shown(app.screen)
        await press(pilot, "q")
        assert isinstance(app.screen, FuturesScreen)
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "r0001" in shown(app.screen.query_one("#title"))
        assert cursor(app) == struck
        await press(pilot, "q", "q")
        assert isinstance(app.screen, StepperScreen)
    with Store(store) as opened:
        row = opened.run("r0002")
        assert (row.tags, row.options["fork_of"]) == (("fork",), f"r0001:0@{struck + 1}")
        assert not opened.episode("r0002", 0).verdict.success


async def test_a_fork_can_be_forked(store: Path) -> None:
    app = BanshiApp(store, "r0001")
    async with app.run_test(size=(80, 24)) as pilot:
        await fork_at(pilot, "c")
        await fill(pilot, answer="refused: 太贵了")
        assert "the fork · r0002" in shown(app.screen)
        await press(pilot, "enter")
        await press(pilot, "c", "o")
        await fill(pilot, answer="approved")
        assert isinstance(app.screen, FuturesScreen)
        assert "as it was · r0002:0" in shown(app.screen)
        assert "the fork · r0003 · ✓ completed" in shown(app.screen)


async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(store: Path) -> None:
    app = BanshiApp(store, "r0001")
    async with app.run_test(size=(80, 24)) as pilot:
        await fork_at(pilot, "f")
        await press(pilot, "ctrl+s")
        assert "nothing is to change" in shown(app.screen)
        await fill(pilot, further_faults="timeout@flash, timeout@nowhere")
        assert isinstance(app.screen, ForkScreen)
        assert "no tool and no service 'nowhere'" in shown(app.screen)
        await fill(pilot, further_faults="rate_limited@alipay?retry_after=30", what_was_planned="strikes no more")
        assert isinstance(app.screen, FuturesScreen)
        assert "no faults, rate_limited@alipay:before?retry_after=30" in " ".join(shown(app.screen).split())


async def test_where_nothing_can_be_forked_it_says_why(store: Path) -> None:
    app = BanshiApp(store, "r0001")
    async with app.run_test(size=(80, 24)) as pilot:
        await fork_at(pilot)
        await fill(pilot, fallback="none")
        assert "the errand has not begun" in " ".join(shown(app.screen).split())
        await press(pilot, "escape", "G", "o")
        await fill(pilot, fallback="none")
        assert "the errand is over" in " ".join(shown(app.screen).split())
        await press(pilot, "escape")
        assert isinstance(app.screen, StepperScreen)


async def test_hostile_words_of_the_person_stay_words(store: Path) -> None:
    app = BanshiApp(store, "r0001")
    async with app.run_test(size=(120, 40)) as pilot:
        await fork_at(pilot, "c")
        await fill(pilot, answer=HOSTILE)
        assert isinstance(app.screen, FuturesScreen)
        assert "[@click=app.quit]QUIT" in shown(app.screen)
        check(app.screen)
