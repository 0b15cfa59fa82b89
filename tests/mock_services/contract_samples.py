"""A person's world in which every tool can succeed, and for each tool arguments that must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_services.clock import DAY, HOUR
from mock_services.testing import Sample
from mock_services.world import World

LAKE, STATION, BUND = "120.148,30.242", "120.2126,30.2909", "121.4905,31.2380"
TRIP = {"origin": LAKE, "destination": STATION}
BOOKED = {**TRIP, "depart_at": "2026-03-06T09:00"}
FROM_TO = {"from_city": "杭州", "to_city": "上海", "date": "2026-03-12"}
NIGHTS = {"city": "苏州", "check_in": "2026-03-13", "check_out": "2026-03-15"}
TRAVELLER = {"name": "林晓", "id_type": "id_card", "id_no": "110101199003070177"}


BREAKFAST = {
    "purpose": "早餐",
    "categories": ["food"],
    "single_limit": "30",
    "valid_to": "2026-04-01T00:00",
    "request_no": "m",
}


def arrange(world: World) -> None:
    """林晓 in Hangzhou: an address book, contacts, money, bills, and orders of the past."""
    person = {"name": "林晓", "city": "hangzhou", "near": "西湖"}
    world.arrange("user", "person", person)
    world.arrange("user", "address", {"label": "home", "near": "西湖", "text": "龙井路1号"})
    world.arrange("user", "address", {"label": "company", "near": "杭州东站", "text": "天城路1号3楼"})
    world.arrange("user", "contact", {"name": "李伟", "phone": "13900000002", "account": "liwei", "near": "西湖"})
    world.arrange("user", "calendar", {"title": "开会", "start": "2026-03-05T15:00"})
    world.arrange("user", "preference", {"key": "coffee", "text": "热拿铁"})
    world.arrange("alipay", "wallet", {"amount": "20000"})
    world.arrange("alipay", "card", {"bank": "招商银行", "last4": "6222", "amount": "50000"})
    world.arrange("alipay", "credit", {"limit": "8000"})
    bill = {"kind": "electricity", "amount": "120.50", "due": "2026-03-20", "history": ["118.00", "131.20"]}
    world.arrange("alipay", "utility_bill", bill)
    world.arrange("alipay", "payee", {"name": "王芳", "account": "wangfang"})
    lunch = {"payee": "canteen", "amount": "38.00", "at": "2026-03-04T12:00", "duplicate": True}
    world.arrange("alipay", "past_payment", lunch)
    terms = {"purpose": "打车", "categories": ["ride"], "single_limit": "200", "valid_to": "2026-04-01T00:00"}
    world.arrange("alipay", "mandate", terms)
    world.arrange("amap", "past_ride", {**TRIP, "ordered_at": "2026-03-04T18:00", "payments": 2})
    world.arrange("amap", "booked_ride", BOOKED)
    for state, created in (("unpaid", "05T09:20"), ("paid", "05T08:00"), ("shipped", "04T08:00")):
        past = {"query": "T恤", "created_at": f"2026-03-{created}", "state": state, "account": "wallet:U1"}
        world.arrange("taobao", "past_order", past)


def neighbour(world: World) -> None:
    """赵九思 next door, with an address book, money, permissions and orders of every sort that are under way."""
    world.arrange("user", "person", {"name": "赵九思", "city": "hangzhou", "near": "武林广场", "phone": "13711117777"})
    world.arrange("user", "address", {"label": "home", "near": "武林广场", "text": "百井坊巷88号9幢"})
    world.arrange("user", "contact", {"name": "钱八两", "phone": "13722228888", "account": "qianbaliang"})
    world.arrange("user", "calendar", {"title": "牙医复诊", "start": "2026-03-06T15:00"})
    world.arrange("user", "preference", {"key": "coffee", "text": "冰美式加倍浓缩"})
    world.arrange("alipay", "wallet", {"amount": "30000"})
    world.arrange("alipay", "card", {"bank": "宁波银行", "last4": "9753", "amount": "40000"})
    bill = {"kind": "water", "amount": "77.31", "due": "2026-03-20", "history": ["70.07"]}
    world.arrange("alipay", "utility_bill", bill)
    terms = {"purpose": "给牙医付款", "categories": ["food"], "single_limit": "99", "valid_to": "2026-04-01T00:00"}
    world.arrange("alipay", "mandate", terms)
    world.arrange(
        "taobao", "past_order", {"query": "跑鞋", "created_at": "2026-02-27T11:00", "account": "wallet:U-stranger"}
    )
    say(world, "fliggy_traveller_add", name="赵九思", id_type="id_card", id_no="110101198507070037")
    say(world, "alipay_collect_request", contact_ids=[contact(world)], amount_each="31.13", memo="牙医AA")
    for tool, args in (
        ("amap_ride_order", {**TRIP, "pickup_note": "北门石狮子旁"}),
        ("flash_order_create", flash_order(world)),
        ("taobao_order_create", {**goods(world), "request_no": "theirs"}),
        ("fliggy_flight_book", {**flight_booking(world), "request_no": "their flight"}),
        ("fliggy_hotel_book", {**hotel_booking(world), "request_no": "their hotel"}),
    ):
        made = say(world, tool, **args)
        say(world, "alipay_pay", out_trade_no=made["out_trade_no"], request_no=f"theirs {tool}")
    say(world, "fliggy_flight_hold", **{**flight_booking(world), "request_no": "their hold"})
    say(world, "taobao_cart_update", sku_id=sku(world), quantity=3)
    say(world, "taobao_coupon_claim", **an_offer(world))


def say(world: World, tool: str, **args: Any) -> Any:
    """Make a call that must succeed on the way to a sample, and return its data."""
    reply = world.call(tool, args)
    assert reply.ok, (tool, args, reply.error)
    return reply.data


def seen(tool: str, path: str, **args: Any) -> Callable[[World], dict[str, Any]]:
    """The id at ``path`` (``rides.0.ride_id``) of another tool's answer, under its last name."""

    def look(world: World) -> dict[str, Any]:
        value = say(world, tool, **args)
        *_, name = path.split(".")
        for step in path.split("."):
            value = value[int(step)] if step.isdigit() else value[step]
        return {name: value}

    return look


def also(sample: Callable[[World], dict[str, Any]], **more: Any) -> Callable[[World], dict[str, Any]]:
    """A sample with further arguments."""
    return lambda world: {**sample(world), **more}


def home(world: World) -> str:
    return str(say(world, "user_addresses")["addresses"][0]["address_id"])


def contact(world: World) -> str:
    return str(say(world, "user_contacts")["contacts"][0]["contact_id"])


def pay(world: World, out_trade_no: str) -> str:
    """Pay a trade and let its payee hear of it; returns the payment's id."""
    paid = say(world, "alipay_pay", out_trade_no=out_trade_no, request_no=f"pay {out_trade_no}")
    say(world, "clock_wait", seconds=120, wake_on_notice=False)
    return str(paid["payment_id"])


# --- amap, alipay, user --------------------------------------------------------------------------------------

a_ride = seen("amap_ride_order", "ride_id", **TRIP)
a_trade = seen("amap_ride_order", "out_trade_no", **TRIP)
the_bill = seen("alipay_utility_bills", "bills.0.bill_id")
the_mandate = seen("alipay_mandate_list", "mandates.0.mandate_id")


def suspended_mandate(world: World) -> dict[str, Any]:
    mandate = the_mandate(world)
    say(world, "alipay_mandate_suspend", **mandate)
    return mandate


past_payment = seen("user_order_history", "orders.0.out_trade_no", query="canteen")


def old_payment(world: World) -> dict[str, Any]:
    trade = past_payment(world)
    return {"payment_id": say(world, "alipay_trade_query", **trade)["payments"][0]["payment_id"]}


def offer(world: World) -> dict[str, Any]:
    charge = {"payee": "canteen", "subject": "lunch", "amount": "38.00"}
    return {"offer": {"charges": [charge], "total": "38.00"}, "text": "38 yuan for lunch?"}


def collected(world: World) -> dict[str, Any]:
    asked = say(world, "alipay_collect_request", contact_ids=[contact(world)], amount_each="114.00")
    return {"collect_id": asked["collect_id"]}


def asked_payment(world: World) -> dict[str, Any]:
    say(world, "alipay_pay", **a_trade(world), request_no="first")
    return {"request_no": "first"}


# --- flash ---------------------------------------------------------------------------------------------------


def dish(world: World) -> dict[str, Any]:
    found = say(world, "flash_dish_search", address_id=home(world), query="拿铁", open_now=True)
    return dict(found["dishes"][0])


def basket(world: World) -> dict[str, Any]:
    detail = say(world, "flash_dish_detail", dish_id=dish(world)["dish_id"])
    options = {group["id"]: group["default"] for group in detail["options"]}
    line = {"dish_id": detail["dish_id"], "quantity": 3, "options": options}
    return {"address_id": home(world), "lines": [line]}


def flash_order(world: World) -> dict[str, Any]:
    return {**basket(world), "shop_id": dish(world)["shop_id"], "request_no": "coffee"}


def flash_paid(world: World) -> dict[str, Any]:
    made = say(world, "flash_order_create", **flash_order(world))
    pay(world, made["out_trade_no"])
    return {"order_id": made["order_id"]}


def flash_ordered(world: World) -> dict[str, Any]:
    return {"order_id": say(world, "flash_order_create", **flash_order(world))["order_id"]}


# --- taobao --------------------------------------------------------------------------------------------------


def item(world: World) -> dict[str, Any]:
    return dict(say(world, "taobao_item_search", query="猫粮")["items"][0])


def an_offer(world: World) -> dict[str, Any]:
    for found in say(world, "taobao_item_search", query="猫粮 充电器", limit=50)["items"]:
        claimable = say(world, "taobao_coupon_list", item_id=found["item_id"])["claimable"]
        if claimable:
            return {"offer_id": claimable[0]["offer_id"]}
    raise AssertionError("no shop of the small world has a coupon")


def sku(world: World) -> str:
    detail = say(world, "taobao_item_detail", item_id=item(world)["item_id"])
    return str(next(one["sku_id"] for one in detail["skus"] if one["stock"] > 0))


def goods(world: World) -> dict[str, Any]:
    return {"lines": [{"sku_id": sku(world), "quantity": 1}], "address_id": home(world)}


def two_shops(world: World) -> dict[str, Any]:
    """A basket of two shops, while a sale counts over both."""
    world.arrange("taobao", "campaign", {"every": "50", "off": "5", "kinds": ["flagship", "tmall", "personal"]})
    lines, shops = [], set()
    for found in say(world, "taobao_item_search", query="猫粮", limit=50)["items"]:
        detail = say(world, "taobao_item_detail", item_id=found["item_id"])
        stocked = [one["sku_id"] for one in detail["skus"] if one["stock"] > 0]
        if stocked and found["shop_id"] not in shops:
            shops.add(found["shop_id"])
            lines.append({"sku_id": stocked[0], "quantity": 1})
    return {"lines": lines[:2], "address_id": home(world)}


def taobao_ordered(world: World) -> dict[str, Any]:
    made = say(world, "taobao_order_create", **goods(world), request_no="cat food")
    return {"order_id": made["orders"][0]["order_id"] if "orders" in made else made["order_id"]}


def taobao_in(state: str) -> Callable[[World], dict[str, Any]]:
    """The person's order in a state."""
    return seen("taobao_order_list", "orders.0.order_id", state=state, query="T恤")


def taobao_delivered(world: World) -> dict[str, Any]:
    past = {"query": "跑鞋", "created_at": "2026-02-27T10:00", "account": "wallet:U1"}
    return {"order_id": world.arrange("taobao", "past_order", past)}


def after_sale(world: World) -> dict[str, Any]:
    order = taobao_delivered(world)
    case = say(world, "taobao_after_sale_apply", **order, kind="return_and_refund", reason="size")
    return {"after_sale_id": case["after_sale_id"]}


# --- fliggy --------------------------------------------------------------------------------------------------


def traveller(world: World) -> str:
    known = say(world, "fliggy_traveller_list")["travellers"]
    return str((known[0] if known else say(world, "fliggy_traveller_add", **TRAVELLER))["traveller_id"])


def flight(world: World) -> dict[str, Any]:
    found = say(world, "fliggy_flight_search", **{**FROM_TO, "to_city": "北京"})
    return dict(found["flights"][0])


def flight_booking(world: World) -> dict[str, Any]:
    return {
        "itinerary_id": flight(world)["itinerary_id"],
        "travellers": [traveller(world)],
        "request_no": "flight",
    }


def train_id(world: World, n: int = 0) -> str:
    return str(say(world, "fliggy_train_search", **FROM_TO)["trains"][n]["train_id"])


def train_booking(world: World) -> dict[str, Any]:
    return {
        "train_id": train_id(world),
        "seat_class": "second",
        "travellers": [traveller(world)],
        "request_no": "train",
    }


def hotel(world: World) -> dict[str, Any]:
    return dict(say(world, "fliggy_hotel_search", **NIGHTS)["hotels"][0])


def hotel_booking(world: World) -> dict[str, Any]:
    nights = {"check_in": NIGHTS["check_in"], "check_out": NIGHTS["check_out"]}
    detail = say(world, "fliggy_hotel_detail", hotel_id=hotel(world)["hotel_id"], **nights)
    return {"plan_id": detail["plans"][0]["plan_id"], **nights, "guests": [traveller(world)], "request_no": "hotel"}


def free_slots(world: World, day: str) -> dict[str, str]:
    """Tickets that are to be had on a day, each with its first free slot."""
    found = say(world, "fliggy_ticket_search", city="杭州", date=day, limit=50)["tickets"]
    slots = [(ticket["ticket_id"], slot) for ticket in found for slot in ticket["slots"] if slot["left"] > 0]
    return {ticket_id: slot["slot"] for ticket_id, slot in reversed(slots)}


def ticket_booking(world: World) -> dict[str, Any]:
    both = free_slots(world, "2026-03-11").keys() & free_slots(world, "2026-03-10").keys()
    ticket_id = min(both)
    return {"ticket_id": ticket_id, "date": "2026-03-10", "slot": free_slots(world, "2026-03-10")[ticket_id]}


def moved_ticket(world: World) -> dict[str, Any]:
    ticket = ticket_booking(world)["ticket_id"]
    order = booked("fliggy_ticket_book", ticket_booking)(world)
    return {**order, "date": "2026-03-11", "slot": free_slots(world, "2026-03-11")[ticket]}


def booked(tool: str, args: Callable[[World], dict[str, Any]]) -> Callable[[World], dict[str, Any]]:
    """Book, pay, and wait until the seller has confirmed."""

    def book(world: World) -> dict[str, Any]:
        made = say(world, tool, **args(world))
        pay(world, made["out_trade_no"])
        say(world, "clock_wait", seconds=2 * HOUR // 1000, wake_on_notice=False)
        return {"order_id": made["order_id"]}

    return book


def next_train(world: World) -> dict[str, Any]:
    return {**booked("fliggy_train_book", train_booking)(world), "new_id": train_id(world, 1)}


def held_flight(world: World) -> dict[str, Any]:
    held = {**flight_booking(world), "request_no": "hold"}
    return {"hold_id": say(world, "fliggy_flight_hold", **held)["hold_id"]}


def another_night(world: World) -> dict[str, Any]:
    order = booked("fliggy_hotel_book", hotel_booking)(world)
    return {**order, "check_in": NIGHTS["check_in"], "check_out": "2026-03-16"}


SAMPLES: dict[str, list[Sample]] = {
    "clock_wait": [{"seconds": DAY // 1000}],
    "maps_direction_walking": [TRIP],
    "maps_direction_bicycling": [TRIP],
    "maps_direction_driving": [BOOKED],
    "maps_distance": [{"origins": f"{LAKE}|{BUND}", "destination": STATION, "type": 1}],
    "maps_direction_transit_integrated": [{"origin": LAKE, "destination": BUND, "city": "杭州", "cityd": "上海"}],
    "maps_search_detail": [seen("maps_text_search", "pois.0.id", keywords="西湖")],
    "amap_ride_estimate": [TRIP, BOOKED],
    "amap_ride_order": [TRIP, BOOKED],
    "amap_ride_status": [a_ride],
    "amap_ride_cancel": [a_ride],
    "amap_ride_fare": [a_ride, seen("amap_ride_list", "rides.1.ride_id")],
    "amap_ride_dispute": [also(seen("amap_ride_list", "rides.1.ride_id"), reason="duplicate_charge")],
    "amap_ride_dispute_status": [
        lambda world: {
            "case_id": say(
                world, "amap_ride_dispute", reason="other", **seen("amap_ride_list", "rides.1.ride_id")(world)
            )["case_id"]
        }
    ],
    "user_address_add": [{"label": "hotel", "text": "北山街1号", "city": "杭州", "location": LAKE}],
    "user_calendar_conflicts": [
        {},
        {"plan": {"start": "2026-03-05T15:30", "end": "2026-03-05T16:30", "location": BUND}, "mode": "transit"},
    ],
    "user_payment_preferences": [{"category": "food"}],
    "user_confirm": [offer],
    "alipay_collect_query": [collected],
    "alipay_collect_request": [lambda world: {"contact_ids": [contact(world)], "amount_each": "114.00"}],
    "alipay_mandate_apply": [
        {
            "purpose": "早餐",
            "categories": ["food"],
            "single_limit": "30",
            "valid_to": "2026-04-01T00:00",
            "request_no": "m",
        }
    ],
    "alipay_mandate_pay": [lambda world: {**the_mandate(world), **a_trade(world), "request_no": "within"}],
    "alipay_mandate_query": [the_mandate],
    "alipay_mandate_revoke": [the_mandate],
    "alipay_mandate_suspend": [the_mandate],
    "alipay_mandate_resume": [suspended_mandate],
    "alipay_order_prepay": [a_trade, lambda world: {**the_mandate(world), **a_trade(world)}],
    "alipay_pay": [also(a_trade, request_no="ride"), also(a_trade, request_no="two", rest_method_id="card:6222")],
    "alipay_payee_check": [{"account": "wangfang"}],
    "alipay_payment_query": [asked_payment],
    "alipay_receipt": [old_payment],
    "alipay_refund_request": [also(old_payment, reason="duplicate")],
    "alipay_trade_query": [past_payment],
    "alipay_transfer": [
        lambda world: {"contact_id": contact(world), "amount": "200", "request_no": "share"},
        {"payee_account": "wangfang", "amount": "5", "request_no": "tea"},
    ],
    "alipay_utility_bill_open": [the_bill],
    "flash_shop_search": [lambda world: {"address_id": home(world), "query": "咖啡"}],
    "flash_shop_detail": [lambda world: {"shop_id": dish(world)["shop_id"], "address_id": home(world)}],
    "flash_dish_search": [{"location": LAKE, "query": "kopi susu"}],
    "flash_menu": [lambda world: {"shop_id": dish(world)["shop_id"]}],
    "flash_dish_detail": [lambda world: {"dish_id": dish(world)["dish_id"]}],
    "flash_basket_preview": [basket],
    "flash_order_create": [flash_order, lambda world: {**flash_order(world), "request_no": ""}],
    "flash_order_detail": [flash_ordered, flash_paid],
    "flash_order_status": [flash_ordered, flash_paid],
    "flash_order_cancel": [flash_ordered, flash_paid],
    "flash_order_note": [also(flash_ordered, note="放前台")],
    "taobao_item_search": [{"query": "charger hp 65w"}],
    "taobao_item_detail": [lambda world: {"item_id": item(world)["item_id"]}],
    "taobao_item_reviews": [lambda world: {"item_id": item(world)["item_id"]}],
    "taobao_shop_detail": [lambda world: {"shop_id": item(world)["shop_id"]}],
    "taobao_coupon_claim": [also(an_offer, request_no="coupon")],
    "taobao_cart_update": [lambda world: {"sku_id": sku(world), "quantity": 2}],
    "taobao_order_preview": [goods],
    "taobao_order_create": [lambda world: {**goods(world), "request_no": "cat food"}],
    "taobao_campaign_list": [{"coming": True}],
    "taobao_checkout_preview": [two_shops],
    "taobao_checkout_create": [also(two_shops, request_no="two shops")],
    "taobao_order_detail": [taobao_ordered, taobao_in("shipped")],
    "taobao_order_cancel": [also(taobao_ordered, request_no="no"), also(taobao_in("paid"), request_no="no")],
    "taobao_change_address": [
        lambda world: {
            **taobao_ordered(world),
            "address_id": say(world, "user_addresses")["addresses"][1]["address_id"],
        }
    ],
    "taobao_logistics": [taobao_delivered, taobao_in("shipped"), taobao_in("unpaid")],
    "taobao_confirm_receipt": [taobao_delivered],
    "taobao_message_to_seller": [also(taobao_delivered, text="小了", request_no="small")],
    "taobao_after_sale_apply": [
        also(taobao_delivered, kind="return_and_refund", reason="size", request_no="small"),
    ],
    "taobao_after_sale_detail": [after_sale],
    "taobao_after_sale_cancel": [also(after_sale, request_no="keep")],
    "fliggy_flight_search": [FROM_TO | {"to_city": "北京"}],
    "fliggy_flight_detail": [lambda world: {"itinerary_id": flight(world)["itinerary_id"]}],
    "fliggy_flight_book": [flight_booking],
    "fliggy_place_lookup": [{"query": "上海", "kind": "airport"}],
    "fliggy_flight_hold": [flight_booking],
    "fliggy_flight_hold_list": [{"state": "held"}],
    "fliggy_flight_hold_release": [held_flight],
    "fliggy_baggage_add": [also(booked("fliggy_flight_book", flight_booking), kg=10, request_no="bag")],
    "fliggy_hotel_change_quote": [another_night],
    "fliggy_hotel_change": [also(another_night, request_no="longer")],
    "fliggy_flight_status": [
        lambda world: {"flight_no": flight(world)["segments"][0]["flight_no"], "date": FROM_TO["date"]}
    ],
    "fliggy_train_search": [FROM_TO],
    "fliggy_train_detail": [lambda world: {"train_id": train_id(world)}],
    "fliggy_train_book": [train_booking],
    "fliggy_hotel_search": [NIGHTS],
    "fliggy_hotel_detail": [
        lambda world: {
            "hotel_id": hotel(world)["hotel_id"],
            "check_in": NIGHTS["check_in"],
            "check_out": NIGHTS["check_out"],
        }
    ],
    "fliggy_hotel_book": [hotel_booking],
    "fliggy_ticket_search": [{"city": "杭州", "date": "2026-03-07"}],
    "fliggy_ticket_book": [ticket_booking],
    "fliggy_ticket_change": [moved_ticket],
    "fliggy_traveller_add": [TRAVELLER],
    "fliggy_order_detail": [booked("fliggy_train_book", train_booking)],
    "fliggy_cancel_quote": [booked("fliggy_train_book", train_booking)],
    "fliggy_order_cancel": [booked("fliggy_train_book", train_booking)],
    "fliggy_change_quote": [next_train],
    "fliggy_order_change": [also(next_train, request_no="later")],
}
