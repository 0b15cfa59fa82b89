"""The public contract kit over every flash tool, and the same answers from every base."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from mock_services.base import Base
from mock_services.clock_service import ClockService
from mock_services.flash import Flash, catalogue
from mock_services.registry import Registry
from mock_services.testing import Stage
from mock_services.world import World
from tests.mock_services.flash_town import HOME, base, first, later, order, pay, town

LINES = [{"dish_id": "hangzhou-xihu.coffee.1.latte", "quantity": 2}]
ORDER = {"shop_id": "hangzhou-xihu.coffee.1", "address_id": HOME, "lines": LINES}


def _arrange(world: World) -> None:
    furnished = town()
    for change in furnished.state.journal:
        world.state.apply(change)
    world.agenda.rebuild(world.state)


def _of_order(**more: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"order_id": order(world)["order_id"], **more}


def _of_paid(world: World) -> dict[str, Any]:
    created = order(world)
    pay(world, created["out_trade_no"])
    later(world, 3)
    return {"order_id": created["order_id"]}


SAMPLES: dict[str, list[Any]] = {
    "flash_shop_search": [{"address_id": HOME, "query": "coffee"}],
    "flash_dish_search": [{"address_id": HOME, "query": "拿铁"}],
    "flash_shop_detail": [{"shop_id": "hangzhou-xihu.coffee.1", "address_id": HOME}],
    "flash_menu": [{"shop_id": "hangzhou-xihu.coffee.1"}],
    "flash_dish_detail": [{"dish_id": "hangzhou-xihu.coffee.1.latte"}],
    "flash_basket_preview": [{"address_id": HOME, "lines": LINES}],
    "flash_coupon_list": [{}],
    "flash_order_create": [{**ORDER, "request_no": "r-1"}, ORDER],
    "flash_order_detail": [_of_order(), _of_paid],
    "flash_order_status": [_of_order(), _of_paid],
    "flash_order_list": [{}],
    "flash_order_cancel": [_of_order(), _of_paid],
    "flash_order_note": [_of_order(note="后门")],
}


@lru_cache
def stage() -> Stage:
    return Stage(base(), arrange=_arrange, samples=SAMPLES)


@pytest.mark.parametrize("tool", sorted(SAMPLES))
def test_a_tool_keeps_the_contract(tool: str) -> None:
    stage().check(tool, examples=15)


def test_the_samples_are_for_all_tools() -> None:
    assert set(SAMPLES) == set(Flash().tools)


def test_two_bases_of_one_seed_are_equal_and_those_of_another_differ() -> None:
    def shops(seed: int) -> list[Any]:
        made = Base(seed, "small", Registry((ClockService(), Flash())))
        zone = catalogue.zones(made)["jakarta-pusat"]
        found = catalogue.shops_of_zone(made, zone)
        return [(shop, catalogue.menu_of(made, shop.id)) for shop in found]

    assert shops(0) == shops(0)
    assert shops(0) != shops(1)


def test_the_full_city_has_what_it_promises() -> None:
    full = Base(0, "city", Registry((ClockService(), Flash())))
    counted = catalogue.statistics(full)
    assert counted["shops"] >= 1000
    assert counted["dishes"] >= 12_000


def test_what_one_world_looked_up_does_not_change_another() -> None:
    one, other = town(), town()
    one.arrange("flash", "price", {"dish_id": first(one, "拿铁")["dish_id"], "price": "1"})
    assert first(one, "拿铁")["price"] == "1.00"
    assert first(other, "拿铁")["price"] != "1.00"
