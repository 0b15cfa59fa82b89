"""Mandates: what the person allowed to be paid without being asked again, from the application to its end.

What can become of one is :data:`mock_services.alipay.states.MANDATE`; what it covers is in ``coverage``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.alipay import coverage, methods
from mock_services.alipay import mandate_models as mm
from mock_services.alipay.rows import MANDATES, Mandate
from mock_services.alipay.states import MANDATE, MandateRequest, MandateState
from mock_services.clock import DAY, SECOND
from mock_services.context import Ctx
from mock_services.errors import Rejected

LONGEST = 366 * DAY
ASKED_SECONDS = (5, 20)
"""How long it takes until the person sees an application on their phone."""


# --- applying -------------------------------------------------------------------------------------------------


def draft(ctx: Ctx, args: mm.MandateApplyArgs, state: MandateState, other: tuple[str, ...] = ()) -> Mandate:
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
    elif valid_to <= valid_from or (state == "SIGNING" and valid_to <= ctx.now):
        problem = "valid_to must be later than valid_from and than now"
    elif valid_to - valid_from > LONGEST:
        problem = "a mandate is valid for a year at most"
    elif (args.period is None) != (args.period_limit is None):
        problem = "period and period_limit go together"
    elif any(
        limit is not None and limit < args.single_limit
        for limit in (args.day_limit, args.period_limit, args.total_limit)
    ):
        problem = "single_limit must not be above day_limit, period_limit or total_limit"
    if problem:
        raise Rejected("INVALID_TERMS", problem)
    named = dict.fromkeys(methods.method(ctx, method_id).method_id for method_id in args.method_ids or [""])
    mandate = Mandate(
        id=ctx.next_id("MD"),
        owner=ctx.person_id,
        purpose=args.purpose,
        categories=tuple(dict.fromkeys(args.categories)),
        payees=tuple(dict.fromkeys(args.payees)),
        single_fen=args.single_limit,
        day_fen=args.day_limit,
        period=args.period,
        period_fen=args.period_limit,
        total_fen=args.total_limit,
        count=args.count,
        weekdays=tuple(day for day in coverage.WEEKDAYS if day in args.weekdays),
        valid_from=valid_from,
        valid_to=valid_to,
        method_ids=tuple(named),
        other_constraints=other,
        state=state,
        awaiting="",
        asks=0,
        suspended_by="agent" if state == "SUSPENDED" else "",
        answer="",
        at=ctx.now,
        moved_at=ctx.now,
    )
    ctx.put(MANDATES, mandate)
    return mandate


def apply(ctx: Ctx, args: mm.MandateApplyArgs) -> Mandate:
    """Lay a mandate before the person, who decides later.

    Raises:
        Rejected, Unavailable: as :func:`draft`.
    """
    return _ask(ctx, draft(ctx, args, "SIGNING"), "grant")


def _ask(ctx: Ctx, mandate: Mandate, request: MandateRequest) -> Mandate:
    asking = msgspec.structs.replace(mandate, awaiting=request, asks=mandate.asks + 1)
    ctx.put(MANDATES, asking)
    delay = ctx.draws.between(*ASKED_SECONDS, "mandate", mandate.id, asking.asks) * SECOND
    data = {"mandate_id": mandate.id, "asks": asking.asks}
    ctx.schedule(ctx.now + delay, "alipay", "mandate_asked", data)
    return asking


def terms(ctx: Ctx, mandate: Mandate) -> dict[str, Any]:
    """What the person reads before they decide; amounts in fen. ``request`` is ``grant`` or ``resume``."""
    return {
        "request": mandate.awaiting,
        "suspended_by": mandate.suspended_by,
        "mandate_id": mandate.id,
        "purpose": mandate.purpose,
        "categories": list(mandate.categories),
        "payees": list(mandate.payees),
        "single_limit": mandate.single_fen,
        "day_limit": mandate.day_fen,
        "period": mandate.period,
        "period_limit": mandate.period_fen,
        "total_limit": mandate.total_fen,
        "count": mandate.count,
        "weekdays": list(mandate.weekdays),
        "valid_from": ctx.iso(mandate.valid_from),
        "valid_to": ctx.iso(mandate.valid_to),
        "method_ids": list(mandate.method_ids),
        "other_constraints": list(mandate.other_constraints),
    }


def asked(ctx: Ctx, mandate_id: str, asks: int) -> None:
    """The person reads the terms; what they decide takes effect when they have thought."""
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or not mandate.awaiting or mandate.asks != asks:
        return
    decision = ctx.person.approve_mandate(ctx, terms(ctx, mandate))
    data = {
        "mandate_id": mandate_id,
        "asks": asks,
        "approved": decision.decision == "approved",
        "answer": decision.text,
    }
    ctx.schedule(ctx.now + decision.seconds * SECOND, "alipay", "mandate_decided", data)


def decided(ctx: Ctx, mandate_id: str, asks: int, approved: bool, answer: str) -> None:
    """The decision takes effect, unless the request was withdrawn meanwhile."""
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or not mandate.awaiting or mandate.asks != asks:
        return
    if mandate.awaiting == "grant":
        event, told = ("person_approves", "approved") if approved else ("person_refuses", "rejected")
    elif approved:
        event, told = "person_resumes", "resumed"
    else:
        refused = msgspec.structs.replace(mandate, awaiting="", answer=answer)
        ctx.put(MANDATES, refused)
        _notify(ctx, refused, "resume_refused")
        return
    _notify(ctx, _move(ctx, mandate, event, answer=answer), told)


# --- narrowing and ending -------------------------------------------------------------------------------------


def suspend(ctx: Ctx, mandate: Mandate, *, by_person: bool = False) -> Mandate:
    """Let a mandate rest until the person resumes it; one that rests stays so, and nobody is asked any longer.

    Raises:
        Rejected: ``MANDATE_NOT_ACTIVE``.
    """
    _still_runs(ctx, mandate, "suspend")
    by = "person" if by_person else "agent"
    if mandate.state == "SUSPENDED":
        # What the person put to rest stays theirs, whoever asks for the same again.
        by = "person" if "person" in (by, mandate.suspended_by) else "agent"
        resting = msgspec.structs.replace(mandate, suspended_by=by, awaiting="")
        ctx.put(MANDATES, resting)
        return resting
    resting = _move(ctx, mandate, "person_suspends" if by_person else "suspend", suspended_by=by)
    _notify(ctx, resting, "suspended")
    return resting


def resume(ctx: Ctx, mandate: Mandate) -> Mandate:
    """Ask the person to let a suspended mandate hold again; they are asked once.

    Raises:
        Rejected: ``MANDATE_NOT_ACTIVE``, it is not suspended.
    """
    if mandate.awaiting == "resume":
        return mandate
    _still_runs(ctx, mandate, "person_resumes")
    return _ask(ctx, mandate, "resume")


def revoke(ctx: Ctx, mandate: Mandate, *, by_person: bool = False) -> Mandate:
    """End a mandate or withdraw an application; a revoked one stays as it is.

    Raises:
        Rejected: ``MANDATE_NOT_ACTIVE``.
    """
    if mandate.state in ("CANCELLED", "TERMINATE"):
        return mandate
    event = "person_revokes" if by_person else "revoke"
    _still_runs(ctx, mandate, event)
    revoked = _move(ctx, mandate, event)
    _notify(ctx, revoked, "revoked")
    return revoked


def _still_runs(ctx: Ctx, mandate: Mandate, event: str) -> None:
    shown = coverage.state(ctx, mandate, coverage.use(ctx, mandate))
    if event == "suspend" and shown == "SUSPENDED":
        return
    MANDATE.require(shown, event, hint="alipay_mandate_query shows its state")


def _move(ctx: Ctx, mandate: Mandate, event: str, *, suspended_by: str = "", answer: str | None = None) -> Mandate:
    return ctx.move(
        MANDATES,
        mandate,
        event,
        awaiting="",
        suspended_by=suspended_by,
        answer=mandate.answer if answer is None else answer,
        moved_at=ctx.now,
    )


def _notify(ctx: Ctx, mandate: Mandate, told: str) -> None:
    words = told.replace("_", " ")
    ctx.notify("alipay", f"mandate_{told}", mandate.id, f"Mandate {words}: {mandate.purpose}")


# --- looking --------------------------------------------------------------------------------------------------


def own(ctx: Ctx, mandate_id: str) -> Mandate:
    """The person's mandate.

    Raises:
        Rejected: ``MANDATE_NOT_EXIST``, unknown or somebody else's.
    """
    mandate = ctx.get(MANDATES, mandate_id)
    if mandate is None or mandate.owner != ctx.person_id:
        raise Rejected("MANDATE_NOT_EXIST", f"there is no mandate {mandate_id[:40]} of yours")
    return mandate


def view(ctx: Ctx, mandate: Mandate) -> mm.MandateView:
    """A mandate and what was used of it."""
    used = coverage.use(ctx, mandate)
    return mm.MandateView(
        mandate_id=mandate.id,
        state=coverage.state(ctx, mandate, used),
        awaiting=mandate.awaiting,
        purpose=mandate.purpose,
        categories=list(mandate.categories),
        payees=list(mandate.payees),
        single_limit=mandate.single_fen,
        day_limit=mandate.day_fen,
        period=mandate.period,
        period_limit=mandate.period_fen,
        total_limit=mandate.total_fen,
        count=mandate.count,
        weekdays=list(mandate.weekdays),
        valid_from=ctx.iso(mandate.valid_from),
        valid_to=ctx.iso(mandate.valid_to),
        method_ids=list(mandate.method_ids),
        other_constraints=list(mandate.other_constraints),
        used_today=used.today_fen,
        used_in_period=used.period_fen if mandate.period else None,
        used_total=used.total_fen,
        used_count=used.count,
        remaining_amount=None if mandate.total_fen is None else mandate.total_fen - used.total_fen,
        remaining_times=None if mandate.count is None else mandate.count - used.count,
        answer=mandate.answer,
    )


def newest_first(ctx: Ctx, wanted: MandateState | None) -> list[mm.MandateView]:
    """The person's mandates in a state, or all."""
    found = sorted(ctx.find(MANDATES, "owner", ctx.person_id), key=lambda row: (-row.at, row.id))
    return [shown for shown in (view(ctx, row) for row in found) if wanted in (None, shown.state)]
