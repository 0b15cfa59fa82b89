"""Which places are near a point: the base's places by square of the map, then those that the episode changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mock_services.amap.rows import POIS, Poi

if TYPE_CHECKING:
    from mock_services.base import Base
    from mock_services.context import Ctx

_SIDE: Final = 0.03
"""Degrees of a square: some 3 km, with a handful of places each in a city."""

_RINGS: Final = 8
"""Farther out than so many squares, looking through the whole city is quicker."""

_Squares = dict[tuple[int, int], list[tuple[int, Poi]]]


def _square(degrees: float) -> int:
    return math.floor(degrees / _SIDE)


def _squares(base: Base) -> _Squares:
    def build() -> _Squares:
        found: _Squares = {}
        for order, poi in enumerate(base.tables.rows[POIS.name].values()):
            found.setdefault((_square(poi.lon), _square(poi.lat)), []).append((order, poi))
        return found

    return base.recall("amap.squares", 0, build)


def in_box(ctx: Ctx, lon: float, lat: float, wide: float, high: float) -> Iterator[Poi]:
    """The places so many degrees around a point at most, in no order that means anything."""
    changed = ctx.changes(POIS)
    squares = _squares(ctx.base)
    columns = range(_square(lon - wide), _square(lon + wide) + 1)
    rows = range(_square(lat - high), _square(lat + high) + 1)
    for column in columns:
        for row in rows:
            for _, poi in squares.get((column, row), ()):
                if abs(poi.lat - lat) <= high and abs(poi.lon - lon) <= wide and poi.id not in changed:
                    yield poi
    for own in changed.values():
        if own is not None and abs(own.lat - lat) <= high and abs(own.lon - lon) <= wide:
            yield own


def nearest(ctx: Ctx, city: str, lon: float, lat: float) -> Poi:
    """The place of a city that is nearest to a point; of several as near, the one that the base has first."""
    narrow = math.cos(math.radians(lat))

    # Inside a city the earth is flat enough to say which place is nearest.
    def apart(poi: Poi) -> float:
        return float(((poi.lon - lon) * narrow) ** 2 + (poi.lat - lat) ** 2)

    changed = ctx.changes(POIS)
    found = _nearest_of_base(ctx, city, lon, lat)
    if found is not None and found.id in changed:
        return min(ctx.find(POIS, "city", city), key=apart)
    own = [poi for poi in changed.values() if poi is not None and poi.city == city]
    return min([*([found] if found is not None else []), *own], key=apart)


def _nearest_of_base(ctx: Ctx, city: str, lon: float, lat: float) -> Poi | None:
    narrow = math.cos(math.radians(lat))
    squares = _squares(ctx.base)
    column, row = _square(lon), _square(lat)
    best: tuple[float, int, Poi] | None = None
    for ring in range(_RINGS):
        for at in _ring(column, row, ring):
            for order, poi in squares.get(at, ()):
                if poi.city == city:
                    apart = ((poi.lon - lon) * narrow) ** 2 + (poi.lat - lat) ** 2
                    if best is None or (apart, order) < best[:2]:
                        best = (apart, order, poi)
        if best is not None:
            east = min(lon - (column - ring) * _SIDE, (column + ring + 1) * _SIDE - lon) * narrow
            north = min(lat - (row - ring) * _SIDE, (row + ring + 1) * _SIDE - lat)
            # Whatever is in no square seen so far is farther away than the nearest of their outer borders.
            if best[0] < min(east, north) ** 2:
                return best[2]
    rows, keys = ctx.base.tables.rows[POIS.name], ctx.base.tables.indexes[POIS.name, "city"].get(city, ())
    return min(
        (rows[key] for key in keys),
        key=lambda poi: ((poi.lon - lon) * narrow) ** 2 + (poi.lat - lat) ** 2,
        default=None,
    )


def _ring(column: int, row: int, ring: int) -> Iterator[tuple[int, int]]:
    for x in range(column - ring, column + ring + 1):
        if abs(x - column) == ring:
            for y in range(row - ring, row + ring + 1):
                yield x, y
        else:
            yield x, row - ring
            yield x, row + ring
