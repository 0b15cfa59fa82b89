"""The closed vocabularies of Alipay, of its rows as of what its tools show."""

from __future__ import annotations

from typing import Literal

MethodKind = Literal["wallet", "card", "credit"]
TradeState = Literal["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"]
MandateState = Literal["pending", "active", "rejected", "revoked", "expired", "used_up"]
BillKind = Literal["electricity", "water", "gas", "internet", "phone"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Category = Literal["food", "goods", "travel", "ride", "bill", "transfer", "ticket"]
RefundRequestState = Literal["pending", "granted", "refused"]
CollectState = Literal["asked", "paid", "declined"]
Risk = Literal["none", "new", "reported", "blocked"]
EntryKind = Literal["payment", "transfer", "refund", "returned", "collected"]
