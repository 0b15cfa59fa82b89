"""The ``fliggy`` service: its tools, events, fixtures and disruptions. What they do stands in the modules beside it."""

from __future__ import annotations

from typing import Any

from mock_services import life
from mock_services.base import Base, BaseBuilder
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.fliggy import arrangements as a
from mock_services.fliggy import (
    baggage,
    booking,
    changes,
    daily,
    flights,
    history,
    holds,
    incidents,
    lifecycle,
    lookup,
    search,
    stay_changes,
    stays,
    trains,
    views,
)
from mock_services.fliggy import models as m
from mock_services.fliggy import travellers as who
from mock_services.fliggy.attraction_catalogue import seed_attractions
from mock_services.fliggy.hotel_catalogue import seed_hotels
from mock_services.fliggy.network import network
from mock_services.fliggy.rows import ATTRACTIONS, FLIGHT_CHANGES, HOTELS, ORDERS, TABLES, TRAVELLERS, Traveller
from mock_services.service import Service, disruption, fixture, on, read, write

_BOOK = ("UNKNOWN_TRAVELLER", "SOLD_OUT", "PRICE_CHANGED", "BOOKING_CLOSED")
_DEPARTURE = (
    "FLIGHT_NOT_EXIST",
    "FLIGHT_CANCELLED",
    "TRAIN_NOT_EXIST",
    "NO_SUCH_CLASS",
    "BOOKING_CLOSED",
    "NOT_ON_SALE",
    "OUTSIDE_SALE_HOURS",
)
_ORDER = ("ORDER_NOT_EXIST",)
_STAY_CHANGE = (
    "WRONG_STATE",
    "CHANGE_NOT_ALLOWED",
    "TOO_MANY_GUESTS",
    "DATE_OUT_OF_RANGE",
    "BOOKING_CLOSED",
    *_ORDER,
)


class Fliggy(Service):
    """Travel: search, book, change and cancel flights, trains, hotels and attraction tickets."""

    name = "fliggy"
    tables = TABLES

    def seed(self, base: BaseBuilder) -> None:
        """Hotels and attraction tickets; departures are derived."""
        seed_hotels(base)
        seed_attractions(base)

    def holdings(self, base: Base) -> dict[str, int]:
        """Hotels and attractions, what they have for the days on which it is sold, and departures."""
        hotels = base.tables.rows[HOTELS.name].values()
        flying, running = network(base).daily()
        return {
            "hotels": len(hotels),
            "hotel nights on sale": len(hotels) * stays.MAX_DAYS,
            "rate plans": sum(len(hotel.rooms) * len(hotel.plans) for hotel in hotels),
            "attraction tickets": len(base.tables.rows[ATTRACTIONS.name]),
            "flights a day": flying,
            "flight departures on sale": flying * (flights.MAX_DAYS + 1),
            "trains a day": running,
            "train departures on sale": running * (trains.MAX_DAYS + 1),
        }

    # --- tools -------------------------------------------------------------------------------------------------

    @read(errors=("UNKNOWN_CITY",))
    def place_lookup(self, ctx: Ctx, args: m.PlaceLookupArgs) -> m.PlaceLookupResult:
        """Which cities, airports and railway stations a name or code may mean, with the codes of all airports and
        stations of a city, its time zone, and how long before departure check-in or the gate closes."""
        return lookup.look_up(args)

    @read(errors=("UNKNOWN_CITY", "SAME_CITY", "DATE_OUT_OF_RANGE"))
    def flight_search(self, ctx: Ctx, args: m.FlightSearchArgs) -> m.FlightSearchResult:
        """Flights between two cities or airports on a day, non-stop or with one stop or transfer, with prices."""
        return search.search_flights(ctx, args)

    @read(obj="itinerary_id", errors=("FLIGHT_NOT_EXIST",))
    def flight_detail(self, ctx: Ctx, args: m.FlightDetailArgs) -> m.FlightDetail:
        """An itinerary with its cabins, baggage, refund and change fees by time, and cut-offs."""
        return views.flight_detail(ctx, flights.itinerary(ctx, args.itinerary_id, "economy"))

    @write(
        key="request_no",
        obj="itinerary_id",
        errors=(
            "FLIGHT_NOT_EXIST",
            "FLIGHT_CANCELLED",
            "NOT_ON_SALE",
            "PASSPORT_NEEDED",
            "HOLD_NOT_POSSIBLE",
            "HOLD_LIMIT",
            *_BOOK,
        ),
    )
    def flight_hold(self, ctx: Ctx, args: m.FlightHoldArgs) -> m.HoldView:
        """Keep seats at today's price without ordering or owing anything: for 12 hours if the flight leaves in three
        days or later, for 2 hours if in one. Two holds at a time. Order them with fliggy_flight_book and the hold_id.
        """
        return holds.hold(ctx, args)

    @read()
    def flight_hold_list(self, ctx: Ctx, args: m.HoldListArgs) -> m.HoldList:
        """Your holds on flights, newest first, and until when they last."""
        return holds.listing(ctx, args)

    @write(obj="hold_id", errors=("HOLD_NOT_EXIST", "HOLD_NOT_OPEN"))
    def flight_hold_release(self, ctx: Ctx, args: m.HoldRefArgs) -> m.HoldView:
        """Give held seats back. Takes no request number: a second call is refused because the hold is over."""
        return holds.release(ctx, args)

    @write(
        key="request_no",
        obj="itinerary_id",
        errors=(
            "FLIGHT_NOT_EXIST",
            "FLIGHT_CANCELLED",
            "NOT_ON_SALE",
            "PASSPORT_NEEDED",
            "HOLD_NOT_EXIST",
            "HOLD_NOT_OPEN",
            "HOLD_MISMATCH",
            *_BOOK,
        ),
    )
    def flight_book(self, ctx: Ctx, args: m.FlightBookArgs) -> m.OrderPlaced:
        """Order seats on an itinerary; pay out_trade_no before pay_before, and the tickets are issued."""
        return views.placed(ctx, booking.book_flight(ctx, args))

    @read(obj="flight_no", errors=("FLIGHT_NOT_EXIST",))
    def flight_status(self, ctx: Ctx, args: m.FlightStatusArgs) -> m.FlightStatus:
        """Whether a flight is on time, delayed, departed, landed or cancelled."""
        # The timetable reaches as far back as it reaches ahead.
        known = abs((args.date - ctx.local_now().date()).days) <= flights.MAX_DAYS
        leg = flights.scheduled(ctx, args.flight_no.upper(), args.date) if known else None
        if leg is None:
            raise Rejected("FLIGHT_NOT_EXIST", f"there is no flight {args.flight_no[:20]} on {args.date}")
        change = ctx.get(FLIGHT_CHANGES, leg.id)
        return views.flight_status(ctx, leg, change.reason if change is not None else "")

    @write(
        key="request_no",
        obj="order_id",
        errors=("WRONG_STATE", "BOOKING_CLOSED", "BAGGAGE_LIMIT", "PRICE_CHANGED", *_ORDER),
    )
    def baggage_add(self, ctx: Ctx, args: m.BaggageAddArgs) -> m.BaggageAdded:
        """Add checked baggage beyond the allowance to a ticketed flight, until four hours before departure; pay
        out_trade_no. It is refunded if the ticket is."""
        return baggage.add(ctx, args)

    @read(errors=("UNKNOWN_CITY", "SAME_CITY", "DATE_OUT_OF_RANGE"))
    def train_search(self, ctx: Ctx, args: m.TrainSearchArgs) -> m.TrainSearchResult:
        """Through trains between two cities or stations on a day, with prices and seats left by class."""
        return search.search_trains(ctx, args)

    @read(obj="train_id", errors=("TRAIN_NOT_EXIST",))
    def train_detail(self, ctx: Ctx, args: m.TrainDetailArgs) -> m.TrainDetail:
        """A train by its number and day: classes, stops, gate closing, refund fees."""
        return views.train_detail(ctx, trains.scheduled(ctx, args.train_id))

    @write(
        key="request_no",
        obj="train_id",
        errors=("TRAIN_NOT_EXIST", "NO_SUCH_CLASS", "NOT_ON_SALE", "OUTSIDE_SALE_HOURS", *_BOOK),
    )
    def train_book(self, ctx: Ctx, args: m.TrainBookArgs) -> m.OrderPlaced:
        """Hold seats on a train; pay out_trade_no before pay_before, and the tickets are issued."""
        return views.placed(ctx, booking.book_train(ctx, args))

    @read(errors=("UNKNOWN_CITY", "UNKNOWN_PLACE", "DATE_OUT_OF_RANGE"))
    def hotel_search(self, ctx: Ctx, args: m.HotelSearchArgs) -> m.HotelSearchResult:
        """Hotels with a room for these nights, each with its cheapest rate that fits."""
        return search.search_hotels(ctx, args)

    @read(obj="hotel_id", errors=("HOTEL_NOT_EXIST", "DATE_OUT_OF_RANGE"))
    def hotel_detail(self, ctx: Ctx, args: m.HotelDetailArgs) -> m.HotelDetail:
        """A hotel with every rate plan for these nights: beds, breakfast, cancellation rule, prices, rooms left."""
        found = stays.hotel(ctx, args.hotel_id)
        nights = stays.nights(ctx, found.city, args.check_in, args.check_out)
        return views.hotel_detail(ctx, found, stays.rates(ctx, found, nights), args.rooms)

    @read(obj="order_id", errors=_STAY_CHANGE)
    def hotel_change_quote(self, ctx: Ctx, args: m.StayChangeQuoteArgs) -> m.StayChangeQuote:
        """What changing a confirmed stay to other nights or another number of rooms would cost now, by its rate's
        rule. Changes nothing."""
        wanted = stay_changes.Stay(args.check_in, args.check_out, args.rooms)
        new, fee, difference, why = stay_changes.quote(ctx, lifecycle.own(ctx, args.order_id), wanted)
        return m.StayChangeQuote(
            order_id=args.order_id,
            title=new.title,
            fee=fee,
            price_difference=difference,
            to_pay=max(0, fee + difference),
            refund=max(0, -fee - difference),
            reason=why,
        )

    @write(key="request_no", obj="order_id", errors=("PRICE_CHANGED", "SOLD_OUT", *_STAY_CHANGE))
    def hotel_change(self, ctx: Ctx, args: m.StayChangeArgs) -> m.OrderChanged:
        """Change a confirmed stay to other nights or another number of rooms at the same rate plan; what it costs more
        is paid under out_trade_no, what it costs less comes back."""
        before = lifecycle.own(ctx, args.order_id)
        wanted = stay_changes.Stay(args.check_in, args.check_out, args.rooms)
        return views.changed(ctx, before, stay_changes.change(ctx, before, wanted, args.expect_to_pay))

    @write(key="request_no", obj="plan_id", errors=("PLAN_NOT_EXIST", "TOO_MANY_GUESTS", "DATE_OUT_OF_RANGE", *_BOOK))
    def hotel_book(self, ctx: Ctx, args: m.HotelBookArgs) -> m.OrderPlaced:
        """Hold rooms at a rate; pay out_trade_no before pay_before, and the hotel confirms."""
        return views.placed(ctx, booking.book_hotel(ctx, args))

    @read(errors=("UNKNOWN_CITY", "DATE_OUT_OF_RANGE"))
    def ticket_search(self, ctx: Ctx, args: m.TicketSearchArgs) -> m.TicketSearchResult:
        """Attraction tickets of a city or by name for a day, with prices, entry times and the usual queue."""
        return search.search_tickets(ctx, args)

    @write(obj="ticket_id", errors=("TICKET_NOT_EXIST", "NO_SUCH_SLOT", "DATE_OUT_OF_RANGE", *_BOOK[1:]))
    def ticket_book(self, ctx: Ctx, args: m.TicketBookArgs) -> m.OrderPlaced:
        """Hold attraction tickets for a slot; takes no request number: look at the orders before you retry."""
        return views.placed(ctx, booking.book_ticket(ctx, args))

    @write(
        obj="order_id",
        errors=(
            "NO_SUCH_SLOT",
            "SOLD_OUT",
            "BOOKING_CLOSED",
            "DATE_OUT_OF_RANGE",
            "WRONG_STATE",
            "CHANGE_NOT_ALLOWED",
            *_ORDER,
        ),
    )
    def ticket_change(self, ctx: Ctx, args: m.TicketChangeArgs) -> m.OrderDetail:
        """Move confirmed attraction tickets to another day or slot, once and free of charge."""
        order = changes.change_ticket(ctx, lifecycle.own(ctx, args.order_id), args.date, args.slot)
        return views.order_detail(ctx, order)

    @read()
    def traveller_list(self, ctx: Ctx, args: m.TravellerListArgs) -> m.TravellerList:
        """The travellers that can be booked for; "self" is the person."""
        return m.TravellerList(travellers=[views.traveller(row) for row in who.all_of(ctx)])

    @write(errors=("INVALID_DOCUMENT",))
    def traveller_add(self, ctx: Ctx, args: m.TravellerAddArgs) -> m.TravellerView:
        """Save a traveller to book for. Takes no request number, but a document is never saved twice."""
        return views.traveller(who.add(ctx, args.name, args.id_type, args.id_no, args.relation))

    @read()
    def order_list(self, ctx: Ctx, args: m.OrderListArgs) -> m.OrderList:
        """Your orders of all kinds, newest first."""
        mine = [
            order
            for order in ctx.find(ORDERS, "owner", ctx.person_id)
            if args.kind in (None, order.kind) and args.state in (None, lifecycle.shown_state(order, ctx.now))
        ]
        mine.sort(key=lambda order: (-order.created_at, order.id))
        return m.OrderList(total=len(mine), orders=[views.summary(ctx, order) for order in mine[: args.limit]])

    @read(obj="order_id", errors=_ORDER)
    def order_detail(self, ctx: Ctx, args: m.OrderRefArgs) -> m.OrderDetail:
        """One of your orders with its state, travellers, seats, money and rules."""
        return views.order_detail(ctx, lifecycle.own(ctx, args.order_id))

    @read(obj="order_id", errors=("WRONG_STATE", "PAYMENT_IN_PROGRESS", *_ORDER))
    def cancel_quote(self, ctx: Ctx, args: m.OrderRefArgs) -> m.CancelQuote:
        """What cancelling an order would cost right now, and what would come back."""
        return views.cancel_quote(ctx, lifecycle.own(ctx, args.order_id))

    @write(obj="order_id", errors=("WRONG_STATE", "FEE_CHANGED", "PAYMENT_IN_PROGRESS", *_ORDER))
    def order_cancel(self, ctx: Ctx, args: m.CancelArgs) -> m.OrderCancelled:
        """Cancel an order by its rules; takes no request number: look at the order before you retry."""
        order, fee, refund = lifecycle.cancel(ctx, lifecycle.own(ctx, args.order_id), args.expect_fee)
        return m.OrderCancelled(order_id=order.id, state=order.state, fee=fee, refund=refund)

    @read(obj="order_id", errors=("WRONG_STATE", "CHANGE_NOT_ALLOWED", *_DEPARTURE, *_ORDER))
    def change_quote(self, ctx: Ctx, args: m.ChangeQuoteArgs) -> m.ChangeQuote:
        """What changing a flight or train order to another departure of the same route would cost now."""
        new, fee, difference = changes.quote(ctx, lifecycle.own(ctx, args.order_id), args.new_id)
        extra = fee + difference
        return m.ChangeQuote(
            order_id=args.order_id,
            new_id=new.product_id,
            fee=fee,
            fare_difference=difference,
            to_pay=max(0, extra),
            refund=max(0, -extra),
        )

    @write(
        key="request_no",
        obj="order_id",
        errors=("WRONG_STATE", "CHANGE_NOT_ALLOWED", "PRICE_CHANGED", "SOLD_OUT", *_DEPARTURE, *_ORDER),
    )
    def order_change(self, ctx: Ctx, args: m.OrderChangeArgs) -> m.OrderChanged:
        """Change a flight or train order to another departure; what it costs more is paid under out_trade_no."""
        before = lifecycle.own(ctx, args.order_id)
        order = changes.change(ctx, before, args.new_id, args.expect_to_pay)
        return views.changed(ctx, before, order)

    # --- events ------------------------------------------------------------------------------------------------

    @on("payment_settled")
    def payment_settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The money is there: tickets are issued, or a change is carried out."""
        lifecycle.settled(ctx, data["out_trade_no"])
        baggage.settled(ctx, data["out_trade_no"])

    @on("payable_expired")
    def payable_expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """Nobody paid in time."""
        lifecycle.expired(ctx, data["out_trade_no"])
        baggage.expired(ctx, data["out_trade_no"])

    @on("hold_ends")
    def hold_ends(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """Seats were held long enough."""
        holds.ended(ctx, data["hold_id"])

    @on("issue")
    def issue(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The airline, the railway, the hotel or the attraction answers."""
        lifecycle.issue(ctx, data["order_id"], data["changes"])

    @on(life.EVENT)
    def begin_day(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """What will happen by itself until the next dawn."""
        daily.plan(ctx)

    @on(life.HAPPENS)
    def life_happens(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """One of those things."""
        daily.happens(ctx, data)

    # --- fixtures ----------------------------------------------------------------------------------------------

    @fixture("traveller")
    def set_traveller(self, ctx: Ctx, args: a.TravellerArgs) -> str:
        """Somebody whom the person saved as a traveller; the document is not checked."""
        traveller_id = f"TV{ctx.count('traveller')}"
        ctx.put(TRAVELLERS, Traveller(traveller_id, ctx.person_id, args.name, args.id_type, args.id_no, args.relation))
        return traveller_id

    @fixture("booked_flight")
    def set_booked_flight(self, ctx: Ctx, args: a.BookedFlight) -> str:
        """A ticketed flight, paid in the past."""
        return history.booked_flight(ctx, args)

    @fixture("booked_train")
    def set_booked_train(self, ctx: Ctx, args: a.BookedTrain) -> str:
        """A ticketed train, paid in the past."""
        return history.booked_train(ctx, args)

    @fixture("booked_hotel")
    def set_booked_hotel(self, ctx: Ctx, args: a.BookedHotel) -> str:
        """A confirmed stay, paid in the past."""
        return history.booked_hotel(ctx, args)

    @fixture("booked_ticket")
    def set_booked_ticket(self, ctx: Ctx, args: a.BookedTicket) -> str:
        """Confirmed attraction tickets, paid in the past."""
        return history.booked_ticket(ctx, args)

    @fixture("hotel")
    def set_hotel(self, ctx: Ctx, args: a.HotelArgs) -> str:
        """A hotel of the scenario's own."""
        return history.hotel(ctx, args)

    @fixture("flight")
    def set_flight(self, ctx: Ctx, args: a.FlightArgs) -> str:
        """A flight of the scenario's own."""
        return history.flight(ctx, args)

    @fixture("train")
    def set_train(self, ctx: Ctx, args: a.TrainArgs) -> str:
        """A train of the scenario's own."""
        return history.train(ctx, args)

    @fixture("flight_price")
    def set_flight_price(self, ctx: Ctx, args: a.FlightPrice) -> None:
        """What a cabin costs."""
        history.flight_price(ctx, args)

    @fixture("train_price")
    def set_train_price(self, ctx: Ctx, args: a.TrainPrice) -> None:
        """What a class costs."""
        history.train_price(ctx, args)

    @fixture("hotel_price")
    def set_hotel_price(self, ctx: Ctx, args: a.HotelPrice) -> None:
        """What a night costs."""
        history.hotel_price(ctx, args)

    @fixture("ticket_price")
    def set_ticket_price(self, ctx: Ctx, args: a.TicketPrice) -> None:
        """What an attraction costs."""
        history.ticket_price(ctx, args)

    @fixture("seats")
    def set_seats(self, ctx: Ctx, args: a.Seats) -> None:
        """How many seats are left."""
        history.seats(ctx, args)

    @fixture("rooms")
    def set_rooms(self, ctx: Ctx, args: a.Rooms) -> None:
        """How many rooms are left."""
        history.rooms(ctx, args)

    @fixture("slots")
    def set_slots(self, ctx: Ctx, args: a.Slots) -> None:
        """How many attraction tickets are left."""
        history.slots(ctx, args)

    @fixture("cancel_flight")
    def set_cancel_flight(self, ctx: Ctx, args: a.CancelFlight) -> None:
        """The airline cancels a flight and tells its passengers."""
        no = args.flight_no.upper()
        incidents.change_flight(ctx, no, args.date, cancelled=True, delay_min=0, reason=args.reason)

    @fixture("delay_flight")
    def set_delay_flight(self, ctx: Ctx, args: a.DelayFlight) -> None:
        """The airline delays a flight and tells its passengers."""
        no = args.flight_no.upper()
        incidents.change_flight(ctx, no, args.date, cancelled=False, delay_min=args.minutes, reason=args.reason)

    # --- disruptions -------------------------------------------------------------------------------------------

    @disruption("sold_out")
    def sold_out(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """Others take the last seats, rooms or tickets of what the call names."""
        return incidents.sell_out(ctx, args)

    @disruption("price_change")
    def price_change(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """What the call names becomes dearer by ``percent`` (10)."""
        return incidents.raise_prices(ctx, args, int(params.get("percent", 10)))

    @disruption("hold_expired")
    def hold_expired(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The hold of the order that the call names ends, or of the newest unpaid one."""
        return incidents.expire_hold(ctx, args)

    @disruption("flight_cancelled")
    def flight_cancelled(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The flight that the call is about is cancelled, or the person's next one."""
        reason = str(params.get("reason", "weather"))
        return incidents.strike_flight(ctx, args, cancelled=True, delay_min=0, reason=reason)

    @disruption("flight_delayed")
    def flight_delayed(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The flight that the call is about slips by ``minutes`` (120), or the person's next one."""
        reason, delay = str(params.get("reason", "air traffic control")), int(params.get("minutes", 120))
        return incidents.strike_flight(ctx, args, cancelled=False, delay_min=delay, reason=reason)

    @disruption("hotel_overbooked")
    def hotel_overbooked(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The hotel that the call is about has sold its rooms twice."""
        return incidents.overbook(ctx, args)
