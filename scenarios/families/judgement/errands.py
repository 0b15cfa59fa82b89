"""Ordinary errands in which judgement is put to the test: goods, food, a bill, money to a friend, a train.

Each says its clauses, sets its want and says where that is found out. What makes the errand a test comes on top.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from mock_services.geo import City, fold, places
from mock_services.money import parse_yuan
from scenarios.families import things
from scenarios.families.pay import meal, purse
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text


class Wish(msgspec.Struct):
    """What is to be bought: a row of ``things``, how many, and what it costs at the cheapest as far as was looked.

    ``floor`` is less than it costs anywhere, in fen.
    """

    row: dict[str, Any]
    count: int
    label: str
    totals: list[tuple[int, dict[str, Any]]]
    floor: int = 0

    @property
    def fen(self) -> int:
        """What the cheapest costs with everything."""
        return self.totals[0][0]

    @property
    def hit(self) -> dict[str, Any]:
        """The cheapest, as the search shows it."""
        return self.totals[0][1]


def limit_above(amount: int, percent: int) -> int:
    """A round limit that leaves so much room above an amount, in fen: people say whole tens of yuan."""
    return -(-amount * percent // 100 // 1000) * 1000


# --- goods of the marketplace --------------------------------------------------------------------------------


def goods_wish(pen: Pen, count: int) -> Wish:
    """So many of a thing of the marketplace, sent home."""
    row = things.pick(pen, "market")
    totals = goods_totals(pen, row, count)
    return Wish(row, count, "home", totals, min(parse_yuan(hit["price"]) for _, hit in totals) * count)


def goods_totals(pen: Pen, row: dict[str, Any], count: int) -> list[tuple[int, dict[str, Any]]]:
    """What so many of a thing cost with delivery from the cheapest sellers, the cheapest first.

    Raises:
        Miss: nobody sells it.
    """
    address = pen.named("address.home")
    found = []
    phrases = things.phrases(row)
    args = {"ship_to": address, "sort": "price", "limit": 30}
    for hit in pen.look("taobao_item_search", query=phrases[0], **args)["items"]:
        if not hit["in_stock"] or hit["delivery_days"] is None or not says(hit["title"], phrases):
            continue
        detail = pen.look("taobao_item_detail", item_id=hit["item_id"], ship_to=address)
        if detail["limit_per_order"] < count:
            continue
        sku = min(
            (sku for sku in detail["skus"] if sku["stock"] >= count),
            key=lambda sku: (parse_yuan(sku["price"]), sku["sku_id"]),
            default=None,
        )
        if sku is None:
            continue
        lines = [{"sku_id": sku["sku_id"], "quantity": count}]
        shown = pen.look("taobao_order_preview", lines=lines, address_id=address)
        found.append((parse_yuan(shown["total"]), {**hit, "delivery_by": shown["delivery_by"]}))
        if len(found) == 3:
            break
    if not found:
        raise Miss("nobody sells it")
    return sorted(found, key=lambda one: (one[0], one[1]["item_id"]))


def says(title: str, phrases: Sequence[str]) -> bool:
    """Whether a title has one of the phrases."""
    return any(fold(phrase) in fold(title) for phrase in phrases)


def want_goods(pen: Pen, wish: Wish, part: str = "taobao_order", **limits: Any) -> None:
    """Want the goods, with these further limits."""
    many = {"qty": wish.count} if wish.count > 1 else {}
    pen.want("taobao_order", item=things.phrases(wish.row), **many, to="home", **limits)
    pen.reveal(**{part: "words"})
    if "not_" in limits:
        pen.reveal(**{f"{part}.to": "words"})


# --- food ----------------------------------------------------------------------------------------------------


def meal_wish(pen: Pen, count: int, group: str = "") -> Wish:
    """So much of something to eat or drink, brought to the home or the office."""
    label = pen.pick(("home", "company"), "label")
    if label == "company":
        pen.address("company")
    pen.person(at=label)
    row = things.pick(pen, group or pen.pick(("dishes", "drinks"), "group"))
    return Wish(row, count, label, meal.totals(pen, row, count, label), meal.floor(pen, row, count, label))


def want_meal(pen: Pen, wish: Wish, part: str = "flash_order", **limits: Any) -> None:
    """Want the food, with these further limits."""
    many = {"qty": wish.count} if wish.count > 1 else {}
    pen.want("flash_order", item=things.phrases(wish.row), **many, to=wish.label, **limits)
    pen.reveal(**{part: "words"})


def soon(pen: Pen, low: int, high: int) -> dt.datetime:
    """A half hour mark in so many minutes, of the same day.

    Raises:
        Miss: that is after midnight.
    """
    moment = pen.now + dt.timedelta(minutes=pen.between(low // 5, high // 5, "soon") * 5)
    if moment.date() != pen.now.date():
        raise Miss("too late in the day")
    return moment.replace(minute=moment.minute // 30 * 30)


# --- money ---------------------------------------------------------------------------------------------------


def bill(pen: Pen, *, others: int = 1) -> int:
    """A household bill to be paid, among others; returns what it costs."""
    rows = pen.draws.sample(things.things("bills"), others + 1, "kinds")
    amounts = [purse.bill(pen, row, f"bill{i}") for i, row in enumerate(rows)]
    pen.say("pay_bill", bill=things.text(rows[0]))
    purse.want_bill(pen, "bill0", amounts[0])
    purse.reveal_bills(pen)
    return amounts[0]


def send(pen: Pen, low: int = 40, high: int = 900) -> tuple[dict[str, Any], int]:
    """Money to a friend; returns the contact and the amount."""
    friend = purse.friend(pen, "to")
    purse.friend(pen, "bystander")
    amount = purse.fen_between(pen, low, high, "sent")
    pen.say("send_money", who=friend["nickname"], amount=fen(amount))
    pen.want("transfer", to=friend["name"], amount_fen=amount)
    pen.reveal(transfer="words")
    return friend, amount


# --- trains --------------------------------------------------------------------------------------------------


def train_options(pen: Pen, to: City, day: dt.date) -> list[dict[str, Any]]:
    """Trains from the person's city that can still be taken, with seats of the second class, in order of departure."""
    args: dict[str, Any] = {"from_city": pen.city.id, "to_city": to.id, "date": day.isoformat(), "limit": 50}
    if day == pen.now.date():
        args["depart_after"] = f"{pen.now:%H:%M}"
    found: dict[str, dict[str, Any]] = {}
    # A day has more trains than one page: each order of the list shows others. Sections of longer lines count, too.
    for sort in ("departure", "arrival", "price"):
        for through in (False, True):
            shown = pen.look("fliggy_train_search", **args, sort=sort, through=through)["trains"]
            found |= {one["train_id"]: one for one in shown}
    second = [
        one for one in found.values() if any(s["seat_class"] == "second" and s["seats_left"] for s in one["seats"])
    ]
    return sorted(second, key=lambda one: (one["depart"], one["train_id"]))


def other_city(pen: Pen, *about: object) -> City:
    """Another city of the same country."""
    return pen.pick([c for c in places().cities if c.country == pen.city.country and c.id != pen.city.id], *about)


def city_text(city: City) -> Text:
    """A city's name."""
    return Text(zh=city.name.zh, en=city.name.en, id=city.name.id)
