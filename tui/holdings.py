"""The person's money at each event of an episode, and the double entries that moved it. Data only."""

from __future__ import annotations

import msgspec

from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS
from mock_services.trace import Event
from scenarios.runs.money_trail import OWN_KINDS, changes
from scenarios.runs.plaintext import plain
from scenarios.runs.row_history import Row, RowHistory


class Holding(msgspec.Struct, frozen=True):
    """Money of the person after a step, in fen: an account, what escrow holds, or what is on its way."""

    account: str
    title: str
    before: int
    after: int
    own: bool


class Leg(msgspec.Struct, frozen=True):
    """One posting of a transaction: ``fen`` was added to an account, which is called ``title``."""

    account: str
    title: str
    fen: int


class Transaction(msgspec.Struct, frozen=True):
    """A double entry: what it was for (``reason``), about what (``ref``), and its legs."""

    id: str
    reason: str
    ref: str
    legs: tuple[Leg, ...]

    @property
    def sum_fen(self) -> int:
        """What the legs add up to; of a transaction that is whole, nothing."""
        return sum(leg.fen for leg in self.legs)


def holdings(history: RowHistory, person: str, at: int) -> list[Holding]:
    """The person's accounts, and escrow and transfers of their orders as long as they hold something."""
    found = []
    for account, row in history.rows(ACCOUNTS.name, at).items():
        old = history.row(ACCOUNTS.name, account, at - 1)
        own = _is_own(account, row, person)
        title = plain(row.get("title", account)) if own else _held_for(account, history, person, at)
        if title is not None:
            # What an account holds as the errand is set up was there before it.
            was = row if at < 1 or (old is None and own) else old or {}
            found.append(Holding(account, title, int(was.get("fen", 0)), int(row.get("fen", 0)), own))
    own_ones = [holding for holding in found if holding.own]
    return own_ones + [holding for holding in found if not holding.own and (holding.before or holding.after)]


def transactions(history: RowHistory, events: list[Event], at: int) -> list[Transaction]:
    """The double entries that event ``at`` posted, in order."""
    found: dict[str, list[Row]] = {}
    for change in changes(events[at]):
        if change["table"] == POSTINGS.name and change["before"] is None and change["after"] is not None:
            found.setdefault(str(change["after"].get("txn", "")), []).append(change["after"])
    return [
        Transaction(
            plain(txn),
            plain(legs[0].get("reason", "")),
            plain(legs[0].get("ref", "")),
            tuple(_leg(history, leg, at) for leg in legs),
        )
        for txn, legs in found.items()
    ]


def _leg(history: RowHistory, posting: Row, at: int) -> Leg:
    account = str(posting.get("account", ""))
    row = history.row(ACCOUNTS.name, account, at) or {}
    title = plain(row.get("title") or account)
    return Leg(plain(account), "" if title == plain(account) else title, int(posting.get("fen", 0)))


def _is_own(account: str, row: Row, person: str) -> bool:
    return row.get("owner") == person and account.partition(":")[0] in OWN_KINDS


def _held_for(account: str, history: RowHistory, person: str, at: int) -> str | None:
    """What an escrow or transit account of the person's own orders is called; None for anybody else's."""
    kind, _, ref = account.partition(":")
    trade = ref
    if kind == "transit":
        carried = history.row(PAYMENTS.name, ref, at) or history.row(REFUNDS.name, ref, at)
        trade = str(carried["out_trade_no"]) if carried else ""
    elif kind != "escrow":
        return None
    payable = history.row(PAYABLES.name, trade, at)
    if payable is None or payable.get("payer") != person:
        return None
    what = "escrow" if kind == "escrow" else "on its way"
    return plain(f"{what} {ref} · {payable.get('payee_name') or payable.get('subject', '')}")
