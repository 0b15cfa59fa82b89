"""A world to try tools in: a person with money and an address, no errand, nothing broken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mock_services.base import base_world, read_size
from mock_services.clock import instant
from mock_services.errors import UsageError
from mock_services.extras import Extra
from mock_services.faults import FaultSource
from mock_services.geo import places
from mock_services.person import Person
from mock_services.world import World
from scenarios.runs.naming import did_you_mean

NAMES = {"zh": "林晓", "en": "Robin Lee", "id": "Sari Putri"}
WALLET = "3000.00"
CARD = {"bank": "招商银行", "last4": "6688", "amount": "20000.00"}


class Scratch(msgspec.Struct, frozen=True):
    """What kind of world; ``now`` is local time in the city."""

    seed: int = 0
    size: str = "city"
    city: str = "hangzhou"
    now: str = "2026-03-05T09:40"
    locale: str = "zh"


def read_scratch(text: str) -> Scratch:
    """Read ``seed=7,size=city*4,city=hangzhou,now=2026-03-05T09:40,locale=zh``; what is left away has a default.

    Raises:
        UsageError: an unknown name or a value that does not fit.
    """
    given: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if name not in Scratch.__struct_fields__ or not equals:
            raise _wrong(f"{part!r} is no setting of a world", did_you_mean(name, Scratch.__struct_fields__) or _FORM)
        given[name] = value.strip()
    scratch = _checked(given)
    read_size(scratch.size)
    if scratch.locale not in NAMES:
        raise _wrong(f"unknown locale {scratch.locale!r}", f"one of {', '.join(NAMES)}")
    if places().city_named(scratch.city) is None:
        raise _wrong(f"unknown city {scratch.city!r}", f"one of {', '.join(city.id for city in places().cities)}")
    return scratch


def build_scratch(
    scratch: Scratch,
    services: tuple[Extra, ...] = (),
    *,
    person: Person | None = None,
    faults: FaultSource | None = None,
) -> World:
    """The world, with its person at home in the middle of the city.

    ``services`` are those beyond the built-in ones. Without a ``person`` nobody answers, without ``faults`` nothing
    breaks.
    """
    city = places().city_named(scratch.city)
    assert city is not None
    moment = datetime.fromisoformat(scratch.now)
    world = World(
        base_world(scratch.seed, scratch.size, services),
        start=instant(moment.date(), moment.time(), city.utc_offset_min),
        offset_min=city.utc_offset_min,
        seed=scratch.seed,
        person=person,
        faults=faults,
    )
    set_up: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("user", "person", {"name": NAMES[scratch.locale], "locale": scratch.locale, "city": city.id}),
        ("user", "address", {"label": "home", "city": city.id}),
        ("alipay", "wallet", {"amount": WALLET}),
        ("alipay", "card", CARD),
    )
    for service, fixture, args in set_up:
        world.arrange(service, fixture, args)
    world.recorder.events.clear()
    return world


_FORM = "e.g. seed=7,size=city*4,city=hangzhou,now=2026-03-05T09:40"


def _checked(given: Mapping[str, str]) -> Scratch:
    try:
        scratch = msgspec.convert(given, Scratch, strict=False)
        moment = datetime.fromisoformat(scratch.now)
    except (msgspec.ValidationError, ValueError) as error:
        raise _wrong(str(error), _FORM) from error
    if moment.tzinfo is not None:
        raise _wrong("now has an offset", "give the local time of the city, e.g. now=2026-03-05T09:40")
    return scratch


def _wrong(what: str, fix: str) -> UsageError:
    return UsageError(what, where="--world", fix=fix)
