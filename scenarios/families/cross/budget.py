"""Three things of different kinds out of one purse: something to eat, what has to be paid, and a way to go."""

from __future__ import annotations

from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pay import purse
from scenarios.families.pen import Miss, Pen, fen
from scenarios.families.travel import roads
from scenarios.speech import Text


def write(pen: Pen) -> None:
    """Drinks, a bill, and a train or money for a friend."""
    away = roads.rail_city(pen) if pen.chance(0.6, "journey") else None
    if away is None:
        pen.cast()
    # They write in the day, whatever the journey.
    pen.cast(city=pen.city.id, hours=(9, 17))
    label = kit.place(pen)
    bill = things.pick(pen, "bills")
    owed = purse.bill(pen, bill, "due")
    drink = things.pick(pen, "drinks")
    count = pen.between(2, 5, "count")
    pen.say("need", topic="item", what=things.thing(drink, count), place=things.LABELS[label])
    pen.say("bill", bill=things.text(bill))
    total = price(pen, drink, label) * count + 900 + owed
    pen.want("flash_order", **things.goods(drink), qty=count, to=label)
    purse.want_bill(pen, "due", owed)
    if away is None:
        friend = pen.contact(account=pen.phone("account"))
        amount = pen.between(5, 30, "amount") * 1000
        total += amount
        pen.say("send", topic="payee", who=Text(zh=friend["name"]), amount=fen(amount))
        pen.want("transfer", to=friend["name"], amount_fen=amount)
        pen.reveal(transfer="words")
    else:
        day = roads.day_ahead(pen, 1, 4)
        train = roads.departure(pen, "train", pen.city.id, away.id, day)
        pen.say("train", topic="date", day=day, city=roads.named(pen.city), away=roads.named(away))
        pen.want("train", from_=pen.city.id, to=away.id, date=day.isoformat())
        pen.reveal(train="words")
        total += _cheapest(pen, away.id, day.isoformat(), train)
    most = kit.round_up(total * 1.06, 1000)
    if most > 280_000:
        raise Miss("more than the balance holds")
    pen.say("one_budget", topic="budget", most=fen(most))
    pen.data["limits"] = {"budget": most / 100}
    purse.reveal_bills(pen)
    pen.reveal(
        **{
            "flash_order": "words",
            "flash_order.item": kit.heard(things.said(things.thing(drink, count), pen.locale)),
            "flash_order.to": kit.spoken(pen, things.LABELS[label]),
        }
    )
    pool: tuple[tuple[str, dict[str, Any]], ...] = (
        *kit.FLASH_PLANS,
        ("slow-bills", {"kind": "rate_limited", "tool": "alipay_utility_bills", "params": {"retry_after": 40}}),
        ("lost-ack-bill", {"kind": "timeout", "tool": "alipay_utility_bill_open", "phase": "lost_ack"}),
    )
    kit.may_break(pen, pool)


def _cheapest(pen: Pen, to: str, day: str, train: dict[str, Any]) -> int:
    shown = pen.look("fliggy_train_search", from_city=pen.city.id, to_city=to, date=day, sort="price", limit=10)[
        "trains"
    ]
    prices = [float(seat["price"]) for one in (*shown, train) for seat in one["seats"] if seat["seats_left"] >= 1]
    return round(min(prices) * 100)


FAMILY = Family("cross-budget", write, (5,))
