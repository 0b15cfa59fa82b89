"""What the person's money did in an episode: every payment of it, by whom and for what, and what came back."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.clock import Instant
from mock_services.payables import PAYABLES, PAYMENTS, Payable
from mock_services.trace import Event
from mock_services.world import World


class Paid(msgspec.Struct, frozen=True):
    """A payment that the episode made. ``seq`` is the event that made it, ``gone_fen`` what has not come back."""

    id: str
    seq: int
    at: Instant
    tool: str
    trade: str
    ref: str
    service: str
    category: str
    payee: str
    payee_name: str
    fen: int
    gone_fen: int
    method_ids: tuple[str, ...]
    mandate_id: str
    returned: bool


class Deal(msgspec.Struct, frozen=True):
    """Everything that was paid for one business object in the episode."""

    ref: str
    service: str
    category: str
    payees: frozenset[str]
    seq: int
    payments: tuple[Paid, ...]

    @property
    def gone_fen(self) -> int:
        """What is gone for good, as things stand."""
        return sum(paid.gone_fen for paid in self.payments)


Inserted = dict[str | int, tuple[int, str]]
"""Key of a row → the event and the tool that inserted it (empty: on its own)."""


def insertions(events: list[Event]) -> dict[str, Inserted]:
    """Table → the rows that the episode inserted into it.

    What a scenario's own timed events insert is not the agent's doing and is left out.
    """
    found: dict[str, Inserted] = {}
    for event in events:
        if event.kind not in ("tool_called", "world_moved"):
            continue
        if event.kind == "world_moved" and event.data["event"] == "arrange":
            continue
        for change in event.data["changes"]:
            if change["before"] is None:
                found.setdefault(change["table"], {})[change["key"]] = (event.seq, event.data.get("tool", ""))
    return found


def inserted(events: list[Event], table: str) -> Inserted:
    """The rows that the episode inserted into one table."""
    found: Inserted = {}
    for event in events:
        if event.kind == "tool_called" or (event.kind == "world_moved" and event.data["event"] != "arrange"):
            for change in event.data["changes"]:
                if change["table"] == table and change["before"] is None:
                    found[change["key"]] = (event.seq, event.data.get("tool", ""))
    return found


def payments(made: dict[str, Inserted], world: World) -> list[Paid]:
    """Every payment among the rows that an episode made, in order, as it stands at the end."""
    found = []
    for key, (seq, tool) in made.get(PAYMENTS.name, {}).items():
        payment = world.state.get(PAYMENTS, key)
        payable = world.state.get(PAYABLES, payment.out_trade_no) if payment is not None else None
        if payment is None or payable is None or payment.payer != world.person_id:
            continue
        returned = payment.state == "failed"
        found.append(
            Paid(
                id=payment.id,
                seq=seq,
                at=payment.at,
                tool=tool,
                trade=payment.out_trade_no,
                ref=payable.ref,
                service=payable.service,
                category=payable.category,
                payee=payable.payee,
                payee_name=payable.payee_name,
                fen=payment.fen,
                gone_fen=0 if returned else payment.fen - payment.refunded_fen,
                method_ids=tuple(_method(world, account) for account, _ in payment.sources),
                mandate_id=payment.mandate_id,
                returned=returned,
            )
        )
    return found


def _method(world: World, account: str) -> str:
    row: Any = world.base.tables.tables().get("alipay.methods")
    method = world.state.get(row, account) if row is not None else None
    return method.method_id if method is not None else account.partition(":")[0]


def deals(paid: list[Paid]) -> dict[str, Deal]:
    """Payments by the business object that they were for."""
    grouped: dict[str, list[Paid]] = {}
    for payment in paid:
        grouped.setdefault(payment.ref, []).append(payment)
    return {
        ref: Deal(
            ref=ref,
            service=group[0].service,
            category=group[0].category,
            payees=frozenset(name for p in group for name in (p.payee, p.payee_name)),
            seq=group[0].seq,
            payments=tuple(group),
        )
        for ref, group in grouped.items()
    }


def opened(events: list[Event], world: World) -> list[Payable]:
    """The trades that the episode opened, in order."""
    rows = (world.state.get(PAYABLES, key) for key in inserted(events, PAYABLES.name))
    return [row for row in rows if row is not None and row.payer == world.person_id]


def spent_fen(events: list[Event], world: World) -> int:
    """What the episode cost the person so far, without what came back."""
    made = {PAYMENTS.name: inserted(events, PAYMENTS.name)}
    return sum(payment.gone_fen for payment in payments(made, world))
