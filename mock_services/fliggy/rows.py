"""The rows of ``fliggy`` and their tables. Departures, room nights and slots are derived: only changes are rows."""

from __future__ import annotations

import msgspec

from mock_services.clock import Instant
from mock_services.fliggy import states
from mock_services.fliggy.states import HOLD, ORDER, BaggageState, HoldState, Kind, OrderState
from mock_services.tables import Table


class Flight(msgspec.Struct, frozen=True, gc=False):
    """A flight that runs daily.

    ``depart_min`` is minutes after local midnight, ``level_pct`` how dear it is among those of its route.
    """

    no: str
    airline: str
    city_a: str
    city_b: str
    a: str
    b: str
    depart_min: int
    minutes: int
    via: str
    aircraft: str
    full_fen: int
    level_pct: int
    km: int
    offset_a: int
    offset_b: int
    domestic: bool


class Train(msgspec.Struct, frozen=True, gc=False):
    """A train that runs daily. ``fare_fen`` is its cheapest class."""

    no: str
    type: str
    city_a: str
    city_b: str
    a: str
    b: str
    depart_min: int
    minutes: int
    fare_fen: int
    km: int


class ExtraFlight(msgspec.Struct, frozen=True):
    """A flight of one day, instead of the daily one of its number if there is one; ``route`` is ``city>city:date``."""

    id: str
    route: str
    day: str
    flight: Flight


class ExtraTrain(msgspec.Struct, frozen=True):
    """A train of one day, instead of the daily one of its number if there is one; ``route`` is ``city>city:date``."""

    id: str
    route: str
    day: str
    train: Train


class Stock(msgspec.Struct, frozen=True, gc=False):
    """What was taken of something that is limited, and its size where that is not the derived one.

    ``group`` is what a search looks up at once: a day of flights (``F2026-03-09``) or trains, a hotel, a ticket.
    """

    id: str
    group: str
    taken: int
    size: int | None


class PriceRule(msgspec.Struct, frozen=True, gc=False):
    """A price that is not the derived one: ``fen`` outright (None: the derived one), then ``percent`` of it."""

    id: str
    group: str
    fen: int | None
    percent: int


class FlightChange(msgspec.Struct, frozen=True, gc=False):
    """What happened to a flight on a day."""

    id: str
    group: str
    cancelled: bool
    delay_min: int
    reason: str


class Overbooking(msgspec.Struct, frozen=True, gc=False):
    """A room type's night (its stock id) that the hotel sold more often than it has it."""

    id: str
    reason: str


class Room(msgspec.Struct, frozen=True, gc=False):
    """A room type of a hotel; ``base_fen`` is a weekday night without breakfast at the flexible rate."""

    code: str
    name: str
    name_en: str
    bed: str
    max_guests: int
    base_fen: int
    rooms: int


class Hotel(msgspec.Struct, frozen=True):
    """A hotel. ``rating_tenths`` is 10 to 50; ``plans`` are the codes of its rate plans."""

    id: str
    city: str
    name: str
    name_en: str
    district: str
    address: str
    lon: float
    lat: float
    phone: str
    stars: int
    rating_tenths: int
    reviews: int
    facilities: tuple[str, ...]
    description: str
    breakfast_fen: int
    rooms: tuple[Room, ...]
    plans: tuple[str, ...]
    near: str


class Attraction(msgspec.Struct, frozen=True):
    """A ticket for an attraction. ``slots`` are ``HH:MM-HH:MM``; ``queue`` is 0 (none) to 3 (an hour or more)."""

    id: str
    city: str
    name: str
    name_en: str
    name_id: str
    attraction: str
    category: str
    address: str
    lon: float
    lat: float
    indoor: bool
    queue: int
    adult_fen: int
    child_fen: int
    slots: tuple[str, ...]
    capacity: int
    keywords: str


class Traveller(msgspec.Struct, frozen=True, gc=False):
    """Somebody that a person books for."""

    id: str
    owner: str
    name: str
    id_type: str
    id_no: str
    relation: str


class Passenger(msgspec.Struct, frozen=True, gc=False):
    """A traveller on an order; ``seat`` is empty until the ticket is issued."""

    traveller_id: str
    name: str
    seat: str = ""


class Offer(msgspec.Struct, frozen=True):
    """What can be ordered, priced: the part of an order that a change replaces.

    ``fare_fen`` falls under the cancellation rule ``rule``, ``tax_fen`` is always refunded. ``stock`` is what it takes
    of :class:`Stock`. Offsets are those of the two places, in minutes.
    """

    product_id: str
    unit: str
    title: str
    payee: str
    payee_name: str
    starts_at: Instant
    ends_at: Instant
    offset_start: int
    offset_end: int
    from_place: str
    to_place: str
    location: str
    fare_fen: int
    tax_fen: int
    rule: str
    first_night_fen: int
    free_until: Instant | None
    stock: tuple[tuple[str, str, int, int], ...]
    """(stock id, group, derived size, how many)."""

    @property
    def total_fen(self) -> int:
        """What it costs."""
        return self.fare_fen + self.tax_fen


class Order(msgspec.Struct, frozen=True):
    """An order. ``pending`` is the offer that a change waits to be paid for, with its fee in ``pending_fee_fen``."""

    id: str
    owner: str
    kind: Kind
    state: OrderState
    offer: Offer
    guests: tuple[Passenger, ...]
    quantity: int
    adults: int
    children: int
    seat_preference: str
    out_trade_no: str
    pay_before: Instant
    created_at: Instant
    paid_fen: int = 0
    fee_fen: int = 0
    refunded_fen: int = 0
    changes: int = 0
    disruption: str = ""
    note: str = ""
    pending: Offer | None = None
    pending_fee_fen: int = 0


class Hold(msgspec.Struct, frozen=True):
    """Seats that are kept for a person until ``until``, at the price of ``offer``, without being ordered."""

    id: str
    owner: str
    state: HoldState
    offer: Offer
    guests: tuple[Passenger, ...]
    until: Instant
    created_at: Instant


class Baggage(msgspec.Struct, frozen=True, gc=False):
    """Checked baggage beyond the allowance, for all travellers of an order together."""

    id: str
    owner: str
    order_id: str
    state: BaggageState
    kg: int
    fen: int
    out_trade_no: str


EXTRA_FLIGHTS = Table("fliggy.extra_flights", ExtraFlight, "id", indexes=("route", "day"))
EXTRA_TRAINS = Table("fliggy.extra_trains", ExtraTrain, "id", indexes=("route", "day"))
STOCK = Table("fliggy.stock", Stock, "id", indexes=("group",))
PRICES = Table("fliggy.prices", PriceRule, "id", indexes=("group",))
FLIGHT_CHANGES = Table("fliggy.flight_changes", FlightChange, "id", indexes=("group",))
OVERBOOKINGS = Table("fliggy.overbookings", Overbooking, "id")
TRAVELLERS = Table("fliggy.travellers", Traveller, "id", indexes=("owner",))
ORDERS = Table("fliggy.orders", Order, "id", indexes=("owner", "out_trade_no"), machine=ORDER)
HOLDS = Table("fliggy.holds", Hold, "id", indexes=("owner",), machine=HOLD)
BAGGAGE = Table("fliggy.baggage", Baggage, "id", indexes=("order_id", "out_trade_no"), machine=states.BAGGAGE)
HOTELS = Table(
    "fliggy.hotels",
    Hotel,
    "id",
    indexes=("city",),
    text=lambda h: f"{h.name} {h.name_en} {h.near} {h.district} {' '.join(h.facilities)}",
)
ATTRACTIONS = Table(
    "fliggy.attractions",
    Attraction,
    "id",
    indexes=("city",),
    text=lambda t: f"{t.name} {t.name_en} {t.name_id} {t.attraction} {t.category} {t.keywords}",
)

TABLES = (
    EXTRA_FLIGHTS,
    EXTRA_TRAINS,
    STOCK,
    PRICES,
    FLIGHT_CHANGES,
    OVERBOOKINGS,
    TRAVELLERS,
    ORDERS,
    HOLDS,
    BAGGAGE,
    HOTELS,
    ATTRACTIONS,
)
