"""Mandates: what the person allowed to be paid without being asked again, enforced from its own history.

::

    pending ──the person decides──▶ active | rejected
    active ──revoke──▶ revoked      active ──valid_to──▶ expired      active ──total or count reached──▶ used_up
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from mock_services.alipay import methods, trades
from mock_services.alipay import models as m
from mock_services.alipay.rows import MANDATES, Mandate
from mock_services.alipay.states import MandateState
from mock_services.clock import DAY, SECOND, Instant, local
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected
from mock_services.payables import PAYMENTS, Payable, Payment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 366 * DAY
ASKED_SECONDS = (5, 20)
"""How long it takes until the person sees an application on their phone."""


# --- terms ----------------------------------------------------------------------------------------------------


def draft(ctx: Ctx, args: m.MandateApplyArgs, state: MandateState, other: tuple[str, ...] = ()) -> Mandate:
    """A mandate with these terms, written down.

    Raises:
        Rejected: ``INVALID_TERMS``, they cannot hold together.
        Unavailable: ``METHOD_NOT_AVAILABLE``.
    """
    valid_from = ctx.instant(args.valid_from) if args.valid_from else ctx.now
    valid_to = ctx.instant(args.valid_to)
    problem = ""
    if not args.categories and not args.payees:
        problem = "name categories or payees: a mandate for everything is not given"
    elif valid_to <= valid_from or (state == "pending" and valid_to <= ctx.now):
        problem = "valid_to must be later than valid_from and than now"
    elif valid_to - valid_from > LONGEST:
        problem = "a mandate is valid for a year at most"
    elif any(limit is not None and limit < args.single_limit for limit in (args.day_limit, args.total_limit)):
        problem = "single_limit must not be above day_limit or total_limit"
    if problem:
        raise Rejected("INVALID_TERMS", problem)
    source = methods.method(ctx, args.method_id)
    mandate = Mandate(
        id=ctx.next_id("MD"),
        owner=ctx.person_id,
        purpose=args.purpose,
        categories=tuple(dict.fromkeys(args.categories)),
        payees=tuple(dict.fromkeys(args.payees)),
        single_fen=args.single_limit,
        day_fen=args.day_limit,
        total_fen=args.total_limit,
        count=args.count,
        weekdays=tuple(day for day in WEEKDAYS if day in args.weekdays),
        valid_from=valid_from,
        valid_to=valid_to,
        account=source.account,
        method_id=source.method_id,
        other_constraints=other,
        state=state,
        answer="",
        at=ctx.now,
    )
    ctx.put(MANDATES, mandate)
    return mandate


def apply(ctx: Ctx, args: m.MandateApplyArgs) -> Mandate:
    """Lay a mandate before the person, who decides later.

    Raises:
        Rejected, Unavailable: as :func:`draft`.
    """
    mandate = draft(ctx, args, "pending")
    delay = ctx.draws.between(*ASKED_SECONDS, "mandate", mandate.id) * SECOND
    ctx.schedule(ctx.now + delay, "alipay", "mandate_asked", {"mandate_id": mandate.id})
    return mandate


def terms(ctx: Ctx, mandate: Mandate) -> dict[str, Any]:
    """What the person reads before they decide; amounts in fen."""
    return {
        "mandate_id": mandate.id,
        "purpose": mandate.purpose,
        "categories": list(mandate.categories),
        "payees": list(mandate.payees),
        "single_limit": mandate.single_fen,
        "day_limit": mandate.day_fen,
        "total_limit": mandate.total_fen,
        "count": mandate.count,
        "weekdays": list(mandate.weekdays),
        "valid_from": ctx.iso(mandate.valid_from),
        "valid_to": ctx.iso(mandate.valid_to),
        "method_id": mandate.method_id,
        "other_constraints": list(mandate.other_constraints),
    }


def asked(ctx: Ctx, mandate_id: str) -> None:
    """The person reads the terms; what they decide takes effect when they have thought."""
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or mandate.state != "pending":
        return
    decision = ctx.person.approve_mandate(ctx, terms(ctx, mandate))
    data = {"mandate_id": mandate_id, "approved": decision.decision == "approved", "answer": decision.text}
    ctx.schedule(ctx.now + decision.seconds * SECOND, "alipay", "mandate_decided", data)


def decided(ctx: Ctx, mandate_id: str, approved: bool, answer: str) -> None:
    """The decision takes effect, unless the application was withdrawn meanwhile."""
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or mandate.state != "pending":
        return
    state = "active" if approved else "rejected"
    ctx.put(MANDATES, msgspec.structs.replace(mandate, state=state, answer=answer))
    ctx.notify("alipay", f"mandate_{state}", mandate_id, f"Mandate {state}: {mandate.purpose}")


def revoke(ctx: Ctx, mandate: Mandate) -> Mandate:
    """End a mandate or withdraw an application; a revoked one stays as it is.

    Raises:
        Rejected: ``MANDATE_NOT_ACTIVE``.
    """
    if mandate.state == "revoked":
        return mandate
    if mandate.state not in ("pending", "active"):
        raise Rejected("MANDATE_NOT_ACTIVE", f"mandate {mandate.id} is {mandate.state}")
    revoked = msgspec.structs.replace(mandate, state="revoked")
    ctx.put(MANDATES, revoked)
    ctx.notify("alipay", "mandate_revoked", mandate.id, f"Mandate revoked: {mandate.purpose}")
    return revoked


def own(ctx: Ctx, mandate_id: str) -> Mandate:
    """The person's mandate.

    Raises:
        Rejected: ``MANDATE_NOT_EXIST``, unknown or somebody else's.
    """
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or mandate.owner != ctx.person_id:
        raise Rejected("MANDATE_NOT_EXIST", f"there is no mandate {mandate_id[:40]} of yours")
    return mandate


# --- use ------------------------------------------------------------------------------------------------------


class Use(msgspec.Struct, frozen=True):
    """What was paid within a mandate; a payment counts even if it was refunded later, a failed one does not."""

    today_fen: int
    total_fen: int
    count: int
    order_fen: int


def use(ctx: Ctx, mandate: Mandate, payable: Payable | None = None) -> Use:
    """Read a mandate's use off its payments; ``order_fen`` is what went to the order of ``payable``."""
    made = _payments(ctx, mandate)
    today = local(ctx.now, ctx.offset_min).date()
    order: set[str] = set()
    if payable is not None:
        order = {other.out_trade_no for other in ctx.payables.of_order(payable.ref)} | {payable.out_trade_no}
    return Use(
        today_fen=sum(p.fen for p in made if local(p.at, ctx.offset_min).date() == today),
        total_fen=sum(p.fen for p in made),
        count=len(made),
        order_fen=sum(p.fen for p in made if p.out_trade_no in order),
    )


def _payments(ctx: Ctx, mandate: Mandate) -> list[Payment]:
    return [
        payment
        for payment in ctx.find(PAYMENTS, "payer", mandate.owner)
        if payment.mandate_id == mandate.id and payment.state != "failed"
    ]


def state(ctx: Ctx, mandate: Mandate, used: Use) -> MandateState:
    """The state that holds now: an active mandate can have run out."""
    if mandate.state == "active":
        if ctx.now >= mandate.valid_to:
            return "expired"
        if _reached(used.count, mandate.count) or _reached(used.total_fen, mandate.total_fen):
            return "used_up"
    return mandate.state


def _reached(used: int, limit: int | None) -> bool:
    return limit is not None and used >= limit


def _above(used: int, limit: int | None) -> bool:
    return limit is not None and used > limit


class Claim(msgspec.Struct, frozen=True):
    """A payment that wants to be covered by a mandate, with all that its terms are checked against."""

    mandate: Mandate
    payable: Payable
    state: str
    used: Use
    now: Instant
    weekday: str


RULES: tuple[tuple[str, str, Callable[[Claim], bool]], ...] = (
    (
        "MANDATE_NOT_ACTIVE",
        "the mandate is not active",
        lambda claim: claim.state not in ("active", "used_up"),
    ),
    (
        "MANDATE_CONSTRAINT_UNKNOWN",
        "the mandate has a term that cannot be checked here",
        lambda claim: bool(claim.mandate.other_constraints),
    ),
    (
        "MANDATE_NOT_VALID_YET",
        "the mandate is not valid yet",
        lambda claim: claim.now < claim.mandate.valid_from,
    ),
    (
        "MANDATE_WEEKDAY",
        "the mandate does not hold on this day of the week",
        lambda claim: bool(claim.mandate.weekdays) and claim.weekday not in claim.mandate.weekdays,
    ),
    (
        "MANDATE_PAYEE",
        "the mandate does not cover this payee or category",
        lambda claim: (
            not (
                _admits(claim.mandate.categories, claim.payable.category)
                and _admits(claim.mandate.payees, claim.payable.payee)
            )
        ),
    ),
    (
        "MANDATE_SINGLE_LIMIT",
        "above the limit for one order",
        lambda claim: claim.used.order_fen + claim.payable.fen > claim.mandate.single_fen,
    ),
    (
        "MANDATE_DAY_LIMIT",
        "above the limit for one day",
        lambda claim: _above(claim.used.today_fen + claim.payable.fen, claim.mandate.day_fen),
    ),
    (
        "MANDATE_TOTAL_LIMIT",
        "above the limit of the mandate",
        lambda claim: _above(claim.used.total_fen + claim.payable.fen, claim.mandate.total_fen),
    ),
    (
        "MANDATE_COUNT",
        "the mandate has been used as often as it may be",
        lambda claim: _above(claim.used.count + 1, claim.mandate.count),
    ),
)
"""(code, what is wrong, whether it is): no rule may be broken, the first broken one is answered."""


def _admits(allowed: tuple[str, ...], value: str) -> bool:
    return not allowed or value in allowed


def pay(ctx: Ctx, args: m.MandatePayArgs) -> m.PayResult:
    """Pay a trade within a mandate.

    Raises:
        NeedsPerson: the code of the first of :data:`RULES` that is broken; ``AMOUNT_CHANGED``.
        Rejected, Unavailable: as for any payment.
    """
    mandate = own(ctx, args.mandate_id)
    payable = ctx.payables.get(args.out_trade_no)
    ctx.payables.check_payable(payable)
    trades.check_amount(payable, args.expect_amount)
    used = use(ctx, mandate, payable)
    claim = Claim(mandate, payable, state(ctx, mandate, used), used, ctx.now, WEEKDAYS[ctx.local_now().weekday()])
    for code, wrong, broken in RULES:
        if broken(claim):
            raise NeedsPerson(code, f"{wrong} ({mandate.id})", hint="ask the person to confirm this payment")
    taken = methods.sources(ctx, payable.fen, mandate.method_id)
    return trades.pay(ctx, payable, args.request_no, taken, mandate.id)


def view(ctx: Ctx, mandate: Mandate) -> m.MandateView:
    """A mandate and what was used of it."""
    used = use(ctx, mandate)
    return m.MandateView(
        mandate_id=mandate.id,
        state=state(ctx, mandate, used),
        purpose=mandate.purpose,
        categories=list(mandate.categories),
        payees=list(mandate.payees),
        single_limit=mandate.single_fen,
        day_limit=mandate.day_fen,
        total_limit=mandate.total_fen,
        count=mandate.count,
        weekdays=list(mandate.weekdays),
        valid_from=ctx.iso(mandate.valid_from),
        valid_to=ctx.iso(mandate.valid_to),
        method_id=mandate.method_id,
        other_constraints=list(mandate.other_constraints),
        used_today=used.today_fen,
        used_total=used.total_fen,
        used_count=used.count,
        answer=mandate.answer,
    )


def newest_first(ctx: Ctx, wanted: str | None) -> list[m.MandateView]:
    """The person's mandates in a state, or all."""
    found = sorted(ctx.find(MANDATES, "owner", ctx.person_id), key=lambda row: (-row.at, row.id))
    return [shown for shown in (view(ctx, row) for row in found) if wanted in (None, shown.state)]
