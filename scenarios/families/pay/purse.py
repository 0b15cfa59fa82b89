"""What errands with money have in common: the person's ways to pay, their household bills, their friends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.money import format_yuan
from scenarios.families import things
from scenarios.families.pen import Pen
from scenarios.speech import Text

METHODS = {
    "wallet": Text(zh="支付宝余额", en="my Alipay balance", id="saldo Alipay"),
    "credit": Text(zh="花呗", en="Huabei", id="Huabei"),
}
"""How the methods that are no cards are called."""

LOST = [{"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}]
RESET = [{"kind": "connection_reset", "tool": "alipay_pay", "phase": "lost_ack"}]
SLOW = [{"kind": "payment_pending", "tool": "alipay_pay", "params": {"seconds": 240}}]
LATE = [{"kind": "timeout", "tool": "alipay_pay", "phase": "late", "params": {"delay_s": 60}}]
OUTAGE = [{"kind": "outage", "service": "alipay", "params": {"seconds": 420, "retry_after": 120}}]


def paying_plans(pen: Pen) -> None:
    """What may break on the way of a payment that can be repeated."""
    pen.plan("lost-ack", faults=LOST)
    pen.plan("pending", faults=SLOW)
    pen.plan("late", faults=LATE)
    pen.plan("outage", faults=OUTAGE)


def sending_plans(pen: Pen) -> None:
    """What may break when money is sent to somebody."""
    pen.plan("lost-ack", faults=[{"kind": "timeout", "tool": "alipay_transfer", "phase": "lost_ack"}])
    pen.plan("pending", faults=[{"kind": "payment_pending", "tool": "alipay_transfer", "params": {"seconds": 200}}])
    pen.plan(
        "late", faults=[{"kind": "timeout", "tool": "alipay_transfer", "phase": "late", "params": {"delay_s": 50}}]
    )


def fen_between(pen: Pen, low: int, high: int, *about: object) -> int:
    """An amount between two sums of whole yuan, to ten fen, in fen."""
    return pen.between(low * 10, high * 10 - 1, *about) * 10


# --- methods -------------------------------------------------------------------------------------------------


def card(pen: Pen, *about: object, fen: int, single_fen: int | None = None) -> dict[str, Any]:
    """A bank card that the person has, with what is on it: ``entry`` for the accounts, its ``id``, how it is called."""
    bank = things.pick(pen, "banks", *about)
    last4 = f"{pen.between(1000, 9999, 'last4', *about)}"
    entry: dict[str, Any] = {"bank": bank["zh"], "last4": last4, "balance": format_yuan(fen)}
    if single_fen is not None:
        entry["single_limit"] = format_yuan(single_fen)
    text = Text(
        zh=f"尾号{last4}的{bank['zh']}卡",
        en=f"my {bank['en']} card ending in {last4}",
        id=f"kartu {bank['id']} yang berakhiran {last4}",
    )
    return {"entry": entry, "id": f"card:{last4}", "text": text}


def accounts(pen: Pen, wallet: int, *cards: dict[str, Any], credit: int = 0, default: str = "wallet") -> None:
    """Give the person these ways to pay; amounts in fen."""
    pen.person(
        accounts={
            "wallet": format_yuan(wallet),
            "cards": [one["entry"] for one in cards],
            "credit": format_yuan(credit),
            "default": default,
        }
    )


# --- household bills -----------------------------------------------------------------------------------------


def bill(
    pen: Pen,
    row: dict[str, Any],
    name: str,
    *,
    fen: int | None = None,
    due: int | None = None,
    account_no: str = "",
    company: str = "",
) -> int:
    """Set up a bill of a kind of ``things('bills')`` as ``$name``, due in so many days; returns what it costs."""
    amount = fen_between(pen, row["low"], row["high"], "bill", name) if fen is None else fen
    day = pen.now.date() + dt.timedelta(pen.between(3, 20, "due", name) if due is None else due)
    history = [format_yuan(amount * pen.between(75, 125, "history", name, i) // 1000 * 10) for i in range(3)]
    args = {
        "kind": row["kind"],
        "amount": format_yuan(amount),
        "due": day.isoformat(),
        "history": history,
        "account_no": account_no or f"{pen.between(10**9, 10**10 - 1, 'account', name)}",
        "company": company,
    }
    pen.setup("alipay.utility_bill", {key: value for key, value in args.items() if value}, name)
    return amount


def want_bill(pen: Pen, name: str, fen: int, method: str = "") -> None:
    """The bill ``$name`` is to be paid; what it costs, the tool shows."""
    pen.want("bill", bill=f"${name}", amount_fen=fen, **({"method": method} if method else {}))


def reveal_bills(pen: Pen, *methods: str) -> None:
    """Bills are found in the list of the household's bills; one for each method, empty where none is wanted."""
    for i, method in enumerate(methods or ("",)):
        part = "bill" if i == 0 else f"bill#{i + 1}"
        pen.reveal(**{part: "words, alipay_utility_bills.bills.bill_id"})
        pen.reveal(**{f"{part}.amount": "alipay_utility_bills.bills.amount"})
        if method:
            pen.reveal(**{f"{part}.method": said_method(method)})


def said_method(method: str) -> str:
    """Where a method is found out that the words name: a card is told by its last digits."""
    return f'words "{method[-4:]}"' if method.startswith("card:") else "words"


# --- friends -------------------------------------------------------------------------------------------------


def nickname(pen: Pen, name: str, *about: object) -> str:
    """What one calls somebody of this name."""
    if pen.locale == "zh":
        return pen.pick(("小", "阿"), "nick", *about) + name[-1]
    return name.split()[0]


def friend(pen: Pen, *about: object, relation: dict[str, Any] | None = None, name: str = "") -> dict[str, Any]:
    """A contact with a relation and a nickname; the entry has also ``relation_text`` for the words."""
    row = relation or things.pick(pen, "relations", *about)
    full = name or pen.name("friend", *about)
    entry = pen.contact(name=full, nickname=nickname(pen, full, *about), relation=things.text(row).get(pen.locale))
    return {**entry, "relation_text": things.text(row)}


def namesake(pen: Pen, of: dict[str, Any], *about: object) -> dict[str, Any]:
    """Another contact whom the person calls by the same name, with another relation."""
    rows = [row for row in things.things("relations") if things.text(row).get(pen.locale) != of["relation"]]
    other = pen.name("namesake", *about)
    first, last = of["name"].split()[0], other.split()[-1]
    full = other[0] + of["name"][1:] if pen.locale == "zh" else f"{first} {last}"
    if full == of["name"]:
        full = other
    row = pen.pick(rows, "relation", *about)
    entry = pen.contact(name=full, nickname=of["nickname"], relation=things.text(row).get(pen.locale))
    return {**entry, "relation_text": things.text(row)}
