"""The arguments of the fixtures: what a scenario may set up."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from mock_services.argtypes import IsoTime, YuanIn
from mock_services.fliggy.models.common import Cabin, ClockTime, Id, LonLat, Name, SeatClass
from mock_services.service import Args


class TravellerArgs(Args):
    """A saved traveller; returns its id."""

    name: Name
    id_type: str = "id_card"
    id_no: str
    relation: str = ""


class Past(Args):
    """What all past orders have. ``price`` is the total that was paid (the derived one if left out).

    ``paid_from`` is an account of the person (their wallet if left out); its balance afterwards is what it was before,
    since the money for it comes in with it. ``created_at`` is three days ago if left out.
    """

    price: YuanIn | None = None
    paid_from: str = ""
    created_at: IsoTime | None = None
    travellers: list[Id] = Field(default=["self"], min_length=1, max_length=9)


class BookedFlight(Past):
    """A ticketed flight: the one of this number, or the first in the window. Returns the order id."""

    from_city: Name
    to_city: Name
    date: dt.date
    flight_no: str = ""
    depart_after: ClockTime = "00:00"
    depart_before: ClockTime = "23:59"
    cabin: Cabin = "economy"


class BookedTrain(Past):
    """A ticketed train: the one of this number, or the first in the window. Returns the order id."""

    from_city: Name
    to_city: Name
    date: dt.date
    train_no: str = ""
    depart_after: ClockTime = "00:00"
    depart_before: ClockTime = "23:59"
    seat_class: SeatClass = "second"


class BookedHotel(Past):
    """A confirmed stay: in the hotel of this id or name, or the cheapest near a place. Returns the order id.

    ``policy`` is free_cancel, first_night or non_refundable.
    """

    city: Name
    check_in: dt.date
    check_out: dt.date
    hotel_id: str = ""
    name: str = ""
    near: str = ""
    policy: str = ""
    breakfast: bool | None = None
    min_stars: int = 1
    rooms: int = Field(1, ge=1, le=5)


class BookedTicket(Past):
    """Confirmed attraction tickets: by id, or the best hit of a query in a city. Returns the order id."""

    ticket_id: str = ""
    city: str = ""
    query: str = ""
    date: dt.date
    slot: str = ""
    adults: int = Field(1, ge=0, le=9)
    children: int = Field(0, ge=0, le=9)


class HotelArgs(Args):
    """A hotel of the scenario's own, with any text; ``price`` is a weekday night. Returns the hotel id."""

    city: Name
    name: Name
    name_en: str = ""
    near: str = ""
    location: LonLat | None = None
    description: str = ""
    address: str = ""
    stars: int = Field(4, ge=1, le=5)
    rating: float = Field(4.6, ge=1, le=5)
    reviews: int = 500
    price: YuanIn
    breakfast_price: YuanIn = 8800
    plans: list[str] = Field(default=["NR", "FX", "BF"], min_length=1, description="codes of stays.PLANS")
    facilities: list[str] = Field(default=["wifi"])


class FlightArgs(Args):
    """A flight of one day, also in place of the daily one of that number; ``price`` is economy with taxes."""

    flight_no: str = Field(pattern=r"^[A-Z0-9]{2}[0-9]{3,4}$")
    from_airport: str
    to_airport: str
    date: dt.date
    depart: ClockTime
    minutes: int = Field(ge=30, le=1200)
    price: YuanIn | None = None


class TrainArgs(Args):
    """A train of one day, also in place of the daily one of that number; ``price`` is its cheapest class."""

    train_no: str = Field(pattern=r"^[GDCZ][0-9]{1,4}$")
    from_station: str
    to_station: str
    date: dt.date
    depart: ClockTime
    minutes: int = Field(ge=10, le=4000)
    price: YuanIn


class FlightPrice(Args):
    """What a cabin of a flight costs per traveller, taxes included."""

    flight_no: str
    date: dt.date
    cabin: Cabin = "economy"
    price: YuanIn


class TrainPrice(Args):
    """What a class of a train costs per traveller."""

    train_no: str
    date: dt.date
    seat_class: SeatClass = "second"
    price: YuanIn


class HotelPrice(Args):
    """What a night costs per room: every rate of a hotel, or one plan, on all nights or one of the hotel's."""

    hotel_id: str = ""
    plan_id: str = ""
    night: dt.date | None = None
    price: YuanIn


class TicketPrice(Args):
    """What an adult pays for an attraction."""

    ticket_id: str
    price: YuanIn


class Seats(Args):
    """How many seats are left on a flight or train."""

    number: str
    date: dt.date
    unit: str = Field("", description="cabin or class; economy or second if left out")
    left: int = Field(ge=0, le=2000)


class Rooms(Args):
    """How many rooms of a type (all types if left out) are left on a night."""

    hotel_id: str
    room: str = ""
    night: dt.date
    left: int = Field(ge=0, le=500)


class Slots(Args):
    """How many tickets are left for a slot."""

    ticket_id: str
    date: dt.date
    slot: str
    left: int = Field(ge=0, le=5000)


class CancelFlight(Args):
    """The airline cancels a flight."""

    flight_no: str
    date: dt.date
    reason: str = "weather"


class DelayFlight(CancelFlight):
    """The airline delays a flight."""

    minutes: int = Field(ge=1, le=1440)
