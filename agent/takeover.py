"""Taking over an errand in the middle: what was done in it already, by whomever, is looked for before it is done.

The deeds (:mod:`agent.deeds`) say what was sent; what became of it is read from the services. So an order that another
mind placed and paid is taken as one's own, one that it left unpaid is paid or given back, and nothing is bought twice.
"""

from __future__ import annotations

from typing import Any, Final

from agent.desk import NoWay, ToolFailure
from agent.pay import payment, request_no
from agent.steps import executor_for
from agent.steps.base import Candidate, Line, Placed, StepState, Work, fact, fen
from agent.task import AnyGoal, Bill
from mock_services.money import format_yuan

_ORDERS: Final[dict[str, tuple[str, str]]] = {
    "flash_order_create": ("buy", "order_id"),
    "taobao_order_create": ("buy", "order_id"),
    "fliggy_flight_book": ("trip", "order_id"),
    "fliggy_train_book": ("trip", "order_id"),
    "fliggy_hotel_book": ("stay", "order_id"),
    "fliggy_ticket_book": ("visit", "order_id"),
    "amap_ride_order": ("ride", "ride_id"),
    "alipay_utility_bill_open": ("bill", "bill_id"),
}
"""Tools that open a trade: the kind of step that they are for, and what their answer calls the thing."""

_CANCEL: Final[dict[str, tuple[str, str]]] = {
    "flash": ("flash_order_cancel", "order_id"),
    "taobao": ("taobao_order_cancel", "order_id"),
    "fliggy": ("fliggy_order_cancel", "order_id"),
    "amap": ("amap_ride_cancel", "ride_id"),
}
"""How a service takes back an order that nobody paid for."""

Deed = dict[str, Any]


def already(step: StepState, goal: AnyGoal, placed: Placed, work: Work) -> str:
    """What looking shows of a step that may have been paid or carried out: its status, or empty if nothing was.

    Raises:
        ToolFailure: looking failed.
    """
    trade = placed.get("out_trade_no")
    if trade:
        if payment(request_no(step, work), work) is not None:
            return "sent"
        return "committed" if _is_paid(trade, work) else ""
    if executor_for(goal)[1].committed(goal, placed, work):
        return "sent" if placed.get("fen") else "committed"
    return "committed" if _sent_before(step, placed, work) else ""


def adopted(step: StepState, goal: AnyGoal, work: Work) -> bool:
    """Take an order that was made and paid in this errand already for this step, if there is one.

    Raises:
        NoWay: there are such orders, and none is sure to be for this step: the person has to say.
        ToolFailure: looking failed.
    """
    kind = step["kind"]
    known = {(other.get("placed") or {}).get("order_id") for other in work.steps.values()}
    paid = [
        deed
        for deed in _orders(work)
        if _ORDERS[deed["tool"]][0] == kind
        and _id_of(deed) not in known
        and _is_paid(deed["data"]["out_trade_no"], work)
    ]
    if not paid:
        return False
    candidate = step["candidates"][step["chosen"]] if "chosen" in step else None
    own = [deed for deed in paid if candidate is not None and _is_for(deed, candidate)]
    if isinstance(goal, Bill):
        asked = {"kind": goal.bill or None, "include_paid": True}
        rows = work.desk.call("alipay_utility_bills", asked, need=("bills",))["bills"]
        meant = {row["bill_id"] for row in rows if goal.ref in ("", row["bill_id"])}
        own = paid = [deed for deed in paid if _id_of(deed) in meant]
        if not paid:
            return False
    waiting = [
        other
        for other in work.steps.values()
        if other["kind"] == kind and other["status"] in ("todo", "looked", "placed")
    ]
    if not own and (len(waiting) > 1 or len(paid) > 1):
        raise NoWay("needs_person", "paid already, perhaps for something else")
    _adopt(step, (own or paid)[0], goal)
    return True


def leftovers(work: Work) -> list[Deed]:
    """Orders of this errand that no step knows of and nobody paid for.

    Raises:
        ToolFailure: looking failed.
    """
    known = {(step.get("placed") or {}).get("order_id") for step in work.steps.values()}
    found = [deed for deed in _orders(work) if deed["tool"] != "alipay_utility_bill_open" and _id_of(deed) not in known]
    return [deed for deed in found if not _is_paid(deed["data"]["out_trade_no"], work)]


def release(deed: Deed, work: Work) -> None:
    """Give an unpaid order back; one that is gone already is fine.

    Raises:
        ToolFailure: it is not known whether it is gone.
    """
    tool, name = _CANCEL[_service(deed)]
    try:
        work.desk.call(tool, {name: _id_of(deed)})
    except ToolFailure as error:
        if error.code in ("TIMEOUT", "CONNECTION_RESET", "SERVER_ERROR", "RATE_LIMITED", "SERVICE_UNAVAILABLE"):
            raise


def told(work: Work) -> list[StepState]:
    """What was made and paid in an errand without a plan, as steps that are done, for the report."""
    steps = []
    for deed in _orders(work):
        try:
            paid = _is_paid(deed["data"]["out_trade_no"], work)
        except ToolFailure:
            continue
        if paid:
            ref, amount = _id_of(deed), _amount(deed)
            facts = [fact("order_id", ref), fact("amount", format_yuan(amount), ref)]
            placed = Placed(order_id=ref, fen=amount, subject=ref)
            steps.append(StepState(goal=ref, kind=_ORDERS[deed["tool"]][0], status="done", placed=placed, facts=facts))
    return steps


# --- deeds -------------------------------------------------------------------------------------------------------


def _orders(work: Work) -> list[Deed]:
    """The orders that were acknowledged in this errand, each once."""
    made = {}
    for deed in work.deeds:
        if (
            deed["ok"]
            and deed["tool"] in _ORDERS
            and isinstance(deed["data"], dict)
            and deed["data"].get("out_trade_no")
        ):
            made[_id_of(deed)] = deed
    return list(made.values())


def _id_of(deed: Deed) -> str:
    name = _ORDERS[deed["tool"]][1]
    return str(deed["data"].get(name) or deed["args"].get(name) or "")


def _service(deed: Deed) -> str:
    return str(deed["tool"]).partition("_")[0]


def _amount(deed: Deed) -> int:
    shown = next((deed["data"][name] for name in ("amount", "total", "fare") if deed["data"].get(name)), None)
    return fen(shown) if shown is not None else 0


def _is_paid(trade: str, work: Work) -> bool:
    shown = work.desk.call("alipay_trade_query", {"out_trade_no": trade}, need=("payments",))
    return any(paid["state"] in ("success", "pending") for paid in shown["payments"])


def _is_for(deed: Deed, candidate: Candidate) -> bool:
    """Whether an order names what the candidate names."""
    named = set(_names(deed["args"]))
    return bool(named & {value for value in _names(candidate["data"]) if len(value) > 3})


def _names(part: Any) -> list[str]:
    """The identifiers in a part of a call: the shop, the product, the variant, the departure, the rate."""
    if isinstance(part, dict):
        found = [
            str(value)
            for name, value in part.items()
            if isinstance(value, str) and (name in ("id", "unit") or name.endswith("_id")) and name != "address_id"
        ]
        return found + [one for value in part.values() if not isinstance(value, str) for one in _names(value)]
    return [one for value in part for one in _names(value)] if isinstance(part, list | tuple) else []


def _adopt(step: StepState, deed: Deed, goal: AnyGoal) -> None:
    """Make an order a step's own: what is left to do is to check it."""
    amount, ref = _amount(deed), _id_of(deed)
    title = goal.words or ref
    if "chosen" not in step:
        step["candidates"] = [Candidate(title=title, fen=amount, data={})]
        step["chosen"] = 0
    step["placed"] = Placed(
        order_id=ref,
        out_trade_no=deed["data"]["out_trade_no"],
        fen=amount,
        payee=_service(deed),
        subject=step["candidates"][step["chosen"]]["title"],
        lines=[Line(name=title[:200], quantity=1, fen=amount)],
        data={"channel": _service(deed)},
    )
    step["status"] = "committed"


def _sent_before(step: StepState, placed: Placed, work: Work) -> bool:
    """Whether the same was sent under a number of somebody else's: money to a person, or a request for their share."""
    for deed in work.deeds:
        if deed["tool"] == "alipay_transfer" and step["kind"] == "transfer":
            meant = {**placed["data"]["args"], "amount": format_yuan(placed["fen"])}
            same = all(str(deed["args"].get(name)) == str(value) for name, value in meant.items() if value is not None)
            found = payment(str(deed["args"].get("request_no")), work) if same else None
            if found is not None and found["state"] != "failed":
                return True
        elif deed["tool"] == "alipay_collect_request" and step["kind"] == "collect" and deed["ok"]:
            same = sorted(deed["args"].get("contact_ids", [])) == sorted(placed["data"]["ids"])
            if same:
                step.setdefault("result", {})["collect_id"] = deed["data"]["collect_id"]
                return True
    return False
