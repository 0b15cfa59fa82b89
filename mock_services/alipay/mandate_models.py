"""Arguments and results of the tools for mandates and prepared payments. States are those of the delegation guide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.alipay.models import METHOD, PREPAY, REQUEST, TRADE, SourceView
from mock_services.alipay.states import Category, MandateRequest, MandateState, Period, Weekday
from mock_services.argtypes import IsoTime, YuanIn, YuanOut
from mock_services.service import Args, Result


class MandateApplyArgs(Args):
    """Ask the person for a mandate: payments within its terms need no further consent. All limits hold together."""

    purpose: str = Field(min_length=1, max_length=200, description="what it is for, in a sentence the person reads")
    categories: list[Category] = Field(
        default_factory=list, max_length=7, description="categories of payees; empty: any, if payees are given"
    )
    payees: list[str] = Field(
        default_factory=list, max_length=20, description="payee ids; empty: any payee of the categories"
    )
    single_limit: YuanIn = Field(gt=0, description="most for one order, split payments together")
    day_limit: YuanIn | None = Field(None, gt=0, description="most in one calendar day")
    period: Period | None = Field(None, description="a calendar week (from Monday) or month, for period_limit")
    period_limit: YuanIn | None = Field(None, gt=0, description="most in one period")
    total_limit: YuanIn | None = Field(None, gt=0, description="most altogether")
    count: int | None = Field(None, ge=1, le=1000, description="how many payments; 1 for a single purpose")
    weekdays: list[Weekday] = Field(default_factory=list, max_length=7, description="days; empty: every day")
    valid_from: IsoTime | None = Field(None, description="from when; now if left out")
    valid_to: IsoTime = Field(description="until when")
    method_ids: list[str] = Field(
        default_factory=list,
        max_length=5,
        description=f"the methods that may be used, each {METHOD}, the usual one first; empty: the default one alone",
    )
    request_no: str = Field("", max_length=64, description="your own number for this application, to retry it safely")


class MandateRef(Args):
    """Which mandate."""

    mandate_id: str = Field(min_length=1, max_length=64, description="a mandate_id")


class MandateView(Result):
    """A mandate with what was used of it: payments made within it, whether refunded later or not.

    ``state``: SIGNING (the person has not decided), NORMAL, SUSPENDED, FINISHED (total or count reached), EXPIRED,
    CANCELLED (by the agent), TERMINATE (by the person), INVALID (refused). ``awaiting`` is what the person was asked
    for and has not answered. ``remaining_amount`` and ``remaining_times`` are None where there is no such limit.
    """

    mandate_id: str
    state: MandateState
    awaiting: Literal[""] | MandateRequest
    purpose: str
    categories: list[str]
    payees: list[str]
    single_limit: YuanOut
    day_limit: YuanOut | None
    period: Period | None
    period_limit: YuanOut | None
    total_limit: YuanOut | None
    count: int | None
    weekdays: list[str]
    valid_from: str
    valid_to: str
    method_ids: list[str]
    other_constraints: list[str]
    used_today: YuanOut
    used_in_period: YuanOut | None
    used_total: YuanOut
    used_count: int
    remaining_amount: YuanOut | None
    remaining_times: int | None
    answer: str


class MandateListArgs(Args):
    """Which mandates."""

    state: MandateState | None = Field(None, description="only mandates in this state")


class MandateListView(Result):
    """The person's mandates, newest first."""

    mandates: list[MandateView]
    total: int


class MandatePayArgs(Args):
    """Pay a trade within a mandate."""

    mandate_id: str = Field(min_length=1, max_length=64, description="a mandate in state NORMAL")
    out_trade_no: str = TRADE
    request_no: str = REQUEST
    method_id: str = Field("", max_length=40, description="one of the mandate's methods; empty: its first")
    expect_amount: YuanIn | None = Field(None, gt=0, description="refused if the trade's amount differs")
    prepay_id: str = PREPAY


class OrderPrepayArgs(Args):
    """Which payment to prepare: with a mandate for paying within it, without one for the person to confirm."""

    out_trade_no: str = TRADE
    mandate_id: str = Field("", max_length=64, description="the mandate that should cover it; empty: none")
    method_id: str = Field(
        "", max_length=40, description=f"{METHOD}; empty: the mandate's first one, or the default one"
    )
    rest_method_id: str = Field(
        "", max_length=40, description="pays what method_id cannot cover; never within a mandate"
    )


class FailedTerm(Result):
    """A term of a mandate that a payment would break; ``code`` is what alipay_mandate_pay would answer."""

    code: str
    message: str


class PrepayView(Result):
    """What would be charged. ``covered``: the mandate allows it without asking; else ``failed_terms`` say why not.

    Neither reserves money nor stops others from being charged. ``prepay_id`` is good until ``expires_at``, for one
    payment, and is void as soon as the trade's amount or payee has changed.
    """

    prepay_id: str
    out_trade_no: str
    payee: str
    payee_name: str
    subject: str
    amount: YuanOut
    sources: list[SourceView]
    mandate_id: str
    covered: bool
    failed_terms: list[FailedTerm]
    expires_at: str
