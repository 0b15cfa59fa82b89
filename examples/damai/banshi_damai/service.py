"""The service: finding an event, looking at its seats, holding some, and giving tickets back."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

import msgspec

from banshi_damai import rules, seats
from banshi_damai.models import (
    CancelArgs,
    EventDetail,
    EventList,
    EventRef,
    EventView,
    NoArgs,
    OrderArgs,
    OrderList,
    OrderRef,
    OrderView,
    SearchArgs,
    SeatMap,
    SeatRow,
    TierRef,
    TierView,
)
from banshi_damai.rows import EVENTS, ORDERS, TAKEN, TIERS, Event, Order, Taken, Tier
from banshi_damai.states import ORDER
from mock_services.base import BaseBuilder
from mock_services.clock import Instant, local, parse_iso
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected, Unavailable
from mock_services.geo import places
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES, Line
from mock_services.service import Read, Service, disruption, fixture, on, read, write


class Damai(Service):
    """Event tickets."""

    name = "damai"
    tables = (EVENTS, TIERS, TAKEN, ORDERS)

    def seed(self, base: BaseBuilder) -> None:
        """The programme, with about a third of every hall sold already."""
        text = files("banshi_damai").joinpath("programme.tsv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
            areas = row.pop("tiers")
            event = Event(**{**row, "per_person": int(row["per_person"])})  # type: ignore[arg-type]
            base.add(EVENTS, event)
            for number, area in enumerate(areas.split(";"), start=1):
                name, name_en, fen, depth, width = area.split("|")
                tier = Tier(f"{event.id}-{number}", event.id, name, name_en, int(fen), int(depth), int(width))
                base.add(TIERS, tier)
                for i in range(tier.rows * tier.seats):
                    seat = f"{i // tier.seats + 1}-{i % tier.seats + 1}"
                    if base.draws.chance(0.35, "damai.sold", tier.id, seat):
                        base.add(TAKEN, Taken(seats.key(tier, seat), tier.id, ""))

    # --- looking ---------------------------------------------------------------------------------------------

    @read(errors=("CITY_NOT_EXIST",))
    def event_search(self, ctx: Ctx, args: SearchArgs) -> EventList:
        """Search events on sale by words, city and day; what has begun is not shown."""
        city = ""
        if args.city:
            found = places().city_named(args.city)
            if found is None:
                raise Rejected("CITY_NOT_EXIST", "there is no such city")
            city = found.id

        def wanted(event: Event) -> bool:
            starts = _starts(event)
            day = local(starts, _offset(event)).date()
            return city in ("", event.city) and args.date in (None, day) and starts > ctx.now

        if args.query.strip():
            events = [event for event, _ in ctx.search(EVENTS, args.query, where=wanted, limit=50)]
        else:
            events = sorted((e for e in ctx.scan(EVENTS) if wanted(e)), key=lambda e: (_starts(e), e.id))
        return EventList(total=len(events), events=[_event_view(ctx, event) for event in events[: args.limit]])

    @read(obj="event_id", errors=("EVENT_NOT_EXIST",))
    def event_detail(self, ctx: Ctx, args: EventRef) -> EventDetail:
        """An event with its price areas, how many seats each has left, and the rules for giving tickets back."""
        event = _event(ctx, args.event_id)
        tiers = [
            TierView(tier_id=tier.id, name=tier.name, name_en=tier.name_en, price=tier.fen, left=_left(ctx, tier))
            for tier in ctx.find(TIERS, "event_id", event.id)
        ]
        return EventDetail(
            event=_event_view(ctx, event), tiers=tiers, per_person=event.per_person, refund_rule=rules.RULE
        )

    @read(obj="tier_id", errors=("TIER_NOT_EXIST",))
    def seat_map(self, ctx: Ctx, args: TierRef) -> SeatMap:
        """The free seats of a price area, row by row from the stage."""
        tier = _tier(ctx, args.tier_id)
        rows = [SeatRow(row=row, free=free) for row, free in enumerate(seats.free(ctx, tier), start=1)]
        return SeatMap(tier_id=tier.id, price=tier.fen, seats=tier.seats, rows=rows)

    @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
    def order_detail(self, ctx: Ctx, args: OrderRef) -> OrderView:
        """One of your orders, with what cancelling it costs now."""
        return _order_view(ctx, _order(ctx, args.order_id))

    @read()
    def order_list(self, ctx: Ctx, args: NoArgs) -> OrderList:
        """Your orders, the newest first."""
        orders = sorted(ctx.find(ORDERS, "owner", ctx.person_id), key=lambda o: (-o.created_at, o.id))
        return OrderList(orders=[_order_view(ctx, order) for order in orders[:50]])

    # --- ordering --------------------------------------------------------------------------------------------

    @write(
        key="request_no",
        obj="tier_id",
        errors=(
            "TIER_NOT_EXIST",
            "SEAT_NOT_EXIST",
            "SEAT_TAKEN",
            "SOLD_OUT",
            "NOT_TOGETHER",
            "PRICE_CHANGED",
            "PURCHASE_LIMIT",
            "SALE_CLOSED",
        ),
    )
    def order_create(self, ctx: Ctx, args: OrderArgs) -> OrderView:
        """Hold seats of a price area for ten minutes; pay out_trade_no by alipay_pay until pay_before."""
        tier = _tier(ctx, args.tier_id)
        event = _event(ctx, tier.event_id)
        _check_sale(ctx, event, tier, args)
        chosen = _chosen(ctx, tier, args)
        order_id = ctx.next_id("DM")
        names = f"{event.name} {tier.name} / {event.name_en} {tier.name_en}"
        payable = ctx.payables.open(
            service=self.name,
            ref=order_id,
            payee="damai",
            payee_name="大麦 Damai",
            subject=f"{event.name} {tier.name}",
            category="ticket",
            lines=(Line(names, args.quantity, tier.fen * args.quantity),),
            expires_at=ctx.now + rules.HOLD,
        )
        order = Order(
            id=order_id,
            owner=ctx.person_id,
            event_id=event.id,
            tier_id=tier.id,
            seats=tuple(chosen),
            fen=payable.fen,
            out_trade_no=payable.out_trade_no,
            state="held",
            created_at=ctx.now,
        )
        for seat in chosen:
            ctx.put(TAKEN, Taken(seats.key(tier, seat), tier.id, order_id))
        ctx.put(ORDERS, order)
        return _order_view(ctx, order)

    @write(obj="order_id", errors=("ORDER_NOT_EXIST", "ORDER_STATE", "FEE_CHANGED", "NOT_REFUNDABLE"))
    def order_cancel(self, ctx: Ctx, args: CancelArgs) -> OrderView:
        """Let held seats go, or give tickets back by the refund rule. Takes no request number: look before a retry."""
        order = _order(ctx, args.order_id)
        ORDER.require(order.state, "cancel")
        paid = _standing(ctx, order)
        fee = _cancel_fee(ctx, order)
        if fee is None:
            raise Rejected("NOT_REFUNDABLE", "it is too late to give these tickets back", hint=rules.RULE)
        if args.expect_fee is not None and fee > args.expect_fee:
            raise NeedsPerson("FEE_CHANGED", f"cancelling costs {format_yuan(fee)} now")
        ctx.payables.close(order.out_trade_no)
        if paid > fee:
            ctx.payables.refund_order(order.id, paid - fee, "tickets given back")
        return _order_view(ctx, _let_go(ctx, order, "cancel", refunded=order.refunded_fen + paid - fee))

    # --- what happens on its own -----------------------------------------------------------------------------

    @on("payment_settled")
    def settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """Issue the tickets. It may be told twice, and what was cancelled meanwhile was paid back then."""
        for order in ctx.find(ORDERS, "out_trade_no", data["out_trade_no"]):
            if order.state == "held":
                ctx.move(ORDERS, order, "paid")
                event = _event(ctx, order.event_id)
                ctx.notify(self.name, "issued", order.id, f"{event.name}: {', '.join(order.seats)}")

    @on("payable_expired")
    def expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """Ten minutes are over: the seats are on sale again."""
        for order in ctx.find(ORDERS, "out_trade_no", data["out_trade_no"]):
            if order.state == "held":
                _let_go(ctx, order, "not_paid_in_time")
                ctx.notify(self.name, "expired", order.id, "not paid in time: the seats are on sale again")

    # --- for scenarios ---------------------------------------------------------------------------------------

    @fixture()
    def sell_out(self, ctx: Ctx, args: TierRef) -> str:
        """Somebody buys every free seat of an area."""
        tier = _tier(ctx, args.tier_id)
        _take_all(ctx, tier)
        return tier.id

    @disruption("sold_out")
    def sold_out(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The area is sold out just before it is ordered."""
        tier = ctx.get(TIERS, str(args.get("tier_id", "")))
        return tier is not None and _take_all(ctx, tier) > 0

    @disruption("price_change")
    def price_change(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The area gets dearer by ``percent`` (10)."""
        tier = ctx.get(TIERS, str(args.get("tier_id", "")))
        if tier is None:
            return False
        ctx.put(TIERS, msgspec.structs.replace(tier, fen=tier.fen * (100 + int(params.get("percent", 10))) // 100))
        return True

    def order_calls(self, read: Read, words: tuple[str, ...], quantity: int) -> list[tuple[str, dict[str, Any]]]:
        """The cheapest area first, of the events and areas whose names hold every one of the words."""
        found: list[tuple[int, tuple[str, dict[str, Any]]]] = []
        for event in read("damai_event_search", limit=50)["events"]:
            for tier in read("damai_event_detail", event_id=event["event_id"])["tiers"]:
                text = f"{event['name']} {tier['name']} / {event['name_en']} {tier['name_en']}".casefold()
                if tier["left"] >= quantity and all(word.casefold() in text for word in words):
                    args = {"tier_id": tier["tier_id"], "quantity": quantity, "expect_price": tier["price"]}
                    found.append((int(tier["price"].replace(".", "")), ("damai_order_create", args)))
        return [call for _, call in sorted(found, key=lambda entry: (entry[0], entry[1][1]["tier_id"]))]

    def cancel_calls(self, read: Read, order_id: str) -> list[tuple[str, dict[str, Any]]]:
        """Tickets are given back by the refund rule; nothing can be done about those of an order that is off."""
        order = read("damai_order_detail", order_id=order_id)
        if order["cancel_fee"] is None:
            return []
        return [("damai_order_cancel", {"order_id": order_id, "expect_fee": order["cancel_fee"]})]


# --- rows ----------------------------------------------------------------------------------------------------


def _event(ctx: Ctx, event_id: str) -> Event:
    event = ctx.get(EVENTS, event_id)
    if event is None:
        raise Rejected("EVENT_NOT_EXIST", "there is no such event", hint="see damai_event_search")
    return event


def _tier(ctx: Ctx, tier_id: str) -> Tier:
    tier = ctx.get(TIERS, tier_id)
    if tier is None:
        raise Rejected("TIER_NOT_EXIST", "there is no such price area", hint="see damai_event_detail")
    return tier


def _order(ctx: Ctx, order_id: str) -> Order:
    order = ctx.get(ORDERS, order_id)
    if order is None or order.owner != ctx.person_id:
        raise Rejected("ORDER_NOT_EXIST", "there is no such order of yours", hint="see damai_order_list")
    return order


def _offset(event: Event) -> int:
    return places().city(event.city).utc_offset_min


def _starts(event: Event) -> Instant:
    return parse_iso(event.doors, _offset(event))


def _left(ctx: Ctx, tier: Tier) -> int:
    return tier.rows * tier.seats - len(ctx.find(TAKEN, "tier_id", tier.id))


def _standing(ctx: Ctx, order: Order) -> int:
    """What was paid for an order and has not gone back."""
    payments = ctx.payables.payments_of(order.out_trade_no)
    return sum(payment.fen - payment.refunded_fen for payment in payments if payment.state == "success")


def _cancel_fee(ctx: Ctx, order: Order) -> int | None:
    """What is kept of an order when it is cancelled now: nothing of one that is not paid, None if it cannot be."""
    if not _standing(ctx, order):
        return 0
    return rules.cancel_fee(order.fen, _starts(_event(ctx, order.event_id)), ctx.now)


def _let_go(ctx: Ctx, order: Order, event: str, *, refunded: int = 0) -> Order:
    for row in ctx.find(TAKEN, "order_id", order.id):
        ctx.delete(TAKEN, row.id)
    return ctx.move(ORDERS, order, event, refunded_fen=refunded)


def _take_all(ctx: Ctx, tier: Tier) -> int:
    gone = [f"{row}-{n}" for row, free in enumerate(seats.free(ctx, tier), start=1) for n in free]
    for seat in gone:
        ctx.put(TAKEN, Taken(seats.key(tier, seat), tier.id, ""))
    return len(gone)


_APART = "another area, or leave together away to sit apart"


# --- an order ------------------------------------------------------------------------------------------------


def _check_sale(ctx: Ctx, event: Event, tier: Tier, args: OrderArgs) -> None:
    if ctx.now > _starts(event) - rules.CLOSES:
        raise Unavailable("SALE_CLOSED", "the sale ends half an hour before the start")
    if args.expect_price is not None and args.expect_price != tier.fen:
        raise NeedsPerson("PRICE_CHANGED", f"a seat costs {format_yuan(tier.fen)} now")
    mine = [o for o in ctx.find(ORDERS, "owner", ctx.person_id) if o.state in ("held", "issued")]
    already = sum(len(order.seats) for order in mine if order.event_id == event.id)
    if already + args.quantity > event.per_person:
        raise Rejected("PURCHASE_LIMIT", f"one person can buy {event.per_person} tickets for this event")


def _chosen(ctx: Ctx, tier: Tier, args: OrderArgs) -> list[str]:
    rows = seats.free(ctx, tier)
    if not args.seats:
        found = seats.together(rows, args.quantity)
        scattered = seats.apart(rows, args.quantity)
        if not scattered:
            raise Unavailable("SOLD_OUT", f"fewer than {args.quantity} seats are left")
        if args.together and not found:
            raise Unavailable("NOT_TOGETHER", f"no {args.quantity} seats next to each other are left", hint=_APART)
        return found or scattered
    if len(set(args.seats)) != args.quantity or len(args.seats) != args.quantity:
        raise Rejected("SEAT_NOT_EXIST", "name as many different seats as quantity says")
    every = {f"{row}-{n}" for row in range(1, tier.rows + 1) for n in range(1, tier.seats + 1)}
    free = {f"{row}-{n}" for row, numbers in enumerate(rows, start=1) for n in numbers}
    if not every.issuperset(args.seats):
        raise Rejected("SEAT_NOT_EXIST", "there is no such seat", hint="see damai_seat_map")
    if not free.issuperset(args.seats):
        raise Unavailable("SEAT_TAKEN", "one of these seats is taken", hint="see damai_seat_map")
    if args.together and not seats.adjacent(args.seats):
        raise Rejected("NOT_TOGETHER", "these seats are not next to each other", hint=_APART)
    return list(args.seats)


# --- views ---------------------------------------------------------------------------------------------------


def _event_view(ctx: Ctx, event: Event) -> EventView:
    prices = [tier.fen for tier in ctx.find(TIERS, "event_id", event.id) if _left(ctx, tier)]
    return EventView(
        event_id=event.id,
        name=event.name,
        name_en=event.name_en,
        category=event.category,
        city=event.city,
        venue=event.venue,
        venue_en=event.venue_en,
        starts_at=ctx.iso(_starts(event), _offset(event)),
        price_from=min(prices, default=None),
    )


def _order_view(ctx: Ctx, order: Order) -> OrderView:
    event, tier = _event(ctx, order.event_id), _tier(ctx, order.tier_id)
    payable = ctx.get(PAYABLES, order.out_trade_no)
    assert payable is not None
    return OrderView(
        order_id=order.id,
        state=order.state,
        event_id=event.id,
        name=event.name,
        starts_at=ctx.iso(_starts(event), _offset(event)),
        tier=tier.name,
        seats=list(order.seats),
        amount=order.fen,
        out_trade_no=order.out_trade_no,
        pay_before=ctx.iso(payable.expires_at) if order.state == "held" else None,
        cancel_fee=_cancel_fee(ctx, order) if order.state in ("held", "issued") else None,
        refunded=order.refunded_fen,
    )
