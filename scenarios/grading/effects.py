"""What exists in the world because of the person: orders, trips, stays, rides, payments, in one common form.

Rows of the services are read here and nowhere else in grading; everything after this speaks of effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_services.alipay.rows import BILLS, COLLECTS, MANDATES
from mock_services.amap.rows import RIDES
from mock_services.clock import local
from mock_services.errors import ServiceError
from mock_services.flash import rows as flash
from mock_services.flash.catalogue import dish_of, shop_of
from mock_services.flash.options import groups_of
from mock_services.fliggy import rows as fliggy
from mock_services.geo import fold, places
from mock_services.money import parse_yuan
from mock_services.payables import PAYABLES, PAYMENTS, Payable, Payment
from mock_services.registry import BUILT_IN
from mock_services.tables import Table
from mock_services.taobao import rows as taobao
from mock_services.world import World
from scenarios.grading.forms import (
    Admission,
    Asked,
    Effect,
    Goods,
    GoodsLine,
    Mandated,
    Payout,
    Purchase,
    RideEffect,
    Stay,
    Trip,
)
from scenarios.naming import terminal

FLASH_LIVE = frozenset({"paid", "accepted", "preparing", "picked_up", "delivering", "delivered"})
TAOBAO_LIVE = frozenset({"paid", "shipped", "delivered", "completed"})
FLIGGY_LIVE = frozenset({"ticketed", "confirmed", "completed"})
RIDE_LIVE = frozenset({"dispatching", "driver_assigned", "driver_arrived", "on_trip", "completed"})
"""States that a person calls done: it is theirs, or on its way to them."""


def peek(world: World, tool: str, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a read tool would show of a world, without a call: no time, no fault, no trace. None where it refuses."""
    entry = world.base.registry.tools.get(tool)
    if entry is None:
        return None
    try:
        shown = entry.method(world.ctx, entry.args.model_validate(dict(args)))
    except (ServiceError, ValueError):
        return None
    data: dict[str, Any] = shown.model_dump(mode="json")
    return data


EFFECT_TABLES = frozenset(
    table.name for table in (flash.ORDERS, taobao.ORDERS, fliggy.ORDERS, RIDES, PAYABLES, COLLECTS, MANDATES)
)
"""Without a row of the person's in one of these there is no effect."""


def effects(world: World) -> list[Effect]:
    """Every effect in a world, whoever made it and whenever; in a fixed order."""
    found: list[Effect] = []
    for read in _READERS:
        found += read(world)
    return found


def effect_of(world: World, service: str, ref: str) -> Effect | None:
    """The order of a service as an effect, whatever its state; None for what is no order of goods or travel."""
    readers = {"flash": _flash, "taobao": _taobao, "fliggy": _fliggy}
    found = readers[service](world, ref) if service in readers else []
    return found[0] if found else None


# --- goods ---------------------------------------------------------------------------------------------------


def _has(world: World, table: Any) -> bool:
    return table.name in world.base.tables.rows


def flash_goods(world: World, order: flash.Order) -> Goods:
    """A flash order as an effect."""
    shop = world.state.get(flash.SHOPS, order.shop_id) or shop_of(world.base, order.shop_id)
    return Goods(
        ref=order.id,
        kind="flash_order",
        table=flash.ORDERS.name,
        live=order.state in FLASH_LIVE,
        state=order.state,
        created_at=order.created_at,
        total_fen=order.total_fen,
        lines=tuple(flash_line(world, line.dish_id, dict(line.options), line.quantity) for line in order.lines),
        shop=f"{order.shop_id} {shop.name} {shop.en} {shop.words}" if shop is not None else order.shop_id,
        address_id=order.address_id,
        spot=(order.lon, order.lat),
        due=order.promised_at or order.deliver_at,
        came=order.delivered_at if order.state == "delivered" else 0,
        note=order.note,
    )


def flash_line(world: World, dish_id: str, chosen: Mapping[str, str], quantity: int) -> GoodsLine:
    """A dish with its choices, under every name that they have."""
    dish = world.state.get(flash.DISHES, dish_id) or dish_of(world.base, dish_id)
    if dish is None:
        return GoodsLine(frozenset({dish_id}), "", frozenset(), {}, quantity)
    picked = {fold(group): fold(choice) for group, choice in chosen.items()}
    options: dict[str, frozenset[str]] = {}
    for group in groups_of(dish):
        names = [fold(name) for name in (group.id, group.zh, group.en, group.id_name)]
        said = next((picked[name] for name in names if name in picked), fold(group.default))
        for choice in group.choices:
            spelled = frozenset(fold(name) for name in (choice.id, choice.zh, choice.en, choice.id_name))
            if said in spelled:
                options |= dict.fromkeys(names, spelled)
                break
    shop = world.state.get(flash.SHOPS, dish.shop_id) or shop_of(world.base, dish.shop_id)
    return GoodsLine(
        ids=frozenset({dish.id, dish.entry, dish.shop_id}),
        text=f"{dish.name} {dish.en} {dish.words}",
        tags=frozenset(dish.tags) | frozenset(shop.tags if shop is not None else ()),
        options=options,
        quantity=quantity,
        serves=dish.serves,
    )


def _own(world: World, table: Table[Any], ref: str) -> list[Any]:
    """The person's orders of a service, or the one that is meant."""
    if not _has(world, table):
        return []
    return [order for order in world.state.find(table, "owner", world.person_id) if ref in ("", order.id)]


def _flash(world: World, ref: str = "") -> list[Effect]:
    return [flash_goods(world, order) for order in _own(world, flash.ORDERS, ref)]


def taobao_line(world: World, sku_id: str, quantity: int) -> GoodsLine:
    """A variant under every name that it has; its specification counts as the option ``spec``."""
    sku = world.state.get(taobao.SKUS, sku_id)
    item = world.state.get(taobao.ITEMS, sku.item_id) if sku is not None else None
    if sku is None or item is None:
        return GoodsLine(frozenset({sku_id}), "", frozenset(), {}, quantity)
    words = item.words
    for other in world.state.find(taobao.SKUS, "item_id", item.id):
        # A listing is found by what its other variants are, but this one is not that.
        words = words.replace(other.spec, " ").replace(other.spec_en, " ")
    text = f"{item.title} {item.brand} {item.brand_en} {item.name_en} {item.name_id} {words}"
    return GoodsLine(
        ids=frozenset({sku.id, item.id, item.shop_id}),
        text=f"{text} {sku.spec} {sku.spec_en}",
        tags=frozenset({item.category, fold(item.brand), fold(item.brand_en)}),
        options={"spec": frozenset({fold(sku.spec), fold(sku.spec_en)})},
        quantity=quantity,
    )


def _taobao(world: World, ref: str = "") -> list[Effect]:
    return [
        Goods(
            ref=order.id,
            kind="taobao_order",
            table=taobao.ORDERS.name,
            live=order.state in TAOBAO_LIVE,
            state=order.state,
            created_at=order.created_at,
            total_fen=order.total_fen,
            lines=tuple(taobao_line(world, line.sku_id, line.quantity) for line in order.lines),
            shop=order.shop_id,
            address_id=order.address_id,
            spot=None,
            due=order.promised_by,
            came=order.delivered_at,
            note=order.note,
        )
        for order in _own(world, taobao.ORDERS, ref)
    ]


# --- travel --------------------------------------------------------------------------------------------------


def _fliggy(world: World, ref: str = "") -> list[Effect]:
    readers: dict[str, Callable[[World, fliggy.Order, dict[str, Any]], Effect]] = {
        "flight": _trip,
        "train": _trip,
        "hotel": _stay,
        "ticket": _admission,
    }
    found = []
    for order in _own(world, fliggy.ORDERS, ref):
        common = {
            "ref": order.id,
            "kind": {"ticket": "tickets"}.get(order.kind, order.kind),
            "table": fliggy.ORDERS.name,
            "live": order.state in FLIGGY_LIVE,
            "state": order.state,
            "created_at": order.created_at,
            "total_fen": order.offer.total_fen,
        }
        found.append(readers[order.kind](world, order, common))
    return found


def _trip(world: World, order: fliggy.Order, common: dict[str, Any]) -> Trip:
    offer = order.offer
    first, last = terminal(order.kind, offer.from_place), terminal(order.kind, offer.to_place)
    shown = peek(world, "fliggy_flight_detail", {"itinerary_id": offer.product_id}) if order.kind == "flight" else None
    return Trip(
        **common,
        product=offer.product_id,
        ends=(offer.from_place, offer.to_place),
        cities=(first.city, last.city),
        spots=((first.lon, first.lat), (last.lon, last.lat)),
        depart=offer.starts_at,
        arrive=offer.ends_at,
        offsets=(offer.offset_start, offer.offset_end),
        cabin=offer.unit,
        pax=order.quantity,
        stops=shown["stops"] if shown is not None else offer.product_id.count("~"),
        disrupted=order.disruption == "cancelled",
        seat=order.seat_preference,
        who=tuple(name for guest in order.guests for name in (guest.traveller_id, guest.name)),
    )


def _stay(world: World, order: fliggy.Order, common: dict[str, Any]) -> Stay:
    offer = order.offer
    hotel = world.state.get(fliggy.HOTELS, offer.product_id)
    check_in = local(offer.starts_at, offer.offset_start).date()
    check_out = local(offer.ends_at, offer.offset_end).date()
    args = {"hotel_id": offer.product_id, "check_in": check_in.isoformat(), "check_out": check_out.isoformat()}
    # Asked as of the booking: later the same room may be gone from the list.
    shown = peek(world.as_of(order.created_at - 1), "fliggy_hotel_detail", args) or {"plans": []}
    plan: dict[str, Any] = next((plan for plan in shown["plans"] if plan["plan_id"] == offer.unit), {})
    nights = max(1, (check_out - check_in).days)
    lon, lat = map(float, offer.location.split(","))
    even = offer.fare_fen // (nights * order.quantity)
    return Stay(
        **common,
        hotel=offer.product_id,
        text=f"{offer.product_id} {offer.title} " + (f"{hotel.name} {hotel.name_en}" if hotel is not None else ""),
        room=f"{plan.get('room', '')} {plan.get('room_en', '')} {plan.get('bed', '')} {offer.title}",
        city=hotel.city if hotel is not None else offer.from_place,
        spot=(lon, lat),
        check_in=check_in.isoformat(),
        check_out=check_out.isoformat(),
        nights=nights,
        rooms=order.quantity,
        breakfast=bool(plan.get("breakfast")),
        free_cancel=offer.free_until is not None,
        nightly=tuple(parse_yuan(fen) for fen in plan.get("nightly", ())) or (even,),
    )


def _admission(world: World, order: fliggy.Order, common: dict[str, Any]) -> Admission:
    row = world.state.get(fliggy.ATTRACTIONS, order.offer.product_id)
    names = (row.name, row.name_en, row.name_id, row.attraction, row.category, row.keywords) if row is not None else ()
    return Admission(
        **common,
        text=" ".join((order.offer.product_id, order.offer.title, *names)),
        city=row.city if row is not None else "",
        day=local(order.offer.starts_at, order.offer.offset_start).date().isoformat(),
        starts=order.offer.starts_at,
        adults=order.adults,
        children=order.children,
        indoor=row.indoor if row is not None else False,
        queue=row.queue if row is not None else 3,
    )


def _rides(world: World) -> list[Effect]:
    if not _has(world, RIDES):
        return []
    found: list[Effect] = []
    for ride in world.state.find(RIDES, "owner", world.person_id):
        pickup = ride.pickup_at or ride.depart_at
        found.append(
            RideEffect(
                ref=ride.id,
                kind="ride",
                table=RIDES.name,
                live=ride.state in RIDE_LIVE,
                state=ride.state,
                created_at=ride.created_at,
                total_fen=ride.fen,
                origin=ride.origin,
                destination=ride.destination,
                pickup=pickup,
                arrive=ride.arrive_at or pickup + ride.seconds * 1000,
                car=ride.car,
                offset=places().city(ride.city).utc_offset_min,
            )
        )
    return found


# --- money ---------------------------------------------------------------------------------------------------


def _payouts(world: World) -> list[Effect]:
    found: list[Effect] = []
    if not _has(world, BILLS):
        return found
    for payable in world.state.find(PAYABLES, "payer", world.person_id):
        if payable.service != "alipay" or payable.category not in ("bill", "transfer"):
            continue
        bill = world.state.get(BILLS, payable.ref)
        kept = _kept(world, payable)
        names = {payable.payee, payable.payee_name}
        if bill is not None:
            names |= {bill.kind, bill.id, bill.company}
        found.append(
            Payout(
                ref=payable.ref,
                kind=payable.category,
                table=PAYABLES.name,
                live=bool(kept),
                state=payable.state,
                created_at=payable.created_at,
                total_fen=payable.fen,
                to=frozenset(names),
                methods=tuple(_method(account) for p in kept for account, _ in p.sources),
                memo=payable.subject,
            )
        )
    return found


def _method(account: str) -> tuple[str, str]:
    """Kind and method id of a ledger account of the person: ``card:U1:6688`` is ``card:6688``."""
    kind, _, rest = account.partition(":")
    last4 = rest.partition(":")[2]
    return kind, f"{kind}:{last4}" if last4 else kind


def _kept(world: World, payable: Payable) -> list[Payment]:
    """The payments of it that stand."""
    made = world.state.find(PAYMENTS, "out_trade_no", payable.out_trade_no)
    return [payment for payment in made if payment.state != "failed" and payment.refunded_fen < payment.fen]


def _purchases(world: World) -> list[Effect]:
    """Bills of the services that are not built in: their rows are not known here, what is paid for them is."""
    return [
        Purchase(
            ref=payable.ref,
            kind="paid",
            table=PAYABLES.name,
            live=bool(_kept(world, payable)),
            state=payable.state,
            created_at=payable.created_at,
            total_fen=payable.fen,
            service=payable.service,
            lines=tuple((line.name, line.quantity) for line in payable.lines),
        )
        for payable in world.state.find(PAYABLES, "payer", world.person_id)
        if payable.service not in BUILT_IN
    ]


def _collects(world: World) -> list[Effect]:
    if not _has(world, COLLECTS):
        return []
    return [
        Asked(
            ref=item.id,
            kind="collect",
            table=COLLECTS.name,
            live=True,
            state=item.state,
            created_at=item.at,
            name=item.name,
            fen=item.fen,
        )
        for item in world.state.scan(COLLECTS)
        if item.owner == world.person_id
    ]


def _mandates(world: World) -> list[Effect]:
    if not _has(world, MANDATES):
        return []
    return [
        Mandated(
            ref=mandate.id,
            kind="mandate",
            table=MANDATES.name,
            live=mandate.state == "NORMAL",
            state=mandate.state,
            created_at=mandate.at,
            categories=frozenset(mandate.categories),
            payees=frozenset(mandate.payees),
            single_fen=mandate.single_fen,
            day_fen=mandate.day_fen,
            sum_fen=mandate.total_fen,
            weekdays=frozenset(mandate.weekdays),
        )
        for mandate in world.state.find(MANDATES, "owner", world.person_id)
    ]


_READERS: tuple[Callable[[World], list[Effect]], ...] = (
    _flash,
    _taobao,
    _fliggy,
    _rides,
    _payouts,
    _purchases,
    _collects,
    _mandates,
)
