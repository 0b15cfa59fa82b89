"""What a ride's fare is made of, and what was paid and came back."""

from __future__ import annotations

from mock_services import clock
from mock_services.amap.fares import KINDS
from mock_services.amap.ride_models import CARS, FareLine, RideArgs, RideFareView
from mock_services.amap.rides import own_ride
from mock_services.amap.rows import Ride
from mock_services.context import Ctx
from mock_services.geo import places, taxi_meter

ENDED_UNPAID = ("cancelled", "expired")


def fare(ctx: Ctx, args: RideArgs) -> RideFareView:
    """Answer ``amap_ride_fare``."""
    ride = own_ride(ctx, args.ride_id)
    payments = [p for p in ctx.payables.payments_of(ride.out_trade_no) if p.state == "success"]
    owed = ride.fee_fen if ride.state in ENDED_UNPAID else ride.fen
    net = sum(payment.fen - payment.refunded_fen for payment in payments)
    return RideFareView(
        ride_id=ride.id,
        state=ride.state,
        car=ride.car,
        distance=ride.metres,
        duration=ride.seconds,
        lines=[FareLine(name=name, amount=fen) for name, fen in _parts(ride) if fen],
        fare=ride.fen,
        cancel_fee=ride.fee_fen,
        owed=owed,
        paid=sum(payment.fen for payment in payments),
        refunded=sum(payment.refunded_fen for payment in payments),
        overpaid=max(0, net - owed),
    )


def _parts(ride: Ride) -> list[tuple[str, int]]:
    """The meter's parts, what the kind of car adds, and as the rest what demand and rounding made of it."""
    hour = clock.local(ride.depart_at, places().city(ride.city).utc_offset_min).hour
    meter = taxi_meter(ride.metres, ride.seconds // 60, hour, ride.city)
    kind = next((KINDS[car].fare_pct for car in CARS if car == ride.car), 100)
    by_car = meter.total * (kind - 100) // 100
    return [
        ("flag_fall", meter.flag),
        ("distance", meter.distance),
        ("long_distance", meter.long_distance),
        ("time", meter.time),
        ("night", meter.night),
        ("rounding", meter.rounding),
        ("kind_of_car", by_car),
        ("demand", ride.fen - meter.total - by_car),
    ]
