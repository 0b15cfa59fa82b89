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
    "guarded": "the guard did not let it leave",
    "rejected": "the request is wrong or not allowed",
    "engine_away": "the mind does not answer, or not now",
    "engine_garbled": "what the mind answered is of no use",
    "engine_refused": "the mind will not do it, or may cost no more",
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
    "ENGINE_TIMEOUT": "engine_away",
    "ENGINE_RATE_LIMIT": "engine_away",
    "ENGINE_UNAVAILABLE": "engine_away",
    "ENGINE_EMPTY": "engine_garbled",
    "ENGINE_TRUNCATED": "engine_garbled",
    "ENGINE_MALFORMED": "engine_garbled",
    "ENGINE_UNKNOWN_TOOL": "engine_garbled",
    "ENGINE_INVENTED_ARGUMENT": "engine_garbled",
    "ENGINE_STUCK": "engine_garbled",
    "ENGINE_REFUSAL": "engine_refused",
    "ENGINE_OVER_COST": "engine_refused",
    "GUARD_REFUSED": "guarded",
}

OF_ENGINE = "ENGINE_"
"""How the codes of failures of a mind begin; the rest is their kind (:data:`agent.engine.FAILURES`)."""

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
