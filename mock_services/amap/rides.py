"""A person's rides: ordering, looking, cancelling."""

from __future__ import annotations

from mock_services.amap.fares import KINDS, quote
from mock_services.amap.lifecycle import (
    FREE_BEFORE,
    PAYEE,
    PAYEE_NAME,
    SERVICE,
    cancel,
    cancel_fee_fen,
)
from mock_services.amap.lookup import place_name
from mock_services.amap.models import point, write_point
from mock_services.amap.ride_models import (
    RideArgs,
    RideCancelView,
    RideListArgs,
    RideOrderArgs,
    RidePayment,
    RidesView,
    RideView,
)
from mock_services.amap.rows import RIDES, Ride
from mock_services.amap.states import LIVE, RIDE
from mock_services.clock import MINUTE, Instant
from mock_services.context import Ctx
from mock_services.errors import Rejected, Unavailable
from mock_services.geo import places
from mock_services.payables import Line
from mock_services.people import PEOPLE

PAY_NOW = 10 * MINUTE
PAID_BEFORE_BOOKED = 30 * MINUTE


def order(ctx: Ctx, args: RideOrderArgs) -> RideView:
    """Answer ``amap_ride_order``.

    Raises:
        Unavailable, Rejected: as :func:`mock_services.amap.fares.quote`; ``NO_CAR_AVAILABLE``.
    """
    wished = quote(ctx, point(args.origin), point(args.destination), args.depart_at, args.car)
    if not wished.available:
        raise Unavailable(
            "NO_CAR_AVAILABLE",
            f"no {args.car} car is free there then",
            hint=f"another kind of car ({', '.join(kind for kind in KINDS if kind != args.car)}) or another time",
            retry_after=600,
        )
    person = ctx.get(PEOPLE, ctx.person_id)
    ride_id = ctx.next_id("RD")
    origin_name, destination_name = place_name(ctx, wished.origin), place_name(ctx, wished.destination)
    subject = f"打车 {origin_name} → {destination_name}"
    payable = ctx.payables.open(
        service=SERVICE,
        ref=ride_id,
        payee=PAYEE,
        payee_name=PAYEE_NAME,
        subject=subject,
        category="ride",
        lines=(Line(subject, 1, wished.fen),),
        expires_at=wished.at - PAID_BEFORE_BOOKED if wished.booked else ctx.now + PAY_NOW,
    )
    ride = Ride(
        id=ride_id,
        owner=ctx.person_id,
        city=wished.city.id,
        car=wished.car,
        origin=wished.origin,
        origin_name=origin_name,
        destination=wished.destination,
        destination_name=destination_name,
        booked=wished.booked,
        depart_at=wished.at,
        metres=wished.metres,
        seconds=wished.seconds,
        fen=wished.fen,
        out_trade_no=payable.out_trade_no,
        pay_before=payable.expires_at,
        created_at=ctx.now,
        passenger_name=args.passenger_name or (person.name if person else ""),
        passenger_phone=args.passenger_phone or (person.phone if person else ""),
        pickup_note=args.pickup_note or "",
        state="awaiting_payment",
    )
    ctx.put(RIDES, ride)
    return view(ctx, ride)


def own_ride(ctx: Ctx, ride_id: str) -> Ride:
    """A ride of the person.

    Raises:
        Rejected: ``RIDE_NOT_EXIST``, unknown or somebody else's.
    """
    ride = ctx.get(RIDES, ride_id)
    if ride is None or ride.owner != ctx.person_id:
        raise Rejected("RIDE_NOT_EXIST", f"there is no ride {ride_id[:40]} of yours", hint="see amap_ride_list")
    return ride


def status(ctx: Ctx, args: RideArgs) -> RideView:
    """Answer ``amap_ride_status``."""
    return view(ctx, own_ride(ctx, args.ride_id))


def listing(ctx: Ctx, args: RideListArgs) -> RidesView:
    """Answer ``amap_ride_list``."""
    rides = [r for r in ctx.find(RIDES, "owner", ctx.person_id) if args.state in (None, r.state)]
    rides.sort(key=lambda r: (-r.created_at, r.id))
    return RidesView(rides=[view(ctx, ride) for ride in rides[: args.limit]], total=len(rides))


def cancel_own(ctx: Ctx, args: RideArgs) -> RideCancelView:
    """Answer ``amap_ride_cancel``.

    Raises:
        Rejected: ``RIDE_NOT_EXIST``, ``RIDE_STATE_INVALID``.
    """
    ride = own_ride(ctx, args.ride_id)
    RIDE.require(ride.state, "cancel")
    fee = cancel_fee_fen(ride, ctx.now)
    refund = cancel(ctx, ride, "cancel", fee, "cancelled by the passenger")
    return RideCancelView(ride_id=ride.id, state="cancelled", cancel_fee=fee, refund=refund)


def view(ctx: Ctx, ride: Ride) -> RideView:
    """A ride as its owner sees it."""
    offset = places().city(ride.city).utc_offset_min

    def when(at: Instant) -> str:
        return ctx.iso(at, offset) if at else ""

    return RideView.model_validate(
        {
            "ride_id": ride.id,
            "state": ride.state,
            "car": ride.car,
            "origin": write_point(*ride.origin),
            "origin_name": ride.origin_name,
            "destination": write_point(*ride.destination),
            "destination_name": ride.destination_name,
            "depart_at": when(ride.depart_at),
            "distance": ride.metres,
            "duration": ride.seconds,
            "fare": ride.fen,
            "out_trade_no": ride.out_trade_no,
            "pay_before": when(ride.pay_before),
            "created_at": when(ride.created_at),
            "passenger_name": ride.passenger_name,
            "passenger_phone": ride.passenger_phone,
            "pickup_note": ride.pickup_note,
            "driver": ride.driver,
            "driver_phone": ride.driver_phone,
            "plate": ride.plate,
            "car_model": ride.car_model,
            "pickup_at": when(ride.pickup_at),
            "arrive_at": when(ride.arrive_at),
            "free_cancel_until": when(_free_until(ride, ctx.now)),
            "cancel_fee": cancel_fee_fen(ride, ctx.now) if ride.state in LIVE else ride.fee_fen,
            "payments": [
                RidePayment(
                    payment_id=payment.id,
                    amount=payment.fen,
                    refunded=payment.refunded_fen,
                    state=payment.state,
                    paid_at=when(payment.at),
                )
                for payment in ctx.payables.payments_of(ride.out_trade_no)
            ],
        }
    )


def _free_until(ride: Ride, now: Instant) -> Instant:
    """Until when a booked ride can be cancelled free; a ride for now is free only while nobody is on the way."""
    if ride.state not in LIVE or not ride.booked or now >= ride.depart_at - FREE_BEFORE:
        return 0
    return ride.depart_at - FREE_BEFORE
