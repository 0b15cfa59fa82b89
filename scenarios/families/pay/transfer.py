"""Money to friends: to the right one of two of the same name, from the right card, with the right words."""

from __future__ import annotations

from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Pen, fen

COUNT = {1: 1, 2: 1, 3: 2, 4: 3}
"""How many transfers there are on a level."""


def write(pen: Pen) -> None:
    """Level 1 is how much to whom; 2 adds a card, a memo or a namesake; 3 and 4 send to several."""
    pen.cast(hours=(8, 22))
    card = purse.card(pen, fen=800_000)
    purse.accounts(pen, 400_000, card, credit=200_000)
    reasons = pen.draws.sample(things.things("reasons"), 3, "reasons")
    relations = pen.draws.sample(things.things("relations"), 3, "relations")
    count = COUNT[pen.level]
    friends = [purse.friend(pen, i, relation=relations[i]) for i in range(count)]
    twin = pen.level >= 2 and pen.chance(0.6, "twin")
    if twin:
        purse.namesake(pen, friends[0])
    purse.friend(pen, "bystander")
    fields = [
        {"amount_fen": purse.fen_between(pen, 15, 480, "amount", i), "to": friends[i]["name"]} for i in range(count)
    ]
    for i, one in enumerate(fields):
        slots = {"amount": fen(int(one["amount_fen"])), "who": friends[i]["nickname"]}
        pen.say("send" if i == 0 else "send_also", **slots)
    if twin:
        pen.say("which", topic="contact", who=friends[0]["nickname"], rel=friends[0]["relation_text"])
    method = pen.level >= 3 or (pen.level == 2 and pen.chance(0.5, "method"))
    if method:
        pen.say("by" if count == 1 else "all_by", topic="method", method=card["text"])
    memos = pen.level == 2 or pen.chance(0.6, "memo")
    if pen.level >= 2 and (memos or not method):
        # The memo is quoted, so it is the same whatever language the rest is in.
        memo = things.text(reasons[0]).get(pen.locale)
        fields[0]["memo"] = memo
        pen.say("memo" if count == 1 else "memo_for", who=friends[0]["nickname"], memo=memo)
    for i, one in enumerate(fields):
        pen.want("transfer", **one, **({"method": card["id"]} if method else {}))
        part = "transfer" if i == 0 else f"transfer#{i + 1}"
        pen.reveal(**{part: "words", f"{part}.to": "words, user_contacts.contacts.name"})
        if method:
            pen.reveal(**{f"{part}.method": purse.said_method(card["id"])})
    purse.sending_plans(pen)


FAMILY = Family("pay-transfer", write, (1, 2, 3, 4))
