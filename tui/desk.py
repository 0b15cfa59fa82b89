"""What a human at the agent's desk sees: what they called and what came back, and what they may want to say next.

It is what an agent gets: no fault, no plan, and no answer but the service's. Data only, no screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.clock import local
from mock_services.money import format_yuan, parse_yuan
from mock_services.trace import Event
from scenarios.runs import phrases
from scenarios.runs.plaintext import plain

if TYPE_CHECKING:
    from mock_services.service import Tool

_DEEPEST = 8


class Act(msgspec.Struct, frozen=True):
    """A call. ``answer`` is its data, or the error of one that was not ``ok``; ``text`` tells both in a line."""

    clock: str
    tool: str
    access: str
    args: dict[str, Any]
    ok: bool
    answer: Any
    text: str


def acts(events: Sequence[Event], offset_min: int) -> list[Act]:
    """The calls of an errand so far."""
    return [_act(event, offset_min) for event in events if event.kind == "tool_called"]


def _act(event: Event, offset_min: int) -> Act:
    data = event.data
    answer = data["data"] if data["ok"] else data["error"]
    told = phrases.answer(answer) if data["ok"] else phrases.problem(answer or {})
    asked = phrases.arguments(data["args"])
    clock = f"{local(event.at, offset_min):%H:%M:%S}"
    return Act(clock, data["tool"], data["access"], data["args"], data["ok"], answer, plain(f"({asked}) → {told}"))


def suggested(tool: Tool, done: Sequence[Act]) -> dict[str, Any]:
    """Arguments that may be meant: of those that are needed, what an answer called by that name last.

    A request number is a new one; an offer is what was ordered and is not paid. It is all in answers that were given.
    """
    known: dict[str, Any] = {}
    for act in done:
        if act.ok:
            known |= dict(_named(act.answer, 0))
    found = {
        name: known[name]
        for name in tool.parameters.get("required", ())
        if name.endswith(("_id", "_no")) and name in known and _is_harmless(known[name])
    }
    if tool.key and tool.key in tool.parameters.get("properties", {}):
        found[tool.key] = f"desk-{len(done) + 1}"
    if tool.name == "user_confirm":
        charges = list(_unpaid(done))
        if charges:
            found["offer"] = {"charges": charges, "total": _total(charges)}
    return found


def _named(part: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(part, Mapping):
        for name, value in part.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield name, value
            else:
                yield from _named(value, depth + 1)
    elif isinstance(part, list) and part:
        # The first of a list is the best of a search.
        yield from _named(part[0], depth + 1)


def _is_harmless(value: Any) -> bool:
    """Whether a value can be typed into a field: as it is, it is one line of plain characters."""
    return not isinstance(value, str) or (plain(value) == value and 0 < len(value) <= 200)


def _unpaid(done: Sequence[Act]) -> Iterator[dict[str, Any]]:
    opened: dict[str, dict[str, Any]] = {}
    for act in done:
        if not act.ok or not isinstance(act.answer, Mapping):
            continue
        trade = act.answer.get("out_trade_no")
        if act.tool.startswith("alipay_pay") and act.answer.get("payment_id"):
            opened.pop(str(trade), None)
        elif trade and act.access == "write" and (amount := act.answer.get("amount")):
            who = act.answer.get("shop_name") or act.answer.get("payee_name") or act.tool.partition("_")[0]
            what = act.answer.get("subject") or act.answer.get("order_id") or act.tool
            charge = {"out_trade_no": trade, "payee": plain(who), "subject": plain(what), "amount": amount}
            opened[str(trade)] = charge
    yield from opened.values()


def _total(charges: Sequence[Mapping[str, Any]]) -> str:
    try:
        return format_yuan(sum(parse_yuan(charge["amount"]) for charge in charges))
    except ValueError:
        return "0.00"
