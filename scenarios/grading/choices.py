"""Best-of wants: was it the cheapest, the soonest, the fastest of what the tools could show just before the order?

The question is put to the read tools of the world as it was then; ties, and what is within the tolerance, count.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.clock import MINUTE, Instant, local, parse_iso
from mock_services.money import format_yuan, parse_yuan
from mock_services.world import World
from scenarios.grading import baskets, offers
from scenarios.grading.case import Case, at
from scenarios.grading.effects import flash_line, peek, taobao_line
from scenarios.grading.forms import Goods, GoodsLine, Stay, Trip
from scenarios.grading.hits import Miss
from scenarios.naming import ends, location
from scenarios.wants import HotelWant, ItemWant, OrderWant, TripWant

SOONER = 5 * MINUTE
"""A delivery that comes so little earlier does not make another one the wrong choice."""

MOST_CANDIDATES = 20


def _then(case: Case, moment: Instant) -> World:
    return case.world.as_of(moment - 1)


# --- trips and stays -----------------------------------------------------------------------------------------


def better_trip(case: Case, want: TripWant, trip: Trip) -> list[Miss]:
    """Why another departure would have been the right choice; empty if none would."""
    then = _then(case, trip.created_at)
    others: list[Trip] = []
    if trip.kind == "flight":
        shown = peek(then, "fliggy_flight_search", offers.flight_search(want)) or {"flights": []}
        others = [other for _, other in offers.flights(shown, want)]
    else:
        for sort in ("departure", "price", "duration"):
            shown = peek(then, "fliggy_train_search", {**offers.train_search(want), "sort": sort}) or {"trains": []}
            others += [other for _, _, other in offers.trains(shown, want)]
            if len(shown["trains"]) < offers.MOST:
                break  # that was all of them, whatever their order
    within = [o for o in others if want.price_at_most is None or o.total_fen <= want.price_at_most]
    if want.choice == "fastest":
        best = min((other.arrive - other.depart for other in within), default=0)
        mine = trip.arrive - trip.depart
        slower = (mine - best) // MINUTE
        return [Miss("choice", f"{slower} minutes slower than the fastest")] if within and mine > best else []
    cheapest = min((other.total_fen for other in within), default=trip.total_fen)
    return _dearer(trip.total_fen, cheapest, want.tolerance)


def better_stay(case: Case, want: HotelWant, stay: Stay) -> list[Miss]:
    """Why another room would have been the right choice; empty if none would."""
    city = ends(want.city)[0]
    args: dict[str, Any] = {
        "city": want.city,
        "check_in": stay.check_in,
        "check_out": stay.check_out,
        "rooms": want.rooms,
        "sort": "price",
        "limit": offers.MOST,
    }
    place = location(want.near, city) if want.near else None
    if place is not None:
        args |= {"location": f"{place[0]},{place[1]}", "radius_m": want.within_m}
    if want.breakfast:
        args["breakfast"] = True
    if want.free_cancel:
        args["free_cancel"] = True
    shown = peek(_then(case, stay.created_at), "fliggy_hotel_search", args) or {"hotels": []}
    totals = [parse_yuan(hotel["total"]) for hotel in shown["hotels"]]
    return _dearer(stay.total_fen, min(totals, default=stay.total_fen), want.tolerance)


def _dearer(paid: int, cheapest: int, tolerance: int) -> list[Miss]:
    if paid <= cheapest + tolerance:
        return []
    return [Miss("choice", f"{format_yuan(paid)}, when there was one for {format_yuan(cheapest)}")]


# --- goods ---------------------------------------------------------------------------------------------------


def better_order(case: Case, want: OrderWant, orders: tuple[Goods, ...], total: int) -> list[Miss]:
    """Why another order would have been the right choice; empty if none would.

    For wants of one item, and for several things of the marketplace that are to be cheapest together.
    """
    if len(want.items) > 1 and want.choice == "cheapest" and orders[0].kind == "taobao_order":
        return _dearer_together(case, want, orders, total)
    if len(want.items) != 1 or len(orders) != 1:
        return []
    order, item = orders[0], want.items[0]
    then = _then(case, order.created_at)
    found = _flash(then, order, item) if order.kind == "flash_order" else _taobao(then, order, item)
    for fen, arrives in found:
        if want.total_at_most is not None and fen > want.total_at_most:
            continue
        if want.by is not None and arrives > at(case, want.by, want.date):
            continue
        if want.choice == "soonest" and arrives + SOONER < order.due:
            return [Miss("choice", f"another would have come {(order.due - arrives) // MINUTE} minutes sooner")]
        if want.choice == "cheapest" and (wrong := _dearer(total, fen, want.tolerance)):
            return wrong
    return []


def _dearer_together(case: Case, want: OrderWant, orders: tuple[Goods, ...], total: int) -> list[Miss]:
    then = _then(case, min(order.created_at for order in orders))
    best = baskets.cheapest(lambda tool, args: peek(then, tool, args), want, orders[0].address_id, last_day(case, want))
    return _dearer(total, best.fen, want.tolerance) if best is not None else []


def last_day(case: Case, want: OrderWant) -> dt.date | None:
    """The last day on which an order of goods may come."""
    return local(at(case, want.by, want.date), case.scenario.offset_min).date() if want.by is not None else None


def _flash(then: World, order: Goods, item: ItemWant) -> list[tuple[int, Instant]]:
    from scenarios.grading.goods import fits, portions

    options = [{"options": options, "quantity": qty} for qty, options in portions(item)]
    dishes: dict[str, tuple[int, str]] = {}
    for phrase in item.item or item.tags or item.ids:
        for sort in ("price", "eta"):
            args = {"address_id": order.address_id, "query": phrase, "sort": sort, "limit": offers.MOST}
            found_now = (peek(then, "flash_dish_search", args) or {"dishes": []})["dishes"]
            for hit in found_now:
                if fits(item, flash_line(then, hit["dish_id"], {}, 1)):
                    fee = parse_yuan(hit["price"]) * item.qty + parse_yuan(hit["delivery_fee"])
                    dishes[hit["dish_id"]] = (fee, hit["dish_id"])
            if len(found_now) < offers.MOST:
                break
    found = []
    for dish in sorted(dishes, key=lambda dish: dishes[dish])[:MOST_CANDIDATES]:
        lines = [{"dish_id": dish, **part} for part in options]
        shown = peek(then, "flash_basket_preview", {"address_id": order.address_id, "lines": lines})
        if shown is not None and shown["orderable"]:
            found.append((parse_yuan(shown["total"]), parse_iso(shown["arrives_by"], then.offset_min)))
    return found


def _taobao(then: World, order: Goods, item: ItemWant) -> list[tuple[int, Instant]]:
    found = []
    items: dict[str, None] = {}
    for phrase in item.item or item.tags or item.ids:
        args = {"query": phrase, "sort": "price", "ship_to": order.address_id, "limit": offers.MOST}
        shown = peek(then, "taobao_item_search", args) or {"items": []}
        items |= {hit["item_id"]: None for hit in shown["items"] if hit["in_stock"]}
    for item_id in list(items)[:MOST_CANDIDATES]:
        detail = peek(then, "taobao_item_detail", {"item_id": item_id, "ship_to": order.address_id})
        for sku in detail["skus"] if detail is not None else []:
            if sku["stock"] < item.qty or not _right(then, item, sku["sku_id"]):
                continue
            lines = [{"sku_id": sku["sku_id"], "quantity": item.qty}]
            preview = peek(then, "taobao_order_preview", {"lines": lines, "address_id": order.address_id})
            if preview is not None:
                arrives = parse_iso(f"{preview['delivery_by'][:10]}T21:00:00", then.offset_min)
                found.append((parse_yuan(preview["total"]), arrives))
    return found


def _right(then: World, item: ItemWant, sku_id: str) -> bool:
    from scenarios.grading.goods import fits, portions, with_options

    line: GoodsLine = taobao_line(then, sku_id, item.qty)
    return fits(item, line) and all(with_options(options, line) for _, options in portions(item))
