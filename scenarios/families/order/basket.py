"""Several things of the marketplace for the least money in all: coupons, shipping and a cross-shop sale pull different
ways, so that what is cheapest alone need not be so together."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order import market
from scenarios.families.pen import Miss, Pen, fen
from scenarios.grading import baskets
from scenarios.speech import Text
from scenarios.wants import OrderWant

LEAST = Text(zh="总价最低", en="the lowest total", id="total paling murah")
"""What is asked for."""

TOLERANCE = 100
"""How far from the least a total may be, in fen: nobody minds a yuan."""


def write(pen: Pen) -> None:
    """Three things for the least; a day and a limit as well; a variant that is asked for and two of one thing."""
    pen.cast(country="CN", hours=(8, 21))
    label = kit.place(pen)
    rows = _rows(pen, 3)
    counts = [2 if pen.level == 5 and i == 1 else 1 for i in range(len(rows))]
    kept = pen.level == 5
    offers = [market.offers(pen, row, label)[0] for row in rows]
    alone = sum(one.fen * n for one, n in zip(offers, counts, strict=True))
    _sale(pen, alone)
    until = max(one.arrives for one in offers) + dt.timedelta(pen.between(1, 2, "slack"))
    items = [{**market.item(row), **({"qty": n} if n > 1 else {})} for row, n in zip(rows, counts, strict=True)]
    goal: dict[str, Any] = {"items": items, "to": label, "choice": "cheapest", "tolerance": TOLERANCE / 100}
    if pen.level >= 4:
        goal["by"] = f"{until} 23:59"
    best = _least(pen, goal, label, until if pen.level >= 4 else None)
    if best + 3 * TOLERANCE > alone:
        raise Miss("to buy each by itself is as cheap")
    what = [market.thing_of(row, n, kept=kept and i == 0) for i, (row, n) in enumerate(zip(rows, counts, strict=True))]
    pen.say("need", topic="item", what=what)
    pen.say("least", least=LEAST)
    if kept:
        pen.say("ask_variant", which=market.plain(rows[0]))
        pen.want("asked", topic=["option", "item"])
        pen.keep("variant", "option", variant=market.variant(rows[0]), which=market.plain(rows[0]))
    where = kit.say_place(pen, label)
    if pen.level >= 4:
        most = kit.round_up(best * 1.06, 500)
        goal["total_at_most"] = most / 100
        pen.say("until", topic="date", day=until)
        pen.say("budget", topic="budget", most=fen(most))
    pen.want("taobao_order", **goal)
    pen.reveal(**{"taobao_order": "words", "taobao_order.to": where, "taobao_order.choice": kit.spoken(pen, LEAST)})
    for i, (row, thing) in enumerate(zip(rows, what, strict=True)):
        said = kit.heard(things.said(thing, pen.locale))
        spec = kit.spoken(pen, market.variant(row), "option") if kept and i == 0 else said
        pen.reveal(**{f"taobao_order.items.{i}.item": said, f"taobao_order.items.{i}.options": spec})
    pen.data["limits"] = {"calls": 400}
    kit.may_break(
        pen,
        tuple(
            (name, {**fault, "tool": fault["tool"].replace("taobao_order_create", "taobao_checkout_create")})
            for name, fault in kit.TAOBAO_PLANS
        ),
    )


def _rows(pen: Pen, count: int) -> list[dict[str, Any]]:
    """Different wares, drawn."""
    wares = things.things("wares")
    found: list[dict[str, Any]] = []
    for row in pen.draws.sample(wares, len(wares), "wares"):
        if all(row["plain"] != other["plain"] for other in found):
            found.append(row)
    return found[:count]


def _sale(pen: Pen, alone: int) -> None:
    """A sale whose step lies a little above or below what the things cost alone, and a coupon or two."""
    every = max(5000, round(alone * pen.pick((0.5, 0.8, 1.0, 1.05), "every") / 1000) * 1000)
    off = max(1000, round(every * pen.pick((0.1, 0.15, 0.2), "off") / 500) * 500)
    pen.setup("taobao.campaign", {"every": every / 100, "off": off / 100})
    for i in range(pen.between(1, 2, "coupons")):
        over = max(3000, round(alone * pen.pick((0.3, 0.45, 0.6), "over", i) / 1000) * 1000)
        less = max(500, round(over * pen.pick((0.08, 0.12), "less", i) / 100) * 100)
        title = f"满{over // 100}减{less // 100}"
        pen.setup("taobao.coupon", {"title": title, "threshold": over / 100, "discount": less / 100})


def _least(pen: Pen, goal: dict[str, Any], label: str, until: dt.date | None) -> int:
    """The least that everything can cost together, in fen.

    Raises:
        Miss: it is not to be had.
    """
    want = OrderWant.model_validate(goal)
    best = baskets.cheapest(lambda tool, args: pen.look(tool, **args), want, pen.named(f"address.{label}"), until)
    if best is None:
        raise Miss("something is not to be had in time")
    return best.fen


FAMILY = Family("order-basket", write, (3, 4, 5))
