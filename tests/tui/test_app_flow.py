"""The way through the app by keys: runs → episodes → steps, faults and the verdict, and back; and what goes wrong."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from mock_services.errors import UsageError
from tests.tui.app_samples import press, real_results, record, sample_store, settle, shown
from tui import reading
from tui.app import BanshiApp, main_app
from tui.screens.episodes import EpisodesScreen
from tui.screens.help import HelpScreen
from tui.screens.runs import RunsScreen
from tui.screens.stepper import StepperScreen
from tui.screens.verdict import VerdictScreen
from tui.widgets.panes import Pane, PaneTab
from tui.widgets.rows import RowList

SIZES = [(80, 24), (160, 45)]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return sample_store(tmp_path)


def cursor(app: BanshiApp) -> int:
    return app.screen.query_one(RowList).cursor


def step_text(app: BanshiApp) -> str:
    row = app.screen.query_one("#events", RowList).current
    return str(row.text)


@pytest.mark.parametrize("size", SIZES)
async def test_a_real_run_can_be_walked_to_the_fault_and_back(tmp_path: Path, size: tuple[int, int]) -> None:
    results = real_results()
    path = tmp_path / "banshi.db"
    record(path, results, suite="smoke", agent="buyer")
    app = BanshiApp(path)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, RunsScreen)
        assert "buyer" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, EpisodesScreen)
        await press(pilot, "j", "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "帮我点两杯热拿铁 送公司前台" in shown(app.screen)

        await press(pilot, "right", "l", "j")
        assert cursor(app) == 3
        await press(pilot, "left", "h", "k")
        assert cursor(app) == 0

        await press(pilot, "f")
        fault = cursor(app)
        assert step_text(app).startswith("alipay_pay")
        assert "lost_ack" in shown(app.screen)
        await press(pilot, "3")
        assert "Alipay balance  -" in shown(app.screen)
        await press(pilot, "w")
        assert cursor(app) > fault
        await press(pilot, "F")
        assert cursor(app) == fault

        await press(pilot, "v")
        assert isinstance(app.screen, VerdictScreen)
        assert "invariant.charged_twice" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        assert step_text(app).startswith("alipay_pay")
        assert cursor(app) > fault

        await press(pilot, "q")
        assert isinstance(app.screen, EpisodesScreen)
        assert cursor(app) == 1
        await press(pilot, "escape")
        assert isinstance(app.screen, RunsScreen)


async def test_the_keys_of_the_stepper_go_where_they_say(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        await press(pilot, "n")
        assert step_text(app).startswith("taobao_search")
        await press(pilot, "n", "p")
        assert step_text(app).startswith("taobao_search")
        await press(pilot, "c")
        assert "可以吗" in step_text(app)
        await press(pilot, "G")
        assert step_text(app) == "the agent is done"
        await press(pilot, "f")
        assert step_text(app) == "the agent is done"  # there is none after it, and the app says so
        assert any("no fault after this step" in note.message for note in app._notifications)
        await press(pilot, "g")
        assert cursor(app) == 0


async def test_panes_follow_the_step_and_tabs_open_them(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "f")
        assert "phase lost_ack" in shown(app.screen.query_one("#event"))
        assert not app.screen.query_one("#money").display
        await press(pilot, "2")
        assert "fen: 3000.00 → 2920.40" in shown(app.screen.query_one("#world"))
        await press(pilot, "right")
        assert "changed nothing" in shown(app.screen.query_one("#world"))
        await pilot.click(app.screen.query(PaneTab)[3])
        await settle(pilot)
        assert "寄到公司" in shown(app.screen.query_one("#talk"))
        await press(pilot, "tab")
        assert app.screen.focused is app.screen.query_one("#talk")
        await press(pilot, "right", "escape")
        assert isinstance(app.screen, StepperScreen)
        assert app.screen.focused is app.screen.query_one("#events")
        await pilot.resize_terminal(160, 45)
        await settle(pilot)
        assert all(shown(app.screen.query_one(f"#{name}")).strip() for name in ("event", "world", "money", "talk"))


async def test_searching_an_episode_goes_from_place_to_place(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "slash", *"alipay_pay")
        first = cursor(app)
        assert step_text(app).startswith("alipay_pay")
        await press(pilot, "enter")
        assert cursor(app) > first
        await press(pilot, "up")
        assert cursor(app) == first
        await press(pilot, *"zzz")
        assert "nothing found" in shown(app.screen.query_one("#search"))
        await press(pilot, "escape", "l")
        assert cursor(app) == first + 1


async def test_episodes_are_filtered_by_typing_and_sorted_by_failure(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        listed = app.screen.query_one("#episodes", RowList)
        assert [entry.ordinal for entry in listed.rows] == [0, 1, 2, 3, 4, 5]
        await press(pilot, "x")
        assert [entry.outcome for entry in listed.rows][:3] == ["error", "failed_harmful", "failed_safe"]
        await press(pilot, "x", "slash", *"EN clean")
        assert {entry.scenario for entry in listed.rows} == {"en-train-to-suzhou", "en-hostile-review"}
        await press(pilot, "enter", "j", "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "en-hostile-review" in shown(app.screen.query_one("#title"))
        await press(pilot, "q", "q")
        assert len(listed.rows) == 6  # the first q gave the filter up
        await press(pilot, "q")
        assert isinstance(app.screen, RunsScreen)


async def test_a_finding_of_no_single_step_leads_to_where_it_can_be_understood(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "enter", "v")
        assert "fault timeout, lost_ack" in shown(app.screen)
        await press(pilot, "j")
        assert "report.missing" in shown(app.screen.query_one("#detail"))
        assert "the errand ends here" in shown(app.screen.query_one("#detail"))
        await press(pilot, "enter")
        assert step_text(app) == "the agent is done"
        await press(pilot, "v", "G", "enter")
        assert isinstance(app.screen, StepperScreen)
        assert step_text(app).startswith("alipay_pay")


async def test_help_explains_the_focused_thing_and_its_keys(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "f1")
        assert isinstance(app.screen, HelpScreen)
        page = app.screen.query_one(Pane).text.plain
        await press(pilot, "escape")
        assert isinstance(app.screen, StepperScreen)
        await press(pilot, "3", "tab", "shift+tab")
        app.screen.query_one("#money").focus()
        await press(pilot, "question_mark")
        assert "what escrow holds of it" in app.screen.query_one(Pane).text.plain
        assert "Previous fault" in page
        assert "The events of the episode" in page


async def test_every_action_is_in_the_command_palette(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Step", "Step back", "Previous fault", "Verdict", "Last row", "Help", "Quit"} <= titles
        command = next(c for c in app.get_system_commands(app.screen) if c.title == "Fault")
        await command.callback()  # type: ignore[misc]
        await settle(pilot)
        assert step_text(app).startswith("alipay_pay")


async def test_a_store_that_does_not_exist_is_said_and_looked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "none" / "banshi.db"
    app = BanshiApp(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "nothing is recorded" in shown(app.screen)
        assert "banshi run core" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, RunsScreen)
        assert not path.parent.exists()
        path.parent.mkdir()
        sample_store(path.parent)
        await press(pilot, "r")
        assert "r0001" in shown(app.screen)


async def test_an_empty_store_and_an_empty_run_say_so(tmp_path: Path) -> None:
    from scenarios.runs.store import Store

    path = tmp_path / "banshi.db"
    Store(path, write=True).close()
    app = BanshiApp(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "no run is recorded here yet" in shown(app.screen)
        record(path, [])
        await press(pilot, "r")
        await press(pilot, "enter")
        assert "has recorded no episode yet" in shown(app.screen)


async def test_a_run_that_there_is_not_and_a_damaged_trace_are_one_line(tmp_path: Path) -> None:
    import sqlite3

    path = sample_store(tmp_path)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE traces SET trace = x'00' WHERE run = 'r0001' AND ordinal = 0")
    db.close()
    app = BanshiApp(path, "r0009")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "there is no run 'r0009'" in shown(app.screen)
        await press(pilot, "q", "j", "enter", "enter")
        assert isinstance(app.screen, StepperScreen)
        assert "cannot be shown" in shown(app.screen.query_one("#bar"))
        assert "is damaged" in " ".join(shown(app.screen.query_one("#event")).split())
        await press(pilot, "right", "f", "v", "n", "q")
        assert isinstance(app.screen, EpisodesScreen)


async def test_the_store_is_read_off_the_screen_s_thread(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    class Watched(reading.Store):
        def __init__(self, path: Path | None = None, *, write: bool = False) -> None:
            threads.append(threading.current_thread().name)
            super().__init__(path, write=write)

    monkeypatch.setattr(reading, "Store", Watched)
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, StepperScreen)
    assert len(threads) >= 4  # the board, the course of its runs, the episodes, one of them
    assert threading.main_thread().name not in threads


@pytest.mark.parametrize("size", [(1, 1), (12, 3), (30, 8), (300, 12)])
async def test_it_does_not_break_at_any_size(store: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "f", "2", "3", "4", "1", "v")
        await pilot.resize_terminal(80, 24)
        await press(pilot, "escape", "right")
        assert "fault" not in shown(app.screen.query_one("#bar"))
        assert isinstance(app.screen, StepperScreen)


def test_without_a_terminal_it_says_what_to_use_instead(store: Path) -> None:
    with pytest.raises(UsageError, match="banshi runs"):
        main_app(store)


def test_no_color_is_respected(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    assert BanshiApp(store).no_color
