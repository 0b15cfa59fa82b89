"""What a world derives instead of storing, written out for SQL: everything that could be had for a want, and no choice.

It is asked of the services hour by hour and page by page, and every answer says whether it is all there is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec

from mock_services.clock import Instant, parse_iso
from mock_services.errors import InternalError, ServiceError
from mock_services.flash import hours, nearby, pricing
from mock_services.fliggy.rows import HOTELS
from mock_services.geo import places
from mock_services.money import parse_yuan
from mock_services.people import ADDRESSES, CONTACTS, PEOPLE
from mock_services.taobao.rows import ITEMS, SKUS
from mock_services.world import World
from scenarios.naming import location
from scenarios.validity.export import mentions, write_table
from scenarios.wants import Want

MOST = 50
LAST_HOUR = 23

COLUMNS = {
    "flash_offers": ("ref", "text", "tags", "fen", "promotion", "stock", "most", "arrives", "payee"),
    "market_offers": ("ref", "text", "spec", "fen", "stock", "arrives", "payee"),
    "trips": ("ref", "kind", "from_place", "to_place", "depart", "arrive", "stops", "cabin", "fen", "left"),
    "rates": ("ref", "text", "lon", "lat", "room", "breakfast", "free_cancel", "fen", "rooms_left"),
    "admissions": ("ref", "text", "city", "adult_fen", "child_fen", "indoor", "queue", "starts", "left"),
    "fees": ("ref", "fen"),
    "cars": ("ref", "fen", "arrives"),
}
"""The tables that this module writes."""


def write_offers(made: sqlite3.Connection, world: World, want: Want, names: dict[str, str]) -> None:
    """Write everything that could be had for a want.

    Raises:
        InternalError: a service showed only a part.
    """
    for name, columns in COLUMNS.items():
        write_table(made, name, columns, ())
    writers: dict[str, Callable[[World, Any, dict[str, str]], Iterator[tuple[str, tuple[Any, ...]]]]] = {
        "flash_order": _flash,
        "taobao_order": _market,
        "flight": _flights,
        "train": _trains,
        "hotel": _rates,
        "tickets": _admissions,
        "cancelled": _fees,
        "ride": _cars,
    }
    writer = writers.get(want.kind)
    if writer is None:
        return
    for table, row in writer(world, want.value, names):
        write_table(made, table, COLUMNS[table], [row])


def _ask(world: World, tool: str, args: dict[str, Any]) -> dict[str, Any] | None:
    entry = world.base.registry.tools[tool]
    try:
        shown = entry.method(world.ctx, entry.args.model_validate(args))
    except (ServiceError, ValueError):
        return None
    data: dict[str, Any] = shown.model_dump(mode="json")
    return data


def _spots(world: World, to: str) -> Iterator[tuple[str, float, float]]:
    """Where something may be sent: the address that is wanted, every one of the person's where none is."""
    person = world.state.get(PEOPLE, world.person_id)
    if to == "here" and person is not None:
        yield "", person.lon, person.lat
        return
    wanted = ""
    for contact in world.state.find(CONTACTS, "owner", world.person_id):
        if to.removeprefix("contact:") in (contact.name, contact.nickname):
            wanted = contact.address_id
    for row in world.state.scan(ADDRESSES):
        mine = row.owner == world.person_id and (not to or row.label.casefold() == to.casefold())
        if row.id == wanted or (not wanted and mine):
            yield row.id, row.lon, row.lat


def _flash(world: World, value: Any, names: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    del names
    for _, lon, lat in _spots(world, value.to):
        for shop, metres in nearby.around(world.ctx, lon, lat):
            opens = hours.next_open(shop, world.now)
            if opens is None and hours.is_open(shop, world.now):
                opens = world.now
            if opens is None:
                continue
            arrives = opens + pricing.eta_minutes(shop, metres, opens) * 60_000
            fee = pricing.delivery_fen(shop, metres, opens)
            off = max((fen for _, fen in shop.promotions), default=0)
            for dish in nearby.menu(world.ctx, shop.id):
                text = f"{dish.name} {dish.en} {dish.words}"
                tags = msgspec.json.encode([*dish.tags, *shop.tags]).decode()
                left = nearby.stock_of(world.ctx, dish)
                payee = f"{shop.id} {shop.name} {shop.en} {shop.payee}"
                yield "flash_offers", (dish.id, text, tags, dish.fen, off - fee, left, dish.limit, arrives, payee)


def _market(world: World, value: Any, names: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    del names
    item = value.items[0]
    for listing in world.state.scan(ITEMS):
        text = f"{listing.title} {listing.name_en} {listing.name_id} {listing.brand} {listing.brand_en} {listing.words}"
        for sku in world.state.find(SKUS, "item_id", listing.id):
            words = f"{text} {sku.spec} {sku.spec_en}"
            if item.item and not any(mentions(words, phrase) for phrase in item.item):
                continue
            for address, _, _ in _spots(world, value.to):
                args = {"lines": [{"sku_id": sku.id, "quantity": item.qty}], "address_id": address}
                shown = _ask(world, "taobao_order_preview", args)
                if shown is not None:
                    due = parse_iso(f"{shown['delivery_by'][:10]}T00:00:00", world.offset_min)
                    off = max((parse_yuan(coupon["discount"]) for coupon in shown["usable_coupons"]), default=0)
                    fen = parse_yuan(shown["total"]) - off
                    payee = f"{shown['shop_id']} {shown['shop']}"
                    yield "market_offers", (listing.id, words, f"{sku.spec} {sku.spec_en}", fen, sku.stock, due, payee)


# --- travel --------------------------------------------------------------------------------------------------


def _whole(shown: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = shown[kind]
    if len(rows) < shown["total"]:
        raise InternalError(f"{len(rows)} of {shown['total']} {kind} were shown: the proof would have a gap")
    return rows


def _by_the_hour(world: World, tool: str, kind: str, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for hour in range(LAST_HOUR + 1):
        window = {"depart_after": f"{hour:02d}:00", "depart_before": f"{hour:02d}:59", "limit": MOST}
        shown = _ask(world, tool, {**args, **window})
        if shown is not None:
            yield from _whole(shown, kind)


def _flights(world: World, value: Any, _: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    args = {"from_city": value.from_, "to_city": value.to, "date": value.date.isoformat(), "passengers": value.pax}
    for cabin in ("economy", "business"):
        for it in _by_the_hour(world, "fliggy_flight_search", "flights", {**args, "cabin": cabin}):
            ends = (it["segments"][0]["from_airport"], it["segments"][-1]["to_airport"])
            moments = (parse_iso(it["depart"], 0), parse_iso(it["arrive"], 0))
            fen = parse_yuan(it["price"]) * value.pax
            yield "trips", (it["itinerary_id"], "flight", *ends, *moments, it["stops"], cabin, fen, it["seats_left"])


def _trains(world: World, value: Any, _: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    args = {"from_city": value.from_, "to_city": value.to, "date": value.date.isoformat(), "passengers": value.pax}
    for through in (False, True):
        for it in _by_the_hour(world, "fliggy_train_search", "trains", {**args, "through": through}):
            moments = (parse_iso(it["depart"], 0), parse_iso(it["arrive"], 0))
            for seat in it["seats"]:
                fen = parse_yuan(seat["price"]) * value.pax
                ends = (it["from_station"], it["to_station"])
                row = (it["train_id"], "train", *ends, *moments, 0, seat["seat_class"], fen, seat["seats_left"])
                yield "trips", row


def _rates(world: World, value: Any, _: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    city = places().city_named(value.city)
    nights = {
        "check_in": value.check_in.isoformat(),
        "check_out": (value.check_in + timedelta(value.nights)).isoformat(),
        "rooms": value.rooms,
    }
    for hotel in world.state.find(HOTELS, "city", city.id if city is not None else ""):
        shown = _ask(world, "fliggy_hotel_detail", {"hotel_id": hotel.id, **nights})
        for plan in shown["plans"] if shown is not None else ():
            room = f"{plan['room']} {plan['room_en']} {plan['bed']}"
            free = plan["free_cancel_until"] is not None
            row = (plan["plan_id"], f"{hotel.id} {hotel.name} {hotel.name_en}", hotel.lon, hotel.lat, room)
            yield "rates", (*row, plan["breakfast"], free, parse_yuan(plan["total"]), plan["rooms_left"])


def _admissions(world: World, value: Any, _: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    cities = [value.city] if value.city else [city.id for city in places().cities]
    for city in cities:
        shown = _ask(world, "fliggy_ticket_search", {"city": city, "date": value.date.isoformat(), "limit": MOST})
        for offer in _whole(shown, "tickets") if shown is not None else ():
            text = f"{offer['ticket_id']} {offer['name']} {offer['name_en']} {offer['attraction']} {offer['category']}"
            fens = (parse_yuan(offer["adult_price"]), parse_yuan(offer["child_price"]))
            for slot in offer["slots"]:
                row = (offer["ticket_id"], text, offer["city"], *fens, offer["indoor"], offer["queue"])
                yield "admissions", (*row, slot["slot"][:5], slot["left"])


# --- what there is already -----------------------------------------------------------------------------------


def _fees(world: World, value: Any, names: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    ref = names.get(value.order.removeprefix("$"), value.order)
    quote = _ask(world, "fliggy_cancel_quote", {"order_id": ref})
    if quote is not None:
        yield "fees", (ref, parse_yuan(quote["fee"]))
    order = _ask(world, "flash_order_detail", {"order_id": ref})
    if order is not None:
        yield "fees", (ref, parse_yuan(order["total"]) - parse_yuan(order["refund_if_cancelled"]))
    ride = _ask(world, "amap_ride_status", {"ride_id": ref})
    if ride is not None:
        yield "fees", (ref, parse_yuan(ride["cancel_fee"]))
    bought = _ask(world, "taobao_order_detail", {"order_id": ref})
    if bought is not None and "cancel" in bought["actions"]:
        yield "fees", (ref, 0)


def _cars(world: World, value: Any, names: dict[str, str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    del names
    ends = []
    for text in (value.from_, value.to):
        spot = next(((lon, lat) for _, lon, lat in _spots(world, text or "here")), None)
        city = next((row.city for row in world.state.find(ADDRESSES, "owner", world.person_id)), "")
        spot = spot or location(text, city)
        if spot is None:
            return
        ends.append(f"{spot[0]:.6f},{spot[1]:.6f}")
    shown = _ask(world, "amap_ride_estimate", {"origin": ends[0], "destination": ends[1]})
    for option in shown["options"] if shown is not None else ():
        if option["available"]:
            arrives: Instant = parse_iso(option["arrive_at"], world.offset_min)
            yield "cars", (option["car"], parse_yuan(option["fare"]), arrives)
