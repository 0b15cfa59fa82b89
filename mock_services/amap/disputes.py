"""Disputes about a ride's bill: the passenger asks, a clerk of the ride company looks into it and answers later."""

from __future__ import annotations

from typing import Any

from mock_services.amap.lifecycle import SERVICE, paid_fen, refund_above
from mock_services.amap.ride_models import RideCaseArgs, RideDisputeArgs, RideDisputeView
from mock_services.amap.rides import own_ride
from mock_services.amap.rows import CASES, RIDES, Case, Ride
from mock_services.clock import MINUTE, SECOND
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import places
from mock_services.money import format_yuan

ANSWER_WITHIN = 60 * MINUTE
_ANSWER_S = (600, 2400)
_NO_SHOW_AFTER = 20 * MINUTE


def dispute(ctx: Ctx, args: RideDisputeArgs) -> RideDisputeView:
    """Answer ``amap_ride_dispute``.

    Raises:
        Rejected: ``RIDE_NOT_EXIST``, ``RIDE_STATE_INVALID``, ``CASE_OPEN``.
    """
    ride = own_ride(ctx, args.ride_id)
    if not ctx.payables.payments_of(ride.out_trade_no):
        raise Rejected("RIDE_STATE_INVALID", "nothing was paid for this ride")
    for known in ctx.find(CASES, "ride_id", ride.id):
        if known.state == "open":
            raise Rejected("CASE_OPEN", f"case {known.id} about this ride is open", hint="wait for its answer")
    case = Case(
        id=ctx.next_id("RC"),
        ride_id=ride.id,
        owner=ctx.person_id,
        reason=args.reason,
        note=args.note or "",
        state="open",
        refund_fen=0,
        answer="",
        opened_at=ctx.now,
        answer_by=ctx.now + ANSWER_WITHIN,
    )
    ctx.put(CASES, case)
    at = ctx.now + ctx.draws.between(*_ANSWER_S, "dispute", case.id) * SECOND
    ctx.schedule(at, SERVICE, "ride_dispute_decided", {"case_id": case.id})
    return view(ctx, case)


def on_decided(ctx: Ctx, data: dict[str, Any]) -> None:
    """The clerk compares what was paid with what is owed; whatever the reason given, a surplus goes back."""
    case = ctx.get(CASES, data["case_id"])
    ride = ctx.get(RIDES, case.ride_id) if case is not None else None
    if case is None or ride is None or case.state != "open":
        return
    owed = _owed_fen(ctx, ride, case.reason)
    surplus = refund_above(ctx, ride, owed, f"dispute {case.id}")
    answer = (
        f"{format_yuan(surplus)} yuan is on its way back to where it came from"
        if surplus
        else f"the bill is right: {format_yuan(paid_fen(ctx, ride))} yuan was paid and is owed"
    )
    decided = ctx.move(
        CASES, case, "clerk_answers", "granted" if surplus else "refused", refund_fen=surplus, answer=answer
    )
    ctx.notify(SERVICE, f"ride_dispute_{decided.state}", case.id, answer)


def _owed_fen(ctx: Ctx, ride: Ride, reason: str) -> int:
    if ride.state in ("cancelled", "expired"):
        return ride.fee_fen
    overdue = ride.state not in ("on_trip", "completed") and ctx.now > ride.depart_at + _NO_SHOW_AFTER
    return 0 if reason == "no_ride" and overdue else ride.fen


def status(ctx: Ctx, args: RideCaseArgs) -> RideDisputeView:
    """Answer ``amap_ride_dispute_status``.

    Raises:
        Rejected: ``CASE_NOT_EXIST``, unknown or somebody else's.
    """
    case = ctx.get(CASES, args.case_id)
    if case is None or case.owner != ctx.person_id:
        raise Rejected("CASE_NOT_EXIST", f"there is no case {args.case_id[:40]} of yours")
    return view(ctx, case)


def view(ctx: Ctx, case: Case) -> RideDisputeView:
    """A case as its owner sees it."""
    ride = ctx.get(RIDES, case.ride_id)
    assert ride is not None
    offset = places().city(ride.city).utc_offset_min
    return RideDisputeView.model_validate(
        {
            "case_id": case.id,
            "ride_id": case.ride_id,
            "reason": case.reason,
            "state": case.state,
            "refund": case.refund_fen,
            "answer": case.answer,
            "opened_at": ctx.iso(case.opened_at, offset),
            "answer_by": ctx.iso(case.answer_by, offset),
        }
    )
