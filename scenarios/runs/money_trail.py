"""The person's money, read off a trace: what every account held before the errand and after, and each movement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.payables import PAYABLES
from mock_services.trace import Event
from scenarios.runs.plaintext import plain
from scenarios.runs.row_history import RowHistory

OWN_KINDS = ("wallet", "card", "credit")


class Balance(msgspec.Struct, frozen=True):
    """An account of the person in fen; a credit line's balance is what is owed on it, as a negative number."""

    account: str
    title: str
    before: int
    after: int


class Movement(msgspec.Struct, frozen=True):
    """Money that entered (positive) or left an account of the person; ``seq`` is the trace event that moved it."""

    seq: int
    at: int
    account: str
    fen: int
    reason: str
    ref: str
    about: str


class MoneyTrail(msgspec.Struct, frozen=True):
    """Balances by account and movements in order, without those of the set-up."""

    balances: tuple[Balance, ...]
    movements: tuple[Movement, ...]


def changes(event: Event) -> list[dict[str, Any]]:
    """The row changes of any event, compact."""
    found: list[dict[str, Any]] = event.data.get("changes") or []
    return found


def follow(events: list[Event]) -> MoneyTrail:
    """Read the trail off a whole trace."""
    person = next((str(event.data.get("person", "")) for event in events if event.kind == "episode_started"), "")
    history = RowHistory(events)
    set_up = next((at for at, event in enumerate(events) if event.kind == "set_up"), -1)
    own = {
        account: row
        for account, row in history.rows(ACCOUNTS.name, len(events)).items()
        if row.get("owner") == person and account.partition(":")[0] in OWN_KINDS
    }
    titles = {account: plain(row["title"]) for account, row in own.items()}
    subjects: dict[str, str] = {}
    moved: list[Movement] = []
    for event in events:
        for change in changes(event):
            new = change["after"] or {}
            if change["table"] == PAYABLES.name and "subject" in new:
                subjects[str(change["key"])] = " · ".join(
                    dict.fromkeys(plain(text) for text in (new["payee_name"], new["subject"]) if text)
                )
        moved += [] if event.kind == "set_up" else _movements(event, titles, subjects)
    balances = (
        Balance(account, titles[account], (history.row(ACCOUNTS.name, account, set_up) or {}).get("fen", 0), row["fen"])
        for account, row in own.items()
    )
    return MoneyTrail(tuple(balances), tuple(moved))


def _movements(event: Event, titles: dict[str, str], subjects: dict[str, str]) -> Iterator[Movement]:
    for change in changes(event):
        row = change["after"]
        if change["table"] == POSTINGS.name and row is not None and row.get("account") in titles:
            ref = str(row["ref"])
            yield Movement(
                event.seq, row["at"], row["account"], row["fen"], plain(row["reason"]), ref, subjects.get(ref, "")
            )
