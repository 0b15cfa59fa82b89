"""Where people go: pairs of cities with trains or flights between them, and a departure to build an errand around."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.geo import City, Poi, places
from scenarios.families.pen import Miss, Pen
from scenarios.speech import Text

SIGHTS = ("attraction", "museum", "park", "landmark", "shopping", "mall", "university", "hospital", "venue")


def named(place: Any) -> Text:
    """The name of a place or a city in the three languages."""
    return Text(zh=place.name.zh, en=place.name.en, id=place.name.id)


def rail_city(pen: Pen) -> City:
    """Cast the person in a city with trains; returns another city that they go to."""
    cities = [c for c in places().cities if any(places().rail(c.id, o.id) for o in places().cities)]
    pen.cast(city=pen.pick(cities, "home city").id)
    return pen.pick([c for c in cities if places().rail(pen.city.id, c.id)], "away")


def air_city(pen: Pen) -> City:
    """Cast the person anywhere; returns a city that they fly to, without a stop."""
    pen.cast()
    away = [c for c in places().cities if (row := places().air(pen.city.id, c.id)) is not None and row.direct]
    return pen.pick(away, "away")


def day_ahead(pen: Pen, low: int, high: int, *about: object) -> dt.date:
    """A day so many days from now."""
    return pen.now.date() + dt.timedelta(pen.between(low, high, "ahead", *about))


def departure(pen: Pen, kind: str, from_: str, to: str, day: dt.date, *about: object, **filters: Any) -> dict[str, Any]:
    """One of the departures of a day, from the early morning to the evening: a train, or a flight of one leg."""
    if kind == "train":
        shown = pen.look("fliggy_train_search", from_city=from_, to_city=to, date=day.isoformat(), limit=50, **filters)
        found = [t for t in shown["trains"] if any(s["seats_left"] >= 6 for s in t["seats"])]
    else:
        shown = pen.look("fliggy_flight_search", from_city=from_, to_city=to, date=day.isoformat(), limit=50, **filters)
        found = [f for f in shown["flights"] if f["stops"] == 0 and f["seats_left"] >= 6]
    found = [
        one for one in found if one["arrive"][:10] == day.isoformat() and "07:00" <= one["depart"][11:16] <= "20:00"
    ]
    chosen: dict[str, Any] = pen.pick(found, "departure", kind, *about)
    return chosen


def clock(text: str) -> dt.time:
    """The local time of day of a moment as tools write it."""
    return dt.time.fromisoformat(text[11:16])


def half_hour(time: dt.time, shift: int) -> dt.time:
    """The half hour so many minutes away, rounded away from the time itself.

    Raises:
        Miss: it is another day.
    """
    minutes = time.hour * 60 + time.minute + shift
    minutes = -(-minutes // 30) * 30 if shift > 0 else minutes // 30 * 30
    if not 0 < minutes < 24 * 60:
        raise Miss("the window leaves the day")
    return dt.time(minutes // 60, minutes % 60)


def sight(pen: Pen, city: City, *about: object) -> Poi:
    """A place of a city that people know by name."""
    known = [poi for poi in places().pois_of(city.id) if len(places().named(poi.name.zh)) == 1]
    return pen.pick(known, "sight", city.id, *about)


def clock_text(time: dt.time) -> str:
    """A time as scenario files have it."""
    return f"{time:%H:%M}"
