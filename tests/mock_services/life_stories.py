"""Stories that together make every move of every state machine happen, in one person's world with all services."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from mock_services.alipay.rows import COLLECTS, MANDATES, REFUND_REQUESTS, SLOW, SlowPayment
from mock_services.amap.rows import CASES, RIDES
from mock_services.base import base_world
from mock_services.clock import DAY, MINUTE, parse_iso
from mock_services.context import Ctx
from mock_services.flash.rows import ORDERS as FLASH
from mock_services.fliggy.rows import BAGGAGE, HOLDS
from mock_services.fliggy.rows import ORDERS as FLIGGY
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS
from mock_services.person import Decision, Nobody
from mock_services.tables import Table
from mock_services.taobao.rows import AFTER_SALES
from mock_services.taobao.rows import ORDERS as TAOBAO
from mock_services.world import World
from tests.mock_services import contract_samples as samples
from tests.mock_services.contract_samples import TRIP, say

Watch = Callable[[World, Table[Any], str], None]
"""Told of every stop of a story: the world, and a row of which table is in a new state."""


@lru_cache
def _prepared() -> World:
    world = World(base_world(), start=parse_iso("2026-03-05T09:40:00", 480))
    samples.arrange(world)
    return world


class Story:
    """A world of its own, and what the stories do in it."""

    def __init__(self, watch: Watch) -> None:
        self.world, self._watch = _prepared().fork(), watch

    def say(self, tool: str, **args: Any) -> Any:
        """Make a call that must succeed."""
        return say(self.world, tool, **args)

    def pay(self, trade: str, *, slow: bool | None = None) -> None:
        """Pay without waiting; ``slow`` lets the bank answer a minute later, for or against it."""
        if slow is not None:
            self.put(SLOW, SlowPayment("U1", 60, slow))
        self.say("alipay_pay", out_trade_no=trade, request_no=f"pay {trade} {slow}")

    def put(self, table: Table[Any], row: msgspec.Struct) -> None:
        """Write a row as a fault would."""
        mark = len(self.world.state.journal)
        self.world.ctx.put(table, row)
        self.world.commit(mark)

    def strike(self, service: str, kind: str, args: dict[str, Any], **params: Any) -> None:
        """Let the world's part of a fault happen; there must be something to strike."""
        mark = len(self.world.state.journal)
        assert self.world.base.registry.services[service].disruptions[kind](self.world.ctx, "", args, params)
        self.world.commit(mark)

    def state(self, table: Table[Any], key: str) -> str:
        """The state of a row."""
        row = self.world.ctx.get(table, key)
        assert row is not None
        assert table.machine is not None
        return str(getattr(row, table.machine.field))

    def reach(self, table: Table[Any], key: str, *states: str) -> None:
        """Let the clock run until a row has been in each of the states, one after the other."""
        for state in states:
            for _ in range(500):
                if self.state(table, key) == state:
                    break
                due = self.world.next_due()
                assert due is not None, f"{table.name} {key} never becomes {state}"
                self.world.advance(due)
            assert self.state(table, key) == state, (key, self.state(table, key), state)
            self._watch(self.world, table, key)

    def wait(self, span: int) -> None:
        """Let time pass."""
        self.world.advance(self.world.now + span)


# --- rides ---------------------------------------------------------------------------------------------------

RIDE_STATES = ("awaiting_payment", "dispatching", "driver_assigned", "driver_arrived", "on_trip", "completed")


def ride(story: Story, last: str) -> str:
    made = story.say("amap_ride_order", **TRIP)
    if last != "awaiting_payment":
        story.pay(made["out_trade_no"])
    story.reach(RIDES, made["ride_id"], *RIDE_STATES[1 : RIDE_STATES.index(last) + 1])
    story.reach(RIDES, made["ride_id"], last)
    return str(made["ride_id"])


def a_ride_from_door_to_door(story: Story) -> None:
    ride(story, "completed")


def a_ride_that_nobody_pays(story: Story) -> None:
    story.reach(RIDES, ride(story, "awaiting_payment"), "expired")


def rides_that_are_cancelled(story: Story) -> None:
    for state in RIDE_STATES[:4]:
        made = ride(story, state)
        story.say("amap_ride_cancel", ride_id=made)
        story.reach(RIDES, made, "cancelled")


def drivers_who_cancel(story: Story) -> None:
    for state, reassign in (
        ("driver_assigned", True),
        ("driver_arrived", True),
        ("dispatching", False),
        ("driver_assigned", False),
        ("driver_arrived", False),
    ):
        made = ride(story, state)
        story.world.arrange("amap", "driver_cancels", {"reassign": reassign})
        story.reach(RIDES, made, "dispatching" if reassign else "cancelled")
        story.world.arrange("amap", "driver_cancels", {"reassign": False})


def a_bill_that_was_wrong_and_one_that_was_right(story: Story) -> None:
    twice = samples.seen("amap_ride_list", "rides.1.ride_id")(story.world)
    for outcome in ("granted", "refused"):
        case = story.say("amap_ride_dispute", **twice, reason="duplicate_charge")["case_id"]
        story.reach(CASES, case, "open", outcome)


# --- instant orders ------------------------------------------------------------------------------------------

FLASH_STATES = ("unpaid", "paid", "accepted", "preparing", "picked_up", "delivering", "delivered")


def meal(story: Story, last: str, *, coupon: str | None = None, settled: bool = True) -> str:
    basket = samples.flash_order(story.world)
    made = story.say("flash_order_create", **{**basket, "coupon_id": coupon, "request_no": f"{story.world.now}"})
    key = str(made["order_id"])
    if last != "unpaid" or not settled:
        story.pay(made["out_trade_no"])
    story.reach(FLASH, key, *FLASH_STATES[: FLASH_STATES.index(last) + 1])
    return key


def a_meal_that_is_brought(story: Story) -> None:
    meal(story, "delivered")


def a_meal_that_nobody_pays(story: Story) -> None:
    story.reach(FLASH, meal(story, "unpaid"), "cancelled")


def meals_that_are_cancelled(story: Story) -> None:
    for state, settled, end in (
        ("unpaid", True, "cancelled"),
        ("unpaid", False, "refunded"),
        ("paid", True, "refunded"),
        ("accepted", True, "refunded"),
        ("preparing", True, "refunded"),
    ):
        key = meal(story, state, settled=settled)
        story.say("flash_order_cancel", order_id=key)
        story.reach(FLASH, key, end)


def meals_of_which_the_shop_keeps_all(story: Story) -> None:
    total = story.say("flash_basket_preview", **samples.basket(story.world))["total"]
    for state in ("accepted", "preparing"):
        terms = {"title": "大额券", "over": "1", "off": f"{float(total) - 1:.2f}", "expires_at": "2026-04-01T00:00"}
        key = meal(story, state, coupon=story.world.arrange("flash", "coupon", terms))
        assert story.say("flash_order_cancel", order_id=key)["refund"] == "0.00"
        story.reach(FLASH, key, "cancelled")


def meals_that_the_shop_gives_up(story: Story) -> None:
    for state, settled, end in (
        ("unpaid", True, "cancelled"),
        ("unpaid", False, "refunded"),
        ("paid", True, "refunded"),
        ("accepted", True, "refunded"),
        ("preparing", True, "refunded"),
    ):
        key = meal(story, state, settled=settled)
        story.world.arrange("flash", "shop_cancels", {"order_id": key})
        story.reach(FLASH, key, end)


# --- travel --------------------------------------------------------------------------------------------------

BOOK = {
    "flight": ("fliggy_flight_book", samples.flight_booking),
    "train": ("fliggy_train_book", samples.train_booking),
    "hotel": ("fliggy_hotel_book", samples.hotel_booking),
    "ticket": ("fliggy_ticket_book", samples.ticket_booking),
}
ISSUING = {"flight": "ticketing", "train": "ticketing", "hotel": "confirming", "ticket": "confirming"}
ISSUED = {"flight": "ticketed", "train": "ticketed", "hotel": "confirmed", "ticket": "confirmed"}


def booking(story: Story, kind: str, last: str, *, flexible: bool = False) -> str:
    tool, args = BOOK[kind]
    asked = {**args(story.world), "request_no": f"{kind} {story.world.now}"}
    if flexible:
        hotel = {"hotel_id": samples.hotel(story.world)["hotel_id"]}
        plans = story.say("fliggy_hotel_detail", **hotel, check_in=asked["check_in"], check_out=asked["check_out"])
        asked["plan_id"] = next(plan["plan_id"] for plan in plans["plans"] if plan["free_cancel_until"])
    made = story.say(tool, **asked)
    road = ("unpaid", ISSUING[kind], ISSUED[kind])
    if last != "unpaid":
        story.pay(made["out_trade_no"])
    story.reach(FLIGGY, made["order_id"], *road[: road.index(last) + 1])
    return str(made["order_id"])


def trips_that_are_made(story: Story) -> None:
    made = [booking(story, kind, ISSUED[kind]) for kind in ("train", "hotel")]
    story.wait(20 * DAY)
    for key in made:
        assert story.say("fliggy_order_detail", order_id=key)["state"] == "completed"


def a_hold_that_runs_out(story: Story) -> None:
    story.reach(FLIGGY, booking(story, "flight", "unpaid"), "closed")


def flight_of(story: Story, key: str) -> dict[str, str]:
    row = story.world.ctx.get(FLIGGY, key)
    assert row is not None
    number, _, day = row.offer.product_id.partition("-")
    return {"flight_no": number, "date": f"{day[:4]}-{day[4:6]}-{day[6:8]}"}


def flights_that_the_airline_cancels(story: Story) -> None:
    for state, end in (("unpaid", "closed"), ("ticketing", "failed")):
        key = booking(story, "flight", state)
        story.world.arrange("fliggy", "cancel_flight", flight_of(story, key))
        story.reach(FLIGGY, key, end)
        story.world = Story(story._watch).world


def hotels_that_have_no_room(story: Story) -> None:
    for state in ("confirming", "confirmed"):
        key = booking(story, "hotel", state)
        story.strike("fliggy", "hotel_overbooked", {"order_id": key})
        story.reach(FLIGGY, key, "failed")
        story.world = Story(story._watch).world


def bookings_that_are_cancelled(story: Story) -> None:
    for kind, state in (
        ("train", "unpaid"),
        ("train", "ticketing"),
        ("train", "ticketed"),
        ("hotel", "confirming"),
        ("hotel", "confirmed"),
    ):
        key = booking(story, kind, state)
        story.say("fliggy_order_cancel", order_id=key)
        story.reach(FLIGGY, key, "cancelled")


def other_departures(story: Story, key: str, *, dearer: bool) -> str:
    """A departure to change to that costs more, or that costs nothing."""
    found = story.say("fliggy_train_search", **samples.FROM_TO)["trains"]
    for train in found:
        quote = story.world.fork().call("fliggy_change_quote", {"order_id": key, "new_id": train["train_id"]})
        if quote.ok and (float(quote.data["to_pay"]) > 0) == dearer:
            return str(train["train_id"])
    raise AssertionError(f"no train that is {'dearer' if dearer else 'as cheap'}")


def changes(story: Story) -> None:
    key = booking(story, "train", "ticketed")
    story.say(
        "fliggy_order_change", order_id=key, new_id=other_departures(story, key, dearer=False), request_no="later"
    )
    story.reach(FLIGGY, key, "ticketing", "ticketed")
    ticket = samples.moved_ticket(story.world)
    story.say("fliggy_ticket_change", **ticket)


def changes_that_cost(story: Story) -> None:
    for end in ("ticketing", "ticketed", "cancelled"):
        key = booking(story, "train", "ticketed")
        dearer = other_departures(story, key, dearer=True)
        held = story.say("fliggy_order_change", order_id=key, new_id=dearer, request_no=end)
        story.reach(FLIGGY, key, "changing")
        if end == "ticketing":
            story.pay(held["out_trade_no"])
        elif end == "cancelled":
            story.say("fliggy_order_cancel", order_id=key)
        story.reach(FLIGGY, key, end)


def stays_that_are_changed(story: Story) -> None:
    for last, states in (
        ("2026-03-14", ("confirming", "confirmed")),
        ("2026-03-16", ("changing", "confirming", "confirmed")),
        ("2026-03-16", ("changing", "confirmed")),
    ):
        key = booking(story, "hotel", "confirmed", flexible=True)
        nights = {"check_in": samples.NIGHTS["check_in"], "check_out": last}
        made = story.say("fliggy_hotel_change", order_id=key, **nights, request_no=key)
        if "changing" in states and "confirming" in states:
            story.pay(made["out_trade_no"])
        story.reach(FLIGGY, key, *states)


def seats_that_are_held(story: Story) -> None:
    for end in ("booked", "released", "expired"):
        args = samples.flight_booking(story.world)
        key = str(story.say("fliggy_flight_hold", **{**args, "request_no": end})["hold_id"])
        story.reach(HOLDS, key, "held")
        if end == "booked":
            story.say("fliggy_flight_book", **{**args, "request_no": "book it"}, hold_id=key)
        elif end == "released":
            story.say("fliggy_flight_hold_release", hold_id=key)
        story.reach(HOLDS, key, end)


def baggage(story: Story, order: str, *, paid: bool) -> str:
    made = story.say("fliggy_baggage_add", order_id=order, kg=5, request_no=f"{order} {paid}")
    if paid:
        story.pay(made["out_trade_no"])
    story.reach(BAGGAGE, made["baggage_id"], "paid" if paid else "unpaid")
    return str(made["baggage_id"])


def baggage_that_goes_with_its_flight(story: Story) -> None:
    order = booking(story, "flight", "ticketed")
    story.reach(BAGGAGE, baggage(story, order, paid=False), "closed")
    order = booking(story, "flight", "ticketed")
    bags = [baggage(story, order, paid=True), baggage(story, order, paid=False)]
    story.say("fliggy_order_cancel", order_id=order)
    for bag in bags:
        story.reach(BAGGAGE, bag, "closed")


# --- the marketplace -----------------------------------------------------------------------------------------

TAOBAO_STATES = ("unpaid", "paid", "shipped", "delivered", "completed")


def parcel(story: Story, last: str, *, settled: bool = True) -> str:
    made = story.say("taobao_order_create", **samples.goods(story.world), request_no=f"{story.world.now}")
    key = str(made["order_id"])
    if last != "unpaid" or not settled:
        story.pay(made["out_trade_no"])
    story.reach(TAOBAO, key, *TAOBAO_STATES[: TAOBAO_STATES.index(last) + 1])
    return key


def goods_that_come_and_are_kept(story: Story) -> None:
    parcel(story, "completed")


def goods_that_nobody_pays(story: Story) -> None:
    story.reach(TAOBAO, parcel(story, "unpaid"), "closed")


def receipts_that_are_confirmed(story: Story) -> None:
    for state in ("shipped", "delivered"):
        key = parcel(story, state)
        story.say("taobao_confirm_receipt", order_id=key)
        story.reach(TAOBAO, key, "completed")


def orders_that_are_cancelled(story: Story) -> None:
    for state, settled, end in (("unpaid", True, "closed"), ("unpaid", False, "refunded"), ("paid", True, "refunded")):
        key = parcel(story, state, settled=settled)
        story.say("taobao_order_cancel", order_id=key)
        if end == "refunded":
            story.reach(TAOBAO, key, "refunding")
        story.reach(TAOBAO, key, end)


def a_merchant_who_has_none_left(story: Story) -> None:
    key = parcel(story, "paid")
    story.world.arrange("taobao", "merchant_cancels", {"order_id": key})
    story.reach(TAOBAO, key, "refunded")


def ask(story: Story, key: str, kind: str, reason: str, *states: str) -> str:
    made = story.say("taobao_after_sale_apply", order_id=key, kind=kind, reason=reason)
    story.reach(TAOBAO, key, "refunding")
    story.reach(AFTER_SALES, made["after_sale_id"], "applied", *states)
    return str(made["after_sale_id"])


def requests_that_are_refused_or_withdrawn(story: Story) -> None:
    key = parcel(story, "paid")
    story.say("taobao_after_sale_cancel", after_sale_id=ask(story, key, "refund_only", "not_needed"))
    story.reach(TAOBAO, key, "paid", "shipped")
    ask(story, key, "refund_only", "quality", "refused")
    story.reach(TAOBAO, key, "shipped", "delivered")
    ask(story, key, "refund_only", "late", "refused")
    story.reach(TAOBAO, key, "delivered", "completed")
    ask(story, key, "refund_only", "late", "refused")
    story.reach(TAOBAO, key, "completed")


def shoes(story: Story) -> str:
    past = {"query": "跑鞋", "created_at": "2026-02-27T10:00", "account": "wallet:U1"}
    return str(story.world.arrange("taobao", "past_order", past))


def goods_that_go_back(story: Story) -> None:
    case = ask(story, shoes(story), "return_and_refund", "size", "pickup_scheduled", "returning", "refunded")
    assert story.say("taobao_after_sale_detail", after_sale_id=case)["refunded_at"]
    case = ask(story, shoes(story), "return_and_refund", "size", "pickup_scheduled")
    story.say("taobao_after_sale_cancel", after_sale_id=case)
    story.reach(AFTER_SALES, case, "cancelled")


def a_parcel_that_turns_round(story: Story) -> None:
    key = parcel(story, "shipped")
    ask(story, key, "return_and_refund", "wrong_item", "returning", "refunded")
    story.reach(TAOBAO, key, "refunded")


def a_small_fault(story: Story) -> None:
    key = parcel(story, "delivered")
    made = story.say("taobao_after_sale_apply", order_id=key, kind="refund_only", reason="damaged", amount="5")
    story.reach(AFTER_SALES, made["after_sale_id"], "applied", "refunded")
    story.reach(TAOBAO, key, "delivered")


# --- money ---------------------------------------------------------------------------------------------------


def payments_that_hang(story: Story) -> None:
    for success in (True, False):
        made = story.say("amap_ride_order", **TRIP)
        story.pay(made["out_trade_no"], slow=success)
        (payment,) = story.world.ctx.find(PAYMENTS, "out_trade_no", made["out_trade_no"])
        story.reach(PAYMENTS, payment.id, "pending", "success" if success else "failed")


def trades_of_every_end(story: Story) -> None:
    given_up, forgotten, taken_back, returned = (story.say("amap_ride_order", **TRIP) for _ in range(4))
    story.say("amap_ride_cancel", ride_id=given_up["ride_id"])
    story.reach(PAYABLES, given_up["out_trade_no"], "closed")
    for made in (taken_back, returned):
        story.pay(made["out_trade_no"])
        story.reach(PAYABLES, made["out_trade_no"], "paid")
    story.say("amap_ride_cancel", ride_id=taken_back["ride_id"])
    # The ride company gives the money back when it hears of the payment.
    story.reach(PAYABLES, taken_back["out_trade_no"], "refunded")
    story.reach(PAYABLES, returned["out_trade_no"], "settled")
    story.say("amap_ride_cancel", ride_id=returned["ride_id"])
    story.reach(PAYABLES, returned["out_trade_no"], "refunded")
    (refund,) = story.world.ctx.find(REFUNDS, "out_trade_no", returned["out_trade_no"])
    story.reach(REFUNDS, refund.id, "in_transit", "arrived")
    story.wait(20 * MINUTE)
    story.reach(PAYABLES, forgotten["out_trade_no"], "closed")


# --- what Alipay asks others for -----------------------------------------------------------------------------


class Agrees(Nobody):
    """A person who approves every mandate."""

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        return Decision("approved")


MANDATE_STATES = ("SIGNING", "NORMAL", "SUSPENDED")


def mandate(story: Story, last: str, **terms: Any) -> str:
    story.world.person = Agrees()
    number = f"mandate {story.world.now}"
    key = str(story.say("alipay_mandate_apply", **{**samples.BREAKFAST, **terms, "request_no": number})["mandate_id"])
    story.reach(MANDATES, key, *MANDATE_STATES[: min(2, MANDATE_STATES.index(last) + 1)])
    if last == "SUSPENDED":
        story.say("alipay_mandate_suspend", mandate_id=key)
        story.reach(MANDATES, key, last)
    return key


def mandates_that_are_given_and_taken_back(story: Story) -> None:
    for state in MANDATE_STATES:
        key = mandate(story, state)
        story.say("alipay_mandate_revoke", mandate_id=key)
        story.reach(MANDATES, key, "CANCELLED")
        key = mandate(story, state)
        story.world.arrange("alipay", "revoke_mandate", {"mandate_id": key})
        story.reach(MANDATES, key, "TERMINATE")


def mandates_that_rest_for_a_while(story: Story) -> None:
    key = mandate(story, "NORMAL")
    story.world.arrange("alipay", "suspend_mandate", {"mandate_id": key})
    story.reach(MANDATES, key, "SUSPENDED")
    resumed = mandate(story, "SUSPENDED")
    story.say("alipay_mandate_resume", mandate_id=resumed)
    story.reach(MANDATES, resumed, "NORMAL")


def a_mandate_that_the_person_refuses(story: Story) -> None:
    made = story.say("alipay_mandate_apply", **samples.BREAKFAST)
    story.reach(MANDATES, made["mandate_id"], "SIGNING", "INVALID")


def mandates_that_come_to_their_end(story: Story) -> None:
    meal_once = mandate(story, "NORMAL", count=1, single_limit="500", categories=["ride"])
    made = story.say("amap_ride_order", **TRIP)
    story.say("alipay_mandate_pay", mandate_id=meal_once, out_trade_no=made["out_trade_no"], request_no="once")
    assert story.say("alipay_mandate_query", mandate_id=meal_once)["state"] == "FINISHED"
    left = [mandate(story, state) for state in ("NORMAL", "SUSPENDED")]
    story.wait(60 * DAY)
    for key in left:
        assert story.say("alipay_mandate_query", mandate_id=key)["state"] == "EXPIRED"


def friends_who_pay_and_friends_who_do_not(story: Story) -> None:
    friend = samples.contact(story.world)
    ends: set[str] = set()
    while len(ends) < 2:
        story.say("alipay_collect_request", contact_ids=[friend], amount_each="10")
        *_, item = story.world.ctx.scan(COLLECTS)
        story.reach(COLLECTS, item.id, "asked")
        story.wait(2 * DAY)
        ends.add(story.state(COLLECTS, item.id))


def payees_who_answer(story: Story) -> None:
    twice = samples.old_payment(story.world)
    once = samples.pay(story.world, samples.a_trade(story.world)["out_trade_no"])
    for payment, answer in ((twice["payment_id"], "granted"), (once, "refused")):
        made = story.say("alipay_refund_request", payment_id=payment, reason="duplicate")
        story.reach(REFUND_REQUESTS, made["refund_request_id"], "pending", answer)


STORIES: tuple[Callable[[Story], None], ...] = (
    a_ride_from_door_to_door,
    a_ride_that_nobody_pays,
    rides_that_are_cancelled,
    drivers_who_cancel,
    a_bill_that_was_wrong_and_one_that_was_right,
    a_meal_that_is_brought,
    a_meal_that_nobody_pays,
    meals_that_are_cancelled,
    meals_of_which_the_shop_keeps_all,
    meals_that_the_shop_gives_up,
    trips_that_are_made,
    a_hold_that_runs_out,
    flights_that_the_airline_cancels,
    hotels_that_have_no_room,
    bookings_that_are_cancelled,
    changes,
    changes_that_cost,
    stays_that_are_changed,
    seats_that_are_held,
    baggage_that_goes_with_its_flight,
    goods_that_come_and_are_kept,
    goods_that_nobody_pays,
    receipts_that_are_confirmed,
    orders_that_are_cancelled,
    a_merchant_who_has_none_left,
    requests_that_are_refused_or_withdrawn,
    goods_that_go_back,
    a_parcel_that_turns_round,
    a_small_fault,
    payments_that_hang,
    trades_of_every_end,
    mandates_that_are_given_and_taken_back,
    mandates_that_rest_for_a_while,
    a_mandate_that_the_person_refuses,
    mandates_that_come_to_their_end,
    friends_who_pay_and_friends_who_do_not,
    payees_who_answer,
)
