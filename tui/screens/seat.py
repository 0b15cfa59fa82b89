"""What both seats share: a session that goes on in a worker, is told as it does, and is closed when one leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from agent.durable import Suspended
from mock_services.errors import BanshiError
from mock_services.trace import Event
from tui import seats
from tui.playback import Playback
from tui.screens.stepper import step_through

if TYPE_CHECKING:
    from scenarios.session.session import Session


class Gone(Suspended):
    """Whoever watched has left: the errand stops where it stands."""


class SeatScreen(Screen[None]):
    """One seat in one session. It can be left at any moment; the session is kept, and can be gone on with."""

    HUMAN_ACTS: ClassVar[bool]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    class Ticked(Message):
        """Something happened."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    class Stood(Message):
        """The session waits for the human, or has ended; ``playback`` is all that has happened."""

        def __init__(self, session: Session, playback: Playback) -> None:
            super().__init__()
            self.session, self.playback = session, playback

    class Failed(Message):
        """It cannot be gone on with."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, store: Path | None, name: str, session: Session | None = None) -> None:
        """A session by its name; ``session`` is the open one, if it has just been started."""
        super().__init__()
        self._store, self._called, self._session = store, name, session
        self._held = Lock()
        self._left = False
        self._busy = False
        self._ended = False

    def on_mount(self) -> None:
        """Go on from where it was left."""
        self.go(lambda session: session.proceed(self.tell))

    def on_unmount(self) -> None:
        """Give the session free, once what is under way has stopped."""
        self._left = True
        self.app.run_worker(self._close, thread=True, group="leaving a seat")

    def _close(self) -> None:
        with self._held:
            if self._session is not None:
                self._session.close()

    def tell(self, event: Event) -> None:
        """Pass an event on from the worker."""
        if self._left:
            raise Gone
        self.post_message(self.Ticked(event))

    def go(self, act: Callable[[Session], None]) -> None:
        """Let something happen in the session; while it does, nothing else can be begun."""
        if not self._busy:
            self._busy = True
            self._go(act)

    @work(thread=True, group="seat")
    def _go(self, act: Callable[[Session], None]) -> None:
        with self._held:
            if self._left:
                return
            try:
                if self._session is None:
                    self._session = seats.reopen(self._store, self._called, human_acts=self.HUMAN_ACTS)
                act(self._session)
                self.post_message(self.Stood(self._session, seats.so_far(self._session)))
            except Gone:
                return
            except BanshiError as error:
                self.post_message(self.Failed(str(error)))

    def look_back(self, at: int = 0) -> None:
        """Step through the episode that it has become."""
        if self._session is not None and self._session.run:
            step_through(self, self._store, self._session.run, 0, at)

    def action_leave(self) -> None:
        """Leave; the session is kept."""
        if not self._ended:
            self.notify(f"{self._called} is kept: F4 goes on with it", markup=False)
        self.app.pop_screen()
