"""Places and the links between them: frozen rows read once from the tables in `data/`.

Coordinates are decimal degrees, mostly WGS-84, a few GCJ-02; the offset between the two (at most some 600 m inside
China) is ignored, and a POI is good to some hundred metres. Chinese adcodes are those of GB/T 2260; two districts are
development zones with statistical codes (510191 in Chengdu, 320571 in Suzhou). Jakarta's are the Indonesian home
ministry's codes for its five cities padded to six digits (31.71 is 317100), with 317000 for the whole, because the
province's own 31 would collide with Shanghai's 310000. Singapore has none: 702 is its ISO 3166 number, and the rest
is invented. Station codes are the telecodes of 12306 in China; those of Jakarta are KAI's, or follow their pattern.
Rail and air times, fares and frequencies are approximate figures of the middle 2020s, and no copy of a timetable.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, TypeVar, get_origin

import msgspec

Country = Literal["CN", "ID", "SG"]
_Row = TypeVar("_Row", bound=msgspec.Struct)

_DATA: Final = Path(__file__).parent / "data"
_IGNORED: Final = re.compile(r"[\s'’‘`´\-‐–·.,()&]+")


class Name(msgspec.Struct, frozen=True, gc=False):
    """One name in the three languages people write in; `id` is Indonesian."""

    zh: str
    en: str
    id: str

    def every(self) -> tuple[str, str, str]:
        """The Chinese, English and Indonesian form, in this order."""
        return (self.zh, self.en, self.id)


class City(msgspec.Struct, frozen=True, gc=False):
    """A city, placed at its centre. `province` is the Chinese name; `utc_offset_min` is minutes east of UTC."""

    id: str
    name: Name
    aliases: tuple[str, ...]
    adcode: str
    province: str
    lon: float
    lat: float
    utc_offset_min: int
    country: Country


class District(msgspec.Struct, frozen=True, gc=False):
    """A district of a city with names of roads that really run through it, in the local script."""

    id: str
    city: str
    name: Name
    adcode: str
    lon: float
    lat: float
    roads: tuple[str, ...]


class Airport(msgspec.Struct, frozen=True, gc=False):
    """A passenger airport, keyed by IATA code."""

    iata: str
    city: str
    name: Name
    aliases: tuple[str, ...]
    lon: float
    lat: float


class Station(msgspec.Struct, frozen=True, gc=False):
    """A railway station, keyed by the operator's code for it."""

    code: str
    city: str
    name: Name
    aliases: tuple[str, ...]
    lon: float
    lat: float


class Poi(msgspec.Struct, frozen=True, gc=False):
    """A point of interest. `queue` is how long one usually waits to get in: 0 not at all, 3 an hour or more."""

    id: str
    city: str
    district: str
    name: Name
    aliases: tuple[str, ...]
    category: str
    lon: float
    lat: float
    address: str
    indoor: bool
    ticketed: bool
    queue: int


class Rail(msgspec.Struct, frozen=True, gc=False):
    """Through trains between two cities, the same in both directions.

    `kinds` are the train-number prefixes that run (G, D, C, and Z where no multiple units go); `fare_fen` is a
    second-class seat on the usual train (hard seat on a Z train); `trains` counts departures a day each way.
    """

    a: str
    b: str
    km: int
    fastest_min: int
    slowest_min: int
    fare_fen: int
    trains: int
    kinds: tuple[str, ...]
    station_a: str
    station_b: str


class Air(msgspec.Struct, frozen=True, gc=False):
    """Flights between two cities, the same in both directions.

    `km` is the great circle, `minutes` gate to gate (with the wait where there is a stop), `fare_fen` about the full
    economy fare one way, `flights` departures a day each way. `via` is the city of the stop, empty for non-stop.
    """

    a: str
    b: str
    km: int
    minutes: int
    fare_fen: int
    flights: int
    via: str
    airports_a: tuple[str, ...]
    airports_b: tuple[str, ...]
    airlines: tuple[str, ...]

    @property
    def direct(self) -> bool:
        """Whether the flight makes no stop."""
        return not self.via


class Airline(msgspec.Struct, frozen=True, gc=False):
    """An airline, keyed by its IATA designator; `hubs` are city ids."""

    code: str
    name: Name
    hubs: tuple[str, ...]


class Tariff(msgspec.Struct, frozen=True, gc=False):
    """What taxis and public transport cost in one city, in fen.

    A taxi costs `flag_fen` for the first `flag_m` metres, then `per_km_fen`, `per_min_fen` for each minute of the
    ride, `long_pct` per cent more per kilometre beyond `long_m`, and `night_pct` per cent more from 23:00 to 5:00.
    The metro costs `metro_fen[i]` up to `metro_km[i]` kilometres, and beyond the last one yuan more for each
    `metro_step_km`.
    `source` says which figures
    follow a published tariff (in round numbers, as of the middle 2020s) and which are inferred.
    """

    city: str
    flag_fen: int
    flag_m: int
    per_km_fen: int
    per_min_fen: int
    long_m: int
    long_pct: int
    night_pct: int
    metro_km: tuple[int, ...]
    metro_fen: tuple[int, ...]
    metro_step_km: int
    source: str


Place = City | District | Airport | Station | Poi


@lru_cache(maxsize=32768)
def fold(text: str) -> str:
    """The form in which names are compared: no case, width, accents, spaces, apostrophes or hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _IGNORED.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


class Places:
    """All tables with their look-ups.

    A look-up by id raises `KeyError` for an id that is not there; one by name or by pair of cities returns `None` or
    an empty tuple. The `*_of` methods take a city id and keep the order of the table, which puts the best-known first.
    """

    def __init__(self) -> None:
        self.cities = read_table(_DATA / "cities.tsv", City)
        self.districts = read_table(_DATA / "districts.tsv", District)
        self.airports = read_table(_DATA / "airports.tsv", Airport)
        self.stations = read_table(_DATA / "stations.tsv", Station)
        self.pois = read_table(_DATA / "pois.tsv", Poi)
        self.rails = read_table(_DATA / "rail.tsv", Rail)
        self.airs = read_table(_DATA / "air.tsv", Air)
        self.airlines = read_table(_DATA / "airlines.tsv", Airline)
        self.tariffs = read_table(_DATA / "tariffs.tsv", Tariff)
        self._city = {c.id: c for c in self.cities}
        self._district = {d.id: d for d in self.districts}
        self._airport = {a.iata: a for a in self.airports}
        self._station = {s.code: s for s in self.stations}
        self._poi = {p.id: p for p in self.pois}
        self._airline = {a.code: a for a in self.airlines}
        self._tariff = {t.city: t for t in self.tariffs}
        self._districts_of = _by_city(self.districts, lambda d: d.city)
        self._pois_of = _by_city(self.pois, lambda p: p.city)
        self._airports_of = _by_city(self.airports, lambda a: a.city)
        self._stations_of = _by_city(self.stations, lambda s: s.city)
        self._rail = {key: row for r in self.rails for key, row in (((r.a, r.b), r), ((r.b, r.a), _back_rail(r)))}
        self._air = {key: row for r in self.airs for key, row in (((r.a, r.b), r), ((r.b, r.a), _back_air(r)))}
        self._city_named = {fold(n): c for c in self.cities for n in _city_names(c)}
        self._named = self._index_names()

    def city(self, city_id: str) -> City:
        """The city with this id, such as ``hangzhou``."""
        return self._city[city_id]

    def district(self, district_id: str) -> District:
        """The district with this id, such as ``hangzhou-xihu``."""
        return self._district[district_id]

    def airport(self, iata: str) -> Airport:
        """The airport with this IATA code."""
        return self._airport[iata]

    def station(self, code: str) -> Station:
        """The railway station with this telecode."""
        return self._station[code]

    def poi(self, poi_id: str) -> Poi:
        """The point of interest with this id, such as ``shanghai-the-bund``."""
        return self._poi[poi_id]

    def airline(self, code: str) -> Airline:
        """The airline with this IATA designator."""
        return self._airline[code]

    def tariff(self, city_id: str) -> Tariff:
        """What taxis and public transport cost in this city."""
        return self._tariff[city_id]

    def districts_of(self, city_id: str) -> tuple[District, ...]:
        """The districts of a city."""
        return self._districts_of.get(city_id, ())

    def pois_of(self, city_id: str) -> tuple[Poi, ...]:
        """The points of interest of a city."""
        return self._pois_of.get(city_id, ())

    def airports_of(self, city_id: str) -> tuple[Airport, ...]:
        """The airports of a city, the busiest first."""
        return self._airports_of.get(city_id, ())

    def stations_of(self, city_id: str) -> tuple[Station, ...]:
        """The railway stations of a city, the busiest first."""
        return self._stations_of.get(city_id, ())

    def rail(self, a: str, b: str) -> Rail | None:
        """Trains from city `a` to city `b`, read in that direction (`station_a` is in `a`)."""
        return self._rail.get((a, b))

    def air(self, a: str, b: str) -> Air | None:
        """Flights from city `a` to city `b`, read in that direction (`airports_a` are in `a`)."""
        return self._air.get((a, b))

    def city_named(self, text: str) -> City | None:
        """The city that a person calls `text`, whole and in any of the languages: ``Xi'an``, ``xian``, ``西安市``."""
        return self._city_named.get(fold(text))

    def named(self, text: str) -> tuple[Place, ...]:
        """Everything that bears the name or alias `text`: cities, then airports, stations, districts and POIs."""
        return self._named.get(fold(text), ())

    def _index_names(self) -> dict[str, tuple[Place, ...]]:
        index: dict[str, list[Place]] = {}
        for city in self.cities:
            _add_names(index, city, _city_names(city))
        for airport in self.airports:
            _add_names(index, airport, (airport.iata, *airport.name.every(), *airport.aliases))
        for station in self.stations:
            _add_names(index, station, (*station.name.every(), station.name.zh + "站", *station.aliases))
        for district in self.districts:
            _add_names(index, district, district.name.every())
        for poi in self.pois:
            _add_names(index, poi, (*poi.name.every(), *poi.aliases))
        return {key: tuple(found) for key, found in index.items()}


@cache
def places() -> Places:
    """The one `Places` of this process, read on the first call."""
    return Places()


def _city_names(city: City) -> tuple[str, ...]:
    official = (city.name.zh + "市",) if city.country == "CN" else ()
    return (*city.name.every(), *official, *city.aliases)


def _add_names(index: dict[str, list[Place]], place: Place, names: Iterable[str]) -> None:
    for key in dict.fromkeys(fold(n) for n in names):
        index.setdefault(key, []).append(place)


def _by_city(rows: Iterable[_Row], city: Callable[[_Row], str]) -> dict[str, tuple[_Row, ...]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(city(row), []).append(row)
    return {key: tuple(group) for key, group in groups.items()}


def _back_rail(r: Rail) -> Rail:
    return msgspec.structs.replace(r, a=r.b, b=r.a, station_a=r.station_b, station_b=r.station_a)


def _back_air(r: Air) -> Air:
    return msgspec.structs.replace(r, a=r.b, b=r.a, airports_a=r.airports_b, airports_b=r.airports_a)


def read_table(table: Path, kind: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a tab-separated `table` with a header line, as structs of `kind`.

    A tuple is written as a cell with semicolons, a `Name` as the columns `zh`, `en` and `id_name` (English where that
    is empty). Raises `ValueError` that names the file and line of a row that does not fit.
    """
    lists = tuple(f.name for f in msgspec.structs.fields(kind) if get_origin(f.type) is tuple)
    rows: list[_Row] = []
    with table.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        for cells in reader:
            try:
                row: dict[str, object] = {**cells, **{column: _many(cells[column]) for column in lists}}
                if "zh" in cells:
                    row["name"] = Name(cells["zh"], cells["en"], cells["id_name"] or cells["en"])
                rows.append(msgspec.convert(row, kind, strict=False))
            except (KeyError, AttributeError, msgspec.ValidationError) as wrong:
                raise ValueError(f"{table.name}, line {reader.line_num}: {wrong}; correct this row") from wrong
    return tuple(rows)


def _many(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
