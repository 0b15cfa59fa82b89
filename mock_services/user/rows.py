"""What is kept about the person beside people.py's tables, and what was said to and by them."""

from __future__ import annotations

import msgspec

from mock_services.clock import Instant
from mock_services.tables import Table


class CalendarEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry of a person's calendar; ``lon`` and ``lat`` are None where the place is only words."""

    id: str
    owner: str
    title: str
    start: Instant
    end: Instant
    place: str
    lon: float | None
    lat: float | None
    note: str


class Preference(msgspec.Struct, frozen=True, gc=False):
    """What a person usually wants. ``id`` is ``<owner>|<key>``."""

    id: str
    owner: str
    key: str
    text: str


class Utterance(msgspec.Struct, frozen=True, gc=False):
    """A question to the person and what they answered; ``at`` is when it was asked."""

    id: int
    at: Instant
    topic: str
    text: str
    kind: str
    answer: str


class ConsentLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a charge that was offered."""

    name: str
    quantity: int
    fen: int


class ConsentCharge(msgspec.Struct, frozen=True):
    """One charge that was offered."""

    out_trade_no: str
    payee: str
    subject: str
    fen: int
    method_id: str
    lines: tuple[ConsentLine, ...]


class ConsentAction(msgspec.Struct, frozen=True, gc=False):
    """One action that was offered."""

    kind: str
    target: str
    fee_fen: int
    text: str


class Consent(msgspec.Struct, frozen=True):
    """An offer and the person's decision. ``offer_hash`` is the SHA-256 of the offer's canonical JSON in fen."""

    id: str
    at: Instant
    decision: str
    offer_hash: str
    total_fen: int
    charges: tuple[ConsentCharge, ...]
    actions: tuple[ConsentAction, ...]
    text: str
    answer: str


class ReportedFact(msgspec.Struct, frozen=True, gc=False):
    """A fact that was reported."""

    name: str
    value: str
    ref: str


class Report(msgspec.Struct, frozen=True):
    """What the person was told about the end of the errand; the last one counts."""

    id: int
    at: Instant
    status: str
    reason_code: str
    binding_constraint: str
    facts: tuple[ReportedFact, ...]
    text: str


CALENDAR = Table("user.calendar", CalendarEntry, "id", indexes=("owner",))
PREFERENCES = Table("user.preferences", Preference, "id", indexes=("owner",))
DIALOGUE = Table("user.dialogue", Utterance, "id")
CONSENTS = Table("user.consents", Consent, "id", indexes=("offer_hash",))
REPORTS = Table("user.reports", Report, "id")

TABLES = (CALENDAR, PREFERENCES, DIALOGUE, CONSENTS, REPORTS)
