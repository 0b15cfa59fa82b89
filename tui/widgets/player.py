"""Playing an episode: so many steps a second, until its end or until it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

PACES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Steps a second."""


class Player:
    """A timer of a screen that takes a step at each tick. ``forward`` takes it and says whether there was one."""

    def __init__(self, screen: Screen[Any], forward: Callable[[], bool], changed: Callable[[], None]) -> None:
        self._screen, self._forward, self._changed = screen, forward, changed
        self._timer: Timer | None = None
        self._pace = PACES.index(2.0)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer is not None

    @property
    def pace(self) -> float:
        """Steps a second."""
        return PACES[self._pace]

    @property
    def told(self) -> str:
        """``▶ 2 steps/s`` while it plays, else empty."""
        return f"▶ {self.pace:g} step{'' if self.pace == 1 else 's'}/s" if self.playing else ""

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.stop()
        else:
            self._start()

    def stop(self) -> None:
        """Pause."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._changed()

    def change_pace(self, by: int) -> None:
        """Faster or slower by a notch, from the next step on."""
        self._pace = max(0, min(self._pace + by, len(PACES) - 1))
        if self._timer is not None:
            self._timer.stop()
            self._start()

    def tick(self) -> None:
        """Take a step; at the end it pauses."""
        if not self._forward():
            self.stop()

    def _start(self) -> None:
        self._timer = self._screen.set_interval(1 / self.pace, self.tick)
        self._changed()
