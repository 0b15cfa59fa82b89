"""What Alipay's fixtures take."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from mock_services.alipay.mandate_models import MandateApplyArgs
from mock_services.alipay.states import BillKind, Category, Risk
from mock_services.argtypes import IsoTime, YuanIn
from mock_services.service import Args


class WalletSetup(Args):
    """Open the person's wallet."""

    amount: YuanIn = Field(ge=0)


class CardSetup(Args):
    """Give the person a bank card."""

    bank: str = Field(min_length=1, max_length=40)
    last4: str = Field(pattern=r"^\d{4}$")
    amount: YuanIn = Field(ge=0)
    single_limit: YuanIn | None = Field(None, gt=0)


class CreditSetup(Args):
    """Give the person a credit line of ``limit``, of which ``used`` is spent already."""

    limit: YuanIn = Field(gt=0)
    used: YuanIn = Field(0, ge=0)
    single_limit: YuanIn | None = Field(None, gt=0)


class DefaultMethodSetup(Args):
    """Choose the default method."""

    method_id: str = Field(min_length=1, max_length=40)


class BillHistory(Args):
    """What a month cost: ``month`` is ``2026-02``."""

    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    amount: YuanIn = Field(gt=0)


class UtilityBillSetup(Args):
    """A household bill. A plain list of amounts in ``history`` means the months before, the latest first."""

    kind: BillKind
    amount: YuanIn = Field(gt=0)
    due: date
    history: list[YuanIn] | list[BillHistory] = Field(default_factory=list, max_length=24)
    company: str = Field("", max_length=80)
    account_no: str = Field("", max_length=40)
    period: str = Field("", max_length=40)


class MandateSetup(MandateApplyArgs):
    """A mandate as it stands; ``other_constraints`` are terms that this service does not know how to check."""

    state: Literal["SIGNING", "NORMAL", "SUSPENDED", "INVALID", "CANCELLED", "TERMINATE"] = "NORMAL"
    other_constraints: list[str] = Field(default_factory=list, max_length=5)


class PayeeSetup(Args):
    """Somebody who can be sent money, known by account or phone."""

    name: str = Field(min_length=1, max_length=60)
    account: str = Field("", max_length=64)
    phone: str = Field("", max_length=30)
    risk: Risk = "none"
    risk_text: str = Field("", max_length=200)


class PastPaymentSetup(Args):
    """A payment of the past; with ``duplicate`` the same trade was paid a second time, ``gap_s`` seconds later."""

    payee: str = Field(min_length=1, max_length=64)
    amount: YuanIn = Field(gt=0)
    at: IsoTime
    payee_name: str = Field("", max_length=80)
    method_id: str = Field("", max_length=40)
    subject: str = Field("", max_length=100)
    category: Category = "goods"
    order_id: str = Field("", max_length=64)
    duplicate: bool = False
    gap_s: int = Field(40, ge=1, le=86400)


class DeclineSetup(Args):
    """Let payments with a method be refused with ``code``, until a moment or for good."""

    method_id: str = Field(min_length=1, max_length=40)
    code: Literal["RISK_CONTROL", "PAYMENT_LIMIT", "METHOD_NOT_AVAILABLE", "BALANCE_NOT_ENOUGH"] = "RISK_CONTROL"
    until: IsoTime | None = None


class SlowBankSetup(Args):
    """Let the person's next payment hang for ``seconds`` before the bank answers, with success or not."""

    seconds: int = Field(ge=1, le=86_400)
    success: bool = True


class SpendSetup(Args):
    """Money leaves a method for reasons outside the errand (a shared card is used elsewhere)."""

    method_id: str = Field(min_length=1, max_length=40)
    amount: YuanIn = Field(gt=0)
