"""What happens by itself on the roads of the person's city: a jam in the rush, and no car of a kind for a while."""

from __future__ import annotations

from typing import Any, Final

from mock_services.amap import fixtures
from mock_services.amap.ride_models import CARS
from mock_services.amap.routes import level
from mock_services.clock import MINUTE
from mock_services.context import Ctx
from mock_services.life import HAPPENS, Day
from mock_services.people import PEOPLE

_RUSHES: Final = (("07:20", "09:00"), ("17:10", "19:00"))
_JAM_MINUTES: Final = 45
_SHORT_MINUTES: Final = 30


def plan(ctx: Ctx) -> None:
    """Schedule what happens until the next dawn."""
    day = Day(ctx, "amap")
    person = ctx.get(PEOPLE, ctx.person_id)
    for n, rush in enumerate(_RUSHES):
        if person is not None and day.chance(0.35, "jam", n):
            percent = day.between(120, 150, "jam", n)
            day.plan(day.at(*rush, "jam", n), "jam", city=person.city, percent=percent)
        if person is not None and day.chance(0.2, "short", n):
            car = CARS[day.between(0, len(CARS) - 1, "car", n)]
            day.plan(day.at(*rush, "short", n), "no_cars", city=person.city, car=car)
    day.over()


def happens(ctx: Ctx, data: dict[str, Any]) -> None:
    """One of the things that :func:`plan` foresaw, or the end of a jam."""
    city, what = data["city"], data["what"]
    now = level(ctx, city).traffic_pct
    if what == "no_cars":
        short = fixtures.ShortageFixture(city=city, car=data["car"], minutes=_SHORT_MINUTES)
        fixtures.set_shortage(ctx, short)
    elif what == "jam":
        jammed = now * data["percent"] // 100
        fixtures.set_level(ctx, city, traffic_pct=jammed)
        over = {"what": "jam_over", "city": city, "jammed": jammed, "before": now}
        ctx.schedule(ctx.now + _JAM_MINUTES * MINUTE, "amap", HAPPENS, over)
    elif what == "jam_over" and now == data["jammed"]:
        # What a scenario did to the traffic meanwhile stays as it is.
        fixtures.set_level(ctx, city, traffic_pct=data["before"])
