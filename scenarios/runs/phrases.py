"""A tool call in one line: the arguments and the parts of an answer that a reader wants to see first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.runs.plaintext import plain

ARGUMENT_CHARS = 48
LIST_CHARS = 100
RESULT_CHARS = 60
MOST_RESULTS = 6

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


def arguments(args: Mapping[str, Any]) -> str:
    """``shop_id S12, lines 拿铁 ×2``: the arguments that say something."""
    return ", ".join(
        f"{plain(name)} {_short(value, LIST_CHARS if isinstance(value, list | dict) else ARGUMENT_CHARS)}"
        for name, value in args.items()
        if name not in _QUIET_ARGUMENTS and value not in (None, "", [], {})
    )


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


def _entry(value: Any) -> str:
    if not isinstance(value, Mapping):
        return plain(value)
    return " ".join(
        f"{plain(name)}={_entry(item) if isinstance(item, Mapping) else plain(item)}"
        for name, item in value.items()
        if item not in (None, "", [], {})
    )
