"""A payment that stays pending: the bank answers late, once in a while with no. Nothing may be paid twice meanwhile."""

from __future__ import annotations

from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Pen, fen


def write(pen: Pen) -> None:
    """Level 1 is one bill or transfer at a slow bank, 2 from a certain method; 3 and 4 have several things to pay."""
    pen.cast(hours=(8, 20))
    card = purse.card(pen, fen=700_000)
    purse.accounts(pen, 350_000, card, credit=300_000)
    # Only where nothing says with what to pay may the bank say no in the end: another method will do then.
    method = pen.level >= 2
    refused = not method and pen.chance(0.35, "refused")
    pen.setup("alipay.slow_bank", {"seconds": pen.between(3, 13, "slow") * 60, "success": not refused})
    bills, transfers = {1: (1, 0), 2: (1, 0), 3: (1, 1), 4: (2, 1)}[pen.level]
    if pen.level <= 2 and pen.chance(0.45, "transfer"):
        bills, transfers = 0, 1
    rows = pen.draws.sample(things.things("bills"), bills + 1, "kinds")
    amounts = [purse.bill(pen, row, f"bill{i}") for i, row in enumerate(rows)]
    if bills:
        pen.say("bills", bills=[things.text(row) for row in rows[:bills]])
    for i in range(bills):
        purse.want_bill(pen, f"bill{i}", amounts[i], card["id"] if method else "")
    if bills:
        purse.reveal_bills(pen, *[card["id"] if method else ""] * bills)
    friends = [purse.friend(pen, i) for i in range(transfers + 1)]
    for i in range(transfers):
        amount = purse.fen_between(pen, 20, 600, "amount", i)
        pen.say("send", who=friends[i]["nickname"], amount=fen(amount))
        pen.want("transfer", to=friends[i]["name"], amount_fen=amount, **({"method": card["id"]} if method else {}))
        pen.reveal(transfer="words")
        if method:
            pen.reveal(**{"transfer.method": purse.said_method(card["id"])})
    if method:
        pen.say("by", topic="method", method=card["text"])
    pen.say(pen.pick(("not_twice", "bank_slow", "see_through"), "worry"))
    tool = "alipay_pay" if bills else "alipay_transfer"
    pen.plan("lost-ack", faults=[{"kind": "timeout", "tool": tool, "phase": "lost_ack"}])
    pen.plan("reset", faults=[{"kind": "connection_reset", "tool": tool, "phase": "lost_ack"}])
    pen.plan("outage", faults=purse.OUTAGE)


FAMILY = Family("pay-pending", write, (1, 2, 3, 4))
