"""Double-entry ledger in fen. Every transaction's postings add up to zero, so all accounts together do too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mock_services.errors import InternalError, Unavailable
from mock_services.tables import Table

if TYPE_CHECKING:
    from mock_services.context import Ctx


class Account(msgspec.Struct, frozen=True, gc=False):
    """``fen`` is the balance; it never goes below ``floor`` (None: no lower limit, as for the outside world).

    A credit line is an account whose floor is minus the limit.
    """

    id: str
    owner: str
    kind: str
    title: str
    fen: int
    floor: int | None


class Posting(msgspec.Struct, frozen=True, gc=False):
    """One leg of a transaction: ``fen`` is added to ``account``."""

    id: int
    txn: str
    at: int
    account: str
    fen: int
    reason: str
    ref: str


ACCOUNTS = Table("ledger.accounts", Account, "id", indexes=("owner",))
POSTINGS = Table("ledger.postings", Posting, "id", indexes=("account", "ref"))

BANK = "outside:bank"
"""Where money comes from and goes to when it enters or leaves the simulated city."""

IMPERSONAL = ("merchant", "escrow", "fees", "transit", "outside")
"""Kinds of accounts that nobody opens: they exist as soon as they are named. All others are a person's."""

_NO_FLOOR = ("outside", "merchant", "transit")
"""Kinds that have a life outside the simulation (a merchant's own bank), hence no lower limit here."""


def account_kind(account: str) -> str:
    """``wallet:P1`` is of kind ``wallet``."""
    return account.partition(":")[0]


class Ledger:
    """The one way to move money."""

    __slots__ = ("_ctx",)

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx

    def open(self, account: str, owner: str, title: str, *, fen: int = 0, floor: int | None = 0) -> Account:
        """Open an account of a person; an opening balance comes from :data:`BANK`.

        Raises:
            InternalError: the account exists.
        """
        if self._ctx.get(ACCOUNTS, account) is not None:
            raise InternalError(f"account {account} is opened twice")
        opened = Account(account, owner, account_kind(account), title, 0, floor)
        self._ctx.put(ACCOUNTS, opened)
        if fen:
            self.post("opening", account, [(BANK, -fen), (account, fen)])
        return opened

    def account(self, account: str) -> Account:
        """The account; merchant, escrow, fee, transit and outside accounts exist as soon as they are named.

        Raises:
            InternalError: a person's account that was never opened.
        """
        found = self._ctx.get(ACCOUNTS, account)
        if found is not None:
            return found
        kind, _, owner = account.partition(":")
        if kind not in IMPERSONAL:
            raise InternalError(f"no account {account}")
        return Account(account, owner, kind, account, 0, None if kind in _NO_FLOOR else 0)

    def balance(self, account: str) -> int:
        """The balance in fen."""
        return self.account(account).fen

    def available(self, account: str) -> int:
        """What can be taken from an account before it hits its floor, in fen; a very large number if it has none."""
        found = self.account(account)
        return 10**15 if found.floor is None else found.fen - found.floor

    def owned_by(self, owner: str) -> list[Account]:
        """All accounts of an owner."""
        return self._ctx.find(ACCOUNTS, "owner", owner)

    def post(self, reason: str, ref: str, legs: list[tuple[str, int]]) -> str:
        """Post one balanced transaction and return its id.

        Args:
            reason: What the money moved for (``payment``, ``refund``, ``fee`` …).
            ref: The business object, usually an ``out_trade_no``.
            legs: (account, fen) pairs that add up to zero.

        Raises:
            Unavailable: ``BALANCE_NOT_ENOUGH``, an account would fall below its floor; nothing is posted.
            InternalError: the legs do not balance.
        """
        if sum(fen for _, fen in legs) != 0 or not legs:
            raise InternalError(f"unbalanced posting for {ref}: {legs}")
        ctx = self._ctx
        needed: dict[str, int] = {}
        for name, fen in legs:
            needed[name] = needed.get(name, 0) + fen
        for name, fen in needed.items():
            found = self.account(name)
            if fen < 0 and found.floor is not None and found.fen + fen < found.floor:
                raise Unavailable("BALANCE_NOT_ENOUGH", f"{found.title} does not cover the amount")
        txn = ctx.next_id("T")
        for name, fen in legs:
            if fen == 0:
                continue
            found = self.account(name)
            ctx.put(ACCOUNTS, msgspec.structs.replace(found, fen=found.fen + fen))
            ctx.put(POSTINGS, Posting(ctx.count("posting"), txn, ctx.now, name, fen, reason, ref))
        return txn
