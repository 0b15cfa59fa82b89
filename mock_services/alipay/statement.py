"""The statement: the person's accounts read off the ledger, so that it cannot say anything else than the money."""

from __future__ import annotations

from mock_services.alipay import methods
from mock_services.alipay import models as m
from mock_services.alipay.rows import COLLECTS, METHODS
from mock_services.alipay.states import EntryKind
from mock_services.context import Ctx
from mock_services.ledger import POSTINGS, Posting
from mock_services.payables import PAYABLES, PaymentState
from mock_services.search import TextIndex, rank

_OPENING = "opening"
_NO_INDEX = TextIndex(())


def bill_list(ctx: Ctx, args: m.BillListArgs) -> m.BillListView:
    """The part of the statement that was asked for, newest first."""
    since = ctx.instant(args.since) if args.since else 0
    until = ctx.instant(args.until) if args.until else ctx.now
    moved = [
        (legs, turn) for legs, turn in _movements(ctx) if since <= legs[0].at <= until and legs[0].reason != _OPENING
    ]
    moved.sort(key=lambda movement: (-movement[0][0].at, -movement[0][0].id))
    entries = [_entry(ctx, legs, turn) for legs, turn in moved]
    if args.query:
        texts = [(i, f"{entry.counterparty} {entry.subject}") for i, entry in enumerate(entries)]
        fits = {key for key, _ in rank(args.query, list(texts), _NO_INDEX)}
        entries = [entry for i, entry in enumerate(entries) if i in fits]
    return m.BillListView(
        entries=entries[: args.limit],
        total=len(entries),
        money_out=sum(entry.amount for entry in entries if entry.direction == "out"),
        money_in=sum(entry.amount for entry in entries if entry.direction == "in"),
    )


def _movements(ctx: Ctx) -> list[tuple[list[Posting], int]]:
    # The turn counts a trade's transactions of one reason: the n-th of them belongs to the trade's n-th payment.
    by_txn: dict[str, list[Posting]] = {}
    for owned in ctx.find(METHODS, "owner", ctx.person_id):
        for posting in ctx.find(POSTINGS, "account", owned.account):
            by_txn.setdefault(posting.txn, []).append(posting)
    turns: dict[tuple[str, str], int] = {}
    movements = []
    for legs in sorted(by_txn.values(), key=lambda legs: legs[0].id):
        about = (legs[0].ref, legs[0].reason)
        movements.append((legs, turns.get(about, 0)))
        turns[about] = turns.get(about, 0) + 1
    return movements


_BACK: dict[str, EntryKind] = {"refund_arrived": "refund", "payment_returned": "returned"}


def _entry(ctx: Ctx, legs: list[Posting], turn: int) -> m.BillEntry:
    first = legs[0]
    fen = sum(leg.fen for leg in legs)
    counterparty = subject = category = out_trade_no = payment_id = ""
    kind: EntryKind = "payment"
    state: PaymentState = "success"
    payable = ctx.get(PAYABLES, first.ref)
    if payable is not None:
        counterparty, subject, category = payable.payee_name, payable.subject, payable.category
        out_trade_no = payable.out_trade_no
        kind = _BACK.get(first.reason, "payment")
        if first.reason == "payment":
            payment = ctx.payables.payments_of(out_trade_no)[turn]
            payment_id, state = payment.id, payment.state
            kind = "transfer" if category == "transfer" else "payment"
    elif (item := ctx.get(COLLECTS, first.ref)) is not None:
        counterparty, subject, kind = item.name, item.memo, "collected"
    return m.BillEntry(
        at=ctx.iso(first.at),
        direction="out" if fen < 0 else "in",
        kind=kind,
        amount=abs(fen),
        counterparty=counterparty,
        subject=subject,
        category=category,
        out_trade_no=out_trade_no,
        payment_id=payment_id,
        method_ids=[methods.method_id(ctx, leg.account) for leg in legs],
        state=state,
    )
