"""Take the seat: be the person to a finished order, be the agent to a report; leave, come back, and be judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mock_services.trace import decode
from scenarios.runs.store import Store
from tests.tui import app_samples
from tests.tui.app_samples import settle, shown
from tests.tui.test_app_hostile import HOSTILE, check
from tui import desk
from tui.app import BanshiApp
from tui.screens.agent_seat import AgentSeatScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.errands import ErrandsScreen, SeatFormScreen
from tui.screens.person_seat import PersonSeatScreen
from tui.screens.seats import SeatsScreen
from tui.screens.stepper import StepperScreen
from tui.screens.tools import CallScreen, ToolsScreen
from tui.seats import AGENT, PERSON
from tui.widgets.forms import SchemaForm
from tui.widgets.phone import Phone
from tui.widgets.rows import RowList

SIZES = [(80, 24), (160, 45)]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "banshi.db"


async def quiet(pilot: Pilot[None]) -> None:
    """Until what one thing led to, and what that led to, is done: a form begins a session, which then goes on."""
    for _ in range(2):
        await settle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await app_samples.press(pilot, key)
    await quiet(pilot)


async def sit_down(pilot: Pilot[None], **form: Any) -> None:
    """From the board to a seat in the first errand of the first suite."""
    await settle(pilot)
    await press(pilot, "f4")
    assert isinstance(pilot.app.screen, SeatsScreen)
    await press(pilot, "n")
    assert isinstance(pilot.app.screen, ErrandsScreen)
    await press(pilot, "enter")
    assert "smoke-zh-latte" in shown(pilot.app.screen)
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, SeatFormScreen)
    pilot.app.screen.query_one(SchemaForm).fill(form)
    await press(pilot, "ctrl+s")


async def say(pilot: Pilot[None], words: str) -> None:
    pilot.app.screen.query_one("#reply", Input).value = words
    await press(pilot, "enter")


async def call(pilot: Pilot[None], tool: str, **values: Any) -> None:
    """Choose a tool by typing, and send its form with these values over what is suggested."""
    await press(pilot, "t")
    assert isinstance(pilot.app.screen, ToolsScreen)
    pilot.app.screen.query_one(Input).value = tool
    await press(pilot, "enter")
    if isinstance(pilot.app.screen, CallScreen):
        # A tool that takes nothing is called at once.
        await send(pilot, **values)


async def send(pilot: Pilot[None], **values: Any) -> None:
    assert isinstance(pilot.app.screen, CallScreen)
    form = pilot.app.screen.query_one(SchemaForm)
    given, _ = form.values()
    form.fill(given | values)
    await press(pilot, "ctrl+s")
    assert isinstance(pilot.app.screen, AgentSeatScreen)


def acts(app: BanshiApp) -> list[desk.Act]:
    return [act for act in app.screen.query_one("#acts", RowList).rows if act is not None]


# --- the person --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_be_the_person_to_a_finished_order(store: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=size) as pilot:
        await sit_down(pilot, seat=PERSON)
        assert isinstance(app.screen, PersonSeatScreen)
        assert "帮我点两杯热拿铁" in shown(app.screen.query_one(Phone))
        asked = shown(app.screen.query_one("#asked"))
        assert "pay 47.50 to 瑞芸咖啡(西湖区曙光路店)" in asked
        assert "in character: approved" in asked
        await say(pilot, "hmm")
        assert "neither yes nor no" in shown(app.screen.query_one("#wrong"))
        await say(pilot, "yes, please")
        page = shown(app.screen)
        assert "✓ completed" in page
        assert "recorded as r0001" in page
        assert "has been" in shown(app.screen.query_one(Phone))  # the delivery's message
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        await press(pilot, "q", "escape")
        await press(pilot, "f4")
        assert isinstance(app.screen, SeatsScreen)
        assert "■ ended" in shown(app.screen)
    with Store(store) as opened:
        [row] = opened.runs()
        assert (row.succeeded, row.tags, row.agent) == (1, ("session",), "rules")
        said = [
            e.data["data"] for e in decode(opened.episode("r0001", 0).trace) if e.data.get("tool") == "user_confirm"
        ]
    assert [one["text"] for one in said] == ["yes, please"]


async def test_change_your_mind_and_the_agent_goes_by_it(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await sit_down(pilot, seat=PERSON, engine="rules")
        app.screen.query_one("#reply", Input).value = "算了，不要了"
        await pilot.click("#no")
        await quiet(pilot)
        assert "算了，不要了" in shown(app.screen.query_one(Phone))
        while not app.screen._ended:  # type: ignore[attr-defined]
            await press(pilot, "ctrl+t")
    with Store(store) as opened:
        assert opened.episode("r0001", 0).spent_fen == 0


async def test_leave_in_the_middle_and_come_back(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit_down(pilot, seat=PERSON, faults="lost-ack-pay")
        await press(pilot, "escape", "f4")
        assert "● goes on" in shown(app.screen)
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f4", "enter")
        assert isinstance(app.screen, PersonSeatScreen)
        assert "pay 47.50" in shown(app.screen)
        await say(pilot, "")
        assert "✓ completed" in shown(app.screen)
        # What the person did not see stands in the events.
        await press(pilot, "ctrl+o")
        assert "TIMEOUT" in shown(app.screen.query_one("#happened"))


# --- the agent ---------------------------------------------------------------------------------------------------


async def test_be_the_agent_place_pay_and_report(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit_down(pilot, seat=AGENT)
        assert isinstance(app.screen, AgentSeatScreen)
        assert "帮我点两杯热拿铁" in shown(app.screen.query_one("#words"))
        await call(pilot, "user_addresses")
        office = next(a["address_id"] for a in acts(app)[-1].answer["addresses"] if a["label"] == "company")
        await call(pilot, "flash_dish_search", query="拿铁", address_id=office)
        dish = acts(app)[-1].answer["dishes"][0]
        lines = [{"dish_id": dish["dish_id"], "quantity": 2}]
        await call(pilot, "flash_order_create", shop_id=dish["shop_id"], address_id=office, lines=lines)
        assert acts(app)[-1].ok, acts(app)[-1].text
        # What is asked about is filled in from what was ordered; the words are one's own.
        await press(pilot, "c")
        form, _ = app.screen.query_one(SchemaForm).values()
        [charge] = form["offer"]["charges"]
        assert charge["out_trade_no"] == acts_behind(app)[-1].answer["out_trade_no"]
        await send(pilot, text="两杯拿铁，可以吗？")
        assert acts(app)[-1].answer["decision"] == "approved"
        await call(pilot, "alipay_pay")
        assert acts(app)[-1].ok, acts(app)[-1].text
        await press(pilot, "w")
        await send(pilot, seconds=120)
        assert "120" in acts(app)[-1].text
        await press(pilot, "3")
        assert "Alipay balance" in shown(app.screen.query_one("#money"))
        await press(pilot, "r")
        await send(pilot, status="done", text="咖啡已下单。")
        await press(pilot, "2")
        assert "咖啡已下单。" in shown(app.screen.query_one("#talk"))
        await press(pilot, "x")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "y")
        await settle(pilot)
        assert "✓ completed" in shown(app.screen.query_one("#words"))
        await press(pilot, "v")
        await settle(pilot)
        assert isinstance(app.screen, StepperScreen)
    with Store(store) as opened:
        [row] = opened.runs()
        assert (row.agent, row.succeeded, row.tags) == ("human", 1, ("session",))


def acts_behind(app: BanshiApp) -> list[desk.Act]:
    """The calls on the seat that lies under the form."""
    seat = next(screen for screen in app.screen_stack if isinstance(screen, AgentSeatScreen))
    return [act for act in seat.query_one("#acts", RowList).rows if act is not None]


async def test_at_the_desk_one_sees_what_an_agent_sees_and_goes_on_later(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit_down(pilot, seat=AGENT, faults="lost-ack-pay")
        await call(pilot, "alipay_trade_query", out_trade_no="P404")
        assert acts(app)[-1].ok is False
        await press(pilot, "escape", "f4", "enter")
        assert isinstance(app.screen, AgentSeatScreen)
        assert [act.tool for act in acts(app)] == ["alipay_trade_query"]
        assert "1 of" in shown(app.screen.query_one("#bar"))
        page = shown(app.screen)
        assert "lost_ack" not in page
        assert "goal" not in page
        # Giving up without a word is asked about first, and is a failure.
        await press(pilot, "x")
        assert "The person was told nothing yet" in shown(app.screen)
        await press(pilot, "n", "x", "y")
        await settle(pilot)
        assert "✗ failed safe" in shown(app.screen.query_one("#words"))
        # Nothing can be called any more.
        await press(pilot, "t")
        assert isinstance(app.screen, AgentSeatScreen)


async def test_what_a_tool_does_not_take_stands_at_its_field(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit_down(pilot, seat=AGENT)
        await press(pilot, "a", "ctrl+s")
        assert isinstance(app.screen, CallScreen)
        assert "needed" in shown(app.screen)
        await press(pilot, "escape")
        assert isinstance(app.screen, AgentSeatScreen)
        assert acts(app) == []


async def test_hostile_words_stay_words_in_both_seats(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(120, 40)) as pilot:
        await sit_down(pilot, seat=PERSON)
        app.screen.query_one("#reply", Input).value = f"no {HOSTILE}"
        await press(pilot, "enter")
        assert "[@click=app.quit]QUIT" in shown(app.screen.query_one(Phone))
        check(app.screen)
        await press(pilot, "ctrl+o")
        check(app.screen)
        await press(pilot, "escape", "escape", "enter", "enter")
        app.screen.query_one(SchemaForm).fill({"seat": AGENT})
        await press(pilot, "ctrl+s")
        await press(pilot, "a")
        await send(pilot, topic="other", text=HOSTILE)
        for pane in "123":
            await press(pilot, pane)
            check(app.screen)
        assert "[@cl" in shown(app.screen.query_one("#acts"))
