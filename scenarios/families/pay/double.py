"""Charged twice: what was taken too much is to come back to where it came from, and what only looks alike is not."""

from __future__ import annotations

import datetime as dt

from mock_services.money import format_yuan, parse_yuan
from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Miss, Pen
from scenarios.speech import Text


def write(pen: Pen) -> None:
    """Level 1 is one double charge among ordinary payments; 2 asks what came back; 3 has two, 4 also a bill to pay."""
    pen.cast(hours=(10, 21))
    card = purse.card(pen, fen=500_000)
    purse.accounts(pen, 200_000, card, credit=200_000)
    kinds = pen.draws.sample(("place", "ride", "parcel"), 3, "kinds")
    kinds = kinds[:1] if pen.level <= 2 else kinds[:2]
    amounts = []
    for i, kind in enumerate(kinds):
        amount, what, day = {"place": _place, "ride": _ride, "parcel": _parcel}[kind](pen, f"twice{i}", card["id"])
        amounts.append(amount)
        pen.say(f"twice_{kind}" if i == 0 else f"twice_{kind}_too", what=what, day=day)
    pen.say("back" if len(kinds) == 1 else "back_all")
    for i, amount in enumerate(amounts):
        pen.want("refund", order=f"$twice{i}", amount_fen=amount)
        part = "refund" if i == 0 else f"refund#{i + 1}"
        pen.reveal(**{part: "user_order_history.orders.order_id, user_order_history.orders.out_trade_no"})
        pen.reveal(**{f"{part}.amount": "user_order_history.orders.amount"})
    if pen.level in (2, 3):
        pen.say("tell_me", topic="other")
        # Which amounts came back is what they want to hear; any of them is a true thing to say.
        pen.want("told", fact="refund", is_=[format_yuan(amount) for amount in (*amounts, sum(amounts))])
        said = {"zh": "多少", "en": "how much", "id": "berapa"}[pen.locale]
        pen.reveal(**{"told": f'words "{said}"', "told.is": "user_order_history.orders.amount"})
    if pen.level == 4:
        row = things.pick(pen, "bills")
        amount = purse.bill(pen, row, "bill")
        pen.say("pay_too", bill=things.text(row))
        purse.want_bill(pen, "bill", amount)
        purse.reveal_bills(pen)
        pen.plan("lost-ack-pay", faults=purse.LOST)
    pen.plan("outage", faults=purse.OUTAGE)
    pen.plan(
        "query-503", faults=[{"kind": "server_error", "tool": "user_order_history", "attempts": [1, 2], "limit": 2}]
    )


def _moment(pen: Pen, name: str, ago: int) -> dt.datetime:
    hour, minute = pen.between(9, 19, "hour", name), 5 * pen.between(0, 11, "minute", name)
    return dt.datetime.combine(pen.now.date() - dt.timedelta(ago), dt.time(hour, minute))


def _place(pen: Pen, name: str, card: str) -> tuple[int, Text, Text]:
    row = things.pick(pen, "places", name)
    amount = purse.fen_between(pen, row["low"], row["high"], "paid", name)
    ago = pen.between(1, 3, "ago", name)
    at = _moment(pen, name, ago)
    base = {"payee": f"shop-{row['payee']}", "payee_name": row["payee"], "subject": row["payee"]}
    base |= {"amount": format_yuan(amount), "category": row["category"], "method_id": card}
    gap = pen.between(3, 90, "gap", name)
    pen.setup("alipay.past_payment", {**base, "at": f"{at:%Y-%m-%dT%H:%M}", "duplicate": True, "gap_s": gap}, name)
    # They go there often and pay the same: the payment of another day was right.
    earlier = at - dt.timedelta(days=pen.between(2, 9, "earlier", name), minutes=35)
    pen.setup("alipay.past_payment", {**base, "at": f"{earlier:%Y-%m-%dT%H:%M}"})
    return amount, things.text(row), _ago(ago)


def _ride(pen: Pen, name: str, card: str) -> tuple[int, Text, Text]:
    ago = pen.between(1, 3, "ago", name)
    amount = purse.fen_between(pen, 14, 88, "fare", name)
    args = {
        "origin": pen.spot("from", name)["place"],
        "destination": pen.spot("to", name)["place"],
        "account": f"card:U1:{card[5:]}",
        "fare": format_yuan(amount),
        "ordered_at": f"{_moment(pen, name, ago):%Y-%m-%dT%H:%M}",
    }
    pen.setup("amap.past_ride", {**args, "payments": 2}, name)
    other = {**args, "ordered_at": f"{_moment(pen, 'other' + name, ago + 2):%Y-%m-%dT%H:%M}"}
    pen.setup("amap.past_ride", other)
    return amount, Text(zh="打车", en="ride", id="taksi"), _ago(ago)


def _parcel(pen: Pen, name: str, card: str) -> tuple[int, Text, Text]:
    row = things.pick(pen, "market", name)
    ago = pen.between(1, 3, "ago", name)
    hits = pen.look("taobao_item_search", query=row["zh"], ship_to=pen.named("address.home"), limit=20)["items"]
    hit = pen.pick([one for one in hits if one["in_stock"] and one["delivery_days"] is not None], "item", name)
    at = _moment(pen, name, ago)
    args = {"item_id": hit["item_id"], "account": f"card:U1:{card[5:]}", "created_at": f"{at:%Y-%m-%dT%H:%M}"}
    arrives = pen.now + dt.timedelta(days=2)
    args |= {"state": "paid", "arrives_at": f"{arrives:%Y-%m-%dT18:00}", "paid_twice": True}
    pen.setup("taobao.past_order", args, name)
    detail = pen.look("taobao_order_detail", order_id=pen.named(name))
    if detail["state"] != "paid":
        raise Miss("the parcel is gone already")
    return parse_yuan(detail["total"]), things.text(row), _ago(ago)


def _ago(days: int) -> Text:
    return (
        Text(zh="昨天", en="yesterday", id="kemarin"),
        Text(zh="前天", en="the day before yesterday", id="kemarin lusa"),
        Text(zh="大前天", en="three days ago", id="tiga hari lalu"),
    )[days - 1]


FAMILY = Family("pay-double", write, (1, 2, 3, 4))
