"""Where a train stops on its way, and which trains take one from a stop of theirs to another.

Stops are inferred: a train stops in a city where the through trains of the two halves are about as long as its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mock_services.fliggy.network import network
from mock_services.geo import places

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.fliggy.rows import Train

DWELL_MIN: Final = 2
"""How long a train stands at a stop on its way."""

_SLACK_PCT: Final = 108
_APART_PCT: Final = 125
"""Two stops are on one line if the way between them is at most so long, of what they are apart on the train's way."""


class Stop(msgspec.Struct, frozen=True, gc=False):
    """Where a train stops: minutes after its departure until it arrives there and leaves again, and km from its origin.

    At the first stop ``arrive`` is 0, at the last ``leave`` is ``arrive``.
    """

    city: str
    station: str
    arrive: int
    leave: int
    km: int


def stops(train: Train) -> tuple[Stop, ...]:
    """All stops of a train from its origin to its end."""
    geo = places()
    between = []
    for city in geo.cities:
        first, second = geo.rail(train.city_a, city.id), geo.rail(city.id, train.city_b)
        if first is None or second is None or train.type not in first.kinds or train.type not in second.kinds:
            continue
        way = first.km + second.km
        if way * 100 <= train.km * _SLACK_PCT:
            # By time and not by distance: a train is slower between towns that are close.
            arrive = train.minutes * first.fastest_min // (first.fastest_min + second.fastest_min)
            between.append(
                Stop(city.id, first.station_b, arrive, arrive + DWELL_MIN, max(1, train.km * first.km // way))
            )
    between.sort(key=lambda stop: (stop.arrive, stop.city))
    return (
        Stop(train.city_a, train.a, 0, 0, 0),
        *_on_one_line(between),
        Stop(train.city_b, train.b, train.minutes, train.minutes, train.km),
    )


def _on_one_line(between: list[Stop]) -> list[Stop]:
    """Of the cities near a train's way, in order, those that lie behind one another: two can be on different lines."""
    geo = places()
    kept: list[Stop] = []
    for stop in between:
        before = geo.rail(kept[-1].city, stop.city) if kept else None
        if kept and (before is None or before.km * 100 > (stop.km - kept[-1].km) * _APART_PCT):
            continue
        kept.append(stop)
    return kept


def part(train: Train, city_a: str, city_b: str) -> tuple[Stop, Stop] | None:
    """The stops of a train in two cities, if it goes from the one to the other."""
    on_the_way = {stop.city: stop for stop in stops(train)}
    first, last = on_the_way.get(city_a), on_the_way.get(city_b)
    return (first, last) if first is not None and last is not None and first.leave < last.arrive else None


def passing(base: Base, city_a: str, city_b: str) -> tuple[Train, ...]:
    """Daily trains that go from one city to another as a part of a longer way."""

    def build() -> tuple[Train, ...]:
        found = []
        for row in places().rails:
            for ends in ((row.a, row.b), (row.b, row.a)):
                if ends == (city_a, city_b):
                    continue
                by_kind: dict[str, bool] = {}
                for train in network(base).trains(*ends):
                    # Whether a kind of train stops there does not depend on the single train.
                    if train.type not in by_kind:
                        by_kind[train.type] = part(train, city_a, city_b) is not None
                    if by_kind[train.type]:
                        found.append(train)
        return tuple(sorted(found, key=lambda train: (train.depart_min, train.no)))

    return base.recall("fliggy.passing", (city_a, city_b), build)
