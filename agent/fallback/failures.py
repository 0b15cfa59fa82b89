"""Failure classes: what went wrong, as far as it decides what to do next."""

from __future__ import annotations

CLASSES: dict[str, str] = {
    "no_answer": "nobody knows whether the call had its effect",
    "busy": "the service says to come back later",
    "bad_answer": "the answer is partial, stale or of another shape",
    "no_effect": "a success was answered, and reading shows that nothing happened",
    "gone": "the thing is not to be had any more",
    "price_moved": "the price is not what was shown",
    "payment_refused": "this payment method does not pay",
    "payment_failed": "a payment that was pending did not go through",
    "payment_pending": "a payment is still pending, and may yet go through",
    "refused_by_person": "the person said no",
    "no_way": "nothing meets the wishes",
    "rejected": "the request is wrong or not allowed",
}

_BY_CODE = {
    "TIMEOUT": "no_answer",
    "CONNECTION_RESET": "no_answer",
    "SERVER_ERROR": "no_answer",
    "UNCONFIRMED": "no_answer",
    "RATE_LIMITED": "busy",
    "SERVICE_UNAVAILABLE": "busy",
    "CIRCUIT_OPEN": "busy",
    "INCOMPLETE_RESPONSE": "bad_answer",
    "MALFORMED_RESPONSE": "bad_answer",
    "STALE_RESPONSE": "bad_answer",
    "NO_EFFECT": "no_effect",
    "PRICE_CHANGED": "price_moved",
    "AMOUNT_CHANGED": "price_moved",
    "FEE_CHANGED": "price_moved",
    "BALANCE_NOT_ENOUGH": "payment_refused",
    "RISK_CONTROL": "payment_refused",
    "PAYMENT_LIMIT": "payment_refused",
    "METHOD_NOT_AVAILABLE": "payment_refused",
    "PAYMENT_FAILED": "payment_failed",
    "PAYMENT_PENDING": "payment_pending",
    "REFUSED_BY_PERSON": "refused_by_person",
    "NO_WAY": "no_way",
}

_GONE = (
    *("SOLD_OUT", "STOCK", "CLOSE", "EXPIRED", "UNAVAILABLE", "NOT_AVAILABLE", "NO_CAR", "NO_SEAT", "NO_ROOM"),
    *("OUT_OF_RANGE", "LIMIT", "CANCELLED", "MINIMUM", "DEPARTED", "TOO_LATE", "FULL", "NOT_ENOUGH"),
)


def classify(code: str) -> str:
    """The failure class of an error code. Codes that no service has today fall into the class that their words say."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    return "gone" if any(word in code for word in _GONE) else "rejected"
