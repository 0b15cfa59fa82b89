"""From a trade to its payment: what would be charged is prepared and pinned, and paid by consent or within a mandate.

After Alipay's ``alipay.trade.order.prepay`` and ``alipay.trade.agent.delegation.pay``.
"""

from __future__ import annotations

import msgspec

from mock_services.alipay import coverage, mandates, methods, trades
from mock_services.alipay import mandate_models as mm
from mock_services.alipay import models as m
from mock_services.alipay.rows import PREPAYS, Mandate, Prepay
from mock_services.clock import HOUR
from mock_services.context import Ctx
from mock_services.errors import NeedsPerson, Rejected, Unavailable
from mock_services.money import format_yuan
from mock_services.payables import Payable

PREPAY_VALID = 2 * HOUR
"""How long a prepared payment can be made; the delegation guide says two hours."""


def prepare(ctx: Ctx, args: mm.OrderPrepayArgs) -> mm.PrepayView:
    """Pin what paying a trade would take, and say whether the mandate covers it.

    The same payment prepared again has the same id for as long as that is good.

    Raises:
        Rejected: no such trade or mandate; ``INVALID_ARGUMENT``, two methods within a mandate.
        Unavailable: as :func:`methods.sources`.
    """
    payable = ctx.payables.get(args.out_trade_no)
    ctx.payables.check_payable(payable)
    mandate = mandates.own(ctx, args.mandate_id) if args.mandate_id else None
    if mandate is not None and args.rest_method_id:
        raise Rejected("INVALID_ARGUMENT", "within a mandate a payment comes from one method")
    method_ids = _methods_of(ctx, args.method_id, args.rest_method_id, mandate)
    taken = tuple(methods.sources(ctx, payable.fen, *method_ids))
    pin = Prepay(
        id="",
        owner=ctx.person_id,
        out_trade_no=payable.out_trade_no,
        payee=payable.payee,
        fen=payable.fen,
        method_ids=method_ids,
        sources=taken,
        mandate_id=args.mandate_id,
        expires_at=min(ctx.now + PREPAY_VALID, payable.expires_at),
        payment_id="",
    )
    pin = _same(ctx, pin) or msgspec.structs.replace(pin, id=ctx.next_id("PP"))
    ctx.put(PREPAYS, pin)
    failed = coverage.broken(coverage.claim(ctx, mandate, payable, method_ids)) if mandate is not None else []
    return mm.PrepayView(
        prepay_id=pin.id,
        out_trade_no=payable.out_trade_no,
        payee=payable.payee,
        payee_name=payable.payee_name,
        subject=payable.subject,
        amount=payable.fen,
        sources=trades.sources_view(ctx, taken),
        mandate_id=args.mandate_id,
        covered=mandate is not None and not failed,
        failed_terms=[mm.FailedTerm(code=code, message=wrong) for code, wrong in failed],
        expires_at=ctx.iso(pin.expires_at),
    )


def _methods_of(ctx: Ctx, method_id: str, rest_method_id: str, mandate: Mandate | None) -> tuple[str, ...]:
    first = method_id or (mandate.method_ids[0] if mandate is not None else "")
    first = methods.method(ctx, first).method_id
    return (first, methods.method(ctx, rest_method_id).method_id) if rest_method_id else (first,)


def _same(ctx: Ctx, pin: Prepay) -> Prepay | None:
    def what(one: Prepay) -> tuple[object, ...]:
        return one.owner, one.payee, one.fen, one.method_ids, one.sources, one.mandate_id, one.payment_id

    for known in ctx.find(PREPAYS, "out_trade_no", pin.out_trade_no):
        if what(known) == what(pin) and ctx.now < known.expires_at:
            return known
    return None


def pay(ctx: Ctx, args: m.PayArgs) -> m.PayResult:
    """Pay a trade that the person agreed to.

    Raises:
        NeedsPerson: ``AMOUNT_CHANGED`` or ``PREPAY_VOID``.
        Rejected, Unavailable: as :func:`trades.pay`, :func:`methods.sources` and :func:`_pinned`.
    """
    payable = ctx.payables.get(args.out_trade_no)
    ctx.payables.check_payable(payable)
    trades.check_amount(payable, args.expect_amount)
    pin = _pinned(ctx, args.prepay_id, payable, "", (args.method_id, args.rest_method_id))
    method_ids = pin.method_ids if pin is not None else (args.method_id, args.rest_method_id)
    return _pay(ctx, payable, args.request_no, method_ids, pin, "")


def pay_within(ctx: Ctx, args: mm.MandatePayArgs) -> m.PayResult:
    """Pay a trade within a mandate.

    Raises:
        NeedsPerson: the code of the first of :data:`coverage.RULES` that is broken; ``AMOUNT_CHANGED``;
            ``PREPAY_VOID``.
        Rejected, Unavailable: as :func:`pay`.
    """
    mandate = mandates.own(ctx, args.mandate_id)
    payable = ctx.payables.get(args.out_trade_no)
    ctx.payables.check_payable(payable)
    trades.check_amount(payable, args.expect_amount)
    pin = _pinned(ctx, args.prepay_id, payable, mandate.id, (args.method_id, ""))
    method_ids = pin.method_ids if pin is not None else (args.method_id or mandate.method_ids[0],)
    for code, wrong in coverage.broken(coverage.claim(ctx, mandate, payable, method_ids)):
        raise NeedsPerson(code, f"{wrong} ({mandate.id})", hint="ask the person to confirm this payment")
    return _pay(ctx, payable, args.request_no, method_ids, pin, mandate.id)


def _pay(
    ctx: Ctx, payable: Payable, request_no: str, method_ids: tuple[str, ...], pin: Prepay | None, mandate_id: str
) -> m.PayResult:
    taken = methods.sources(ctx, payable.fen, *method_ids)
    if pin is not None and tuple(taken) != pin.sources:
        raise NeedsPerson("PREPAY_VOID", "the methods would now share the amount otherwise", hint="prepare it again")
    made = trades.pay(ctx, payable, request_no, taken, mandate_id)
    if pin is not None:
        ctx.put(PREPAYS, msgspec.structs.replace(pin, payment_id=made.payment_id))
    return made


def _pinned(ctx: Ctx, prepay_id: str, payable: Payable, mandate_id: str, method_ids: tuple[str, ...]) -> Prepay | None:
    """The prepared payment of this id, None for an empty id.

    Raises:
        Rejected: ``PREPAY_NOT_EXIST``, ``PREPAY_USED`` or ``PREPAY_MISMATCH``, it is for another payment than this.
        Unavailable: ``PREPAY_EXPIRED``.
        NeedsPerson: ``PREPAY_VOID``, amount or payee have changed since.
    """
    if not prepay_id:
        return None
    pin = ctx.get(PREPAYS, prepay_id)
    if pin is None or pin.owner != ctx.person_id:
        raise Rejected("PREPAY_NOT_EXIST", f"there is no prepared payment {prepay_id[:40]} of yours")
    named = tuple(method_id for method_id in method_ids if method_id)
    if (pin.out_trade_no, pin.mandate_id) != (payable.out_trade_no, mandate_id) or named not in ((), pin.method_ids):
        raise Rejected("PREPAY_MISMATCH", "it was prepared for another trade, mandate or method")
    if pin.payment_id:
        raise Rejected("PREPAY_USED", f"payment {pin.payment_id} was made of it", hint="alipay_trade_query shows it")
    if ctx.now >= pin.expires_at:
        raise Unavailable("PREPAY_EXPIRED", "it was prepared too long ago", hint="prepare it again")
    if (pin.fen, pin.payee) != (payable.fen, payable.payee):
        text = f"{format_yuan(pin.fen)} to {pin.payee} were prepared, now it is {format_yuan(payable.fen)}"
        raise NeedsPerson("PREPAY_VOID", text, hint="show the person the new amount")
    return pin
