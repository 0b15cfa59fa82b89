"""What must hold of the money in every world and at every moment, checked on demand.

::

    for violation in check(world):
        print(violation.line())

A violation is a fault of the simulation, never of an agent: what an agent can do wrong (pay twice, overspend) is
legal money moving for a wrong reason, and is graded in ``scenarios``. A service adds what must hold of its own rows
in :meth:`mock_services.service.Service.violations`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from mock_services.errors import InternalError
from mock_services.ledger import ACCOUNTS, IMPERSONAL, POSTINGS, Account, Posting
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS, Payable, Payment, Refund

if TYPE_CHECKING:
    from mock_services.tables import State
    from mock_services.world import World


class Violation(msgspec.Struct, frozen=True):
    """A broken rule: its name, what is wrong in one line, and the rows (``table/key``) that show it."""

    rule: str
    text: str
    rows: tuple[str, ...]

    def line(self) -> str:
        """One line for people."""
        return f"{self.rule}: {self.text} ({', '.join(self.rows)})"


class Books:
    """All rows of money of a state, read once and put together by what they are about."""

    def __init__(self, state: State) -> None:
        self.accounts: dict[str, Account] = {row.id: row for row in state.scan(ACCOUNTS)}
        self.payables: dict[str, Payable] = {row.out_trade_no: row for row in state.scan(PAYABLES)}
        self.payments: dict[str, Payment] = {row.id: row for row in state.scan(PAYMENTS)}
        self.refunds: dict[str, Refund] = {row.id: row for row in state.scan(REFUNDS)}
        self.postings: dict[str, list[Posting]] = defaultdict(list)
        for posting in state.scan(POSTINGS):
            self.postings[posting.txn].append(posting)
        self.paid: dict[str, list[Payment]] = defaultdict(list)
        for payment in self.payments.values():
            self.paid[payment.out_trade_no].append(payment)
        self.returned: dict[str, list[Refund]] = defaultdict(list)
        for refund in self.refunds.values():
            self.returned[refund.payment_id].append(refund)

    def taken(self, trade: str) -> list[Payment]:
        """The successful payments of a trade, oldest first."""
        made = [payment for payment in self.paid[trade] if payment.state == "success"]
        return sorted(made, key=lambda payment: (payment.at, payment.id))


def check(world: World) -> list[Violation]:
    """Every rule of the kernel and of the world's services that does not hold now; empty if all do."""
    found = check_state(world.state)
    for service in world.base.registry.services.values():
        found += service.violations(world.ctx)
    return found


def check_state(state: State) -> list[Violation]:
    """Every rule of :data:`RULES` that does not hold in these rows; empty if all do."""
    books = Books(state)
    return [Violation(name, text, rows) for name, _, rule in RULES for text, rows in rule(books)]


def ensure(world: World) -> None:
    """Refuse to go on with a world whose money is wrong.

    Raises:
        InternalError: a rule does not hold; the first three violations are named.
    """
    found = check(world)
    if found:
        raise InternalError("; ".join(violation.line() for violation in found[:3]))


# --- the rules -----------------------------------------------------------------------------------------------

_Wrong = Iterator[tuple[str, tuple[str, ...]]]


def _zero_sum(books: Books) -> _Wrong:
    total = sum(account.fen for account in books.accounts.values())
    if total:
        yield f"all accounts together hold {total} fen", (ACCOUNTS.name,)


def _balanced(books: Books) -> _Wrong:
    for txn, legs in books.postings.items():
        total = sum(leg.fen for leg in legs)
        if total:
            yield f"transaction {txn} adds up to {total} fen", _rows(POSTINGS.name, legs)


def _floor(books: Books) -> _Wrong:
    for account in books.accounts.values():
        if account.floor is not None and account.fen < account.floor:
            yield f"{account.fen} fen is below the floor of {account.floor}", (f"{ACCOUNTS.name}/{account.id}",)


def _balance(books: Books) -> _Wrong:
    sums: dict[str, int] = defaultdict(int)
    for legs in books.postings.values():
        for leg in legs:
            sums[leg.account] += leg.fen
    for name in sorted(sums.keys() | books.accounts.keys()):
        account = books.accounts.get(name)
        shown = account.fen if account is not None else 0
        if shown != sums.get(name, 0):
            yield f"shows {shown} fen, its postings say {sums.get(name, 0)}", (f"{ACCOUNTS.name}/{name}",)


def _trade(books: Books) -> _Wrong:
    for trade, payable in books.payables.items():
        taken = books.taken(trade)
        kept = sum(payment.fen - payment.refunded_fen for payment in taken)
        wrong = ""
        if payable.state in ("open", "closed") and taken:
            wrong = f"is {payable.state} and was paid"
        elif payable.state in ("paid", "settled", "refunded") and not taken:
            wrong = f"is {payable.state} and was never paid"
        elif payable.state in ("paid", "settled") and not kept:
            wrong = f"is {payable.state} and all of it was given back"
        elif payable.state == "refunded" and kept:
            wrong = f"is refunded and {kept} fen were not given back"
        if wrong:
            yield f"{trade} {wrong}", (f"{PAYABLES.name}/{trade}", *_rows(PAYMENTS.name, taken))


def _paid_once(books: Books) -> _Wrong:
    # A second payment is known as one if the payer gave it a number of its own: that is how it can be found, told
    # apart and claimed back. Two payments of one number are one request that was carried out twice.
    numbers: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in books.payments.values():
        if payment.state != "failed":
            numbers[payment.payer, payment.request_no].append(payment)
    for (payer, number), made in numbers.items():
        if len(made) > 1:
            yield f"request {number!r} of {payer} was carried out {len(made)} times", _rows(PAYMENTS.name, made)


def _payment(books: Books) -> _Wrong:
    for payment in books.payments.values():
        payable = books.payables.get(payment.out_trade_no)
        wrong = ""
        if payable is None:
            wrong = "is for no trade"
        elif payable.payer != payment.payer:
            wrong = f"of {payment.payer} is for a trade of {payable.payer}"
        elif payable.fen != payment.fen:
            wrong = f"over {payment.fen} fen is for a trade over {payable.fen}"
        elif sum(fen for _, fen in payment.sources) != payment.fen or any(fen <= 0 for _, fen in payment.sources):
            wrong = f"over {payment.fen} fen came from {payment.sources}"
        if wrong:
            yield f"payment {payment.id} {wrong}", (f"{PAYMENTS.name}/{payment.id}",)


def _refund(books: Books) -> _Wrong:
    for payment_id, refunds in books.returned.items():
        payment = books.payments.get(payment_id)
        rows = _rows(REFUNDS.name, refunds)
        if payment is None:
            yield f"{payment_id} was refunded and never made", rows
            continue
        rows = (f"{PAYMENTS.name}/{payment_id}", *rows)
        if payment.state != "success":
            yield f"payment {payment_id} is {payment.state} and was refunded", rows
        back: dict[str, int] = defaultdict(int)
        for refund in refunds:
            if sum(fen for _, fen in refund.sources) != refund.fen or any(fen <= 0 for _, fen in refund.sources):
                yield f"refund {refund.id} over {refund.fen} fen goes back to {refund.sources}", rows
            for account, fen in refund.sources:
                back[account] += fen
        gave = dict(payment.sources)
        for account, fen in back.items():
            if fen > gave.get(account, 0):
                yield f"{account} gave {gave.get(account, 0)} fen and gets {fen} back", rows
    for payment in books.payments.values():
        total = sum(refund.fen for refund in books.returned.get(payment.id, ()))
        if total != payment.refunded_fen or total > payment.fen:
            text = (
                f"payment {payment.id} over {payment.fen} fen counts {payment.refunded_fen} back, refunds say {total}"
            )
            yield text, (f"{PAYMENTS.name}/{payment.id}",)


def _in_transit(books: Books) -> _Wrong:
    due: dict[str, int] = {}
    for payment in books.payments.values():
        if payment.state == "pending":
            due[f"transit:{payment.id}"] = payment.fen
    for refund in books.refunds.values():
        if refund.state == "in_transit":
            due[f"transit:{refund.id}"] = refund.fen
    held = {account.id: account.fen for account in books.accounts.values() if account.kind == "transit"}
    for name in sorted(due.keys() | held.keys()):
        if due.get(name, 0) != held.get(name, 0):
            yield f"{held.get(name, 0)} fen on the way, {due.get(name, 0)} due", (f"{ACCOUNTS.name}/{name}",)


def _escrow(books: Books) -> _Wrong:
    for account in books.accounts.values():
        if account.kind != "escrow" or not account.fen:
            continue
        trade = account.id.partition(":")[2]
        payable = books.payables.get(trade)
        kept = sum(payment.fen - payment.refunded_fen for payment in books.taken(trade))
        if payable is None or not payable.escrow or account.fen > kept:
            yield f"holds {account.fen} fen, {kept} were paid and kept", (f"{ACCOUNTS.name}/{account.id}",)


def _receipt(books: Books) -> _Wrong:
    due: dict[tuple[str, str], int] = defaultdict(int)
    for payment in books.payments.values():
        if payment.state != "failed":
            for account, fen in payment.sources:
                due[account, payment.out_trade_no] -= fen
    for refund in books.refunds.values():
        if refund.state == "arrived":
            for account, fen in refund.sources:
                due[account, refund.out_trade_no] += fen
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for txn, legs in books.postings.items():
        for leg in legs:
            if leg.account.partition(":")[0] in IMPERSONAL:
                continue
            if leg.ref in books.payables:
                moved[leg.account, leg.ref] += leg.fen
            elif any(other is not leg and not other.account.startswith("outside:") for other in legs):
                text = f"{leg.fen} fen of {leg.account} moved for no trade in {txn}"
                yield text, _rows(POSTINGS.name, legs)
    for account, trade in sorted(due.keys() | moved.keys()):
        is_so, should = moved.get((account, trade), 0), due.get((account, trade), 0)
        if is_so != should and account.partition(":")[0] not in IMPERSONAL:
            yield (
                f"{account} moved {is_so} fen for {trade}, its receipts say {should}",
                (f"{ACCOUNTS.name}/{account}", f"{PAYABLES.name}/{trade}"),
            )


def _rows(table: str, rows: list[Posting] | list[Payment] | list[Refund]) -> tuple[str, ...]:
    return tuple(f"{table}/{row.id}" for row in rows)


RULES: tuple[tuple[str, str, Callable[[Books], _Wrong]], ...] = (
    ("zero_sum", "all accounts together hold nothing", _zero_sum),
    ("balanced", "every transaction adds up to zero", _balanced),
    ("floor", "no account is below its floor", _floor),
    ("balance", "a balance is the sum of its postings", _balance),
    ("trade", "a trade that is paid has a payment that stands, an unpaid one has none", _trade),
    ("paid_once", "one request number makes one payment", _paid_once),
    ("payment", "a payment is of one trade, its payer and amount, and its sources add up to it", _payment),
    ("refund", "refunds never exceed the payment, nor what each source gave", _refund),
    ("in_transit", "money on its way is that of pending payments and of refunds that have not arrived", _in_transit),
    ("escrow", "escrow holds no more than what was paid and kept", _escrow),
    ("receipt", "what left a person's account is what their receipts say", _receipt),
)
"""(name, what must hold, its check), the kernel's rules in the order in which they are checked."""
