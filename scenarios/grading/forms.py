"""The common forms of what a person can have in the world. Moments are instants, amounts fen, places (lon, lat)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mock_services.clock import Instant


class GoodsLine(msgspec.Struct, frozen=True):
    """A line of an order. ``options`` are the choices' ids and names, folded, by every name of their group."""

    ids: frozenset[str]
    text: str
    tags: frozenset[str]
    options: Mapping[str, frozenset[str]]
    quantity: int
    serves: int = 1


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all effects. ``ref`` is the business object, ``table`` where its row is; ``live`` as a person counts.

    ``total_fen`` is what was asked for it.
    """

    ref: str
    kind: str
    table: str
    live: bool
    state: str
    created_at: Instant
    total_fen: int = 0

    @property
    def row(self) -> str:
        """``table/key`` of its row."""
        return f"{self.table}/{self.ref}"


class Goods(Effect, frozen=True, kw_only=True):
    """An order of food or goods; ``due`` is the promised moment and ``came`` the delivery (0: not yet)."""

    lines: tuple[GoodsLine, ...]
    shop: str
    address_id: str
    spot: tuple[float, float] | None
    due: Instant
    came: Instant
    note: str


class Trip(Effect, frozen=True, kw_only=True):
    """A flight or train ride; ``offsets`` are minutes from UTC at both ends."""

    product: str
    ends: tuple[str, str]
    cities: tuple[str, str]
    spots: tuple[tuple[float, float], tuple[float, float]]
    depart: Instant
    arrive: Instant
    offsets: tuple[int, int]
    cabin: str
    pax: int
    stops: int
    disrupted: bool
    seat: str = ""
    who: tuple[str, ...] = ()


class Purchase(Effect, frozen=True, kw_only=True):
    """Something bought at a service that has no form of its own here; ``lines`` are (name, quantity) of its bill."""

    service: str
    lines: tuple[tuple[str, int], ...]


class Stay(Effect, frozen=True, kw_only=True):
    """Nights in a hotel."""

    hotel: str
    text: str
    room: str
    city: str
    spot: tuple[float, float]
    check_in: str
    check_out: str
    nights: int
    rooms: int
    breakfast: bool
    free_cancel: bool
    nightly: tuple[int, ...]


class Admission(Effect, frozen=True, kw_only=True):
    """Tickets for an attraction."""

    text: str
    city: str
    day: str
    starts: Instant
    adults: int
    children: int
    indoor: bool
    queue: int


class RideEffect(Effect, frozen=True, kw_only=True):
    """A car."""

    origin: tuple[float, float]
    destination: tuple[float, float]
    pickup: Instant
    arrive: Instant
    car: str
    offset: int


class Payout(Effect, frozen=True, kw_only=True):
    """A bill or a transfer that was paid. ``to`` is whatever names the receiver, ``memo`` what they are shown.

    ``methods`` are the (kind, id) of what paid, such as ``("card", "card:6688")``.
    """

    to: frozenset[str]
    methods: tuple[tuple[str, str], ...]
    memo: str


class Asked(Effect, frozen=True, kw_only=True):
    """A request for money to one contact."""

    name: str
    fen: int


class Mandated(Effect, frozen=True, kw_only=True):
    """A mandate."""

    categories: frozenset[str]
    payees: frozenset[str]
    single_fen: int
    day_fen: int | None
    sum_fen: int | None
    weekdays: frozenset[str]
