"""Help: what the focused thing is, and what every key does there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.keys import format_key
from textual.screen import ModalScreen

from tui.widgets.panes import Pane

if TYPE_CHECKING:
    from textual.screen import Screen


class HelpScreen(ModalScreen[None]):
    """A page over the screen that asked for it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close")]

    def __init__(self, page: Text) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        yield Pane(id="help", title="help", help_text="")

    def on_mount(self) -> None:
        """Fill in the page."""
        pane = self.query_one(Pane)
        pane.show(self._page)
        pane.focus()


def page_about(screen: Screen[object]) -> Text:
    """The help page of a screen as it is now: the focused widget first, then the screen, then the keys."""
    page = Text()
    focused = screen.focused
    nodes = focused.ancestors_with_self if focused is not None else [screen]
    for node in nodes:
        told = getattr(node, "help_text", "")
        if told:
            page.append(f"{told}\n\n")
    page.append("keys\n", style="bold underline")
    for keys, description in _keys(screen):
        page.append(f"{keys:<16}", style="bold").append(f"{description}\n")
    return page


def _keys(screen: Screen[object]) -> Iterable[tuple[str, str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if active.enabled and binding.description and not binding.system:
            found.setdefault((binding.action, binding.description), []).append(format_key(key))
    for (_, description), keys in found.items():
        yield " ".join(keys), description
