"""The app: an index of screens, and what is the same on all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from mock_services.errors import UsageError
from tui.screens.help import HelpScreen, page_about
from tui.screens.runs import RunsScreen


class BanshiApp(App[None]):
    """Runs → episodes → one episode step by step."""

    CSS_PATH = "banshi.tcss"
    TITLE = "banshi"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "explain", "Help", key_display="?"),
    ]

    def __init__(self, store: Path | None, run: str | None = None) -> None:
        super().__init__()
        self._store, self._run_wanted = store, run

    def get_default_screen(self) -> Screen[None]:
        """The board."""
        return RunsScreen(self._store, self._run_wanted)

    def action_explain(self) -> None:
        """Explain the focused thing and the keys."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(page_about(self.screen)))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: everything that a key does here, and what the toolkit brings along."""
        offered: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.description and not binding.system and binding.action not in offered:
                offered.add(binding.action)
                keys = binding.key_display or self.get_key_display(binding)
                run = partial(self.run_action, binding.action, active.node)
                yield SystemCommand(binding.description, f"key {keys}", run)
        yield from super().get_system_commands(screen)


def main_app(store_path: Path | str | None, run: str | None = None) -> None:
    """Open the app on a store (by default the user's), at the board or at one run.

    Raises:
        UsageError: there is no terminal to show it on.
    """
    # The toolkit reads keys from stdin and paints on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the app needs a terminal", where="banshi tui", fix="banshi runs and banshi show print instead"
        )
    BanshiApp(Path(store_path) if store_path is not None else None, run).run()
