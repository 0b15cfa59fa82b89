"""A form made from a JSON schema: what a tool takes, filled in by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Select, Static, TextArea

from tui.schema import Field, fields, problems, read, write
from tui.text import literal

if TYPE_CHECKING:
    from pydantic import BaseModel


class FieldBox(Vertical):
    """One field: what is asked for, where it is typed, and what is wrong with it."""

    DEFAULT_CSS = """
    FieldBox { height: auto; padding: 0 0 0 1; border-left: blank; margin-bottom: 1; }
    FieldBox:focus-within { border-left: thick $primary; }
    FieldBox > .about { height: auto; }
    FieldBox > .wrong { height: auto; color: $text-error; display: none; }
    FieldBox.-wrong > .wrong { display: block; }
    FieldBox > Input { height: 1; border: none; padding: 0 1; background: $panel; }
    FieldBox > Input:focus { border: none; background: $boost; }
    FieldBox > TextArea { height: auto; min-height: 2; max-height: 8; border: none; padding: 0 1; background: $panel; }
    FieldBox > TextArea:focus { border: none; background: $boost; }
    FieldBox > Select > SelectCurrent { background: $panel; padding: 0 1; }
    FieldBox > Select:focus > SelectCurrent { background: $boost; border: none; }
    """

    class Left(Message):
        """The focus has left the field."""

        def __init__(self, box: FieldBox) -> None:
            super().__init__()
            self.box = box

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.help_text = "\n".join(
            filter(None, (f"{field.name} ({field.type or 'a choice'})", field.about, _how(field)))
        )

    def compose(self) -> ComposeResult:
        yield Static(about(self.field), classes="about", markup=False)
        yield self._made()
        yield Static("", classes="wrong", markup=False)

    def _made(self) -> Widget:
        field = self.field
        if field.kind == "choice":
            # The prompt is one of ours: the toolkit reads markup in it.
            options = [(literal(label), number) for number, (label, _) in enumerate(field.choices)]
            return Select[int](options, prompt="choose one" if field.required else "left out", compact=True)
        hint = literal(field.skeleton or field.default or "").plain
        if field.kind == "json":
            return TextArea("", compact=True, placeholder=Content(hint), tab_behavior="focus", soft_wrap=True)
        return Input(compact=True, placeholder=hint, select_on_focus=False)

    def given(self, offset_min: int | None) -> tuple[bool, Any]:
        """(whether anything was given, its value).

        Raises:
            ValueError: what was typed is no value of this kind.
        """
        made = self.children[1]
        if isinstance(made, Select):
            number = made.selection
            return (False, None) if number is None else (True, self.field.choices[number][1])
        text = made.text if isinstance(made, TextArea) else made.value if isinstance(made, Input) else ""
        if not (text if self.field.kind == "text" else text.strip()):
            return False, None
        return True, read(self.field, text, offset_min=offset_min)

    def fill(self, value: Any) -> None:
        """Type a value in."""
        made = self.children[1]
        if isinstance(made, Select):
            values = [choice for _, choice in self.field.choices]
            same = (number for number, choice in enumerate(values) if choice == value and type(choice) is type(value))
            made.value = next(same, Select.NULL)
        elif isinstance(made, TextArea):
            made.text = "" if value is None else write(self.field, value)
        elif isinstance(made, Input):
            made.value = "" if value is None else write(self.field, value)

    def tell(self, wrong: str) -> None:
        """Show what is wrong, or nothing."""
        self.set_class(bool(wrong), "-wrong")
        self.query_one(".wrong", Static).update(literal(f"✗ {wrong}") if wrong else "")

    def take_focus(self) -> None:
        """Put the cursor here."""
        self.children[1].focus()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Tell that the field was left."""
        self.post_message(self.Left(self))


class SchemaForm(VerticalScroll, can_focus=False):
    """The arguments of a tool. Each field is checked when it is left, and all together when the form is sent."""

    DEFAULT_CSS = """
    SchemaForm { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    SchemaForm > .whole { height: auto; color: $text-error; display: none; }
    SchemaForm > .whole.-wrong { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", priority=True),
        Binding("ctrl+j,ctrl+enter", "send", "Send", show=False),
    ]
    help_text = (
        "A form. Tab and Shift+Tab go from field to field, Enter to the next one, Ctrl+S sends it. "
        "* marks what is needed; what is left empty is left out. Lists and objects are typed as JSON; "
        "a list of words may be typed with commas."
    )

    class Submitted(Message):
        """The form was sent, and its values fit the model."""

        def __init__(self, form: SchemaForm, values: dict[str, Any]) -> None:
            super().__init__()
            self.form, self.values = form, values

    def __init__(
        self,
        schema: Mapping[str, Any] | None = None,
        model: type[BaseModel] | None = None,
        *,
        id: str,
        offset_min: int | None = None,
    ) -> None:
        """A form; ``model`` is what the values are checked against.

        ``offset_min`` is the UTC offset that a moment gets which is typed without one.
        """
        super().__init__(id=id)
        self._fields = fields(schema) if schema is not None else []
        self._model, self.offset_min = model, offset_min

    def compose(self) -> ComposeResult:
        if not self._fields and self._model is not None:
            yield Static(Text("it takes no arguments", style="dim"), markup=False)
        for field in self._fields:
            yield FieldBox(field)
        yield Static("", classes="whole", markup=False)

    async def show(self, schema: Mapping[str, Any], model: type[BaseModel], *, offset_min: int | None = None) -> None:
        """Make it the form of another schema, empty."""
        self._fields, self._model, self.offset_min = fields(schema), model, offset_min
        await self.recompose()
        self.scroll_home(animate=False)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Type values in; a field without one is emptied."""
        for box in self.query(FieldBox):
            box.fill(values.get(box.field.name))
            box.tell("")

    def values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(what is given, what is wrong with it by field); under ``""`` stands what is wrong with all together."""
        given: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for box in self.query(FieldBox):
            try:
                there, value = box.given(self.offset_min)
            except ValueError as error:
                wrong[box.field.name] = str(error)
            else:
                if there:
                    given[box.field.name] = value
        if self._model is not None:
            wrong = {name: words for name, words in problems(self._model, given).items() if name not in wrong} | wrong
        return given, wrong

    def take_focus(self) -> None:
        """Put the cursor into the first field."""
        for box in self.query(FieldBox):
            box.take_focus()
            return

    def action_send(self) -> None:
        """Check everything; send what fits, else go to the first field that is wrong."""
        given, wrong = self.values()
        boxes = list(self.query(FieldBox))
        for box in boxes:
            box.tell(wrong.get(box.field.name, ""))
        known = {box.field.name for box in boxes}
        self._tell_whole("; ".join(words for name, words in wrong.items() if name not in known))
        if not wrong:
            self.post_message(self.Submitted(self, given))
            return
        first = next((box for box in boxes if box.field.name in wrong), None)
        if first is not None:
            first.take_focus()

    def on_field_box_left(self, event: FieldBox.Left) -> None:
        """Check the field that was left, unless nothing was typed into it yet."""
        event.stop()
        box = event.box
        try:
            there, _ = box.given(self.offset_min)
        except ValueError as error:
            box.tell(str(error))
            return
        _, wrong = self.values()
        box.tell(wrong.get(box.field.name, "") if there else "")
        self._tell_whole("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; on the last one it sends."""
        event.stop()
        boxes = list(self.query(FieldBox))
        if boxes and event.input.parent is boxes[-1]:
            self.action_send()
        else:
            self.screen.focus_next()

    def _tell_whole(self, wrong: str) -> None:
        shown = self.query_one(".whole", Static)
        shown.set_class(bool(wrong), "-wrong")
        shown.update(literal(f"✗ {wrong}") if wrong else "")


def about(field: Field) -> Text:
    """What a field is, in a line or two: its name, a star if it is needed, its type and what it means."""
    text = Text().append_text(literal(field.name, "bold"))
    if field.required:
        text.append(" *", style="bold")
    if field.type:
        text.append_text(literal(f"  {field.type}", "italic dim"))
    rest = " · ".join(filter(None, (field.about, "" if field.default is None else f"default {field.default}")))
    return text.append_text(literal(f"  {rest}", "dim")) if rest else text


def _how(field: Field) -> str:
    needed = "It is needed." if field.required else "It may be left empty."
    if field.kind == "json":
        return f"{needed} It is typed as JSON, such as {field.skeleton}"
    if field.kind == "list":
        return f"{needed} Words with commas between them, or a JSON list."
    return needed
