"""A shared bill: everybody is asked for their part, to the fen; some of it is paid back the other way."""

from __future__ import annotations

import datetime as dt

from mock_services.money import format_yuan
from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Pen, fen


def write(pen: Pen) -> None:
    """Level 1 halves a bill with one friend, 2 has more; from 3 on who came has to be asked, or money goes out."""
    pen.cast(hours=(9, 22))
    outing = things.pick(pen, "outings")
    count = {1: 1, 2: pen.between(2, 3, "friends"), 3: 3, 4: 3}[pen.level]
    relations = pen.draws.sample(things.things("relations"), 5, "relations")
    friends = [purse.friend(pen, i, relation=relations[i]) for i in range(count)]
    for i in range(2):
        purse.friend(pen, "bystander", i, relation=relations[3 + i])
    each = purse.fen_between(pen, 28, 190, "each") + pen.between(0, 9, "fen")
    # What is left over after dividing is the person's own.
    over = pen.between(1, count, "over") if pen.chance(0.4, "odd") else 0
    total = each * (count + 1) + over
    ago = pen.between(1, 4, "ago")
    paid_at = dt.datetime.combine(pen.now.date() - dt.timedelta(ago), dt.time(20, 5 * pen.between(0, 11, "minute")))
    past = {"payee": f"outing-{pen.seed}", "payee_name": outing["payee_zh"], "subject": outing["payee_zh"]}
    past |= {"amount": format_yuan(total), "at": f"{paid_at:%Y-%m-%dT%H:%M}", "category": "food"}
    pen.setup("alipay.past_payment", past, "outing")

    what, names = things.text(outing), [one["nickname"] for one in friends]
    look_up = pen.level >= 2 and pen.chance(0.5, "look up")
    asked = pen.level == 4 or (pen.level == 3 and pen.chance(0.5, "asked"))
    slots = {"what": what} if look_up else {"what": what, "total": fen(total)}
    pen.say("paid_look_up" if look_up else "paid", **slots)
    if asked:
        pen.say("split_all")
        pen.keep("who", "contact", "payee", "quantity", "other", whos=names, n=count + 1)
        pen.want("asked", topic=["contact", "payee", "quantity", "other"])
    elif count == 1:
        pen.say("halve", who=names[0])
    else:
        pen.say("split", whos=names, n=count + 1)
    if over:
        pen.say("odd_fen")
    pen.want("collect", from_=[one["name"] for one in friends], each_fen=each)
    # How many they are and what it was all together say what each of them owes.
    shown = f'user_order_history.orders.amount "{format_yuan(total)}"' if look_up else f'words "{slots_text(total)}"'
    who = "answer contact" if asked else "words"
    pen.reveal(**{"collect.from": f"{who}, user_contacts.contacts.name", "collect.each": f"{shown}, {who}"})
    if pen.level == 4 or (pen.level == 3 and not asked):
        back = purse.fen_between(pen, 12, 90, "back")
        pen.say("pay_back", amount=fen(back), who=names[-1])
        pen.want("transfer", to=friends[-1]["name"], amount_fen=back)
        pen.reveal(transfer="words")
        pen.plan("lost-ack-transfer", faults=[{"kind": "timeout", "tool": "alipay_transfer", "phase": "lost_ack"}])
    pen.plan("down", faults=[{"kind": "server_error", "tool": "alipay_collect_request"}])
    pen.plan("slow", faults=[{"kind": "rate_limited", "service": "alipay", "params": {"retry_after": 45}}])


def slots_text(amount: int) -> str:
    """An amount as the words have it."""
    return format_yuan(amount).removesuffix(".00")


FAMILY = Family("pay-split", write, (1, 2, 3, 4))
