"""The app: an index of screens, and what is the same on all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import Theme

from mock_services.errors import BanshiError, UsageError
from tui.jobs import Jobs
from tui.memory import Memory, Place, recall, remember
from tui.screens.confirm import ConfirmScreen
from tui.screens.help import HelpScreen, page_about
from tui.screens.runs import RunsScreen
from tui.text import literal
from tui.themes import THEMES, palette

if TYPE_CHECKING:
    from scenarios.runs.background import Background


WARMED = ("episodes", "stepper", "verdict", "live", "newrun", "tags", "matrix", "compare")
"""Screens whose code is imported as soon as the first one is drawn, and not before it."""


class BanshiApp(App[None]):
    """Runs → episodes → one episode step by step."""

    CSS_PATH = "banshi.tcss"
    TITLE = "banshi"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "explain", "Help", key_display="?"),
        Binding("f2", "board", "Board", show=False),
        Binding("f3", "services", "Services", show=False),
        Binding("f4", "seats", "Take the seat", show=False),
    ]

    class Opened(Message):
        """A screen whose code takes a while to import is ready to be shown."""

        def __init__(
            self, kind: type[Screen[None]], arguments: tuple[Any, ...], place: dict[str, Any] | None = None
        ) -> None:
            super().__init__()
            self.kind, self.arguments, self.place = kind, arguments, place or {}

    class JobEnded(Message):
        """The process of a run that was started here has ended."""

        def __init__(self, job: Background) -> None:
            super().__init__()
            self.job = job

    def __init__(
        self,
        store: Path | None,
        run: str | None = None,
        services: tuple[str, ...] = (),
        world: str = "",
        memory: Memory | None = None,
    ) -> None:
        """The app on a store.

        ``services`` are files of services beyond the built-in and the installed ones; ``world`` is the scratch world to
        try tools in, as :func:`scenarios.runs.scratch.read_scratch` takes it. ``memory`` is what was remembered from
        the last time, by default nothing.
        """
        super().__init__()
        self._memory = memory or Memory()
        for theme in THEMES:
            self.register_theme(theme)
        self.left = self._memory
        self._store, self._run_wanted, self._services, self._world = store, run, services, world
        self.jobs = Jobs(lambda job: self.post_message(self.JobEnded(job)))

    def get_default_screen(self) -> Screen[None]:
        """The board."""
        return RunsScreen(self._store, self.jobs, self._run_wanted)

    def on_mount(self) -> None:
        """Take up the theme of the last time."""
        self.theme_changed_signal.subscribe(self, self._colour)
        if self._memory.theme in self.available_themes:
            self.theme = self._memory.theme

    def on_ready(self) -> None:
        """The board is drawn: go where one was, and import what is likely to be wanted next."""
        if self._run_wanted is None:
            self._return()
        self._warm()

    def _colour(self, theme: Theme) -> None:
        self.ansi_theme_dark = self.ansi_theme_light = palette(theme)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End; ``left`` says from then on what is to be remembered."""
        self.left = self.memory()
        super().exit(result, return_code, message)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a message for a while. Whoever sends it, it is text: what is in it is never markup."""
        text, heading = literal(message, lines=True).plain, literal(title).plain
        super().notify(text, title=heading, severity=severity, timeout=timeout, markup=False)

    # --- the last time ---------------------------------------------------------------------------------------

    def memory(self) -> Memory:
        """What is to be remembered: the theme, and the uppermost screen that one can come back to."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Place):
                return Memory(self.theme, self._store_name(), screen.place_name, screen.place())
        return Memory(self.theme, self._store_name())

    def _store_name(self) -> str:
        return "" if self._store is None else str(self._store.resolve())

    def _return(self) -> None:
        """Go to where one was the last time, if that was in this store and is still there."""
        memory = self._memory
        if memory.screen == "services":
            self._open_services(memory.place)
        elif memory.screen == "episodes" and memory.store == self._store_name():
            self._open_run(memory.place)

    @work(thread=True, exclusive=True, group="opening")
    def _open_run(self, place: dict[str, Any]) -> None:
        from scenarios.runs.store import Store
        from tui.screens.episodes import EpisodesScreen

        run = str(place.get("run", ""))
        try:
            with Store(self._store) as store:
                store.run(run)
        except BanshiError:
            return  # it is gone: the board is where one is
        self.post_message(self.Opened(EpisodesScreen, (self._store, run), place))

    @work(thread=True, group="warm")
    def _warm(self) -> None:
        for name in WARMED:
            import_module(f"tui.screens.{name}")

    async def action_quit(self) -> None:
        """End, after a question if runs that were started here are under way."""
        running = [job.run or "a run" for job in self.jobs.running]
        if not running:
            self.exit()
        elif not isinstance(self.screen, ConfirmScreen):
            question = f"{', '.join(running)} is under way. It is stopped with the app, and can be resumed later."
            self.push_screen(ConfirmScreen(question, "stop and quit"), lambda agreed: self.exit() if agreed else None)

    def on_banshi_app_job_ended(self, event: JobEnded) -> None:
        """Say what became of a run."""
        job = event.job
        told = job.error or f"{job.sweep or job.run or 'the run'} is {job.state}"
        self.notify(literal(told).plain, severity="error" if job.state == "failed" else "information", markup=False)

    def action_explain(self) -> None:
        """Explain the focused thing and the keys."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(page_about(self.screen)))

    def action_board(self) -> None:
        """Back to the runs."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_services(self) -> None:
        """The services: to the open ones, or anew."""
        if not self._back_to("ServicesScreen"):
            self._open_services({})

    def action_seats(self) -> None:
        """The seats: to the open list of sessions, or anew."""
        if not self._back_to("SeatsScreen"):
            self._open_seats()

    @work(thread=True, exclusive=True, group="opening")
    def _open_seats(self) -> None:
        from tui.screens.seats import SeatsScreen

        self.post_message(self.Opened(SeatsScreen, (self._store,)))

    @work(thread=True, exclusive=True, group="opening")
    def _open_services(self, place: dict[str, Any]) -> None:
        # Imports pydantic and all services: half a second that nobody who looks at runs has to wait for.
        from mock_services.extras import find_extras
        from scenarios.runs.scratch import read_scratch
        from scenarios.runs.trial import Trial
        from tui.screens.services import ServicesScreen

        try:
            trial = Trial(read_scratch(self._world), find_extras(self._services))
        except BanshiError as error:
            self.call_from_thread(self.notify, literal(error).plain, severity="error", markup=False)
            return
        self.post_message(self.Opened(ServicesScreen, (trial,), place))

    def on_banshi_app_opened(self, event: Opened) -> None:
        """Show the screen, unless it has been opened meanwhile."""
        if self._back_to(event.kind.__name__):
            return
        screen = event.kind(*event.arguments)
        if event.place and isinstance(screen, Place):
            screen.go_to(event.place)
        self.push_screen(screen)

    def _back_to(self, kind: str) -> bool:
        """Close what lies over the open screen of this kind, if there is one."""
        if not any(type(screen).__name__ == kind for screen in self.screen_stack):
            return False
        while type(self.screen).__name__ != kind:
            self.pop_screen()
        return True

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


def main_app(
    store_path: Path | str | None, run: str | None = None, services: tuple[str, ...] = (), world: str = ""
) -> None:
    """Open the app on a store (by default the user's), at the board or at one run.

    Raises:
        UsageError: there is no terminal to show it on.
    """
    # The toolkit reads keys from stdin and paints on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the app needs a terminal", where="banshi tui", fix="banshi runs and banshi show print instead"
        )
    run_app(Path(store_path) if store_path is not None else None, run, services, world)


def run_app(store: Path | None, run: str | None, services: tuple[str, ...], world: str) -> None:
    """Run the app on whatever it is shown on, and remember where one was."""
    from scenarios.runs.database import default_path

    folder = default_path().parent
    app = BanshiApp(store, run, services, world, recall(folder))
    try:
        app.run()
    finally:
        app.jobs.end()
    remember(folder, app.left)
