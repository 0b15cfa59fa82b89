"""The services: found by typing, read about, tried with a fault, and their rows looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mock_services.registry import default_registry
from tests.tui.app_samples import press, settle, shown
from tui.app import BanshiApp
from tui.explorer import best, entries, visible
from tui.screens.faults import FaultScreen
from tui.screens.rows import TableScreen
from tui.screens.runs import RunsScreen
from tui.screens.services import ServicesScreen
from tui.screens.trial import TrialScreen
from tui.widgets.explained import explain
from tui.widgets.forms import SchemaForm
from tui.widgets.rows import RowList
from tui.widgets.steps import EventList

HERE = Path(__file__).parent
DAMAI = HERE.parents[1] / "examples" / "damai" / "banshi_damai" / "service.py"


async def to_services(pilot: Pilot[None]) -> ServicesScreen:
    await settle(pilot)
    await press(pilot, "f3")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ServicesScreen)
    return screen


async def find(pilot: Pilot[None], *words: str) -> None:
    """Filter the services and go to what was found."""
    await press(pilot, "slash")
    pilot.app.screen.query_one("SearchBar > Input", Input).value = " ".join(words)
    await press(pilot, "enter")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_payment_is_tried_with_a_lost_acknowledgement(tmp_path: Path, size: tuple[int, int]) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=size) as pilot:
        await to_services(pilot)
        await find(pilot, "maps_weather")
        await press(pilot, "enter")
        assert isinstance(app.screen, TrialScreen)
        form = app.screen.query_one(SchemaForm)
        form.fill({"city": "hangzhou"})
        await press(pilot, "ctrl+t")
        assert isinstance(app.screen, FaultScreen)
        await press(pilot, "j", "enter")
        assert "next call: timeout, before" in shown(app.screen.query_one("#bar"))
        await press(pilot, "ctrl+s")
        await settle(pilot)
        told = shown(app.screen)
        assert "TIMEOUT" in told
        assert "nothing breaks" in shown(app.screen.query_one("#bar"))
        assert "09:40:3" in shown(app.screen.query_one("#bar"))  # a timeout takes its half minute
        # The same call again, and nothing breaks this time.
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert "weather" in shown(app.screen.query_one("#answer"))
        assert "result" in shown(app.screen.query_one("#answer"))
        events = app.screen.query_one(EventList)
        assert len(events.rows) == 4
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ServicesScreen)


async def test_a_write_shows_its_rows_and_its_money_and_the_world_can_be_made_anew(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=(100, 40)) as pilot:
        screen = await to_services(pilot)
        trial = screen._trial
        home = trial.call("user_addresses", {})[-1].data["data"]["addresses"][0]["address_id"]
        dish = trial.call("flash_dish_search", {"query": "拿铁", "address_id": home})[-1].data["data"]["dishes"][0]
        await find(pilot, "flash_order_create")
        await press(pilot, "enter")
        form = app.screen.query_one(SchemaForm)
        form.fill({"shop_id": dish["shop_id"], "address_id": home, "lines": [{"dish_id": dish["dish_id"]}]})
        await press(pilot, "ctrl+s")
        await settle(pilot)
        await press(pilot, "2")
        assert "kernel.payables" in shown(app.screen.query_one("#changes"))
        trade = trial.record().trace.decode().rpartition('"out_trade_no":"')[2].partition('"')[0]
        await press(pilot, "escape", "escape")
        await find(pilot, "alipay_pay")
        await press(pilot, "enter", *trade, "enter", *"k1", "ctrl+s")
        await settle(pilot)
        await press(pilot, "3")
        purse = shown(app.screen.query_one("#purse"))
        assert "Alipay balance" in purse
        assert "-" in purse
        await press(pilot, "ctrl+n")
        await settle(pilot)
        assert "the payee hears of the payment" in shown(app.screen.query_one("#happened"))
        await press(pilot, "ctrl+r")
        await settle(pilot)
        assert len(app.screen.query_one(EventList).rows) == 2


async def test_what_is_missing_is_told_before_anything_is_called(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=(80, 24)) as pilot:
        await to_services(pilot)
        await find(pilot, "alipay_pay")
        await press(pilot, "enter", "ctrl+s")
        await settle(pilot)
        assert "✗ needed" in shown(app.screen.query_one(SchemaForm))
        assert len(app.screen.query_one(EventList).rows) == 2


async def test_the_rows_of_a_table_are_filtered_and_copied(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=(80, 24)) as pilot:
        await to_services(pilot)
        await find(pilot, "table", "taobao.skus")
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, TableScreen)
        rows = app.screen.query_one("#rows", RowList)
        everything = len(rows.rows)
        assert everything > 700
        key = rows.rows[700].id
        await press(
            pilot, "slash", *("underscore" if c == "_" else "full_stop" if c == "." else c for c in key), "enter"
        )
        await settle(pilot)
        assert 0 < len(rows.rows) < everything
        await press(pilot, "y")
        assert json.loads(app.clipboard)["id"] == rows.rows[0].id
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ServicesScreen)


async def test_an_empty_table_says_so(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=(80, 24)) as pilot:
        await to_services(pilot)
        await find(pilot, "table", "alipay.mandates")
        await press(pilot, "enter")
        await settle(pilot)
        assert "it has no rows" in shown(app.screen)


async def test_a_service_of_yours_stands_beside_the_others(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", services=(str(DAMAI),), world="size=small")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await to_services(pilot)
        assert "damai (yours)" in shown(screen.query_one("#services"))
        await find(pilot, "damai", "tool")
        await press(pilot, "enter")
        assert isinstance(app.screen, TrialScreen)


async def test_a_service_that_cannot_be_loaded_is_a_line_and_not_the_end(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('[red]no[/red]')")
    app = BanshiApp(tmp_path / "none.db", services=(str(broken),))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await to_services(pilot)
        assert "cannot be imported: RuntimeError: [red]no[/red]" in " ".join(shown(screen).split())
        await press(pilot, "q")
        assert isinstance(app.screen, RunsScreen)


async def test_the_keys_lead_to_the_board_and_back_from_anywhere(tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db", world="size=small")
    async with app.run_test(size=(80, 24)) as pilot:
        services = await to_services(pilot)
        await find(pilot, "clock_now")
        await press(pilot, "enter", "f3")
        assert app.screen is services
        await press(pilot, "f3")
        assert app.screen is services
        await press(pilot, "f2")
        assert isinstance(app.screen, RunsScreen)


def test_every_service_tool_machine_and_table_has_a_page() -> None:
    registry = default_registry()
    whole = entries(registry)
    assert {entry.name for entry in whole if entry.kind == "tool"} == set(registry.tools)
    for entry in whole:
        page = explain(entry, whole, registry).plain
        assert entry.name in page
        if entry.kind == "tool":
            tool = registry.tool(entry.name)
            assert all(name in page for name in tool.args.model_fields)
            assert all(name in page for name in tool.result.model_fields)
            assert all(code in page for code in tool.errors)
        if entry.kind == "machine":
            assert all(arrow.event.replace("_", " ") in page for arrow in entry.item.machine.arrows)
        if entry.kind == "table":
            assert all(name in page for name in entry.item.row.__struct_fields__)


def test_what_was_meant_is_found_first() -> None:
    whole = entries(default_registry())
    for name in ("alipay_pay", "alipay.mandates", "flash", "user_ask"):
        rows = visible(whole, (), name)
        assert rows[best(rows, name)].name == name
    assert visible(whole, (), "no such thing") == []
