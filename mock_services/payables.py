"""Payables: what a person owes for a business object, and the payments and refunds against it.

Services never import each other; they meet here. A service opens a payable, ``alipay`` settles it, and the
service hears of it through the event ``payment_settled``. :data:`PAYABLE`, :data:`PAYMENT` and :data:`REFUND` say
what becomes of them.

Between ``paid`` and ``settled`` the payee's cashier has not heard of the payment yet: a second payment with
another request number is taken in that window, as in life. That is how a blind retry after a lost
acknowledgement pays twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from mock_services.clock import MINUTE, SECOND, Instant
from mock_services.errors import InternalError, Rejected, Unavailable
from mock_services.lifecycle import Machine, Move
from mock_services.tables import Table

if TYPE_CHECKING:
    from mock_services.context import Ctx


PayableState = Literal["open", "paid", "settled", "refunded", "closed"]
PaymentState = Literal["pending", "success", "failed"]
RefundState = Literal["in_transit", "arrived"]

PAYABLE = Machine(
    PayableState,
    initial="open",
    moves=(
        Move("open", "money_arrives", "paid", "service"),
        Move("paid", "payee_hears", "settled", "service"),
        Move(("paid", "settled"), "all_goes_back", "refunded", "service"),
        Move("open", "order_ends", "closed", "service"),
        Move("open", "expires", "closed", "clock"),
    ),
    note="Between paid and settled the payee has not heard of the payment: another one is taken then.",
)
PAYMENT = Machine(
    PaymentState,
    initial=("pending", "success"),
    moves=(
        Move("pending", "bank_answers", "success", "service"),
        Move("pending", "bank_answers", "failed", "service"),
    ),
)
REFUND = Machine(RefundState, initial="in_transit", moves=(Move("in_transit", "arrives", "arrived", "service"),))


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of a checkout."""

    name: str
    quantity: int
    fen: int


class Payable(msgspec.Struct, frozen=True):
    """What is owed. ``category`` is what a mandate can be limited to (``food``, ``goods``, ``travel`` …)."""

    out_trade_no: str
    service: str
    ref: str
    payer: str
    payee: str
    payee_name: str
    subject: str
    category: str
    lines: tuple[Line, ...]
    fen: int
    escrow: bool
    state: PayableState
    created_at: Instant
    expires_at: Instant


class Payment(msgspec.Struct, frozen=True):
    """A payment attempt, keyed by the payer's request number. ``sources`` are (account, fen) in the order taken."""

    id: str
    request_no: str
    out_trade_no: str
    payer: str
    fen: int
    sources: tuple[tuple[str, int], ...]
    state: PaymentState
    at: Instant
    mandate_id: str
    refunded_fen: int


class Refund(msgspec.Struct, frozen=True):
    """Money on its way back to where it came from."""

    id: str
    payment_id: str
    out_trade_no: str
    fen: int
    reason: str
    state: RefundState
    at: Instant
    sources: tuple[tuple[str, int], ...]


class Missed(msgspec.Struct, frozen=True, gc=False):
    """How often the payee's server will miss the notification of a trade's payment before it takes it."""

    out_trade_no: str
    times: int


PAYABLES = Table("kernel.payables", Payable, "out_trade_no", indexes=("payer", "ref"), machine=PAYABLE)
PAYMENTS = Table("kernel.payments", Payment, "id", indexes=("out_trade_no", "payer", "request_no"), machine=PAYMENT)
REFUNDS = Table("kernel.refunds", Refund, "id", indexes=("out_trade_no",), machine=REFUND)
MISSED = Table("kernel.missed_notifications", Missed, "out_trade_no")

KERNEL = "kernel"
REFUND_SECONDS = (120, 1800)
SETTLE_SECONDS = (45, 90)
RETRY_MINUTES = (4, 10, 10, 60, 120, 360, 900)
"""After how long a payee is told again that did not answer: eight deliveries within 25 hours.

The intervals of Alipay's asynchronous notification; its notice keeps its number over all of them.
"""

PAYEE_OPERATIONS = {
    "alipay.trade.create": "open",
    "alipay.trade.close": "close",
    "alipay.trade.refund": "refund",
    "alipay.trade.settle.confirm": "release",
}
"""The payee's side of Alipay's trade API and the methods of :class:`Payables` that carry it out.

Services call them for their merchants. No tool does in an agent's name: it holds the payer's side only
(a trade's query is for both).
"""


class Payables:
    """Opening, paying, closing and refunding. Raises typed errors; every movement of money is a ledger posting."""

    __slots__ = ("_ctx",)

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx

    def open(
        self,
        *,
        service: str,
        ref: str,
        payee: str,
        payee_name: str,
        subject: str,
        category: str,
        lines: tuple[Line, ...],
        expires_at: Instant,
        escrow: bool = False,
    ) -> Payable:
        """Owe ``sum of lines`` for ``ref`` until ``expires_at``, when ``payable_expired`` is published."""
        ctx = self._ctx
        payable = Payable(
            out_trade_no=ctx.next_id("P"),
            service=service,
            ref=ref,
            payer=ctx.person_id,
            payee=payee,
            payee_name=payee_name,
            subject=subject,
            category=category,
            lines=lines,
            fen=sum(line.fen for line in lines),
            escrow=escrow,
            state="open",
            created_at=ctx.now,
            expires_at=expires_at,
        )
        if payable.fen <= 0:
            raise InternalError(f"a payable over {payable.fen} fen for {ref}")
        ctx.put(PAYABLES, payable)
        ctx.schedule(expires_at, KERNEL, "payable_expires", {"out_trade_no": payable.out_trade_no})
        return payable

    def get(self, out_trade_no: str) -> Payable:
        """The person's payable.

        Raises:
            Rejected: ``TRADE_NOT_EXIST``, unknown or somebody else's.
        """
        payable = self._ctx.get(PAYABLES, out_trade_no)
        if payable is None or payable.payer != self._ctx.person_id:
            raise Rejected("TRADE_NOT_EXIST", f"there is no trade {out_trade_no[:40]} of yours")
        return payable

    def of_order(self, ref: str) -> list[Payable]:
        """All payables of an order, oldest first."""
        return self._ctx.find(PAYABLES, "ref", ref)

    def payments_of(self, out_trade_no: str) -> list[Payment]:
        """All payments against a payable, oldest first."""
        return self._ctx.find(PAYMENTS, "out_trade_no", out_trade_no)

    def check_payable(self, payable: Payable) -> None:
        """Refuse a payment that the payee's cashier would refuse.

        Raises:
            Rejected: ``TRADE_HAS_SUCCESS`` or ``TRADE_HAS_CLOSE``.
        """
        if payable.state in ("settled", "refunded"):
            raise Rejected("TRADE_HAS_SUCCESS", f"trade {payable.out_trade_no} is already paid")
        if payable.state == "closed" or (payable.state == "open" and payable.expires_at <= self._ctx.now):
            raise Unavailable("TRADE_HAS_CLOSE", f"trade {payable.out_trade_no} is closed")

    def pay(
        self,
        payable: Payable,
        *,
        request_no: str,
        sources: list[tuple[str, int]],
        mandate_id: str = "",
        pending_s: int = 0,
    ) -> Payment:
        """Take the amount from ``sources`` (account, fen) and hand it to the payee or into escrow.

        With ``pending_s`` the money is taken now but reaches the payee only then; until that the payment is
        ``pending``.

        Raises:
            Rejected, Unavailable: as :meth:`check_payable`; ``BALANCE_NOT_ENOUGH`` from the ledger.
        """
        ctx = self._ctx
        self.check_payable(payable)
        if sum(fen for _, fen in sources) != payable.fen or any(fen <= 0 for _, fen in sources):
            raise InternalError(f"the sources do not add up to {payable.fen} fen for {payable.out_trade_no}")
        payment = Payment(
            id=ctx.next_id("PM"),
            request_no=request_no,
            out_trade_no=payable.out_trade_no,
            payer=payable.payer,
            fen=payable.fen,
            sources=tuple(sources),
            state="pending" if pending_s else "success",
            at=ctx.now,
            mandate_id=mandate_id,
            refunded_fen=0,
        )
        holder = f"transit:{payment.id}" if pending_s else self._receiver(payable)
        ctx.ledger.post(
            "payment",
            payable.out_trade_no,
            [*((account, -fen) for account, fen in sources), (holder, payable.fen)],
        )
        ctx.put(PAYMENTS, payment)
        if pending_s:
            ctx.schedule(ctx.now + pending_s * SECOND, KERNEL, "payment_clears", {"payment_id": payment.id})
        else:
            self._succeeded(payable)
        return payment

    def clear(self, payment_id: str, *, success: bool = True) -> None:
        """End a pending payment: the money reaches the payee, or goes back to its sources."""
        ctx = self._ctx
        payment = ctx.get(PAYMENTS, payment_id)
        if payment is None or payment.state != "pending":
            return
        payable = ctx.get(PAYABLES, payment.out_trade_no)
        assert payable is not None
        transit = f"transit:{payment.id}"
        if success and payable.state in ("open", "paid"):
            ctx.ledger.post(
                "payment",
                payable.out_trade_no,
                [(transit, -payment.fen), (self._receiver(payable), payment.fen)],
            )
            ctx.move(PAYMENTS, payment, "bank_answers", "success")
            self._succeeded(payable)
        else:
            ctx.ledger.post("payment_returned", payable.out_trade_no, [(transit, -payment.fen), *payment.sources])
            ctx.move(PAYMENTS, payment, "bank_answers", "failed")

    def _succeeded(self, payable: Payable) -> None:
        ctx = self._ctx
        if payable.state == "open":
            ctx.move(PAYABLES, payable, "money_arrives")
            delay = ctx.draws.between(*SETTLE_SECONDS, "settle", payable.out_trade_no) * SECOND
            missed = ctx.get(MISSED, payable.out_trade_no)
            if missed is not None:
                ctx.delete(MISSED, payable.out_trade_no)
                delay += sum(RETRY_MINUTES[: missed.times]) * MINUTE
            ctx.schedule(ctx.now + delay, payable.service, "payment_settled", {"out_trade_no": payable.out_trade_no})

    def miss(self, payable: Payable, times: int) -> None:
        """Let the payee's server miss the first deliveries of the notification that this trade is paid.

        It hears of it when a repetition arrives (:data:`RETRY_MINUTES`), and takes a second payment until then.
        """
        self._ctx.put(MISSED, Missed(payable.out_trade_no, min(max(times, 1), len(RETRY_MINUTES))))

    def settled(self, out_trade_no: str) -> None:
        """The payee heard of the payment: from now on a further payment is refused."""
        payable = self._ctx.get(PAYABLES, out_trade_no)
        if payable is not None and payable.state == "paid":
            self._ctx.move(PAYABLES, payable, "payee_hears")

    def close(self, out_trade_no: str, event: Literal["order_ends", "expires"] = "order_ends") -> None:
        """Close an unpaid payable; a paid one is left as it is (it needs a refund)."""
        payable = self._ctx.get(PAYABLES, out_trade_no)
        if payable is not None and payable.state == "open":
            self._ctx.move(PAYABLES, payable, event)

    def release(self, out_trade_no: str) -> int:
        """Hand what is left in escrow to the payee and return it in fen."""
        ctx = self._ctx
        payable = ctx.get(PAYABLES, out_trade_no)
        held = ctx.ledger.balance(f"escrow:{out_trade_no}")
        if payable is None or held == 0:
            return 0
        ctx.ledger.post(
            "escrow_release",
            out_trade_no,
            [(f"escrow:{out_trade_no}", -held), (f"merchant:{payable.payee}", held)],
        )
        return held

    def refund(self, payment: Payment, fen: int, reason: str) -> Refund:
        """Send ``fen`` of a payment back to the accounts that paid it, each its share; it arrives minutes later.

        Raises:
            InternalError: more than what is left of the payment.
        """
        ctx = self._ctx
        left = payment.fen - payment.refunded_fen
        if payment.state != "success" or not 0 < fen <= left:
            raise InternalError(f"a refund of {fen} fen from payment {payment.id}, of which {left} are left")
        payable = ctx.get(PAYABLES, payment.out_trade_no)
        assert payable is not None
        refund = Refund(
            id=ctx.next_id("RF"),
            payment_id=payment.id,
            out_trade_no=payment.out_trade_no,
            fen=fen,
            reason=reason,
            state="in_transit",
            at=ctx.now,
            sources=_shares(payment, fen, self._returned(payment)),
        )
        escrow = f"escrow:{payable.out_trade_no}"
        from_escrow = min(fen, ctx.ledger.balance(escrow))
        legs = [(escrow, -from_escrow), (f"merchant:{payable.payee}", from_escrow - fen)]
        ctx.ledger.post(
            "refund", payable.out_trade_no, [leg for leg in legs if leg[1]] + [(f"transit:{refund.id}", fen)]
        )
        ctx.put(REFUNDS, refund)
        ctx.put(PAYMENTS, msgspec.structs.replace(payment, refunded_fen=payment.refunded_fen + fen))
        if all(
            p.refunded_fen == p.fen for p in self.payments_of(payable.out_trade_no) if p.state == "success"
        ) and payable.state in ("paid", "settled"):
            ctx.move(PAYABLES, payable, "all_goes_back")
        delay = ctx.draws.between(*REFUND_SECONDS, "refund", refund.id) * SECOND
        ctx.schedule(ctx.now + delay, KERNEL, "refund_arrives", {"refund_id": refund.id})
        return refund

    def refund_order(self, ref: str, fen: int, reason: str) -> list[Refund]:
        """Refund up to ``fen`` of an order, newest payment first, and return the refunds made."""
        made: list[Refund] = []
        for payable in self.of_order(ref):
            for payment in reversed(self.payments_of(payable.out_trade_no)):
                part = min(fen, payment.fen - payment.refunded_fen)
                if payment.state == "success" and part > 0:
                    made.append(self.refund(payment, part, reason))
                    fen -= part
        return made

    def refund_arrives(self, refund_id: str) -> None:
        """The refund reaches the accounts that paid."""
        ctx = self._ctx
        refund = ctx.get(REFUNDS, refund_id)
        if refund is None or refund.state != "in_transit":
            return
        ctx.ledger.post("refund_arrived", refund.out_trade_no, [(f"transit:{refund.id}", -refund.fen), *refund.sources])
        ctx.move(REFUNDS, refund, "arrives")

    def _returned(self, payment: Payment) -> dict[str, int]:
        returned: dict[str, int] = {}
        for refund in self._ctx.find(REFUNDS, "out_trade_no", payment.out_trade_no):
            if refund.payment_id == payment.id:
                for account, fen in refund.sources:
                    returned[account] = returned.get(account, 0) + fen
        return returned

    @staticmethod
    def _receiver(payable: Payable) -> str:
        return f"escrow:{payable.out_trade_no}" if payable.escrow else f"merchant:{payable.payee}"


def _shares(payment: Payment, fen: int, returned: dict[str, int]) -> tuple[tuple[str, int], ...]:
    # Each source is brought up to its share of everything returned so far; what rounding leaves goes to the
    # first sources that still have something to get. No source ever gets back more than it gave.
    after = payment.refunded_fen + fen
    left = fen
    shares = {account: 0 for account, _ in payment.sources}
    for account, part in payment.sources:
        share = min(left, max(0, after * part // payment.fen - returned.get(account, 0)))
        shares[account] = share
        left -= share
    for account, part in payment.sources:
        more = min(left, part - returned.get(account, 0) - shares[account])
        shares[account] += more
        left -= more
    return tuple((account, share) for account, share in shares.items() if share)
