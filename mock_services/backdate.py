"""Orders that were paid before the episode began: the money is posted like any other, only the dates are earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mock_services.agenda import DUE
from mock_services.clock import MINUTE, SECOND, Instant
from mock_services.errors import Rejected
from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.payables import PAYABLES, PAYMENTS, Line, Payable

if TYPE_CHECKING:
    from mock_services.context import Ctx


def paid_payable(
    ctx: Ctx,
    *,
    service: str,
    ref: str,
    payee: str,
    payee_name: str,
    subject: str,
    category: str,
    lines: tuple[Line, ...],
    account: str,
    at: Instant,
    payments: int = 1,
    escrow: bool = False,
) -> Payable:
    """A payable of the person that was paid from ``account`` at ``at`` and is settled; nothing of it is still due.

    With ``payments`` above 1 it was charged that often, each 20 s after the one before.

    Raises:
        Rejected: ``ACCOUNT_NOT_EXIST``, not an account of the person.
        Unavailable: ``BALANCE_NOT_ENOUGH``.
    """
    owned = ctx.get(ACCOUNTS, account)
    if owned is None or owned.owner != ctx.person_id:
        raise Rejected("ACCOUNT_NOT_EXIST", f"{ctx.person_id} has no account {account}")
    payable = ctx.payables.open(
        service=service,
        ref=ref,
        payee=payee,
        payee_name=payee_name,
        subject=subject,
        category=category,
        lines=lines,
        expires_at=ctx.now + MINUTE,
        escrow=escrow,
    )
    key = payable.out_trade_no
    for n in range(payments):
        payment = ctx.payables.pay(payable, request_no=f"{key}-{n + 1}", sources=[(account, payable.fen)])
        ctx.put(PAYMENTS, msgspec.structs.replace(payment, at=at + n * 20 * SECOND))
    ctx.payables.settled(key)
    for posting in ctx.find(POSTINGS, "ref", key):
        ctx.put(POSTINGS, msgspec.structs.replace(posting, at=at))
    settled = ctx.get(PAYABLES, key)
    assert settled is not None
    dated = msgspec.structs.replace(settled, created_at=at, expires_at=at + 15 * MINUTE)
    ctx.put(PAYABLES, dated)
    for due in ctx.scan(DUE):
        if msgspec.json.decode(due.data).get("out_trade_no") == key:
            ctx.unschedule(due.id)
    return dated
