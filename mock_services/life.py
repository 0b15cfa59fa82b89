"""Background life: what happens in a city by itself although no scenario asked for it.

It is off unless a scenario says ``life: usual``. Then every service that has a handler for the event ``life`` is called
at the beginning and at each dawn, and schedules what will happen until the next one: a dish sells out at noon, a price
moves, a flight slips, a street is jammed. All of it is drawn from the episode's seed by day and object, so that a call
more or less moves nothing. How often things happen is invented: rarely enough that most errands meet one of them or
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from mock_services import clock
from mock_services.clock import MINUTE, Instant

if TYPE_CHECKING:
    from mock_services.context import Ctx

Life = Literal["calm", "usual"]
"""Whether things happen by themselves in the background."""

DAWN: Final = time(5)
EVENT: Final = "life"
HAPPENS: Final = "life_happens"

T = TypeVar("T")


class Day:
    """The hours from now until the next dawn at the person's place, for one service that plans them.

    ``what`` names a stream of chance; draws of one stream and day are always the same.
    """

    __slots__ = ("_ctx", "_from", "_midnight", "_service", "until")

    def __init__(self, ctx: Ctx, service: str) -> None:
        local = ctx.local_now()
        day = local.date() if local.time() >= DAWN else local.date() - timedelta(1)
        self._ctx, self._service, self._from = ctx, service, ctx.now
        self._midnight = clock.instant(day, time(0), ctx.offset_min)
        self.until = clock.instant(day + timedelta(1), DAWN, ctx.offset_min)

    def chance(self, probability: float, *what: object) -> bool:
        """True with the given probability."""
        return self._ctx.draws.chance(probability, EVENT, self._service, self._midnight, *what)

    def between(self, low: int, high: int, *what: object) -> int:
        """An integer in ``[low, high]``."""
        return self._ctx.draws.between(low, high, EVENT, self._service, self._midnight, *what)

    def some(self, items: Sequence[T], count: int, *what: object) -> list[T]:
        """At most ``count`` different items, found without looking at all of them."""
        wanted = [self.between(0, len(items) - 1, *what, i) for i in range(count)] if items else []
        return [items[i] for i in dict.fromkeys(wanted)]

    def at(self, low: str, high: str, *what: object) -> Instant:
        """A moment of the day between two times of its clock."""
        first, last = (time.fromisoformat(text) for text in (low, high))
        minute = self.between(first.hour * 60 + first.minute, last.hour * 60 + last.minute, "minute", *what)
        return self._midnight + minute * MINUTE

    def plan(self, at: Instant, what: str, **about: Any) -> None:
        """Let ``life_happens`` come at a moment with what it is about; what would be past does not happen."""
        if self._from < at < self.until:
            self._ctx.schedule(at, self._service, HAPPENS, {"what": what, **about})

    def over(self) -> None:
        """Come back at the next dawn."""
        self._ctx.schedule(self.until, self._service, EVENT, {})
