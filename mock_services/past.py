"""Trades of the past: paid before the episode began, their money moved and stamped with when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mock_services.agenda import DUE
from mock_services.clock import MINUTE, Instant
from mock_services.errors import InternalError
from mock_services.ledger import BANK, POSTINGS
from mock_services.payables import PAYABLES, PAYMENTS, Line, Payment

if TYPE_CHECKING:
    from mock_services.context import Ctx


def paid_before(
    ctx: Ctx,
    *,
    times: tuple[Instant, ...],
    service: str,
    ref: str,
    payee: str,
    payee_name: str,
    subject: str,
    category: str,
    lines: tuple[Line, ...],
    account: str,
    escrow: bool = False,
) -> list[Payment]:
    """Open a trade, pay it once at each of ``times`` and settle it, for fixtures; nothing of it stays scheduled.

    The money was there: what was paid is added to the account's opening, so that its balance of today stays what
    the scenario said. More than one time is a duplicate payment.

    Raises:
        InternalError: no time, one that is not past, or an account that was never opened.
    """
    if not times or max(times) > ctx.now:
        raise InternalError(f"the payments for {ref} are not in the past")
    scheduled = {due.id for due in ctx.scan(DUE)}
    payables = ctx.payables
    payable = payables.open(
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
    made: list[Payment] = []
    for at in times:
        ctx.ledger.post("opening", account, [(BANK, -payable.fen), (account, payable.fen)])
        known = {posting.id for posting in ctx.find(POSTINGS, "ref", payable.out_trade_no)}
        number = f"past-{payable.out_trade_no}-{len(made) + 1}"
        payment = payables.pay(payable, request_no=number, sources=[(account, payable.fen)])
        stamped = msgspec.structs.replace(payment, at=at)
        ctx.put(PAYMENTS, stamped)
        made.append(stamped)
        for posting in ctx.find(POSTINGS, "ref", payable.out_trade_no):
            if posting.id not in known:
                ctx.put(POSTINGS, msgspec.structs.replace(posting, at=at))
    payables.settled(payable.out_trade_no)
    current = payables.get(payable.out_trade_no)
    ctx.put(PAYABLES, msgspec.structs.replace(current, created_at=min(times), expires_at=min(times) + 15 * MINUTE))
    for due in ctx.scan(DUE):
        if due.id not in scheduled:
            ctx.unschedule(due.id)
    return made
