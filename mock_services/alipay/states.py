"""The closed vocabularies of Alipay, of its rows as of what its tools show, and what can become of what has a state."""

from __future__ import annotations

from typing import Final, Literal

from mock_services.lifecycle import Machine, Move

MethodKind = Literal["wallet", "card", "credit"]
TradeState = Literal["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"]
MandateState = Literal["SIGNING", "NORMAL", "SUSPENDED", "FINISHED", "EXPIRED", "CANCELLED", "TERMINATE", "INVALID"]
MandateRequest = Literal["grant", "resume"]
Period = Literal["week", "month"]
BillKind = Literal["electricity", "water", "gas", "internet", "phone"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Category = Literal["food", "goods", "travel", "ride", "bill", "transfer", "ticket"]
RefundRequestState = Literal["pending", "granted", "refused"]
CollectState = Literal["asked", "paid", "declined"]
Risk = Literal["none", "new", "reported", "blocked"]
EntryKind = Literal["payment", "transfer", "refund", "returned", "collected"]

MANDATE: Final = Machine(
    MandateState,
    initial="SIGNING",
    moves=(
        Move("SIGNING", "person_approves", "NORMAL", "person"),
        Move("SIGNING", "person_refuses", "INVALID", "person"),
        Move("NORMAL", "suspend", "SUSPENDED", "agent"),
        Move("NORMAL", "person_suspends", "SUSPENDED", "person"),
        Move("SUSPENDED", "person_resumes", "NORMAL", "person"),
        Move(("SIGNING", "NORMAL", "SUSPENDED"), "revoke", "CANCELLED", "agent"),
        Move(("SIGNING", "NORMAL", "SUSPENDED"), "person_revokes", "TERMINATE", "person"),
        Move(("NORMAL", "SUSPENDED"), "validity_ends", "EXPIRED", "clock", shown=True),
        Move("NORMAL", "total_or_count_reached", "FINISHED", "service", shown=True),
    ),
    refusal="MANDATE_NOT_ACTIVE",
    note="An agent can narrow what it may do, only the person widens it: they alone cause a move to NORMAL. The states "
    "are those of Alipay's delegation guide; SUSPENDED is ours. A failed payment gives back what it had used, so "
    "FINISHED is worked out and not written.",
)

REFUND_REQUEST: Final = Machine(
    RefundRequestState,
    initial="pending",
    moves=(
        Move("pending", "payee_answers", "granted", "service"),
        Move("pending", "payee_answers", "refused", "service"),
    ),
)

COLLECT: Final = Machine(
    CollectState,
    initial="asked",
    moves=(
        Move("asked", "contact_answers", "paid", "person"),
        Move("asked", "contact_answers", "declined", "person"),
    ),
)
