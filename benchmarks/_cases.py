"""What is called when tools are measured: for every tool one call or more that succeeds.

The calls are those of the contract tests, in the world that these arrange; the searches are asked many different
questions about many places and days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import msgspec

from mock_services.base import Base
from mock_services.clock import parse_iso
from mock_services.world import World
from tests.mock_services.contract_samples import SAMPLES, arrange

START = parse_iso("2026-03-05T09:40:00", 480)

_SPOTS = (
    "120.148,30.242",
    "120.2126,30.2909",
    "121.4905,31.2380",
    "116.3975,39.9087",
    "104.0657,30.6574",
    "106.8272,-6.1754",
)
_FOOD = ("拿铁", "奶茶 少糖", "牛肉面", "coffee", "nasi goreng", "感冒药", "鲜花", "pizza")
_GOODS = ("猫粮", "充电器 65W", "跑鞋 42码", "running shoes", "sepatu lari", "power bank", "龙井", "wireless earbuds")
_PLACES = ("咖啡馆", "医院", "museum", "图书馆", "apotek", "火车站", "停车场", "cinema")
_CITIES = ("杭州", "上海", "北京", "成都", "广州", "深圳")
_DAYS = ("2026-03-09", "2026-03-12", "2026-03-15")
_PAIRS = tuple((a, b) for a, b in product(_CITIES, _CITIES) if a != b)[:12]

SEARCHES: dict[str, Sequence[dict[str, Any]]] = {
    "flash_dish_search": [{"query": q, "location": at} for q, at in product(_FOOD, _SPOTS)],
    "flash_shop_search": [{"query": q, "location": at} for q, at in product(_FOOD, _SPOTS)],
    "taobao_item_search": [
        {"query": q, "sort": s} for q, s in product(_GOODS, ("relevance", "price", "sales", "rating"))
    ],
    "fliggy_flight_search": [{"from_city": a, "to_city": b, "date": d} for (a, b), d in product(_PAIRS, _DAYS)],
    "fliggy_train_search": [{"from_city": a, "to_city": b, "date": d} for (a, b), d in product(_PAIRS, _DAYS)],
    "fliggy_hotel_search": [
        {"city": city, "check_in": day, "check_out": day[:-2] + f"{int(day[-2:]) + 2:02d}"}
        for city, day in product(_CITIES, _DAYS)
    ],
    "fliggy_ticket_search": [{"city": city, "date": day} for city, day in product(_CITIES, _DAYS)],
    "maps_text_search": [{"keywords": word, "city": city} for word, city in product(_PLACES, _CITIES)],
    "maps_around_search": [{"keywords": word, "location": at} for word, at in product(_PLACES, _SPOTS)],
    "fliggy_place_lookup": [{"query": q} for q in ("杭州", "浦东", "HGH", "Jakarta", "虹桥", "Gambir")],
    "maps_geo": [
        {"address": text}
        for text in (
            "杭州西湖",
            "北京市东城区南锣鼓巷12号",
            "龙井路大药房",
            "Grand Indonesia",
            "上海虹桥站",
            "延安西路100号",
        )
    ],
}
"""Tools that find things by words, places and days, with their questions."""

_MORE: dict[str, Sequence[dict[str, Any]]] = {
    "maps_regeocode": [{"location": at} for at in _SPOTS],
    "maps_weather": [{"city": city} for city in _CITIES],
    "user_ask": [{"topic": "other", "text": "Which one?"}],
    "user_calendar_add": [{"title": "Meeting", "start": "2026-03-06T10:00", "end": "2026-03-06T11:00"}],
    "user_report": [{"status": "done", "text": "It is done."}],
}


class Case(msgspec.Struct, frozen=True):
    """A world, and calls of one tool that succeed in it; of a write each succeeds once."""

    tool: str
    group: str
    world: World
    args: tuple[Mapping[str, Any], ...]


def prepared(base: Base) -> World:
    """The world in which everything is measured."""
    world = World(base, start=START)
    arrange(world)
    return world


def cases(base: Base, missing: Callable[[str], None]) -> Iterator[Case]:
    """A case for every tool; ``missing`` is told of those for which no call is known that succeeds."""
    ready = prepared(base)
    for name, tool in sorted(base.registry.tools.items()):
        group = "search" if name in SEARCHES else tool.access
        world = ready.fork()
        samples = SEARCHES.get(name) or _MORE.get(name) or SAMPLES.get(name, [{}])[:1]
        args = tuple(sample(world) if callable(sample) else sample for sample in samples)
        world.recorder.events.clear()
        good = tuple(one for one in args if world.fork().call(name, one).ok)
        if good:
            yield Case(name, group, world, good)
        else:
            missing(name)
