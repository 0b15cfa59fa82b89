"""How far an episode got, read off its trace and its world, whatever the agent is.

understood → planned → ordered → paid → delivered → reported

A stage is reached if its own sign is there or that of a later one. It says how far, not how well: what is wrong with
a thing stands in the findings. The signs are in ``docs/metrics.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from mock_services.trace import Event
from scenarios.grading.case import Case
from scenarios.grading.goal import Held, readings
from scenarios.grading.money import opened
from scenarios.naming import ends
from scenarios.results import STAGES, Finding
from scenarios.wants import OrderWant, Want

TALK = frozenset({"asked", "told", "total_at_most", "unchanged"})
"""Kinds of want that are about words and limits; the rest are things to be had or done."""

COSTLESS = frozenset({"refund", "cancelled", "rebooked", "readdressed", "mandate", "collect"})
"""Things that are done without a payment: what is true of ``ordered`` is true of ``paid``."""

LOOKING: dict[str, tuple[str, ...]] = {
    "flash_order": ("flash_",),
    "taobao_order": ("taobao_",),
    "flight": ("fliggy_flight_",),
    "train": ("fliggy_train_",),
    "hotel": ("fliggy_hotel_",),
    "tickets": ("fliggy_ticket_",),
    "ride": ("amap_ride_",),
    "bill": ("alipay_utility_", "alipay_pay"),
    "transfer": ("user_contacts", "alipay_payee_check", "alipay_transfer"),
    "collect": ("user_contacts", "alipay_collect_"),
    "mandate": ("alipay_mandate_",),
}
"""How the tools begin that look for a thing of a kind or make one; an earlier order is looked at with any tool."""

CHOOSING: dict[str, tuple[str, ...]] = {
    "flash_order": ("flash_dish_detail", "flash_basket_preview", "flash_order_create"),
    "taobao_order": (
        "taobao_item_detail",
        "taobao_order_preview",
        "taobao_cart_update",
        "taobao_order_create",
        "taobao_checkout_preview",
        "taobao_checkout_create",
    ),
    "flight": ("fliggy_flight_detail", "fliggy_flight_book"),
    "train": ("fliggy_train_detail", "fliggy_train_book"),
    "hotel": ("fliggy_hotel_detail", "fliggy_hotel_book"),
    "tickets": ("fliggy_ticket_book",),
    "ride": ("amap_ride_estimate", "amap_ride_order"),
    "bill": ("alipay_utility_bill_open", "alipay_pay"),
    "transfer": ("alipay_payee_check", "alipay_transfer"),
    "collect": ("alipay_collect_request",),
    "mandate": ("alipay_mandate_apply",),
}
"""The tools that are about one concrete thing of a kind: its detail, its price, or getting it."""


def stage(case: Case, held: Held, told: list[Finding], *, success: bool) -> str:
    """The furthest of :data:`scenarios.results.STAGES` that the episode reached; empty for none.

    Args:
        case: The episode.
        held: How its goal stands.
        told: What was found about the report.
        success: Whether the errand ended as the person wanted.
    """
    if success:
        return STAGES[-1]
    wants = [one.want for one in held.taken] or [
        want for reading in readings(case.scenario.goal)[:1] for want in reading
    ]
    things = [want for want in wants if want.kind not in TALK]
    calls = [event for event in case.events if event.kind == "tool_called"]
    if not things:
        return STAGES[0] if any(_looked(case, event) for event in calls) else ""
    done = {id(one.want) for one in held.taken if one.finding.ok}
    if all(id(want) in done for want in things):
        return "reported" if all(finding.ok for finding in told) else "delivered"
    if _paid(case, things, calls, done):
        return "paid"
    if all(_made(case, want, things, calls) or id(want) in done for want in things):
        return "ordered"
    if all(any(_chose(case, want, event) for event in calls) for want in things):
        return "planned"
    if understood(case, things, calls):
        return "understood"
    return ""


# --- understood ------------------------------------------------------------------------------------------------


def understood(case: Case, things: list[Want], calls: list[Event]) -> bool:
    """One of the things was looked for by its right name, or something that was missing was asked for and told."""
    return any(_right_question(event) or any(about(case, want, event) for want in things) for event in calls)


def _right_question(event: Event) -> bool:
    return bool(
        event.data["tool"] == "user_ask" and event.data["ok"] and event.data["data"]["kind"] in ("told", "annoyed")
    )


def about(case: Case, want: Want, event: Event) -> bool:
    """Whether a call looks for a thing by its right name, or makes it."""
    data = event.data
    prefixes = LOOKING.get(want.kind)
    if prefixes is not None and not data["tool"].startswith(prefixes):
        return False
    if want.kind == "paid" and _service(case, data["tool"]) != want.value.service:
        return False
    if not data["ok"] and data["fault"] is None:
        return False
    text = msgspec.json.encode([data["args"], data["data"]]).decode().casefold()
    return all(any(mark.casefold() in text for mark in group) for group in _marks(case, want))


def _marks(case: Case, want: Want) -> Iterator[tuple[str, ...]]:
    """What a call says that is about a want: of each group one."""
    value = want.value
    match want.kind:
        case "flash_order" | "taobao_order":
            assert isinstance(value, OrderWant)
            yield tuple(mark for item in value.items for mark in (*item.item, *item.ids, *item.tags))
        case "flight" | "train":
            yield (value.date.isoformat(),)
            yield _names(value.from_)
            yield _names(value.to)
        case "hotel":
            yield (value.check_in.isoformat(),)
            yield _names(value.city)
        case "tickets":
            yield (value.date.isoformat(),)
        case "bill":
            yield (case.named(value.bill),)
        case "transfer":
            yield (case.named(value.to),)
        case "collect":
            yield value.from_
        case "paid":
            yield value.subject
        case "refund" | "cancelled" | "rebooked" | "readdressed":
            yield (case.named(value.order),)


def _names(text: str) -> tuple[str, ...]:
    from mock_services.geo import places

    city, codes = ends(text)
    if not city:
        return (text, *sorted(codes))
    found = places().city(city)
    return (text, city, found.name.zh, found.name.en, *found.aliases)


# --- planned, ordered, paid ------------------------------------------------------------------------------------


def _chose(case: Case, want: Want, event: Event) -> bool:
    tool = event.data["tool"]
    if want.kind == "paid":
        entry = case.world.base.registry.tools.get(tool)
        return (
            entry is not None and entry.service == want.value.service and (entry.access == "write" or bool(entry.obj))
        )
    if want.kind in CHOOSING:
        return tool in CHOOSING[want.kind]
    return case.named(want.value.order) in _values(event.data["args"])


def _made(case: Case, want: Want, things: list[Want], calls: list[Event]) -> bool:
    """There is something of its kind that the episode made, one for each want of the kind, right or wrong."""
    wanted = sum(other.kind == want.kind for other in things)
    if want.kind in ("refund", "cancelled", "rebooked", "readdressed"):
        ref = case.named(want.value.order)
        return any(
            event.data["access"] == "write" and event.data["ok"] and ref in _values(event.data["args"])
            for event in calls
        )
    if want.kind in ("bill", "transfer", "paid"):
        service = getattr(want.value, "service", "alipay")
        trades = opened(case.events, case.world)
        return (
            sum(row.service == service and (want.kind == "paid" or row.category == want.kind) for row in trades)
            >= wanted
        )
    made = sum(effect.kind == want.kind and effect.ref in case.fresh for effect in case.after.values())
    return bool(made) if want.kind == "collect" else made >= wanted


def _paid(case: Case, things: list[Want], calls: list[Event], done: set[int]) -> bool:
    kinds = Counter(
        case.after[ref].kind for ref, deal in case.deals.items() if ref in case.after and _stands(deal.payments)
    )
    wanted = Counter(want.kind for want in things if want.kind not in COSTLESS)
    if any(kinds[kind] < count for kind, count in wanted.items()):
        return False
    costless = [want for want in things if want.kind in COSTLESS]
    return all(id(want) in done or _made(case, want, things, calls) for want in costless)


def _stands(payments: tuple[object, ...]) -> bool:
    return any(not getattr(paid, "returned", True) for paid in payments)


def _values(args: object) -> list[object]:
    if isinstance(args, dict):
        return [value for item in args.values() for value in _values(item)]
    if isinstance(args, list):
        return [value for item in args for value in _values(item)]
    return [args]


def _looked(case: Case, event: Event) -> bool:
    tool = event.data["tool"]
    return bool(event.data["ok"]) and (
        tool in case.scenario.looked_at or _service(case, tool) in case.scenario.looked_at
    )


def _service(case: Case, tool: str) -> str:
    entry = case.world.base.registry.tools.get(tool)
    return entry.service if entry is not None else ""
