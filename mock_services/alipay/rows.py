"""What Alipay remembers. Money itself is in the ledger, trades and payments are the kernel's payables."""

from __future__ import annotations

from typing import Literal

import msgspec

from mock_services.alipay.states import (
    COLLECT,
    MANDATE,
    REFUND_REQUEST,
    BillKind,
    CollectState,
    MandateRequest,
    MandateState,
    MethodKind,
    Period,
    RefundRequestState,
    Risk,
)
from mock_services.clock import Instant
from mock_services.tables import Table


class Method(msgspec.Struct, frozen=True, gc=False):
    """A way to pay. ``account`` is the ledger's, ``method_id`` is what its owner's tools call it."""

    account: str
    owner: str
    method_id: str
    kind: MethodKind
    title: str
    bank: str
    last4: str
    single_fen: int | None


class DefaultMethod(msgspec.Struct, frozen=True, gc=False):
    """Which method a person pays with unless they say otherwise."""

    owner: str
    method_id: str


class Decline(msgspec.Struct, frozen=True, gc=False):
    """Payments from ``account`` are refused with ``code`` until then; 0 means for good."""

    account: str
    code: str
    until: Instant


class SlowPayment(msgspec.Struct, frozen=True, gc=False):
    """The person's next payment hangs for ``seconds`` before the bank answers."""

    owner: str
    seconds: int
    success: bool


class Payee(msgspec.Struct, frozen=True, gc=False):
    """Somebody outside the person's contacts who can be sent money."""

    account: str
    phone: str
    name: str
    risk: Risk
    risk_text: str


class RefundRequest(msgspec.Struct, frozen=True, gc=False):
    """A payer's request that a payment comes back. ``state`` is pending, granted or refused."""

    id: str
    owner: str
    payment_id: str
    fen: int
    reason: str
    text: str
    state: RefundRequestState
    at: Instant


class CollectItem(msgspec.Struct, frozen=True, gc=False):
    """One contact's part of a request for money. ``state`` is asked, paid or declined."""

    id: str
    collect_id: str
    owner: str
    contact_id: str
    name: str
    fen: int
    memo: str
    state: CollectState
    at: Instant


class UtilityBill(msgspec.Struct, frozen=True):
    """A household bill; whether it is paid is read off its trades. ``history`` is (month, fen), latest first."""

    id: str
    owner: str
    kind: BillKind
    biller: str
    company: str
    account_no: str
    period: str
    fen: int
    due: str
    history: tuple[tuple[str, int], ...]


class Mandate(msgspec.Struct, frozen=True):
    """What the person allowed to be paid without being asked again. None and empty mean no such limit.

    ``awaiting`` is what the person has been asked and not yet answered, ``asks`` how often they were asked.
    ``suspended_by`` is ``agent`` or ``person`` while suspended. ``moved_at`` is when the state last changed.
    """

    id: str
    owner: str
    purpose: str
    categories: tuple[str, ...]
    payees: tuple[str, ...]
    single_fen: int
    day_fen: int | None
    period: Period | None
    period_fen: int | None
    total_fen: int | None
    count: int | None
    weekdays: tuple[str, ...]
    valid_from: Instant
    valid_to: Instant
    method_ids: tuple[str, ...]
    other_constraints: tuple[str, ...]
    state: MandateState
    awaiting: Literal[""] | MandateRequest
    asks: int
    suspended_by: Literal["", "agent", "person"]
    answer: str
    at: Instant
    moved_at: Instant


class Prepay(msgspec.Struct, frozen=True):
    """A payment that was prepared: it pins trade, payee, amount and sources until ``expires_at``.

    ``payment_id`` is the payment that was made of it, or empty.
    """

    id: str
    owner: str
    out_trade_no: str
    payee: str
    fen: int
    method_ids: tuple[str, ...]
    sources: tuple[tuple[str, int], ...]
    mandate_id: str
    expires_at: Instant
    payment_id: str


METHODS = Table("alipay.methods", Method, "account", indexes=("owner",))
DEFAULTS = Table("alipay.defaults", DefaultMethod, "owner")
DECLINES = Table("alipay.declines", Decline, "account")
SLOW = Table("alipay.slow", SlowPayment, "owner")
PAYEES = Table("alipay.payees", Payee, "account", indexes=("phone",))
REFUND_REQUESTS = Table("alipay.refund_requests", RefundRequest, "id", indexes=("payment_id",), machine=REFUND_REQUEST)
COLLECTS = Table("alipay.collects", CollectItem, "id", indexes=("collect_id",), machine=COLLECT)
BILLS = Table("alipay.bills", UtilityBill, "id", indexes=("owner",))
MANDATES = Table("alipay.mandates", Mandate, "id", indexes=("owner",), machine=MANDATE)
PREPAYS = Table("alipay.prepays", Prepay, "id", indexes=("out_trade_no",))

TABLES = (METHODS, DEFAULTS, DECLINES, SLOW, PAYEES, REFUND_REQUESTS, COLLECTS, BILLS, MANDATES, PREPAYS)
