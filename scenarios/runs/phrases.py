"""A tool call in one line: the arguments and the parts of an answer that a reader wants to see first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.runs.plaintext import plain

ARGUMENT_CHARS = 48
LIST_CHARS = 100
RESULT_CHARS = 60
MOST_RESULTS = 6
DEEPEST = 4

_QUIET_ARGUMENTS = frozenset(("request_no", "limit", "page"))
"""Arguments that say nothing to a reader of the story; ``--full`` shows them."""

_TELLING = (
    *("name", "shop_name", "title", "subject", "payee_name", "number", "order_id", "out_trade_no", "payment_id"),
    *("mandate_id", "refund_id", "bill_id", "state", "status", "amount", "total", "price", "fee", "refund", "balance"),
    *("refunded", "depart", "arrive", "eta_minutes", "delivery_by", "pay_before", "distance_m", "minutes", "weather"),
    *("temperature", "now", "city_name", "address_text", "location", "risk", "text"),
)
"""Fields of an answer that are shown, in this order, as far as there is room."""

_NAMING = ("name", "title", "shop_name", "subject", "payee_name", "number", "label", "method_id", "order_id", "id")
"""What an entry of a list is called by, the first that it has."""


HAPPENINGS = {
    "payable_expires": "expires, if it is not paid by then",
    "payment_settled": "the payee hears of the payment",
    "payment_clears": "the bank answers",
    "payment_answered": "the person is told what the bank answered",
    "notify_again": "the payee is told of the payment once more",
    "refund_arrives": "a refund arrives",
    "refund_request_answered": "the payee answers the request for a refund",
    "collect_answered": "somebody answers the request for money",
    "mandate_asked": "the person is asked for a permission",
    "mandate_decided": "the person decides on a permission",
    "notice_arrives": "a message arrives on the phone",
    "late_call": "a request that nobody waits for any more takes effect",
    "arrange": "the scenario changes the world",
    "order_step": "the shop or the courier takes the next step",
    "issue": "the booking is issued",
    "hold_ends": "a held price ends",
    "parcel_moves": "the parcel moves on",
    "ship_by": "has to be shipped by then",
    "auto_complete": "the order completes by itself",
    "seller_replies": "the seller replies",
    "after_sale_moves": "the return or refund moves on",
    "ride_driver_found": "a driver takes the ride",
    "ride_driver_arrives": "the driver arrives",
    "ride_starts": "the ride starts",
    "ride_ends": "the ride ends",
    "ride_dispute_decided": "a dispute about a ride is decided",
    "life": "the day begins",
}
"""What a scheduled event is, in words; one that is not here is called by its name."""

_OBJECTS = (
    *("order_id", "ride_id", "out_trade_no", "payment_id", "refund_id", "refund_request_id", "after_sale_id"),
    *("hold_id", "item_id", "mandate_id", "case_id", "tool", "name", "text"),
)


def happening(service: str, event: str, about: Mapping[str, Any]) -> str:
    """``flash: the shop or the courier takes the next step``: something that happens by itself."""
    what = str(about.get("what", "")) if event == "life_happens" else ""
    told = HAPPENINGS.get(event) or plain(what or event).replace("_", " ")
    return told if service == "kernel" else f"{plain(service)}: {told}"


def object_of(about: Mapping[str, Any]) -> str:
    """What something that happens is about: the first business object that it names; empty if it names none."""
    return next((_short(about[name], ARGUMENT_CHARS) for name in _OBJECTS if about.get(name)), "")


def arguments(args: Mapping[str, Any]) -> str:
    """``shop_id S12, lines 拿铁 ×2``: the arguments that say something."""
    return ", ".join(
        f"{plain(name)} {_short(value, LIST_CHARS if isinstance(value, list | dict) else ARGUMENT_CHARS)}"
        for name, value in args.items()
        if name not in _QUIET_ARGUMENTS and value not in (None, "", [], {})
    )


def wishes(goal: Mapping[str, Any]) -> str:
    """``8 × 拿铁 (4 × 少冰), to company``: what an agent says that it understood of a goal."""
    items = goal.get("items")
    rows = [row for row in items if isinstance(row, Mapping)] if isinstance(items, list) else []
    quiet = ("id", "kind", "words", "text", *(("items",) if rows else ()))
    rest = arguments({name: value for name, value in goal.items() if name not in quiet})
    return "; ".join(filter(None, (", ".join(map(_wish, rows)), rest)))


def _wish(item: Mapping[str, Any]) -> str:
    found = item.get("parts")
    parts = [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []
    options = [(part.get("quantity", 1), part["options"]) for part in parts if isinstance(part.get("options"), list)]
    number = sum(part["quantity"] for part in parts if isinstance(part.get("quantity"), int)) or 1
    told = [f"{plain(quantity)} × {' '.join(map(plain, of))}" for quantity, of in options if of]
    never = item.get("never")
    told += [f"never {plain(tag)}" for tag in never] if isinstance(never, list) else []
    return f"{number} × {plain(item.get('words', ''))}" + (f" ({', '.join(told)})" if told else "")


def answer(data: Any) -> str:
    """The gist of a tool's data: telling fields, and how long its lists are with their first entries."""
    if not isinstance(data, Mapping):
        return _short(data, RESULT_CHARS)
    told = [
        f"{plain(name)} {_short(data[name], RESULT_CHARS)}"
        for name in _TELLING
        if name in data and data[name] not in (None, "") and not isinstance(data[name], list | dict)
    ][:MOST_RESULTS]
    lists = [f"{len(value)} {plain(name)}{_firsts(value)}" for name, value in data.items() if isinstance(value, list)]
    return "; ".join(told + lists) or _short(data, RESULT_CHARS)


def problem(error: Mapping[str, Any]) -> str:
    """A typed error in one line."""
    told = f"{plain(error.get('code', 'ERROR'))}: {plain(error.get('message', ''))}"
    if error.get("retry_after"):
        told += f" (again after {error['retry_after']} s)"
    return told


def transitions(changes: list[dict[str, Any]]) -> str:
    """``FL1 paid → accepted``: the rows whose state changed, of any table that has one."""
    return ", ".join(
        f"{plain(change['key'])} {plain(change['before'][name])} → {plain(change['after'][name])}"
        for change in changes
        for name in ("state", "status")
        if name in (change["before"] or {}) and name in (change["after"] or {})
    )


def _firsts(items: list[Any]) -> str:
    names = list(dict.fromkeys(filter(None, map(_called, items))))
    return f" ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})" if names else ""


def _called(item: Any) -> str:
    if isinstance(item, str | int | float):
        return _short(item, 24)
    if isinstance(item, Mapping):
        for name in _NAMING:
            if item.get(name):
                return _short(item[name], 24)
    return ""


def _short(value: Any, chars: int) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(_entry(item) for item in value)
    elif isinstance(value, Mapping):
        text = _entry(value)
    else:
        text = plain(value)
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"


def _entry(value: Any, depth: int = 0) -> str:
    if not isinstance(value, Mapping):
        return plain(value)
    return " ".join(
        f"{plain(name)}={_nested(item, depth + 1)}" for name, item in value.items() if item not in (None, "", [], {})
    )


def _nested(value: Any, depth: int) -> str:
    if depth > DEEPEST and isinstance(value, Mapping | list | tuple):
        return "…"
    if isinstance(value, Mapping):
        return f"({_entry(value, depth)})"
    if isinstance(value, list | tuple):
        return "+".join(_nested(item, depth + 1) for item in value)
    return plain(value)
