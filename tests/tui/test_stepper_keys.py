"""The stepper by keys: from each kind of event to the next, playing, copying, and from a finding to its step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app_samples import press, record, settle, shown
from tests.tui.stepper_samples import EN, ID, ZH, errand
from tui.app import BanshiApp
from tui.screens.stepper import StepperScreen
from tui.screens.verdict import VerdictScreen
from tui.widgets.panes import Pane
from tui.widgets.rows import RowList


@asynccontextmanager
async def flowers(folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[None], StepperScreen]]:
    """The errand of the flowers in English, open in the stepper."""
    path = folder / "banshi.db"
    run = record(path, [errand(EN)])
    app = BanshiApp(path, run)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        yield pilot, app.screen


def at(screen: StepperScreen) -> str:
    """What stands in the line of the cursor."""
    assert screen.playback is not None
    return screen.playback.steps[screen.at].text


@pytest.mark.parametrize(
    ("key", "back", "lands"),
    [
        ("f", "F", "alipay_pay("),
        ("b", "B", "TIMEOUT"),
        ("e", "E", "gives g2 up"),
        ("c", "C", "“The carnations come to"),
        ("w", "W", "flash_order_create("),
        ("n", "p", "flash_dish_search("),
    ],
)
async def test_a_key_goes_to_the_next_of_its_kind_and_back(tmp_path: Path, key: str, back: str, lands: str) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, key)
        assert lands in at(screen)
        found = screen.at
        await press(pilot, back)
        assert screen.at == found  # there is none before the first
        await press(pilot, "G", back)
        assert screen.at >= found
        while screen.at > found:
            await press(pilot, back)
        assert screen.at == found


async def test_a_failed_check_is_told_where_it_was_decided(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "e")
        told = " ".join(screen.query_one("#event", Pane).text.plain.split())
        assert (
            "✗ failed check ride: there is no ride like that; RD1 is cancelled – should be: to station, by 11:00"
            in told
        )


async def test_it_plays_step_by_step_until_it_is_paused_or_over(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        player = screen._player
        await press(pilot, "space")
        assert player.playing
        assert "▶ 2 steps/s" in shown(screen.query_one("#title"))
        player.tick()
        player.tick()
        assert screen.at == 2
        await press(pilot, "plus", "plus")
        assert player.pace == 10.0
        assert player.playing
        await press(pilot, *["minus"] * 9)
        assert player.pace == 0.5
        await press(pilot, "space")
        assert not player.playing
        assert "▶" not in shown(screen.query_one("#title"))
        await press(pilot, "G", "space")
        assert screen.at == 0  # at the end it begins anew
        await press(pilot, "G")
        player.tick()
        assert not player.playing


async def test_the_engine_that_took_over_stands_in_the_title(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "f")
        assert "by sim:hasty" in shown(screen.query_one("#title"))
        await press(pilot, "G")
        assert "by rules" in shown(screen.query_one("#title"))


async def test_what_lies_over_the_stepper_stops_it_from_playing(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "space", "v")
        assert isinstance(pilot.app.screen, VerdictScreen)
        assert not screen._player.playing


async def test_a_finding_leads_to_its_step_and_says_what_should_have_been(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "v")
        page = shown(pilot.app.screen)
        assert "gave_up: it says itself that not all was done" in page
        detail = shown(pilot.app.screen.query_one("#detail"))
        assert "there is no ride like that" in detail
        assert "should be: to station, by 11:00" in detail
        assert "here the agent gives it up" in detail
        await press(pilot, "enter")
        assert pilot.app.screen is screen
        assert at(screen).startswith("gives g2 up")
        await press(pilot, "v", "j")
        assert "flash.orders FL7  state paid" in shown(pilot.app.screen.query_one("#detail"))


async def test_a_step_and_the_verdict_are_copied(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, _):
        await press(pilot, "f", "y")
        assert pilot.app.clipboard.startswith("en-flowers/lost-ack step 17 of")
        assert "fen: 3000.00 → 2932.00" in pilot.app.clipboard
        await press(pilot, "v", "y")
        assert pilot.app.clipboard.startswith("en-flowers/lost-ack: failed_safe, expected goal")
        assert "to station, by 11:00" in pilot.app.clipboard


async def test_search_goes_from_place_to_place(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "slash", *"timeout", "enter")
        first = screen.at
        assert "of 2 · Enter: next" in shown(screen.query_one("SearchBar"))
        await press(pilot, "enter")
        assert screen.at != first
        await press(pilot, "escape")
        assert isinstance(screen.focused, RowList)


async def test_six_panes_stand_under_tabs_where_it_is_small_and_together_where_it_is_large(tmp_path: Path) -> None:
    async with flowers(tmp_path) as (pilot, screen):
        await press(pilot, "f", "6")
        assert "in 0:46" in shown(screen.query_one("#clock"))
        assert not screen.query_one("#plan").display
        await press(pilot, "5")
        assert "▶ g1 buy · pays or acts" in shown(screen.query_one("#plan"))
        assert not screen.query_one("#graph").display
        await pilot.resize_terminal(160, 45)
        await settle(pilot)
        assert all(pane.display for pane in screen.query(Pane))
        assert "in 0:46" in shown(screen.query_one("#clock"))
        assert "[act]" in shown(screen.query_one("#graph"))
        assert "✓ adds up to" in shown(screen.query_one("#money"))
        await pilot.resize_terminal(130, 24)
        await settle(pilot)
        assert [pane.id for pane in screen.query(Pane) if pane.display] == ["plan"]


@pytest.mark.parametrize("told", [ZH, EN, ID], ids=lambda told: str(told.locale))
async def test_a_pane_scrolls_to_its_end_and_wraps_every_script_within_its_width(tmp_path: Path, told: object) -> None:
    path = tmp_path / "banshi.db"
    run = record(path, [errand(told)])  # type: ignore[arg-type]
    app = BanshiApp(path, run)
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "f", "4", "tab", "end")
        pane = app.screen.query_one("#talk", Pane)
        assert pane.has_focus
        assert pane.scroll_offset.y == pane.max_scroll_y
        assert told.answer[:4] in shown(pane).replace("\n", "")  # type: ignore[attr-defined]
        assert all(line.cell_len <= pane.scrollable_content_region.width for line in pane._lines)
