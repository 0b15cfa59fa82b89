"""With what to pay: a balance that is too low, a card with a limit, credit in instalments, a known preference."""

from __future__ import annotations

from typing import Any

from mock_services.alipay.methods import INSTALMENT_FEE_PER_MILLE
from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.pay import purse
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text

PREFERENCES = (
    Text(
        zh="给人转钱一律用{0},不要动余额",
        en="Money to people always goes from {0}, never from the balance",
        id="Kirim uang ke orang selalu dari {0}, jangan dari saldo",
    ),
    Text(
        zh="转账都走{0},余额留着零花",
        en="Transfers come from {0}; the balance is my pocket money",
        id="Transfer selalu pakai {0}, saldo cuma untuk jajan",
    ),
)


def write(pen: Pen) -> None:
    """Level 1: the usual way does not cover it; 2: only one way is left, or the terms decide; 3 and 4 mix several."""
    pen.cast(hours=(8, 22))
    first, second = purse.card(pen, 1, fen=900_000), purse.card(pen, 2, fen=900_000)
    if first["id"] == second["id"]:
        raise Miss("one card twice")
    if pen.level == 1:
        _too_low(pen, first)
    elif pen.level == 2:
        pen.pick((_limited, _instalments), "what")(pen, first)
    else:
        _several(pen, first, second)
    pen.plan("lost-ack", faults=purse.RESET)
    pen.plan("pending", faults=purse.SLOW)
    pen.plan("outage", faults=purse.OUTAGE)


def _too_low(pen: Pen, first: dict[str, Any]) -> None:
    """The wallet is the default and holds less than the bill."""
    row = things.pick(pen, "bills")
    amount = purse.bill(pen, row, "bill")
    purse.accounts(pen, amount * pen.between(10, 90, "wallet") // 100, first, credit=200_000)
    pen.say("bill", bill=things.text(row))
    pen.say(pen.pick(("whatever", "works"), "how"), topic="method")
    purse.want_bill(pen, "bill", amount)
    purse.reveal_bills(pen)


def _limited(pen: Pen, card: dict[str, Any]) -> None:
    """No credit, a balance that is too low, a card whose limit is too low: one card is left."""
    row = things.pick(pen, "bills")
    amount = purse.bill(pen, row, "bill")
    low = amount * pen.between(30, 90, "low") // 100
    limited = purse.card(pen, 3, fen=900_000, single_fen=low)
    purse.accounts(pen, amount * pen.between(10, 90, "wallet") // 100, limited, card, credit=500_000)
    pen.say("bill", bill=things.text(row))
    pen.say("no_credit", topic="method")
    purse.want_bill(pen, "bill", amount, str(card["id"]))
    purse.reveal_bills(pen)
    pen.reveal(**{"bill.method": "alipay_methods.methods.method_id"})


def _instalments(pen: Pen, first: dict[str, Any]) -> None:
    """The credit line if paying back in months costs no more than so much a month, else the card."""
    row = pen.pick([one for one in things.things("bills") if one["kind"] in ("internet", "electricity")], "kind")
    amount = purse.bill(pen, row, "bill", fen=purse.fen_between(pen, 600, 2400, "year"))
    months = pen.pick(tuple(INSTALMENT_FEE_PER_MILLE), "months")
    fee = amount * INSTALMENT_FEE_PER_MILLE[months] // 1000
    monthly = -(-(amount + fee) // months)
    fits = pen.chance(0.5, "fits")
    most = (monthly + 1500) // 1000 * 1000 if fits else (monthly - 500) // 1000 * 1000
    if most < 1000 or (monthly <= most) != fits or abs(monthly - most) < 100:
        raise Miss("too close to call")
    purse.accounts(pen, 60_000, first, credit=900_000)
    pen.say("year_bill", bill=things.text(row))
    pen.say("instalments", topic="method", months=months, most=fen(most), card=first["text"])
    method = "credit" if fits else str(first["id"])
    purse.want_bill(pen, "bill", amount, method)
    purse.reveal_bills(pen, method)


def _several(pen: Pen, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Bills from one method and money to a friend from another; from level 4 on the latter is a known preference."""
    count = 1 if pen.level == 3 else 2
    rows = pen.draws.sample(things.things("bills"), count + 1, "kinds")
    amounts = [purse.bill(pen, row, f"bill{i}") for i, row in enumerate(rows)]
    friend = purse.friend(pen, 1)
    purse.friend(pen, 2)
    sent = purse.fen_between(pen, 60, 900, "sent")
    purse.accounts(pen, pen.between(300, 2000, "wallet") * 100, first, second, credit=400_000)
    by = pen.pick(("credit", first["id"]), "by")
    pen.say("bills", bills=[things.text(row) for row in rows[:count]])
    pen.say("bills_by", topic="method", method=purse.METHODS.get(str(by), first["text"]))
    pen.say("send", who=friend["nickname"], amount=fen(sent))
    for i in range(count):
        purse.want_bill(pen, f"bill{i}", amounts[i], str(by))
    purse.reveal_bills(pen, *[str(by)] * count)
    pen.want("transfer", to=friend["name"], amount_fen=sent, method=second["id"])
    pen.reveal(transfer="words")
    text = second["text"]
    assert isinstance(text, Text)
    if pen.level == 4:
        pen.say("as_usual")
        said = pen.pick(PREFERENCES, "preference").get(pen.locale).format(text.get(pen.locale))
        pen.person(preferences={"transfers": said})
        pen.reveal(**{"transfer.method": f'user_preferences.preferences.text "{second["id"][-4:]}"'})
    else:
        pen.say("send_by", method=text)
        pen.reveal(**{"transfer.method": purse.said_method(second["id"])})


FAMILY = Family("pay-method", write, (1, 2, 3, 4))
