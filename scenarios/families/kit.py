"""What families of orders have in common: where things go, deadlines, where a value is said, what may break."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from scenarios.families.pen import Miss, Pen
from scenarios.families.things import LABELS
from scenarios.speech import Text

FLASH_PLANS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("lost-ack-order", {"kind": "timeout", "tool": "flash_order_create", "phase": "lost_ack"}),
    ("lost-ack-pay", {"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}),
    ("reset-pay", {"kind": "connection_reset", "tool": "alipay_pay", "phase": "lost_ack"}),
    ("late-pay", {"kind": "timeout", "tool": "alipay_pay", "phase": "late", "params": {"delay_s": 45}}),
    ("pending-pay", {"kind": "payment_pending", "tool": "alipay_pay", "params": {"seconds": 180}}),
    ("declined", {"kind": "payment_declined", "tool": "alipay_pay"}),
    ("ghost-order", {"kind": "ghost_success", "tool": "flash_order_create"}),
    ("order-503", {"kind": "server_error", "tool": "flash_order_create"}),
    ("rate-limited", {"kind": "rate_limited", "tool": "flash_dish_search", "params": {"retry_after": 30}}),
    ("half-a-list", {"kind": "partial_response", "tool": "flash_dish_search"}),
    ("slow", {"kind": "latency_spike", "tool": "flash_basket_preview", "params": {"seconds": 45}}),
)
"""What may break when food is ordered and another try is all it takes."""

TAOBAO_PLANS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("lost-ack-order", {"kind": "timeout", "tool": "taobao_order_create", "phase": "lost_ack"}),
    ("lost-ack-pay", {"kind": "timeout", "tool": "alipay_pay", "phase": "lost_ack"}),
    ("pending-pay", {"kind": "payment_pending", "tool": "alipay_pay", "params": {"seconds": 240}}),
    ("declined", {"kind": "payment_declined", "tool": "alipay_pay"}),
    ("ghost-order", {"kind": "ghost_success", "tool": "taobao_order_create"}),
    ("order-503", {"kind": "server_error", "tool": "taobao_order_create"}),
    ("half-a-list", {"kind": "partial_response", "tool": "taobao_item_search"}),
    ("rate-limited", {"kind": "rate_limited", "tool": "taobao_item_detail", "params": {"retry_after": 25}}),
    ("old-page", {"kind": "stale_read", "tool": "taobao_item_detail", "params": {"by_s": 1500}}),
)
"""What may break when goods are ordered and another try is all it takes."""


def may_break(pen: Pen, pool: tuple[tuple[str, dict[str, Any]], ...], count: int = 3) -> None:
    """Draw fault plans that leave the goal within reach."""
    for i in pen.draws.sample(range(len(pool)), min(count, len(pool)), "plans"):
        name, fault = pool[i]
        pen.plan(name, faults=[fault])


# --- where ---------------------------------------------------------------------------------------------------


def place(pen: Pen, *labels: str) -> str:
    """Where things go to, by default home or the company; the person is there. Returns its label."""
    pen.address("company")
    label = pen.pick(labels or ("home", "company"), "label")
    pen.person(at=label)
    return label


def say_place(pen: Pen, label: str, *, kept: bool = False) -> str:
    """Say where it goes to, or leave it to be asked; returns where that is found out."""
    if kept:
        pen.keep("to", "address", place=LABELS[label])
        return told("address", LABELS[label].get(pen.locale))
    pen.say("to", topic="address", place=LABELS[label])
    return heard(LABELS[label].get(pen.locale))


# --- where a value is said -----------------------------------------------------------------------------------


def heard(*quotes: str) -> str:
    """The words, with what they say of it."""
    return ", ".join(f'words "{quote}"' for quote in quotes) if quotes else "words"


def told(topic: str, *quotes: str) -> str:
    """The answer to a question, with what it says."""
    return ", ".join(f'answer {topic} "{quote}"' for quote in quotes) if quotes else f"answer {topic}"


def spoken(pen: Pen, text: Text, topic: str = "") -> str:
    """Where a text is found out: in the words, or in the answer about a topic."""
    return told(topic, text.get(pen.locale)) if topic else heard(text.get(pen.locale))


# --- when and how much ---------------------------------------------------------------------------------------


def half_hour(moment: dt.datetime) -> dt.datetime:
    """The moment, or the half hour before it."""
    return moment.replace(minute=moment.minute // 30 * 30)


def deadline(pen: Pen, low: int, high: int, *about: object, last: int = 22) -> dt.datetime:
    """A half hour of today, so many minutes from now.

    Raises:
        Miss: it would be later than people want things.
    """
    found = half_hour(pen.now + dt.timedelta(minutes=pen.between(low // 5, high // 5, "deadline", *about) * 5))
    if found.date() != pen.now.date() or found.hour > last or found - pen.now < dt.timedelta(minutes=low - 30):
        raise Miss("the day is over")
    return found


def round_up(fen: float, step: int = 500) -> int:
    """An amount as people say it: the next full step above, in fen."""
    return -int(-fen // step) * step
