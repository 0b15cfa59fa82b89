"""Comparing what a person called something with what the catalogue calls it, in any of the languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mock_services.geo import Airport, City, District, Place, Poi, Station, fold, places

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    found = _TOKEN.findall(text.casefold())
    return frozenset(found) | {word[:-1] for word in found if word.endswith("s") and len(word) > 3}


@lru_cache(maxsize=8192)
def says(text: str, phrase: str) -> bool:
    """Whether a text contains a phrase: every Latin word of it as a whole word, everything else as written."""
    words = _TOKEN.findall(phrase.casefold())
    rest = fold(_TOKEN.sub("", phrase.casefold()))
    known = _tokens(text)
    if not all(word in known or (word.endswith("s") and word[:-1] in known) for word in words):
        return False
    return not rest or rest in fold(text)


def says_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text contains one of the phrases."""
    return any(says(text, phrase) for phrase in phrases)


def location(text: str, city: str) -> tuple[float, float] | None:
    """Where a place of a city is, by its name or ``lon,lat``; None if there is no such place."""
    head, comma, tail = text.partition(",")
    try:
        if comma:
            return float(head), float(tail)
    except ValueError:
        pass
    return next(((place.lon, place.lat) for place in places().named(text) if city_of(place) == city), None)


def city_of(place: Place) -> str:
    """The city that a place is in."""
    return place.id if isinstance(place, City) else place.city


def ends(text: str) -> tuple[str, frozenset[str]]:
    """What a trip's end may mean: (city id or empty, codes of the airports and stations of that name)."""
    city = places().city_named(text)
    if city is not None:
        return city.id, frozenset()
    codes = [
        getattr(place, "iata", "") or getattr(place, "code", "")
        for place in places().named(text)
        if not isinstance(place, City | District | Poi)
    ]
    return "", frozenset(codes) or frozenset({text})


def terminal(kind: str, code: str) -> Airport | Station:
    """Where a flight or a train calls: airports and stations share codes (HGH is both)."""
    return places().airport(code) if kind == "flight" else places().station(code)
