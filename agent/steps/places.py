"""Where things are: the person's own places, places in words, and the places that other steps lead to."""

from __future__ import annotations

from typing import Any, TypedDict

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Work
from agent.words import fold

NEARBY_M = 400
"""Within this distance the person is taken to be at an address of theirs."""


class Spot(TypedDict, total=False):
    """A point. ``address_id`` is set where the person's book has it, ``city`` is a city id or name."""

    location: str
    name: str
    city: str
    address_id: str


def spot(words: str, work: Work, *, city: str = "") -> Spot:
    """The point that words mean.

    Args:
        words: An ``address_id``, ``@g1.destination`` of a step, ``lon,lat``, words, or empty for where the person is.
        work: The errand.
        city: Look only here, if given.

    Raises:
        NoWay: no such place.
        ToolFailure: the map could not be read.
    """
    if not words:
        return here(work)
    if words.startswith("@"):
        return spot_of_step(words, work)
    for address in work.me.addresses:
        if words == address["address_id"] or fold(words) == fold(address["label"]):
            return of_address(address)
    if _is_point(words):
        return Spot(location=words, name=words, city=city or work.me.city)
    found = work.desk.call("maps_geo", {"address": words, "city": city or None}, need=("geocodes",))["geocodes"]
    if not found and city:
        found = work.desk.call("maps_geo", {"address": words}, need=("geocodes",))["geocodes"]
    if not found:
        raise NoWay("not_found", words)
    # With no city said, a place in the person's own city is what they mean if there is one.
    own = [g for g in found if fold(g["city"]) in {fold(n) for n in (*work.me.city_names, work.me.city)}]
    best = (own or found)[0]
    return Spot(location=best["location"], name=best["name"], city=best["city"])


def here(work: Work) -> Spot:
    """Where the person is, with the address of theirs that they are at, if they are at one."""
    nearest = nearest_address(work)
    if nearest is not None:
        return of_address(nearest)
    return Spot(location=work.me.location, name="", city=work.me.city)


def nearest_address(work: Work) -> dict[str, Any] | None:
    """The address of theirs that the person is at."""
    lon, lat = _floats(work.me.location)
    best: tuple[float, dict[str, Any]] | None = None
    for address in work.me.addresses:
        other_lon, other_lat = _floats(address["location"])
        # Near enough for "am I there": a degree of longitude is taken as at 31° north.
        metres = (((lon - other_lon) * 95_500) ** 2 + ((lat - other_lat) * 111_000) ** 2) ** 0.5
        if metres <= NEARBY_M and (best is None or metres < best[0]):
            best = (metres, address)
    return best[1] if best else None


def of_address(address: dict[str, Any]) -> Spot:
    """The point of an address of the person's book."""
    return Spot(
        location=address["location"], name=address["text"], city=address["city"], address_id=address["address_id"]
    )


def spot_of_step(words: str, work: Work) -> Spot:
    """``@g1.destination`` is where the chosen candidate of goal g1 ends, ``@g1.origin`` where it starts."""
    goal, _, end = words.removeprefix("@").partition(".")
    step = work.steps.get(goal)
    if step is None:
        raise NoWay("not_possible", words)
    if step.get("candidates") and "chosen" in step:
        data = step["candidates"][step["chosen"]]["data"]
        key = "from_spot" if end == "origin" else "to_spot"
        if key in data:
            found: Spot = data[key]
            if "location" not in found:
                return spot(found["name"], work, city=found.get("city", ""))
            return found
    raise NoWay("not_possible", words)


def deliverable(place: Spot, work: Work, label: str) -> str:
    """The address id of a point, entered into the person's book if it is not there yet."""
    known = place.get("address_id")
    if known:
        return known
    for address in work.me.addresses:
        if address["location"] == place["location"] or fold(address["label"]) == fold(label):
            return str(address["address_id"])
    added = work.desk.call(
        "user_address_add",
        {
            "label": label[:40],
            "text": (place.get("name") or label)[:200],
            "city": place["city"],
            "location": place["location"],
        },
        need=("address_id",),
    )
    work.me.addresses.append({**added, "label": label, "location": place["location"], "city": place["city"]})
    return str(added["address_id"])


def drive_minutes(origin: str, destination: str, work: Work, depart_at: str = "") -> int:
    """How long a car takes, in minutes, rounded up."""
    try:
        route = work.desk.call(
            "maps_direction_driving",
            {"origin": origin, "destination": destination, "depart_at": depart_at or None},
            need=("duration",),
        )
    except ToolFailure as error:
        if error.code in ("TIMEOUT", "CONNECTION_RESET", "SERVER_ERROR", "RATE_LIMITED", "SERVICE_UNAVAILABLE"):
            raise
        raise NoWay("not_possible", error.message) from error
    return -(-int(route["duration"]) // 60)


def _floats(point: str) -> tuple[float, float]:
    lon, _, lat = point.partition(",")
    return float(lon), float(lat)


def _is_point(words: str) -> bool:
    try:
        _floats(words)
    except ValueError:
        return False
    return True
