"""Ways to pay: which there are, what can be paid from them, and from where an amount is taken."""

from __future__ import annotations

from datetime import timedelta

from mock_services.alipay import models as m
from mock_services.alipay.rows import DECLINES, DEFAULTS, METHODS, DefaultMethod, Method
from mock_services.alipay.states import MethodKind
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable

ORDER: tuple[MethodKind, ...] = ("wallet", "card", "credit")
REFUSALS = {
    "RISK_CONTROL": "risk control refused the payment with this method",
    "PAYMENT_LIMIT": "the amount is above the limit of this method",
    "METHOD_NOT_AVAILABLE": "this method cannot be used now",
    "BALANCE_NOT_ENOUGH": "this method does not cover the amount",
}
_ANOTHER = "another method of alipay_methods may do"

INSTALMENT_FEE_PER_MILLE = {3: 25, 6: 45, 12: 88}
"""What paying back in so many months costs, in thousandths of the amount."""

REPAYMENT_DAY = 10


def account_name(owner: str, method_id: str) -> str:
    """The ledger account behind a method id: ``card:6222`` of U1 is ``card:U1:6222``."""
    kind, _, rest = method_id.partition(":")
    return f"{kind}:{owner}:{rest}" if rest else f"{kind}:{owner}"


def all_methods(ctx: Ctx) -> list[Method]:
    """The person's methods: the default one first, then wallet, cards, credit."""
    default = default_id(ctx)
    return sorted(
        ctx.find(METHODS, "owner", ctx.person_id),
        key=lambda method: (method.method_id != default, ORDER.index(method.kind), method.account),
    )


def default_id(ctx: Ctx) -> str:
    """The default method's id; the wallet unless another was chosen."""
    chosen = ctx.get(DEFAULTS, ctx.person_id)
    return chosen.method_id if chosen else "wallet"


def method(ctx: Ctx, method_id: str) -> Method:
    """The person's method of this id; the default one for an empty id.

    Raises:
        Unavailable: ``METHOD_NOT_AVAILABLE``.
    """
    wanted = method_id or default_id(ctx)
    found = ctx.get(METHODS, account_name(ctx.person_id, wanted))
    if found is None or found.method_id != wanted:
        raise Unavailable("METHOD_NOT_AVAILABLE", f"there is no method {wanted[:40]}", hint="see alipay_methods")
    return found


def set_default(ctx: Ctx, method_id: str) -> None:
    """Choose the default method.

    Raises:
        Unavailable: as :func:`method`.
    """
    ctx.put(DEFAULTS, DefaultMethod(ctx.person_id, method(ctx, method_id).method_id))


def refusal(ctx: Ctx, account: str) -> str:
    """The code with which payments from this account are refused at present, or empty."""
    found = ctx.get(DECLINES, account)
    return found.code if found is not None and (found.until == 0 or ctx.now < found.until) else ""


def sources(ctx: Ctx, fen: int, method_id: str, rest_method_id: str = "") -> list[tuple[str, int]]:
    """From which accounts an amount is taken: from one method, or the rest of it from a second one.

    Raises:
        Unavailable: ``BALANCE_NOT_ENOUGH``, ``PAYMENT_LIMIT``, ``RISK_CONTROL`` or ``METHOD_NOT_AVAILABLE``.
        Rejected: ``INVALID_ARGUMENT``, both methods are the same.
    """
    first = method(ctx, method_id)
    if not rest_method_id:
        return [_take(ctx, first, fen)]
    second = method(ctx, rest_method_id)
    if second == first:
        raise Rejected("INVALID_ARGUMENT", "rest_method_id is the same as method_id")
    part = min(fen, ctx.ledger.available(first.account), fen if first.single_fen is None else first.single_fen)
    parts = ((first, part), (second, fen - part))
    return [_take(ctx, source, share) for source, share in parts if share > 0]


def _take(ctx: Ctx, source: Method, fen: int) -> tuple[str, int]:
    code = refusal(ctx, source.account)
    if not code and source.single_fen is not None and fen > source.single_fen:
        code = "PAYMENT_LIMIT"
    if not code and fen > ctx.ledger.available(source.account):
        code = "BALANCE_NOT_ENOUGH"
    if code:
        raise Unavailable(code, f"{source.title}: {REFUSALS[code]}", hint=_ANOTHER)
    return source.account, fen


def ids_of(ctx: Ctx, taken: tuple[tuple[str, int], ...]) -> list[str]:
    """The method ids of a payment's sources."""
    return [method_id(ctx, account) for account, _ in taken]


def method_id(ctx: Ctx, account: str) -> str:
    """The method id of an account of the person."""
    found = ctx.get(METHODS, account)
    return found.method_id if found is not None else account.partition(":")[0]


def methods_view(ctx: Ctx) -> m.MethodsView:
    """All methods, as the tool shows them."""
    default = default_id(ctx)
    return m.MethodsView(
        default_method_id=default,
        methods=[
            m.MethodView(
                method_id=found.method_id,
                kind=found.kind,
                title=found.title,
                bank=found.bank,
                last4=found.last4,
                available=ctx.ledger.available(found.account),
                single_limit=found.single_fen,
                is_default=found.method_id == default,
                usable_for_transfer=found.kind != "credit",
                blocked=bool(refusal(ctx, found.account)),
            )
            for found in all_methods(ctx)
        ],
    )


def credit_view(ctx: Ctx, fen: int | None) -> m.CreditView:
    """The credit line and what paying ``fen`` back in months would cost.

    Raises:
        Unavailable: ``METHOD_NOT_AVAILABLE``, the person has no credit line.
    """
    account = ctx.ledger.account(method(ctx, "credit").account)
    limit = -(account.floor or 0)
    today = ctx.local_now().date()
    month = today if today.day <= REPAYMENT_DAY else today.replace(day=1) + timedelta(days=31)
    plans = []
    for months, per_mille in INSTALMENT_FEE_PER_MILLE.items() if fen else ():
        assert fen is not None
        fee = fen * per_mille // 1000
        plans.append(m.Instalment(months=months, per_month=-(-(fen + fee) // months), fee=fee))
    return m.CreditView(
        limit=limit,
        used=-account.fen,
        left=limit + account.fen,
        repayment_day=month.replace(day=REPAYMENT_DAY).isoformat(),
        instalments=plans,
    )
