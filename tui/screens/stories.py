"""The stories of one errand in two runs, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from tui import reading
from tui.playback import Playback
from tui.screens.stepper import step_through
from tui.text import literal
from tui.widgets.sidebyside import SideBySide


class StoriesScreen(Screen[None]):
    """Two recorded episodes, given as (run, ordinal)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "app.pop_screen", "Back", key_display="q")]
    help_text = "One errand in two runs, step by step."

    class Loaded(Message):
        """Both were read."""

        def __init__(self, a: Playback, b: Playback) -> None:
            super().__init__()
            self.a, self.b = a, b

    class Failed(Message):
        """One of them could not be read."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, title: str, a: tuple[str, int], b: tuple[str, int]) -> None:
        super().__init__()
        self._store, self._told, self._a, self._b = store, title, a, b

    def compose(self) -> ComposeResult:
        yield Static(literal(self._told), id="title", markup=False)
        with Container(id="stories"):
            yield Static(Text("reading both episodes …", style="dim"), id="message", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Read both."""
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        try:
            a, b = (reading.playback(self._store, run, ordinal) for run, ordinal in (self._a, self._b))
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Loaded(a, b))

    async def on_stories_screen_loaded(self, event: Loaded) -> None:
        """Lay them side by side."""
        body = self.query_one("#stories", Container)
        await body.remove_children()
        await body.mount(SideBySide(event.a, event.b, (self._a[0], self._b[0])))

    def on_side_by_side_opened(self, event: SideBySide.Opened) -> None:
        """Step through one of them."""
        step_through(self, self._store, *(self._a, self._b)[event.side], event.at)

    def on_stories_screen_failed(self, event: Failed) -> None:
        """Say what is wrong."""
        self.query_one("#message", Static).update(literal(event.text))
