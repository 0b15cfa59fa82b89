"""Whether what was paid within mandates kept to their terms: read off the payments, apart from how they were allowed.

The rules of ``coverage`` look ahead from one moment, these look back over all; each finds a mistake of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from mock_services.alipay.coverage import WEEKDAYS, admits, payments, span_of
from mock_services.alipay.rows import MANDATES, METHODS, Mandate
from mock_services.clock import local
from mock_services.context import Ctx
from mock_services.invariants import Violation
from mock_services.payables import PAYABLES, PAYMENTS, Payable, Payment

ENDED = ("CANCELLED", "TERMINATE", "SUSPENDED")
NEVER_HELD = ("SIGNING", "INVALID")


def violations(ctx: Ctx) -> list[Violation]:
    """Every payment within a mandate that breaks one of its terms, with both rows."""
    found = []
    known = {mandate.id: mandate for mandate in ctx.scan(MANDATES)}
    for payment in ctx.scan(PAYMENTS):
        mandate = known.get(payment.mandate_id)
        if payment.mandate_id and (mandate is None or mandate.owner != payment.payer):
            found.append(_violation(payment, f"there is no mandate {payment.mandate_id} of {payment.payer}"))
    for mandate in known.values():
        sums: dict[Hashable, int] = defaultdict(int)
        for payment in payments(ctx, mandate):
            payable = ctx.get(PAYABLES, payment.out_trade_no)
            wrong = _wrong(ctx, mandate, payment, payable, sums) if payable is not None else "it is for no trade"
            if wrong:
                found.append(_violation(payment, wrong))
    return found


def _violation(payment: Payment, wrong: str) -> Violation:
    text = f"payment {payment.id} over {payment.fen} fen: {wrong}"
    return Violation("mandate", text, (f"{PAYMENTS.name}/{payment.id}", f"{MANDATES.name}/{payment.mandate_id}"))


def _wrong(ctx: Ctx, mandate: Mandate, payment: Payment, payable: Payable, sums: dict[Hashable, int]) -> str:
    at = local(payment.at, ctx.offset_min)
    limits: tuple[tuple[Hashable, int, int | None, str], ...] = (
        (("order", payable.ref), payment.fen, mandate.single_fen, "more than one order may cost"),
        (("day", at.date()), payment.fen, mandate.day_fen, "more than a day may cost"),
        (
            ("period", span_of(mandate.period, at.date())),
            payment.fen,
            mandate.period_fen,
            f"more than a {mandate.period} may cost",
        ),
        ("total", payment.fen, mandate.total_fen, "more than the total"),
        ("count", 1, mandate.count, "more payments than allowed"),
    )
    over = ""
    for key, more, limit, text in limits:
        sums[key] += more
        if limit is not None and sums[key] > limit:
            over = over or text
    if over:
        return over
    sources = [ctx.get(METHODS, account) for account, _ in payment.sources]
    if any(source is None or source.method_id not in mandate.method_ids for source in sources):
        return "from a method that it does not allow"
    if not admits(mandate, payable):
        return "to a payee that it does not cover"
    if mandate.weekdays and WEEKDAYS[at.weekday()] not in mandate.weekdays:
        return "on another day of the week"
    if not mandate.valid_from <= payment.at < mandate.valid_to:
        return "outside its time"
    if mandate.other_constraints:
        return "under a term that nobody can check"
    if mandate.state in NEVER_HELD or (mandate.state in ENDED and payment.at > mandate.moved_at):
        return f"while it was {mandate.state}"
    return ""
