"""The same answers from every base, and a full city."""

from __future__ import annotations

from typing import Any

from mock_services.base import Base
from mock_services.clock_service import ClockService
from mock_services.flash import Flash, catalogue
from mock_services.registry import Registry
from tests.mock_services.flash_town import first, town


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
