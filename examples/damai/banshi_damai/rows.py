"""The rows of the service. A free seat is none: seats are computed from the tier, and only taken ones are rows."""

from __future__ import annotations

import msgspec

from banshi_damai.states import ORDER, OrderState
from mock_services.clock import Instant
from mock_services.tables import Table


class Event(msgspec.Struct, frozen=True, gc=False):
    """A performance. ``doors`` is when it starts, in local time; ``per_person`` how many seats one may buy."""

    id: str
    name: str
    name_en: str
    category: str
    city: str
    venue: str
    venue_en: str
    doors: str
    per_person: int
    words: str


class Tier(msgspec.Struct, frozen=True, gc=False):
    """A price area of a hall: ``rows`` rows of ``seats`` seats, numbered from 1 at the stage and from the left."""

    id: str
    event_id: str
    name: str
    name_en: str
    fen: int
    rows: int
    seats: int


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A seat that cannot be had; ``order_id`` is empty where it was sold before the errand."""

    id: str
    tier_id: str
    order_id: str


class Order(msgspec.Struct, frozen=True, gc=False):
    """Tickets of one person."""

    id: str
    owner: str
    event_id: str
    tier_id: str
    seats: tuple[str, ...]
    fen: int
    out_trade_no: str
    state: OrderState
    created_at: Instant
    refunded_fen: int = 0


EVENTS = Table("damai.events", Event, "id", text=lambda e: f"{e.name} {e.name_en} {e.venue} {e.venue_en} {e.words}")
TIERS = Table("damai.tiers", Tier, "id", indexes=("event_id",))
TAKEN = Table("damai.taken", Taken, "id", indexes=("tier_id", "order_id"))
ORDERS = Table("damai.orders", Order, "id", indexes=("owner", "out_trade_no"), machine=ORDER)
