"""Speaking with the person: questions, offers and the final report, each kept as a row."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.money import format_yuan
from mock_services.user import models as m
from mock_services.user.rows import (
    CONSENTS,
    DIALOGUE,
    REPORTS,
    Consent,
    ConsentAction,
    ConsentCharge,
    ConsentLine,
    Report,
    ReportedFact,
    Utterance,
)

_CANONICAL = msgspec.json.Encoder(order="sorted")


def ask(ctx: Ctx, args: m.AskArgs) -> m.AskView:
    """Put a question to the person and wait for the answer."""
    asked_at = ctx.now
    answer = ctx.person.answer(ctx, args.topic, args.text)
    ctx.put(DIALOGUE, Utterance(ctx.count("dialogue"), asked_at, args.topic, args.text, answer.kind, answer.text))
    ctx.take(answer.seconds)
    return m.AskView(kind=answer.kind, text=answer.text)  # type: ignore[arg-type]  # the port's kinds are the tool's


def offer_hash(offer: dict[str, Any]) -> str:
    """SHA-256 of an offer's canonical JSON: sorted keys, no spaces, amounts in fen."""
    return sha256(_CANONICAL.encode(offer)).hexdigest()


def confirm(ctx: Ctx, args: m.ConfirmArgs) -> m.ConfirmView:
    """Show the person an offer and wait for the decision.

    Raises:
        Rejected: ``EMPTY_OFFER`` or ``TOTAL_MISMATCH``.
    """
    offer = args.offer
    if not offer.charges and not offer.actions:
        raise Rejected("EMPTY_OFFER", "an offer needs a charge or an action")
    total = sum(charge.amount for charge in offer.charges)
    if total != offer.total:
        raise Rejected(
            "TOTAL_MISMATCH", f"the charges add up to {format_yuan(total)}, total says {format_yuan(offer.total)}"
        )
    shown = offer.model_dump(mode="json")
    decision = ctx.person.consider(ctx, shown, args.text)
    consent = Consent(
        id=ctx.next_id("CS"),
        at=ctx.now,
        decision=decision.decision,
        offer_hash=offer_hash(shown),
        total_fen=total,
        charges=tuple(_charge(charge) for charge in offer.charges),
        actions=tuple(ConsentAction(it.kind, it.target, it.fee, it.text) for it in offer.actions),
        text=args.text,
        answer=decision.text,
    )
    ctx.put(CONSENTS, consent)
    ctx.take(decision.seconds)
    return m.ConfirmView(
        decision=decision.decision,  # type: ignore[arg-type]  # the port's decisions are the tool's
        consent_id=consent.id,
        text=decision.text,
        offer_hash=consent.offer_hash,
    )


def _charge(charge: m.Charge) -> ConsentCharge:
    return ConsentCharge(
        charge.out_trade_no,
        charge.payee,
        charge.subject,
        charge.amount,
        charge.method_id,
        tuple(ConsentLine(line.name, line.quantity, line.amount) for line in charge.lines),
    )


def report(ctx: Ctx, args: m.ReportArgs) -> m.ReportView:
    """Tell the person what became of the errand."""
    row = Report(
        id=ctx.count("report"),
        at=ctx.now,
        status=args.status,
        reason_code=args.reason_code or "none",
        binding_constraint=args.binding_constraint,
        facts=tuple(ReportedFact(fact.name, fact.value, fact.ref) for fact in args.facts),
        text=args.text,
    )
    ctx.put(REPORTS, row)
    return m.ReportView(report_id=row.id)
