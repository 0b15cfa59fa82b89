"""The timetable: which flights and trains run every day. Derived from geography and the base's seed, never stored.

Numbers follow custom: one direction of a route is odd, the way back even. Times, stations and how dear a flight is are
drawn; frequencies, journey times and fares come from :mod:`mock_services.geo`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mock_services.fliggy.rows import Flight, Train
from mock_services.geo import Air, Rail, places

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.draws import Draws

_FIRST_NO: Final = {"CA": 1101, "MU": 5101, "CZ": 3101, "HU": 7101, "3U": 8601, "ZH": 9101, "MF": 8001, "FM": 9401}
_LEVEL: Final = {"9C": 72, "TR": 72, "QZ": 70, "QG": 76, "8L": 84, "GJ": 90, "PN": 80, "OQ": 90, "JD": 88, "SQ": 122}
_AIRCRAFT: Final = (
    (900, ("Airbus A320", "Boeing 737-800", "COMAC C909", "Airbus A319")),
    (2600, ("Airbus A320neo", "Airbus A321", "Boeing 737-800", "COMAC C919", "Airbus A330-300")),
    (99999, ("Airbus A330-300", "Boeing 787-9", "Airbus A350-900", "Boeing 737 MAX 8")),
)
_FIRST_MIN, _LAST_MIN = 6 * 60 + 30, 22 * 60 + 30
_SEVEN = 7 * 60

_TRAIN_FIRST_NO: Final = {
    ("G", "long"): 1,
    ("G", "middle"): 1001,
    ("G", "short"): 5001,
    ("D", "long"): 1,
    ("D", "middle"): 2001,
    ("D", "short"): 5001,
    ("C", "short"): 2001,
    ("Z", "long"): 21,
}
_D_FARE_PCT = 78
_REGIONAL_KM = 400


class Network:
    """All daily departures of a base, by number and by pair of cities. A pair is built when it is first asked for."""

    def __init__(self, draws: Draws, factor: int = 1) -> None:
        """``factor`` is how many times as often everything goes as in the tables of geography."""
        self._draws = draws
        self._flight_nos = dict(_flight_numbers(factor))
        self._train_nos = dict(_train_numbers(factor))
        self._air_numbers = _grouped(self._flight_nos)
        self._rail_numbers = _grouped(self._train_nos)
        self._flights: dict[tuple[str, str], tuple[Flight, ...]] = {}
        self._trains: dict[tuple[str, str], tuple[Train, ...]] = {}

    def daily(self) -> tuple[int, int]:
        """How many flights and how many trains leave a day."""
        return len(self._flight_nos), len(self._train_nos)

    def flights(self, city_a: str, city_b: str) -> tuple[Flight, ...]:
        """Daily flights from one city to another, by departure."""
        found = self._flights.get((city_a, city_b))
        if found is None:
            numbers = self._air_numbers.get((city_a, city_b), ())
            made = [self._flight(no, i, len(numbers)) for i, no in enumerate(numbers)]
            found = self._flights[city_a, city_b] = tuple(sorted(made, key=lambda f: (f.depart_min, f.no)))
        return found

    def flight(self, no: str) -> Flight | None:
        """The daily flight of this number."""
        pair = self._flight_nos.get(no)
        return next((f for f in self.flights(*pair) if f.no == no), None) if pair else None

    def trains(self, city_a: str, city_b: str) -> tuple[Train, ...]:
        """Daily trains from one city to another, by departure."""
        found = self._trains.get((city_a, city_b))
        if found is None:
            numbers = self._rail_numbers.get((city_a, city_b), ())
            made = [self._train(no, i, len(numbers)) for i, no in enumerate(numbers)]
            found = self._trains[city_a, city_b] = tuple(sorted(made, key=lambda t: (t.depart_min, t.no)))
        return found

    def train(self, no: str) -> Train | None:
        """The daily train of this number."""
        pair = self._train_nos.get(no)
        return next((t for t in self.trains(*pair) if t.no == no), None) if pair else None

    def _flight(self, no: str, i: int, count: int) -> Flight:
        draws = self._draws
        city_a, city_b = self._flight_nos[no]
        row = places().air(city_a, city_b)
        assert row is not None
        last = max(_FIRST_MIN + 90, min(_LAST_MIN, 25 * 60 + 30 - row.minutes))
        depart = _spread(draws, no, i, count, _FIRST_MIN, last)
        if count >= 8 and i == (_SEVEN - _FIRST_MIN) * count // (last - _FIRST_MIN):
            # Every busy route has its seven o'clock flight.
            depart = _SEVEN
        airline = no[:2]
        kinds = next(kinds for km, kinds in _AIRCRAFT if row.km <= km)
        country_a, country_b = places().city(city_a), places().city(city_b)
        level = _hour_level(depart) * _LEVEL.get(airline, 100) * draws.between(80, 122, "level", no) // 10_000
        return Flight(
            no=no,
            airline=airline,
            city_a=city_a,
            city_b=city_b,
            a=_airport(draws, no, "a", row.airports_a),
            b=_airport(draws, no, "b", row.airports_b),
            depart_min=depart,
            minutes=row.minutes + 5 * draws.between(-1, 2, "block", no),
            via=row.via,
            aircraft=draws.pick(kinds, "aircraft", no),
            full_fen=row.fare_fen,
            level_pct=level,
            km=row.km,
            offset_a=country_a.utc_offset_min,
            offset_b=country_b.utc_offset_min,
            domestic=country_a.country == country_b.country,
        )

    def _train(self, no: str, i: int, count: int) -> Train:
        draws = self._draws
        city_a, city_b = self._train_nos[no]
        row = places().rail(city_a, city_b)
        assert row is not None
        kind = no[0]
        slack = row.slowest_min - row.fastest_min
        # The square makes fast trains as frequent as they are; D trains keep to the slow half.
        part = draws.unit("speed", no)
        part = 0.5 + part / 2 if kind == "D" and "G" in row.kinds else part * part
        minutes = row.fastest_min + round(slack * part)
        first, last = (6 * 60 + 5, 24 * 60 - minutes - 10) if minutes < 960 else (10 * 60, 21 * 60)
        depart = _spread(draws, no, i, count, first, max(first + 60, min(last, 21 * 60 + 40)), step=1)
        pct = _D_FARE_PCT if kind == "D" and "G" in row.kinds else 100
        return Train(
            no=no,
            type=kind,
            city_a=city_a,
            city_b=city_b,
            a=_station(row, i, count, row.station_a, city_a, 7),
            b=_station(row, i, count, row.station_b, city_b, 9),
            depart_min=depart,
            minutes=minutes,
            fare_fen=row.fare_fen * pct // 100 // 50 * 50,
            km=row.km,
        )


def network(base: Base) -> Network:
    """The timetable of a base, made on first use."""
    return base.recall("fliggy.network", 0, lambda: Network(base.draws, base.size.factor))


def _grouped(numbers: dict[str, tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for no, pair in numbers.items():
        groups.setdefault(pair, []).append(no)
    return {pair: tuple(group) for pair, group in groups.items()}


def _flight_numbers(factor: int) -> Iterator[tuple[str, tuple[str, str]]]:
    following: dict[str, int] = {}
    for row in places().airs:
        for airline in _turns(row, factor):
            number = following.get(airline, _FIRST_NO.get(airline, 1001))
            following[airline] = number + 2
            yield f"{airline}{number}", (row.a, row.b)
            yield f"{airline}{number + 1}", (row.b, row.a)


def _turns(row: Air, factor: int) -> Iterator[str]:
    for i in range(row.flights * factor):
        yield row.airlines[i % len(row.airlines)]


def _train_numbers(factor: int) -> Iterator[tuple[str, tuple[str, str]]]:
    following = dict(_TRAIN_FIRST_NO)
    taken: set[tuple[str, int]] = set()
    for row in places().rails:
        reach = "short" if row.km < _REGIONAL_KM else "middle" if row.km < 1200 else "long"
        for i in range(row.trains * factor):
            # Three in four are of the row's first kind.
            kind = row.kinds[0] if i % 4 or len(row.kinds) == 1 else row.kinds[1 + (i // 4) % (len(row.kinds) - 1)]
            slot = (kind, "long" if kind == "Z" else "short" if kind == "C" else reach)
            number = following[slot]
            while (kind, number) in taken:
                # In a larger world the long lines have run into the numbers of the shorter ones.
                number += 2
            following[slot] = number + 2
            taken.add((kind, number))
            yield f"{kind}{number}", (row.a, row.b)
            yield f"{kind}{number + 1}", (row.b, row.a)


def _spread(draws: Draws, no: str, i: int, count: int, first: int, last: int, *, step: int = 5) -> int:
    # One departure in each of ``count`` equal parts of the day, somewhere inside its part.
    low = first + (last - first) * i // count
    high = first + (last - first) * (i + 1) // count
    return (low + draws.below(max(1, high - low), "depart", no)) // step * step


def _hour_level(minute: int) -> int:
    hour = minute // 60
    if hour < 7 or hour >= 21:
        return 80
    return 115 if hour < 10 or 16 <= hour < 20 else 97


def _airport(draws: Draws, no: str, end: str, airports: tuple[str, ...]) -> str:
    return airports[0] if draws.chance(0.6, "airport", no, end) else draws.pick(airports, "airport2", no, end)


def _station(row: Rail, i: int, count: int, usual: str, city: str, every: int) -> str:
    # Only dense regional lines have trains from a city's other stations.
    if row.km >= _REGIONAL_KM or count < 40 or i % every != every // 2:
        return usual
    return next((s.code for s in places().stations_of(city) if s.code != usual), usual)
