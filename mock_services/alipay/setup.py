"""What a scenario can put into Alipay's world before and during an episode."""

from __future__ import annotations

from mock_services.alipay import fixture_args as fa
from mock_services.alipay import mandates, methods
from mock_services.alipay.rows import DECLINES, METHODS, PAYEES, Decline, Method, Payee
from mock_services.clock import SECOND
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.ledger import BANK
from mock_services.past import paid_before
from mock_services.payables import Line


def open_method(
    ctx: Ctx,
    method_id: str,
    title: str,
    *,
    fen: int,
    floor: int = 0,
    bank: str = "",
    last4: str = "",
    single_fen: int | None = None,
) -> str:
    """Open an account of the person and make it a method.

    Raises:
        Rejected: ``METHOD_EXISTS``.
    """
    account = methods.account_name(ctx.person_id, method_id)
    if ctx.get(METHODS, account) is not None:
        raise Rejected("METHOD_EXISTS", f"the person has {method_id} already")
    ctx.ledger.open(account, ctx.person_id, title, fen=fen, floor=floor)
    kind = next(kind for kind in methods.ORDER if kind == method_id.partition(":")[0])
    ctx.put(METHODS, Method(account, ctx.person_id, method_id, kind, title, bank, last4, single_fen))
    return method_id


def add_mandate(ctx: Ctx, args: fa.MandateSetup) -> str:
    """A mandate as it stands; a pending one is laid before the person as if it had just been applied for."""
    if args.state == "SIGNING" and not args.other_constraints:
        return mandates.apply(ctx, args).id
    return mandates.draft(ctx, args, args.state, tuple(args.other_constraints)).id


def add_payee(ctx: Ctx, args: fa.PayeeSetup) -> str:
    """Somebody with an account; without an account name the phone number is it.

    Raises:
        Rejected: ``INVALID_ARGUMENT``, neither was given.
    """
    account = args.account or args.phone
    if not account:
        raise Rejected("INVALID_ARGUMENT", "a payee needs an account or a phone number")
    ctx.put(PAYEES, Payee(account, args.phone or account, args.name, args.risk, args.risk_text))
    return account


def add_past_payment(ctx: Ctx, args: fa.PastPaymentSetup) -> str:
    """A trade paid in the past, once or twice; returns its out_trade_no.

    Raises:
        Rejected: ``INVALID_ARGUMENT``, it would lie in the future.
        Unavailable: ``METHOD_NOT_AVAILABLE``.
    """
    first = ctx.instant(args.at)
    times = (first, first + args.gap_s * SECOND) if args.duplicate else (first,)
    if max(times) > ctx.now:
        raise Rejected("INVALID_ARGUMENT", "a past payment lies in the future")
    source = methods.method(ctx, args.method_id)
    name = args.payee_name or args.payee
    subject = args.subject or name
    made = paid_before(
        ctx,
        times=times,
        service="alipay",
        ref=args.order_id or ctx.next_id("PO"),
        payee=args.payee,
        payee_name=name,
        subject=subject,
        category=args.category,
        lines=(Line(subject, 1, args.amount),),
        account=source.account,
    )
    return made[0].out_trade_no


def decline(ctx: Ctx, args: fa.DeclineSetup) -> str:
    """Let a method be refused.

    Raises:
        Unavailable: ``METHOD_NOT_AVAILABLE``, the person has no such method.
    """
    source = methods.method(ctx, args.method_id)
    ctx.put(DECLINES, Decline(source.account, args.code, ctx.instant(args.until) if args.until else 0))
    return source.method_id


def spend(ctx: Ctx, args: fa.SpendSetup) -> str:
    """Money leaves a method for reasons outside the errand.

    Raises:
        Unavailable: ``METHOD_NOT_AVAILABLE`` or ``BALANCE_NOT_ENOUGH``.
    """
    source = methods.method(ctx, args.method_id)
    ctx.ledger.post("spent_elsewhere", source.account, [(source.account, -args.amount), (BANK, args.amount)])
    return source.method_id
