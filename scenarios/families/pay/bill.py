"""Household bills: which of them, from which method, and up to what amount without a word."""

from __future__ import annotations

from typing import Any

from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text


def write(pen: Pen) -> None:
    """Level 1 is one bill of several kinds; then methods, bills of one kind, a limit; from 3 on several are paid."""
    pen.cast(hours=(8, 22))
    rows = pen.draws.sample(things.things("bills"), 4, "kinds")
    if rows[-1]["kind"] == "phone":
        rows.reverse()  # no landlord pays for one's phone
    first, second = purse.card(pen, 1, fen=900_000), purse.card(pen, 2, fen=600_000)
    if first["id"] == second["id"]:
        raise Miss("one card twice")
    purse.accounts(pen, 120_000, first, second, credit=300_000)
    variant = {1: "plain", 2: pen.pick(("method", "twins", "limit"), "variant")}.get(pen.level, "")
    if pen.level <= 2:
        _one(pen, rows, variant, first["id"], first["text"])
    else:
        _several(pen, rows, 2 if pen.level == 3 else 3, (first, second))
    purse.paying_plans(pen)


def _one(pen: Pen, rows: list[dict[str, Any]], variant: str, card: str, card_text: Text) -> None:
    number = f"{pen.between(10**9, 10**10 - 1, 'mine')}"
    amount = purse.bill(pen, rows[0], "mine", account_no=number)
    for i, row in enumerate(rows[1:3]):
        purse.bill(pen, row, f"other{i}")
    pen.say("need", bill=things.text(rows[0]))
    if variant == "twins":
        # A second household's bill of the same kind; only the number tells them apart.
        other = f"{(int(number) + pen.between(1, 8999, 'twin')) % 10**10:010d}"
        if other[-4:] == number[-4:]:
            raise Miss("both numbers end alike")
        purse.bill(pen, rows[0], "twin", account_no=other)
        pen.say("which", topic="order", no=number[-4:])
    limit = 0
    if variant == "limit":
        above = pen.chance(0.6, "above")
        limit = (amount * pen.between(60, 90, "share") // 100 if above else amount * 13 // 10) // 1000 * 1000
        if limit < 2000 or (limit >= amount) == above:
            raise Miss("no round limit")
        pen.say("ask_above", topic="budget", most=fen(limit))
        pen.data["consent"] = {"up_to": limit / 100}
        if above:
            pen.want("asked", topic="permission")
    method = ""
    if variant in ("method", "twins") or (variant == "limit" and limit >= amount):
        method = pen.pick(("credit", card), "method")
        pen.say("by", topic="method", method=purse.METHODS.get(method, card_text))
    purse.want_bill(pen, "mine", amount, method)
    purse.reveal_bills(pen, method)


def _several(pen: Pen, rows: list[dict[str, Any]], count: int, cards: tuple[dict[str, Any], ...]) -> None:
    amounts = [purse.bill(pen, row, f"bill{i}") for i, row in enumerate(rows)]
    pen.say("these", bills=[things.text(row) for row in rows[:count]])
    pen.say("skip", bill=things.text(rows[-1]))
    # One method for all of them, or the dearest of them from another.
    methods = [""] * count
    if count == 2 or pen.chance(0.5, "one method"):
        method = pen.pick(("credit", cards[0]["id"]), "method")
        methods = [method] * count
        pen.say("all_by", topic="method", method=purse.METHODS.get(method, cards[0]["text"]))
    else:
        methods = [cards[0]["id"], *[cards[1]["id"]] * (count - 1)]
        pen.say("split_by", topic="method", bill=things.text(rows[0]), method=cards[0]["text"], other=cards[1]["text"])
    for i in range(count):
        purse.want_bill(pen, f"bill{i}", amounts[i], methods[i])
    purse.reveal_bills(pen, *methods)


FAMILY = Family("pay-bill", write, (1, 2, 3, 4))
