"""Background life: what happens by itself on a usual day, to whom, and that a calm day stays calm."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest

from mock_services.amap.rows import LEVELS
from mock_services.base import base_world
from mock_services.clock import DAY, HOUR, MINUTE, local, parse_iso
from mock_services.context import NOTICES
from mock_services.flash import nearby
from mock_services.flash.rows import STOCKS
from mock_services.fliggy import flights, network
from mock_services.fliggy.rows import FLIGHT_CHANGES
from mock_services.geo import places
from mock_services.ledger import ACCOUNTS
from mock_services.taobao.rows import ITEMS, SKUS
from mock_services.world import World
from tests.mock_services.contract_samples import arrange, say

START = parse_iso("2026-03-05T09:40:00", 480)


def town(seed: int = 0, *, life: bool = True) -> World:
    world = World(base_world(), start=START, seed=seed)
    arrange(world)
    if life:
        world.begin_life()
    return world


@cache
def lived(seed: int = 0) -> World:
    """A world after two usual days."""
    world = town(seed)
    world.advance(START + 2 * DAY)
    return world


def moves(world: World) -> list[tuple[int, dict[str, Any]]]:
    """When which thing happened by itself, from the trace."""
    told = [(event.at, event.data) for event in world.recorder.events if event.kind == "world_moved"]
    return [(at, move) for at, move in told if move["event"] == "life_happens"]


def happened(world: World) -> Counter[str]:
    return Counter(f"{move['service']}.{move['about']['what']}" for _, move in moves(world))


def test_a_usual_day_has_a_little_of_everything_and_a_calm_one_nothing() -> None:
    seen = sum((happened(lived(seed)) for seed in range(4)), Counter())
    assert {
        "amap.jam",
        "amap.jam_over",
        "amap.no_cars",
        "flash.sells_out",
        "flash.price",
        "flash.closes_early",
        "fliggy.flight",
        "fliggy.fare",
        "fliggy.train_sells_out",
        "fliggy.hotel_sells_out",
        "fliggy.rate",
        "taobao.price",
        "taobao.sells_out",
        "taobao.restocked",
    } <= set(seen)
    calm = town(life=False)
    calm.advance(START + 2 * DAY)
    assert not happened(calm)


def test_life_is_that_of_its_seed_and_a_look_changes_nothing() -> None:
    one, other = town(5), town(5)
    for hour in range(30):
        one.advance(START + hour * HOUR)
    for _ in range(5):
        say(other, "flash_dish_search", query="拿铁", location="120.148,30.242")
    other.advance(one.now)
    assert one.state.digest() == other.state.digest()
    assert one.state.digest() != lived(6).state.digest()


def test_few_flights_slip_and_fewer_are_cancelled_and_it_is_told_hours_before() -> None:
    changes = [change for seed in range(3) for change in lived(seed).ctx.scan(FLIGHT_CHANGES)]
    cancelled = sum(change.cancelled for change in changes)
    daily = sum(len(network.network(base_world()).flights(row.a, row.b)) for row in places().airs) * 2
    assert 0.01 < len(changes) / (daily * 3 * 2) < 0.03
    assert 0 < cancelled < len(changes) / 4
    world = lived(0)
    for at, move in moves(world):
        if move["about"]["what"] == "flight":
            leg = flights.scheduled(world.ctx, move["about"]["no"], date.fromisoformat(move["about"]["day"]))
            assert leg is not None
            assert 0 < leg.depart - leg.delay_min * MINUTE - at <= 4 * HOUR + MINUTE


def test_whoever_holds_a_ticket_is_told() -> None:
    """Somebody with a seat on every flight of an afternoon hears of those that slip."""
    world = town(2, life=False)
    route = {"from_city": "北京", "to_city": "上海", "date": "2026-03-06"}
    for flight in say(world, "fliggy_flight_search", **route, max_stops=0, limit=50)["flights"]:
        number, _, _ = flight["itinerary_id"].partition("-")
        world.arrange("fliggy", "booked_flight", {**route, "flight_no": number})
    world.begin_life()
    world.advance(START + 2 * DAY)
    told = [notice.event for notice in world.ctx.scan(NOTICES) if notice.service == "fliggy"]
    mine = {
        leg
        for order in say(world, "fliggy_order_list", kind="flight", limit=50)["orders"]
        for leg in [world.call("fliggy_order_detail", {"order_id": order["order_id"]}).data["product_id"]]
    }
    struck = [change for change in world.ctx.scan(FLIGHT_CHANGES) if change.id in mine]
    assert len(told) == len(struck) > 0


def test_a_best_seller_is_gone_at_noon_near_the_person() -> None:
    world = town(1)
    world.advance(parse_iso("2026-03-05T13:00:00", 480))
    gone = [row.dish_id for row in world.ctx.scan(STOCKS) if not row.left]
    assert gone
    around = {shop.id for shop, _ in nearby.around(world.ctx, 120.148, 30.242)}
    around |= {shop.id for shop, _ in nearby.around(world.ctx, 120.2126, 30.2909)}
    for dish_id in gone:
        dish = nearby.get_dish(world.ctx, dish_id)
        assert dish.shop_id in around
        better = [other for other in nearby.menu(world.ctx, dish.shop_id) if other.sales > dish.sales]
        assert len(better) < 4


def test_a_jam_comes_in_the_rush_and_goes() -> None:
    for seed in range(12):
        world, slow = town(seed), set()
        for minutes in range(0, 24 * 60, 10):
            world.advance(START + minutes * MINUTE)
            row = world.ctx.get(LEVELS, "hangzhou")
            if row is not None and row.traffic_pct != 100:
                slow.add(local(world.now, 480).hour)
        assert slow <= {7, 8, 9, 17, 18, 19}
        if slow:
            row = world.ctx.get(LEVELS, "hangzhou")
            assert row is None or row.traffic_pct == 100 or local(world.now, 480).hour in (7, 8, 9)
            return
    raise AssertionError("no jam in twelve mornings and evenings")


@pytest.mark.parametrize("seed", range(3))
def test_prices_stay_prices_and_money_stays_where_it_is(seed: int) -> None:
    world = lived(seed)
    assert sum(account.fen for account in world.ctx.scan(ACCOUNTS)) == 0
    changed = [row for table, _, row in world.state.changed() if table == ITEMS.name]
    assert changed
    for item in changed:
        skus = world.ctx.find(SKUS, "item_id", item.id)
        assert item.from_fen == min(sku.fen for sku in skus) >= 100
        assert all(sku.stock >= 0 for sku in skus)


def test_what_a_scenario_did_to_a_flight_stays() -> None:
    """Life leaves alone what the set-up has already decided."""
    world = town(0, life=False)
    reference = lived(0)
    struck = next(change for change in reference.ctx.scan(FLIGHT_CHANGES) if not change.cancelled)
    number, _, day = struck.id.partition("-")
    when = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    world.arrange("fliggy", "delay_flight", {"flight_no": number, "date": when, "minutes": 7})
    world.begin_life()
    world.advance(START + 2 * DAY)
    kept = world.ctx.get(FLIGHT_CHANGES, struck.id)
    assert kept is not None
    assert kept.delay_min == 7
