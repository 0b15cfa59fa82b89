"""Two runs compared on the screen: what flipped, why some pairs are refused, and both stories side by side."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from scenarios.runs.comparing import left_out
from scenarios.runs.store import Store
from tests.tui.app_samples import call, core_results, episode, press, purchase, record, settle, shown, trace
from tui import playback
from tui.app import BanshiApp
from tui.screens.compare import CompareScreen
from tui.screens.runs import RunsScreen
from tui.screens.stepper import StepperScreen
from tui.screens.stories import StoriesScreen
from tui.widgets.rows import RowList
from tui.widgets.sidebyside import SideBySide


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The second run mends two errands and breaks one, and has not come to the last."""
    path = tmp_path / "banshi.db"
    record(path, core_results())
    after = [
        episode(0, "zh-books", "clean", "failed_safe", label="gave_up", raw=trace((0, call("taobao_search", {}, {})))),
        episode(1, "zh-books", "lost-ack", "completed"),
        *(msgspec.structs.replace(one) for one in core_results()[2:3]),
        episode(3, "en-train-to-suzhou", "clean", "completed", family="travel", locale="en"),
        *core_results()[4:5],
    ]
    record(path, after, agent="sim:hasty")
    return path


def flips(app: BanshiApp) -> list[tuple[bool, str]]:
    return [(row.better, row.flip.episode) for row in app.screen.query_one("#flips", RowList).rows]


async def compare(pilot: object, app: BanshiApp) -> None:
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, "space", "c")  # type: ignore[arg-type]
    await settle(pilot)  # type: ignore[arg-type]
    assert isinstance(app.screen, CompareScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_marked_runs_are_compared_and_a_flip_shows_both_stories(store: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=size) as pilot:
        await compare(pilot, app)
        assert "compare A → B: r0001 rules → r0002 sim:hasty" in shown(app.screen.query_one("#title"))
        head = " ".join(shown(app.screen.query_one("#head")).split())
        assert "5 pairs: 2 both · 1 only A · 2 only B · 0 neither · 1 left out" in head
        assert "▲ success +20.0 %" in head
        assert flips(app) == [
            (False, "zh-books/clean"),
            (True, "zh-books/lost-ack"),
            (True, "en-train-to-suzhou/clean"),
        ]
        await press(pilot, "enter")
        assert isinstance(app.screen, StoriesScreen)
        both = app.screen.query_one(SideBySide)
        lines = both.query_one("#lines", RowList)
        assert lines.cursor == both.alignment.first
        page = shown(lines).splitlines()
        assert sum("▶≠" in line for line in page) == 1
        assert "nothing here" in shown(both.query_one("#right"))
        await press(pilot, "d")
        assert lines.cursor > both.alignment.first
        assert not both.alignment.pairs[lines.cursor].same
        await press(pilot, "1", "D")
        assert lines.cursor == both.alignment.first  # there is none before it, and the app says so
        assert any("no difference before" in note.message for note in app._notifications)
        await press(pilot, "q", "q")
        assert isinstance(app.screen, RunsScreen)


async def test_equal_stories_have_no_first_difference(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await compare(pilot, app)
        await press(pilot, "j", "enter")
        both = app.screen.query_one(SideBySide)
        assert both.alignment.first is None
        assert "≠" not in shown(both.query_one("#lines"))


async def test_measures_and_what_is_left_out_with_the_reason(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(160, 45)) as pilot:
        await compare(pilot, app)
        await press(pilot, "2")
        assert "+0.2" in next(line for line in shown(app.screen).splitlines() if "success  " in line)
        await press(pilot, "3")
        assert "en-hostile-review/clean" in shown(app.screen)
        assert "r0002 was run without it" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        await press(pilot, "q", "slash", *"nothing like it")
        assert flips(app) == []
        await press(pilot, "escape", "s")
        await settle(pilot)
        assert [better for better, _ in flips(app)] == [False, False, True]


async def test_runs_that_cannot_be_compared_say_why(store: Path) -> None:
    db = sqlite3.connect(store)
    with db:
        db.execute("UPDATE runs SET manifest = replace(manifest, '0000', '1111') WHERE run = 'r0002'")
    db.close()
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await compare(pilot, app)
        assert "suite core has changed between them" in shown(app.screen.query_one("#head"))


async def test_one_run_alone_is_not_compared(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        assert isinstance(app.screen, RunsScreen)
        assert any("mark them" in note.message for note in app._notifications)


def test_a_run_that_is_not_done_is_the_reason_for_what_it_lacks(store: Path) -> None:
    with Store(store, write=True) as opened:
        opened.db.execute("UPDATE runs SET planned = 6 WHERE run = 'r0002'")
        found = left_out(opened, "r0001", "r0002")
    assert [(one.episode, one.why) for one in found] == [
        ("en-hostile-review/clean", "r0002 has not come to it: 5 of 6 episodes are there")
    ]


async def test_thinking_is_no_difference() -> None:
    slow = purchase() + b""
    from mock_services.trace import Event, decode, encode

    events = decode(slow)
    thoughts = [Event(900, events[3].at, "thought", {"ms": 300, "cost_micros": 5})]
    thinking = encode([*events[:4], *thoughts, *events[4:]])
    a, b = (playback.Playback(episode(0, "zh-books", "clean", "completed", raw=raw)) for raw in (slow, thinking))
    assert SideBySide(a, b, ("a", "b")).alignment.first is None
