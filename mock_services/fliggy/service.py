"""The ``fliggy`` service: its tools, events, fixtures and disruptions. What they do stands in the modules beside it."""

from __future__ import annotations

from mock_services.context import Ctx
from mock_services.errors import Unavailable
from mock_services.fliggy import models as m
from mock_services.service import Service, read, write

_BOOK = ("UNKNOWN_TRAVELLER", "SOLD_OUT", "PRICE_CHANGED", "BOOKING_CLOSED", "NOT_ON_SALE")
_ORDER = ("ORDER_NOT_EXIST",)


def _later() -> Unavailable:
    return Unavailable("SERVICE_UNAVAILABLE", "not open yet")


class Fliggy(Service):
    """Travel: search, book, change and cancel flights, trains, hotels and attraction tickets."""

    name = "fliggy"

    @read(errors=("UNKNOWN_CITY", "SAME_CITY", "DATE_OUT_OF_RANGE"))
    def flight_search(self, ctx: Ctx, args: m.FlightSearchArgs) -> m.FlightSearchResult:
        """Flights between two cities or airports on a day, non-stop or with one stop or transfer, with prices."""
        raise _later()

    @read(obj="itinerary_id", errors=("FLIGHT_NOT_EXIST",))
    def flight_detail(self, ctx: Ctx, args: m.FlightDetailArgs) -> m.FlightDetail:
        """An itinerary with its cabins, baggage, refund and change fees by time, and cut-offs."""
        raise _later()

    @write(key="request_no", obj="itinerary_id", errors=("FLIGHT_NOT_EXIST", "FLIGHT_CANCELLED", *_BOOK))
    def flight_book(self, ctx: Ctx, args: m.FlightBookArgs) -> m.OrderPlaced:
        """Hold seats on an itinerary; pay out_trade_no before pay_before, and the tickets are issued."""
        raise _later()

    @read(obj="flight_no", errors=("FLIGHT_NOT_EXIST",))
    def flight_status(self, ctx: Ctx, args: m.FlightStatusArgs) -> m.FlightStatus:
        """Whether a flight is on time, delayed, departed, landed or cancelled."""
        raise _later()

    @read(errors=("UNKNOWN_CITY", "SAME_CITY", "DATE_OUT_OF_RANGE"))
    def train_search(self, ctx: Ctx, args: m.TrainSearchArgs) -> m.TrainSearchResult:
        """Through trains between two cities or stations on a day, with prices and seats left by class."""
        raise _later()

    @read(obj="train_id", errors=("TRAIN_NOT_EXIST",))
    def train_detail(self, ctx: Ctx, args: m.TrainDetailArgs) -> m.TrainDetail:
        """A train by its number and day: classes, stops, gate closing, refund fees."""
        raise _later()

    @write(key="request_no", obj="train_id", errors=("TRAIN_NOT_EXIST", "NO_SUCH_CLASS", "OUTSIDE_SALE_HOURS", *_BOOK))
    def train_book(self, ctx: Ctx, args: m.TrainBookArgs) -> m.OrderPlaced:
        """Hold seats on a train; pay out_trade_no before pay_before, and the tickets are issued."""
        raise _later()

    @read(errors=("UNKNOWN_CITY", "UNKNOWN_PLACE", "DATE_OUT_OF_RANGE"))
    def hotel_search(self, ctx: Ctx, args: m.HotelSearchArgs) -> m.HotelSearchResult:
        """Hotels with a room for these nights, each with its cheapest rate that fits."""
        raise _later()

    @read(obj="hotel_id", errors=("HOTEL_NOT_EXIST", "DATE_OUT_OF_RANGE"))
    def hotel_detail(self, ctx: Ctx, args: m.HotelDetailArgs) -> m.HotelDetail:
        """A hotel with every rate plan for these nights: beds, breakfast, cancellation rule, prices, rooms left."""
        raise _later()

    @write(key="request_no", obj="plan_id", errors=("PLAN_NOT_EXIST", "TOO_MANY_GUESTS", "DATE_OUT_OF_RANGE", *_BOOK))
    def hotel_book(self, ctx: Ctx, args: m.HotelBookArgs) -> m.OrderPlaced:
        """Hold rooms at a rate; pay out_trade_no before pay_before, and the hotel confirms."""
        raise _later()

    @read(errors=("UNKNOWN_CITY", "DATE_OUT_OF_RANGE"))
    def ticket_search(self, ctx: Ctx, args: m.TicketSearchArgs) -> m.TicketSearchResult:
        """Attraction tickets of a city or by name for a day, with prices, entry times and the usual queue."""
        raise _later()

    @write(obj="ticket_id", errors=("TICKET_NOT_EXIST", "NO_SUCH_SLOT", *_BOOK))
    def ticket_book(self, ctx: Ctx, args: m.TicketBookArgs) -> m.OrderPlaced:
        """Hold attraction tickets for a slot; takes no request number: look at the orders before you retry."""
        raise _later()

    @write(obj="order_id", errors=("NO_SUCH_SLOT", "SOLD_OUT", "WRONG_STATE", "CHANGE_NOT_ALLOWED", *_ORDER))
    def ticket_change(self, ctx: Ctx, args: m.TicketChangeArgs) -> m.OrderDetail:
        """Move confirmed attraction tickets to another day or slot, once and free of charge."""
        raise _later()

    @read()
    def traveller_list(self, ctx: Ctx, args: m.TravellerListArgs) -> m.TravellerList:
        """The travellers that can be booked for; "self" is the person."""
        raise _later()

    @write(errors=("INVALID_DOCUMENT",))
    def traveller_add(self, ctx: Ctx, args: m.TravellerAddArgs) -> m.TravellerView:
        """Save a traveller to book for. Takes no request number, but a document is never saved twice."""
        raise _later()

    @read()
    def order_list(self, ctx: Ctx, args: m.OrderListArgs) -> m.OrderList:
        """Your orders of all kinds, newest first."""
        raise _later()

    @read(obj="order_id", errors=_ORDER)
    def order_detail(self, ctx: Ctx, args: m.OrderRefArgs) -> m.OrderDetail:
        """One of your orders with its state, travellers, seats, money and rules."""
        raise _later()

    @read(obj="order_id", errors=("WRONG_STATE", *_ORDER))
    def cancel_quote(self, ctx: Ctx, args: m.OrderRefArgs) -> m.CancelQuote:
        """What cancelling an order would cost right now, and what would come back."""
        raise _later()

    @write(obj="order_id", errors=("WRONG_STATE", "FEE_CHANGED", "PAYMENT_IN_PROGRESS", *_ORDER))
    def order_cancel(self, ctx: Ctx, args: m.CancelArgs) -> m.OrderCancelled:
        """Cancel an order by its rules; takes no request number: look at the order before you retry."""
        raise _later()

    @read(obj="order_id", errors=("WRONG_STATE", "CHANGE_NOT_ALLOWED", "SOLD_OUT", *_ORDER))
    def change_quote(self, ctx: Ctx, args: m.ChangeQuoteArgs) -> m.ChangeQuote:
        """What changing a flight or train order to another departure of the same route would cost now."""
        raise _later()

    @write(
        key="request_no",
        obj="order_id",
        errors=("WRONG_STATE", "CHANGE_NOT_ALLOWED", "PRICE_CHANGED", "SOLD_OUT", *_ORDER),
    )
    def order_change(self, ctx: Ctx, args: m.OrderChangeArgs) -> m.OrderChanged:
        """Change a flight or train order to another departure; what it costs more is paid under out_trade_no."""
        raise _later()
