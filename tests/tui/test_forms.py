"""A tool's arguments filled in by hand."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from textual.app import App, ComposeResult
from textual.widgets import Input, Select, TextArea

from mock_services.registry import default_registry
from tests.tui.app_samples import shown
from tui.widgets.forms import FieldBox, SchemaForm

TOOLS = default_registry().tools


class FormApp(App[None]):
    """Nothing but a form."""

    def __init__(self, schema: dict[str, Any], model: type[BaseModel]) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self._of = schema, model

    def compose(self) -> ComposeResult:
        yield SchemaForm(*self._of, id="form", offset_min=480)

    def on_schema_form_submitted(self, event: SchemaForm.Submitted) -> None:
        self.sent.append(event.values)


def app_for(tool: str) -> FormApp:
    return FormApp(TOOLS[tool].parameters, TOOLS[tool].args)


def box(app: App[None], name: str) -> FieldBox:
    return next(box for box in app.query(FieldBox) if box.field.name == name)


async def test_an_order_is_filled_in_with_the_keyboard_and_sent() -> None:
    app = app_for("flash_order_create")
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(SchemaForm).take_focus()
        await pilot.press(*"A1", "enter")
        assert isinstance(app.focused, TextArea)
        await pilot.press(*'[{"dish_id": "D1"}]', "tab", *"S1", "enter", *"2026-03-05 12:00", "ctrl+s")
        await pilot.pause()
        assert app.sent == [
            {
                "address_id": "A1",
                "lines": [{"dish_id": "D1"}],
                "shop_id": "S1",
                "deliver_at": "2026-03-05T12:00:00+08:00",
            }
        ]


async def test_what_is_missing_is_told_at_its_field_and_the_cursor_goes_there() -> None:
    app = app_for("flash_order_create")
    async with app.run_test(size=(80, 24)) as pilot:
        box(app, "address_id").fill("A1")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.sent == []
        assert "✗ needed" in shown(box(app, "lines"))
        assert "✗" not in shown(box(app, "address_id"))
        assert app.focused is not None
        assert app.focused.parent is box(app, "lines")


async def test_a_field_is_checked_when_it_is_left_and_an_untouched_one_is_left_in_peace() -> None:
    app = app_for("clock_wait")
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(SchemaForm).take_focus()
        await pilot.press(*"0", "tab")
        await pilot.pause()
        assert "✗ at least 1" in shown(box(app, "seconds"))
        await pilot.press("shift+tab", "backspace", *"x", "tab")
        await pilot.pause()
        assert "✗ a whole number is needed" in shown(box(app, "seconds"))
        await pilot.press("shift+tab", "backspace", "tab", "tab")
        await pilot.pause()
        assert "✗" not in shown(app.query_one(SchemaForm))


async def test_choices_are_chosen_and_can_be_left_out() -> None:
    app = app_for("user_report")
    async with app.run_test(size=(80, 24)) as pilot:
        status = box(app, "status").query_one(Select)
        status.focus()
        await pilot.press("enter", "down", "down", "enter")  # the first is "choose one"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.sent == [{"status": "partly"}]
        assert status.value == 1


async def test_yes_and_no_are_not_the_numbers() -> None:
    app = app_for("clock_wait")
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(SchemaForm).fill({"seconds": 5, "wake_on_notice": False})
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.sent == [{"seconds": 5, "wake_on_notice": False}]
        assert app.sent[0]["wake_on_notice"] is False


class Hostile(BaseModel):
    """Fields as a hostile service would describe them."""

    plain_text: str = Field("[red]x[/]", description="[@click=app.quit]QUIT[/] \x1b[2J\u202e [/nothing]")
    nested: dict[str, int] = Field({"[/b": 1}, description="[link=http://x]L[/link]")


async def test_what_a_schema_says_is_text() -> None:
    app = FormApp(Hostile.model_json_schema(), Hostile)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        told = shown(app.query_one(SchemaForm))
        assert "[@click=app.quit]QUIT[/]" in told
        assert "[red]x[/]" in told
        assert "\x1b" not in told
        assert "\u202e" not in told
        await pilot.click(FieldBox, offset=(30, 0))
        assert app.is_running


async def test_another_tool_takes_the_form_over() -> None:
    app = app_for("alipay_pay")
    async with app.run_test(size=(80, 24)) as pilot:
        form = app.query_one(SchemaForm)
        form.fill({"out_trade_no": "P1"})
        await form.show(TOOLS["clock_now"].parameters, TOOLS["clock_now"].args)
        assert not app.query(Input)
        await pilot.press("ctrl+s")
        form.action_send()
        await pilot.pause()
        assert app.sent[-1] == {}


async def test_every_tool_has_a_form() -> None:
    app = app_for("clock_now")
    async with app.run_test(size=(80, 24)) as pilot:
        form = app.query_one(SchemaForm)
        for tool in TOOLS.values():
            await form.show(tool.parameters, tool.args)
            assert [box.field.name for box in app.query(FieldBox)] or not tool.args.model_fields
        await pilot.pause()
