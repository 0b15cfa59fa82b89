"""Text from a store is text: it runs no action, draws no style, and sends nothing to the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from scenarios.results import FallbackRow, Finding
from tests.tui.app_samples import (
    START,
    account,
    call,
    change,
    episode,
    note,
    press,
    record,
    settle,
    shown,
    strips,
    trace,
)
from tui.app import BanshiApp
from tui.screens.stepper import StepperScreen
from tui.widgets.panes import Pane
from tui.widgets.rows import RowList

HOSTILE = (
    "[@click=app.quit]QUIT[/] [red on blue]RED[/] [/nothing] [link=http://x]L[/link] $primary [b"
    "\x1b[2J\x1b]8;;http://evil\x07\x1b]52;c;QUJD\x07\x9b31m\x00\x08\r\n\t"
    "\u202eRLO\u202c\u2066iso\u2069\u200b\ufeff\U000e0041 热拿铁👨‍👩‍👧é"
)


def hostile_trace() -> bytes:
    fault = {"kind": HOSTILE, "phase": HOSTILE, "params": {HOSTILE: HOSTILE}}
    error = {"code": HOSTILE, "message": HOSTILE, "retryable": HOSTILE, "retry_after": None}
    rows = [
        change(HOSTILE, HOSTILE, None, {HOSTILE: HOSTILE, "text": HOSTILE}),
        change("kernel.notices", "1", {"text": HOSTILE}, {"text": HOSTILE}),
        change("kernel.payables", "P1", None, {"payer": "U1", "payee_name": HOSTILE, "subject": HOSTILE}),
        account("escrow:P1", "x", 5, owner="P1"),
        change("ledger.postings", "1", None, {"txn": HOSTILE, "account": HOSTILE, "reason": HOSTILE, "ref": HOSTILE}),
        change(
            "kernel.agenda",
            "1",
            None,
            {
                "id": 1,
                "at": START + 9_000,
                "service": HOSTILE,
                "event": HOSTILE,
                "data": '{"order_id":"[red]\\u202eX"}',
            },
        ),
    ]
    data: Any = {HOSTILE: [HOSTILE, {HOSTILE: HOSTILE}, []], "name": HOSTILE}
    said = {"charges": [{"payee": HOSTILE, "subject": HOSTILE, "amount": HOSTILE}]}
    return trace(
        (0, note("node", node=HOSTILE, engine=HOSTILE)),
        (0, note("task", goals=[{"id": HOSTILE, "kind": HOSTILE, HOSTILE: HOSTILE}])),
        (0, note("plan", steps=[{"goal": HOSTILE, "kind": HOSTILE, "needs": [HOSTILE]}], kinds=HOSTILE)),
        (0, note("step", goal=HOSTILE, stage=HOSTILE)),
        (0, note("fallback", goal=HOSTILE, code=HOSTILE, rung=HOSTILE)),
        (0, note("step", goal=HOSTILE, status=HOSTILE, why=HOSTILE)),
        (0, note(HOSTILE, **{HOSTILE: HOSTILE})),
        (1, call(HOSTILE, {HOSTILE: HOSTILE, "out_trade_no": HOSTILE}, data, fault=fault, changes=rows)),
        (2, call("user_confirm", {"offer": said, "text": HOSTILE}, {"decision": HOSTILE, "text": HOSTILE})),
        (3, call("alipay_pay", {"request_no": HOSTILE}, None, error=error, access="write")),
        (4, ("world_moved", {"service": HOSTILE, "event": HOSTILE, "about": {HOSTILE: HOSTILE}, "changes": rows})),
        (5, ("agent_failed", {"error": HOSTILE})),
        words=HOSTILE,
        accounts=[account("wallet:U1", HOSTILE, 100)],
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "banshi.db"
    finding = Finding(HOSTILE, False, HOSTILE, 9, (HOSTILE,), 5, wanted=HOSTILE)
    row = FallbackRow(HOSTILE, HOSTILE, HOSTILE, 4, HOSTILE, False, False, True, 0, 0, 0)
    told = episode(
        0,
        HOSTILE,
        HOSTILE,
        "failed_safe",
        family=HOSTILE,
        locale=HOSTILE,
        label=HOSTILE,
        error=HOSTILE,
        raw=hostile_trace(),
        findings=(finding,),
        fallback=(row,),
        agent=HOSTILE,
    )
    record(path, [told], suite=HOSTILE, agent=HOSTILE)
    return path


def check(screen: Screen[Any]) -> None:
    """Nothing on the screen is more than characters in a cell."""
    for strip in strips(screen):
        for segment in strip:
            assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F for c in segment.text), repr(segment.text)
            assert not any(c in "\u202e\u202c\u2066\u2069\u200b\ufeff\U000e0041" for c in segment.text)
            assert segment.control is None
            assert segment.style is None or segment.style.link is None
            assert segment.style is None or "@click" not in segment.style.meta


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_hostile_text_is_shown_literally_on_every_screen(store: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        check(app.screen)
        assert "[@click" in shown(app.screen.query_one("#runs"))
        await press(pilot, "enter")
        check(app.screen)
        assert "[@click=app.q" in shown(app.screen.query_one("#episodes"))
        await press(pilot, "x", "slash", *"[red]", "escape", "question_mark")
        check(app.screen)
        await press(pilot, "escape", "enter")
        assert isinstance(app.screen, StepperScreen)
        for pane in "123456" if size[0] < 120 else "1":
            await press(pilot, "g", pane)
            for _ in app.screen.query_one("#events", RowList).rows:
                check(app.screen)
                app.screen.query_one("#events", RowList).action_move(1)
                await pilot.pause()
        await press(pilot, "g", "1")
        told = app.screen.query_one("#event", Pane).text.plain
        assert "[@click=app.quit]QUIT[/] [red on blue]RED[/]" in told
        await press(pilot, "v")
        check(app.screen)
        assert "[@click" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        assert app.is_running


async def test_a_click_on_hostile_text_does_nothing_but_select(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter")
        lines = shown(app.screen.query_one("#event")).splitlines()
        y = next(n for n, line in enumerate(lines) if "QUIT" in line)
        await pilot.click("#event", offset=(lines[y].index("QUIT") + 1, y))
        await settle(pilot)
        assert app.is_running
        assert isinstance(app.screen, StepperScreen)


async def test_hostile_words_have_no_style_of_their_own(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter")
        line = next(strip for strip in strips(app.screen.query_one("#events")) if "QUIT" in strip.text)
        styles = {str(segment.style.color) for segment in line if segment.text.strip() and "QUIT" in segment.text}
        assert len(styles) == 1
        (segment,) = [segment for segment in line if "QUIT" in segment.text]
        assert "RED" in segment.text  # one segment, one style, from the first bracket to the last


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_hostile_names_are_shown_literally_on_the_screens_about_runs(store: Path, size: tuple[int, int]) -> None:
    again = episode(0, HOSTILE, HOSTILE, "completed", family=HOSTILE, locale=HOSTILE, raw=hostile_trace())
    alone = episode(1, f"{HOSTILE}2", HOSTILE, "failed_harmful", family=HOSTILE, label=HOSTILE, error=HOSTILE)
    record(store, [again, alone], suite=HOSTILE, agent=f"{HOSTILE}2")
    app = BanshiApp(store)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for keys, widget in (
            (("m",), "#matrix"),
            (("y", "x", "enter"), "#episodes"),
            (("q", "slash", *"[red]"), "#title"),
            (("escape", "q", "space", "c"), "#flips"),
            (("3",), "#left"),
            (("1", "enter"), "#lines"),
            (("q", "q", "l"), "#failures"),
            (("q", "t"), "#tags"),
            ((*"[red]x", "enter"), "#wrong"),
            (("escape", "d"), "#confirm"),
        ):
            await press(pilot, *keys)
            await settle(pilot)
            check(app.screen)
            assert app.screen.query_one(widget).display
        await press(pilot, "n", "n", *"[red]", "tab")
        await settle(pilot)
        check(app.screen)
        assert "unknown suite" in " ".join(shown(app.screen).split())
        assert app.is_running
