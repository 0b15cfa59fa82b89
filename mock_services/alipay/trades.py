"""Trades and their payments: paying, asking, receipts, and asking for money back."""

from __future__ import annotations

from mock_services.alipay import methods
from mock_services.alipay import models as m
from mock_services.alipay.rows import REFUND_REQUESTS, SLOW, RefundRequest
from mock_services.alipay.states import TradeState
from mock_services.clock import SECOND
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected
from mock_services.money import format_yuan
from mock_services.payables import KERNEL, PAYABLES, PAYMENTS, REFUNDS, Payable, Payment

ANSWER_SECONDS = (60, 600)
"""How long a payee takes to answer a request for a refund."""


def check_amount(payable: Payable, expected: int | None) -> None:
    """Refuse a trade that no longer costs what was agreed to.

    Raises:
        NeedsPerson: ``AMOUNT_CHANGED``.
    """
    if expected is not None and expected != payable.fen:
        raise NeedsPerson(
            "AMOUNT_CHANGED",
            f"the trade costs {format_yuan(payable.fen)}, not {format_yuan(expected)}",
            hint="show the person the new amount",
        )


def pay(
    ctx: Ctx, payable: Payable, request_no: str, sources: list[tuple[str, int]], mandate_id: str = ""
) -> m.PayResult:
    """Pay a trade from these sources.

    Raises:
        Rejected, Unavailable: as :meth:`Payables.check_payable`; ``IDEMPOTENCY_CONFLICT``, the number was used.
    """
    if _by_request(ctx, request_no):
        raise Rejected(
            "IDEMPOTENCY_CONFLICT",
            "request_no was used for another payment",
            hint="alipay_payment_query shows it; use a new number for a new payment",
        )
    slow = ctx.get(SLOW, ctx.person_id)
    # A payment that fails in the end does so a second before it would have cleared.
    pending_s = 0 if slow is None else slow.seconds + (0 if slow.success else 1)
    payment = ctx.payables.pay(
        payable, request_no=request_no, sources=sources, mandate_id=mandate_id, pending_s=pending_s
    )
    if slow is not None:
        ctx.delete(SLOW, slow.owner)
        answers_at = ctx.now + slow.seconds * SECOND
        if not slow.success:
            ctx.schedule(answers_at, KERNEL, "payment_clears", {"payment_id": payment.id, "success": False})
        ctx.schedule(answers_at + SECOND, "alipay", "payment_answered", {"payment_id": payment.id})
    else:
        _notify_outcome(ctx, payment)
    return m.PayResult(
        payment_id=payment.id,
        out_trade_no=payment.out_trade_no,
        request_no=request_no,
        amount=payment.fen,
        method_ids=methods.ids_of(ctx, payment.sources),
        status="success" if payment.state == "success" else "pending",
        at=ctx.iso(payment.at),
    )


def payment_answered(ctx: Ctx, payment_id: str) -> None:
    """Tell the person how a pending payment ended; a transfer that failed is over."""
    payment = ctx.get(PAYMENTS, payment_id)
    assert payment is not None
    _notify_outcome(ctx, payment)
    payable = ctx.payables.get(payment.out_trade_no)
    if payment.state == "failed" and payable.category == "transfer":
        ctx.payables.close(payable.out_trade_no)


def _notify_outcome(ctx: Ctx, payment: Payment) -> None:
    payable = ctx.get(PAYABLES, payment.out_trade_no)
    assert payable is not None
    words = f"{payable.payee_name}: {format_yuan(payment.fen)}"
    if payment.state == "success":
        ctx.notify("alipay", "payment_success", payment.out_trade_no, f"Paid {words}")
    elif payment.state == "failed":
        ctx.notify("alipay", "payment_failed", payment.out_trade_no, f"Payment failed, money returned. {words}")


# --- views ----------------------------------------------------------------------------------------------------


def trade_status(ctx: Ctx, payable: Payable) -> TradeState:
    """The trade's state in the words of Alipay's trade API: finished means that it can no longer be refunded."""
    if payable.state == "open":
        return "WAIT_BUYER_PAY" if payable.expires_at > ctx.now else "TRADE_CLOSED"
    if payable.state in ("closed", "refunded"):
        return "TRADE_CLOSED"
    released = payable.escrow and ctx.ledger.balance(f"escrow:{payable.out_trade_no}") == 0
    if payable.state == "settled" and (released or payable.category == "transfer"):
        return "TRADE_FINISHED"
    return "TRADE_SUCCESS"


def trade_view(ctx: Ctx, payable: Payable) -> m.TradeView:
    """A trade with its payments."""
    payments = ctx.payables.payments_of(payable.out_trade_no)
    paid = [payment for payment in payments if payment.state == "success"]
    return m.TradeView(
        out_trade_no=payable.out_trade_no,
        service=payable.service,
        order_id=payable.ref,
        payee=payable.payee,
        payee_name=payable.payee_name,
        subject=payable.subject,
        category=payable.category,
        amount=payable.fen,
        trade_status=trade_status(ctx, payable),
        escrow=payable.escrow,
        created_at=ctx.iso(payable.created_at),
        pay_before=ctx.iso(payable.expires_at),
        lines=_lines(payable),
        payments=[payment_view(ctx, payment) for payment in payments],
        paid=sum(payment.fen for payment in paid),
        refunded=sum(payment.refunded_fen for payment in paid),
    )


def payment_view(ctx: Ctx, payment: Payment) -> m.PaymentView:
    """One payment."""
    asked = ctx.find(REFUND_REQUESTS, "payment_id", payment.id)
    return m.PaymentView(
        payment_id=payment.id,
        request_no=payment.request_no,
        out_trade_no=payment.out_trade_no,
        amount=payment.fen,
        method_ids=methods.ids_of(ctx, payment.sources),
        mandate_id=payment.mandate_id,
        state=payment.state,
        at=ctx.iso(payment.at),
        refunded=payment.refunded_fen,
        refund_request=asked[-1].state if asked else "",
    )


def by_request(ctx: Ctx, request_no: str) -> Payment:
    """The person's payment with this request number.

    Raises:
        Rejected: ``PAYMENT_NOT_EXIST``.
    """
    found = _by_request(ctx, request_no)
    if not found:
        raise Rejected("PAYMENT_NOT_EXIST", "no payment of yours has this request number: none was made")
    return found[-1]


def _by_request(ctx: Ctx, request_no: str) -> list[Payment]:
    return [p for p in ctx.find(PAYMENTS, "request_no", request_no) if p.payer == ctx.person_id]


def own_payment(ctx: Ctx, payment_id: str) -> Payment:
    """The person's payment.

    Raises:
        Rejected: ``PAYMENT_NOT_EXIST``, unknown or somebody else's.
    """
    payment = ctx.get(PAYMENTS, payment_id)
    if payment is None or payment.payer != ctx.person_id:
        raise Rejected("PAYMENT_NOT_EXIST", f"there is no payment {payment_id[:40]} of yours")
    return payment


def receipt_view(ctx: Ctx, payment: Payment, payer: str) -> m.ReceiptView:
    """The receipt of a payment.

    Raises:
        Rejected: ``PAYMENT_NOT_SUCCESS``.
    """
    if payment.state != "success":
        raise Rejected("PAYMENT_NOT_SUCCESS", f"payment {payment.id} is {payment.state}")
    payable = ctx.payables.get(payment.out_trade_no)
    refunds = [r for r in ctx.find(REFUNDS, "out_trade_no", payment.out_trade_no) if r.payment_id == payment.id]
    return m.ReceiptView(
        payment_id=payment.id,
        out_trade_no=payment.out_trade_no,
        payer=payer,
        payee_name=payable.payee_name,
        subject=payable.subject,
        lines=_lines(payable),
        amount=payment.fen,
        sources=sources_view(ctx, payment.sources),
        at=ctx.iso(payment.at),
        refunds=[
            m.RefundView(
                refund_id=refund.id,
                amount=refund.fen,
                reason=refund.reason,
                at=ctx.iso(refund.at),
                arrived_at_source=refund.state == "arrived",
                sources=sources_view(ctx, refund.sources),
            )
            for refund in refunds
        ],
    )


def _lines(payable: Payable) -> list[m.LineView]:
    return [m.LineView(name=line.name, quantity=line.quantity, amount=line.fen) for line in payable.lines]


def sources_view(ctx: Ctx, parts: tuple[tuple[str, int], ...]) -> list[m.SourceView]:
    """Parts of an amount with the methods that they came from or went back to."""
    return [m.SourceView(method_id=methods.method_id(ctx, account), amount=fen) for account, fen in parts]


# --- money back -----------------------------------------------------------------------------------------------


def request_refund(ctx: Ctx, args: m.RefundRequestArgs) -> m.RefundRequestView:
    """Ask the payee to give a payment back; they answer later.

    Raises:
        Rejected: ``PAYMENT_NOT_EXIST``, ``PAYMENT_NOT_SUCCESS``, ``ALREADY_REFUNDED`` or ``REFUND_REQUESTED``.
    """
    payment = own_payment(ctx, args.payment_id)
    if payment.state != "success":
        raise Rejected("PAYMENT_NOT_SUCCESS", f"payment {payment.id} is {payment.state}")
    left = payment.fen - payment.refunded_fen
    if left == 0:
        raise Rejected("ALREADY_REFUNDED", f"payment {payment.id} was refunded in full")
    if any(asked.state == "pending" for asked in ctx.find(REFUND_REQUESTS, "payment_id", payment.id)):
        raise Rejected("REFUND_REQUESTED", "the payee has not answered the last request yet")
    request = RefundRequest(
        ctx.next_id("RR"), ctx.person_id, payment.id, left, args.reason, args.text, "pending", ctx.now
    )
    ctx.put(REFUND_REQUESTS, request)
    delay = ctx.draws.between(*ANSWER_SECONDS, "refund_request", request.id) * SECOND
    ctx.schedule(ctx.now + delay, "alipay", "refund_request_answered", {"refund_request_id": request.id})
    return _request_view(request)


def answer_refund_request(ctx: Ctx, refund_request_id: str) -> None:
    """The payee looks into its books: what was paid twice is given back, anything else is refused."""
    request = ctx.get(REFUND_REQUESTS, refund_request_id)
    if request is None or request.state != "pending":
        return
    payment = ctx.get(PAYMENTS, request.payment_id)
    assert payment is not None
    left = payment.fen - payment.refunded_fen
    fen = min(left, overpaid(ctx, payment))
    if payment.state == "success" and fen > 0:
        ctx.payables.refund(payment, fen, "duplicate")
        ctx.move(REFUND_REQUESTS, request, "payee_answers", "granted", fen=fen)
        ctx.notify("alipay", "refund_granted", payment.out_trade_no, f"Refund of {format_yuan(fen)} granted")
    else:
        ctx.move(REFUND_REQUESTS, request, "payee_answers", "refused")
        text = "Refund refused: the payee finds no duplicate payment; ask for it where you ordered"
        ctx.notify("alipay", "refund_refused", payment.out_trade_no, text)


def overpaid(ctx: Ctx, payment: Payment) -> int:
    """What was paid too much for the same thing: one trade twice, or one order charged by two equal trades."""
    payable = ctx.get(PAYABLES, payment.out_trade_no)
    assert payable is not None
    same = [
        other
        for other in ctx.payables.of_order(payable.ref)
        if (other.service, other.payer, other.payee, other.fen, other.subject)
        == (payable.service, payable.payer, payable.payee, payable.fen, payable.subject)
    ]
    kept = sum(
        made.fen - made.refunded_fen
        for other in same
        for made in ctx.payables.payments_of(other.out_trade_no)
        if made.state == "success"
    )
    return max(0, kept - payable.fen)


def _request_view(request: RefundRequest) -> m.RefundRequestView:
    return m.RefundRequestView(
        refund_request_id=request.id, payment_id=request.payment_id, amount=request.fen, state=request.state
    )
