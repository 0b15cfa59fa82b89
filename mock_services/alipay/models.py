"""Arguments and results of Alipay's tools. Trade states are those of Alipay's public trade API."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.alipay.states import (
    BillKind,
    CollectState,
    EntryKind,
    MethodKind,
    RefundRequestState,
    Risk,
    TradeState,
)
from mock_services.argtypes import IsoTime, YuanIn, YuanOut
from mock_services.payables import PaymentState
from mock_services.service import Args, Result

TRADE = Field(min_length=1, max_length=64, description="the trade number that an order or a bill gave")
REQUEST = Field(
    min_length=1,
    max_length=64,
    description="your own number for this request; repeat it to retry the same request, never for another one",
)
METHOD = "a method_id of alipay_methods"
PREPAY = Field(
    "",
    max_length=64,
    description="of alipay_order_prepay for this trade: pays what it pinned, from the same methods, or not at all",
)


class NoArgs(Args):
    """No arguments."""


# --- methods and credit ---------------------------------------------------------------------------------------


class MethodView(Result):
    """A way to pay. ``available`` is what can be paid from it now; ``single_limit`` is the most per payment."""

    method_id: str
    kind: MethodKind
    title: str
    bank: str
    last4: str
    available: YuanOut
    single_limit: YuanOut | None
    is_default: bool
    usable_for_transfer: bool
    blocked: bool


class MethodsView(Result):
    """All ways to pay, the default one first."""

    methods: list[MethodView]
    default_method_id: str


class CreditArgs(Args):
    """What to quote instalments for."""

    amount: YuanIn | None = Field(None, gt=0, description="an amount to quote instalments for")


class Instalment(Result):
    """One way to pay an amount back: ``months`` times ``per_month``; ``fee`` is what it costs more."""

    months: int
    per_month: YuanOut
    fee: YuanOut


class CreditView(Result):
    """The credit line."""

    limit: YuanOut
    used: YuanOut
    left: YuanOut
    repayment_day: str
    instalments: list[Instalment]


# --- trades and payments --------------------------------------------------------------------------------------


class TradeRef(Args):
    """Which trade."""

    out_trade_no: str = TRADE


class LineView(Result):
    """One line of a checkout; ``amount`` is for all of its quantity and may be negative (a discount)."""

    name: str
    quantity: int
    amount: YuanOut


class PaymentView(Result):
    """One payment of a trade. ``refund_request`` is the state of a refund that was asked for, or empty."""

    payment_id: str
    request_no: str
    out_trade_no: str
    amount: YuanOut
    method_ids: list[str]
    mandate_id: str
    state: PaymentState
    at: str
    refunded: YuanOut
    refund_request: Literal[""] | RefundRequestState


class TradeView(Result):
    """A trade with every payment made against it."""

    out_trade_no: str
    service: str
    order_id: str
    payee: str
    payee_name: str
    subject: str
    category: str
    amount: YuanOut
    trade_status: TradeState
    escrow: bool
    created_at: str
    pay_before: str
    lines: list[LineView]
    payments: list[PaymentView]
    paid: YuanOut
    refunded: YuanOut


class PayArgs(Args):
    """Pay one trade in full."""

    out_trade_no: str = TRADE
    request_no: str = REQUEST
    method_id: str = Field("", max_length=40, description=f"{METHOD}; empty for the default one")
    rest_method_id: str = Field(
        "", max_length=40, description="pays what method_id cannot cover; empty: the payment is not split"
    )
    expect_amount: YuanIn | None = Field(
        None, gt=0, description="the amount that was agreed to; the payment is refused if the trade's differs"
    )
    prepay_id: str = PREPAY


class PayResult(Result):
    """What became of a payment; ``pending`` means that the bank has not answered yet: query it, do not repeat it."""

    payment_id: str
    out_trade_no: str
    request_no: str
    amount: YuanOut
    method_ids: list[str]
    status: Literal["success", "pending"]
    at: str


class PaymentQueryArgs(Args):
    """Which payment, by the number that you gave it."""

    request_no: str = REQUEST


class ReceiptArgs(Args):
    """Which payment."""

    payment_id: str = Field(min_length=1, max_length=64, description="a payment_id")


class SourceView(Result):
    """A part of an amount and the method that it came from or went back to."""

    method_id: str
    amount: YuanOut


class RefundView(Result):
    """A refund; ``arrived_at_source`` is false while the money is on its way."""

    refund_id: str
    amount: YuanOut
    reason: str
    at: str
    arrived_at_source: bool
    sources: list[SourceView]


class ReceiptView(Result):
    """The receipt of a successful payment."""

    payment_id: str
    out_trade_no: str
    payer: str
    payee_name: str
    subject: str
    lines: list[LineView]
    amount: YuanOut
    sources: list[SourceView]
    at: str
    refunds: list[RefundView]


class BillListArgs(Args):
    """Which part of the statement."""

    since: IsoTime | None = Field(None, description="nothing before this moment")
    until: IsoTime | None = Field(None, description="nothing after this moment")
    query: str = Field("", max_length=100, description="words of the payee's name or the subject")
    limit: int = Field(20, ge=1, le=50, description="how many entries, newest first")


class BillEntry(Result):
    """One movement of money. ``kind`` is payment, transfer, refund, returned (a failed payment) or collected."""

    at: str
    direction: Literal["out", "in"]
    kind: EntryKind
    amount: YuanOut
    counterparty: str
    subject: str
    category: str
    out_trade_no: str
    payment_id: str
    method_ids: list[str]
    state: PaymentState


class BillListView(Result):
    """The statement, newest first."""

    entries: list[BillEntry]
    total: int
    money_out: YuanOut
    money_in: YuanOut


class RefundRequestArgs(Args):
    """Which payment should come back, and why."""

    payment_id: str = Field(min_length=1, max_length=64, description="a payment_id of alipay_trade_query")
    reason: Literal["duplicate", "not_received", "wrong_amount", "other"] = Field(description="why")
    text: str = Field("", max_length=300, description="a sentence for the payee")


class RefundRequestView(Result):
    """A request for a refund; the payee's answer comes later as a notice and in alipay_trade_query."""

    refund_request_id: str
    payment_id: str
    amount: YuanOut
    state: RefundRequestState


# --- transfers ------------------------------------------------------------------------------------------------


class PayeeCheckArgs(Args):
    """Who would receive the money."""

    account: str = Field(min_length=1, max_length=64, description="account name or phone number")


class PayeeView(Result):
    """Who is behind an account. ``risk``: none, new (registered lately), reported or blocked."""

    payee_account: str
    masked_name: str
    in_contacts: bool
    contact_id: str
    transfers_before: int
    risk: Risk
    risk_text: str


class TransferArgs(Args):
    """Send money to a person: give either ``contact_id`` or ``payee_account``."""

    request_no: str = REQUEST
    amount: YuanIn = Field(gt=0, description="how much")
    contact_id: str = Field("", max_length=64, description="one of the person's contacts")
    payee_account: str = Field("", max_length=64, description="account name or phone number")
    memo: str = Field("", max_length=100, description="shown to the payee")
    method_id: str = Field("", max_length=40, description=f"{METHOD}, not credit; empty for the wallet")


class TransferResult(Result):
    """A transfer that has been made. It cannot be taken back."""

    transfer_id: str
    payment_id: str
    out_trade_no: str
    payee_account: str
    masked_name: str
    amount: YuanOut
    method_id: str
    status: Literal["success", "pending"]
    at: str


class CollectArgs(Args):
    """From whom to ask money."""

    contact_ids: list[str] = Field(min_length=1, max_length=20, description="contacts that are asked")
    amount_each: YuanIn = Field(gt=0, description="how much each of them is asked for")
    memo: str = Field("", max_length=100, description="what for, shown to them")


class CollectItem(Result):
    """One person who was asked."""

    contact_id: str
    name: str
    amount: YuanOut
    state: CollectState


class CollectView(Result):
    """A request for money to one or more contacts; they answer in their own time."""

    collect_id: str
    memo: str
    items: list[CollectItem]
    collected: YuanOut


class CollectRef(Args):
    """Which request for money."""

    collect_id: str = Field(min_length=1, max_length=64, description="a collect_id of alipay_collect_request")


# --- household bills ------------------------------------------------------------------------------------------


class UtilityBillsArgs(Args):
    """Which household bills."""

    kind: BillKind | None = Field(None, description="only bills of this kind")
    include_paid: bool = Field(False, description="paid bills too")


class PastBill(Result):
    """What an earlier month cost."""

    month: str
    amount: YuanOut


class UtilityBillView(Result):
    """A household bill. ``usual_amount`` is the average of ``history``, None where there is no history."""

    bill_id: str
    kind: BillKind
    company: str
    account_no: str
    period: str
    amount: YuanOut
    due: str
    state: Literal["unpaid", "paying", "paid"]
    usual_amount: YuanOut | None
    history: list[PastBill]


class UtilityBillsView(Result):
    """Household bills, the one due first in front."""

    bills: list[UtilityBillView]
    total: int


class UtilityBillRef(Args):
    """Which bill."""

    bill_id: str = Field(min_length=1, max_length=64, description="a bill_id of alipay_utility_bills")


class BillTrade(Result):
    """The trade by which a bill is paid with alipay_pay."""

    bill_id: str
    out_trade_no: str
    amount: YuanOut
    pay_before: str
