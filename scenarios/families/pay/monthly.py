"""More bills than money: those due first are paid as far as an amount reaches, and the rest is left alone."""

from __future__ import annotations

import datetime as dt

from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Miss, Pen, fen

PAID = {2: 1, 3: 2, 4: 3, 5: 4}
"""How many of the bills the amount pays on a level."""


def write(pen: Pen) -> None:
    """Each level has one more bill that is paid; the highest also says from which card."""
    pen.cast(hours=(8, 22))
    card = purse.card(pen, fen=600_000)
    purse.accounts(pen, 300_000, card, credit=0)
    paid = PAID[pen.level]
    rows = pen.draws.sample(things.things("bills"), 5, "kinds")
    days = sorted(pen.draws.sample(range(1, 13), 5, "due"))
    amounts = [purse.bill(pen, row, f"bill{i}", due=day) for i, (row, day) in enumerate(zip(rows, days, strict=True))]
    reached = sum(amounts[:paid])
    # The next one does not fit, and nothing smaller that is due later does either: there is one way to go by urgency.
    room = min(amounts[paid:])
    most = -(-(reached + room * pen.between(5, 60, "room") // 100) // 1000) * 1000
    if not reached <= most < reached + room:
        raise Miss("no round limit between")
    # The last one may be due only after the day that is spoken of.
    until = pen.now.date() + dt.timedelta(days[-1] if pen.chance(0.5, "all") else days[-2])
    pen.data["limits"] = {"budget": most / 100}
    pen.say("due", until=until)
    pen.say("cap", topic="budget", most=fen(most))
    pen.say("urgent_first", topic="order")
    method = ""
    if pen.level >= 5 and pen.chance(0.5, "method"):
        method = card["id"]
        pen.say("by", topic="method", method=card["text"])
    for i in range(paid):
        purse.want_bill(pen, f"bill{i}", amounts[i], method)
    purse.reveal_bills(pen, *[method] * paid)
    purse.paying_plans(pen)


FAMILY = Family("pay-monthly", write, (2, 3, 4, 5))
