"""What happens to a ride on its own, and what goes wrong with it. Its states: :mod:`mock_services.amap.states`."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services import clock
from mock_services.amap.drivers import driver
from mock_services.amap.fares import waiting_s
from mock_services.amap.gazetteer import city_at
from mock_services.amap.routes import by_car, level
from mock_services.amap.rows import LEVELS, RIDES, Ride
from mock_services.amap.states import RIDE
from mock_services.clock import HOUR, MINUTE, SECOND, Instant
from mock_services.context import Ctx
from mock_services.geo import places
from mock_services.payables import PAYABLES
from mock_services.people import PEOPLE

SERVICE = "amap"
PAYEE = "amap-ride"
PAYEE_NAME = "高德打车"

FREE_BEFORE = HOUR
"""A booked ride can be cancelled without a fee until this long before its departure."""

LATE_FREE = 10 * MINUTE
"""A driver this much later than promised may be sent away without a fee."""

ASSIGNED_FEE_FEN = 500
ARRIVED_FEE_FEN = 1000
BOOKED_FEE_PCT = 20


def cancel_fee_fen(ride: Ride, now: Instant) -> int:
    """What is kept when a ride is cancelled now."""
    if ride.state not in ("driver_assigned", "driver_arrived"):
        return 0
    if ride.pickup_at > ride.promised_at + LATE_FREE and ride.state == "driver_assigned":
        return 0
    if ride.booked:
        return 0 if now < ride.depart_at - FREE_BEFORE else min(ride.fen, max(500, ride.fen * BOOKED_FEE_PCT // 100))
    return min(ride.fen, ASSIGNED_FEE_FEN if ride.state == "driver_assigned" else ARRIVED_FEE_FEN)


def cancel(ctx: Ctx, ride: Ride, event: str, fee_fen: int, reason: str) -> int:
    """Cancel a ride that has not begun, and send back what was paid above the fee. Returns the refund in fen.

    Raises:
        Rejected: ``RIDE_STATE_INVALID``.
    """
    ctx.move(RIDES, ride, event, "cancelled", fee_fen=fee_fen)
    ctx.payables.close(ride.out_trade_no)
    return refund_above(ctx, ride, fee_fen, reason)


def paid_fen(ctx: Ctx, ride: Ride) -> int:
    """What was paid for a ride and has not gone back."""
    payments = ctx.payables.payments_of(ride.out_trade_no)
    return sum(p.fen - p.refunded_fen for p in payments if p.state == "success")


def refund_above(ctx: Ctx, ride: Ride, owed_fen: int, reason: str) -> int:
    """Send back everything that was paid above what is owed, and return it in fen."""
    surplus = paid_fen(ctx, ride) - owed_fen
    if surplus > 0:
        ctx.payables.refund_order(ride.id, surplus, reason)
    return max(0, surplus)


# --- events --------------------------------------------------------------------------------------------------


def on_payment(ctx: Ctx, out_trade_no: str) -> None:
    """The money has come: look for a driver, or send it back if the ride is off."""
    payable = ctx.get(PAYABLES, out_trade_no)
    ride = ctx.get(RIDES, payable.ref) if payable is not None else None
    if ride is None:
        return
    if ride.state in ("cancelled", "expired"):
        refund_above(ctx, ride, ride.fee_fen, "ride is off")
    elif ride.state == "awaiting_payment":
        dispatch(ctx, ctx.move(RIDES, ride, "paid"), ctx.now)
        if ride.booked:
            when = clock.local(ride.depart_at, places().city(ride.city).utc_offset_min)
            ctx.notify(SERVICE, "ride_booked", ride.id, f"行程已预约 Booked for {when:%m-%d %H:%M}, driver follows")


def dispatch(ctx: Ctx, ride: Ride, since: Instant) -> None:
    """Let a driver be found: within two minutes, for a booked ride not before an hour ahead of it."""
    searching = ctx.draws.between(20, 100, "search", ride.id, ride.driver_no) * SECOND
    found = since + searching
    if ride.booked:
        found = max(found, ride.depart_at - FREE_BEFORE)
    ctx.schedule(found, SERVICE, "ride_driver_found", {"ride_id": ride.id, "driver_no": ride.driver_no})


def on_payable_expired(ctx: Ctx, out_trade_no: str) -> None:
    """Nobody paid in time."""
    payable = ctx.get(PAYABLES, out_trade_no)
    ride = ctx.get(RIDES, payable.ref) if payable is not None else None
    if ride is not None and ride.state == "awaiting_payment":
        ctx.move(RIDES, ride, "not_paid_in_time")
        ctx.notify(SERVICE, "ride_expired", ride.id, "订单超时未支付 Ride not paid in time, released")


def on_driver_found(ctx: Ctx, data: dict[str, Any]) -> None:
    """A driver takes the ride and is on the way."""
    ride = _current(ctx, data, "dispatching")
    if ride is None:
        return
    number = ride.driver_no + 1
    city = places().city(ride.city)
    who = driver(ctx, ride, number)
    local_level = level(ctx, ride.city)
    way = waiting_s(ctx, city, ride.car, ctx.now) * SECOND
    promised = max(ctx.now + way, ride.depart_at)
    expected = promised + local_level.slip_s * SECOND
    if local_level.slip_s:
        ctx.put(LEVELS, msgspec.structs.replace(local_level, slip_s=0))
    ride = ctx.move(
        RIDES,
        ride,
        "driver_found",
        driver_no=number,
        driver=who.name,
        driver_phone=who.phone,
        plate=who.plate,
        car_model=who.car_model,
        promised_at=promised,
        pickup_at=expected,
        arrive_at=expected + ride.seconds * SECOND,
    )
    _schedule(ctx, ride, expected, "ride_driver_arrives")
    pickup = clock.local(expected, city.utc_offset_min)
    ctx.notify(
        SERVICE,
        "ride_driver_assigned",
        ride.id,
        f"司机已接单 {who.name} {who.plate} {who.car_model}, pick-up {pickup:%m-%d %H:%M}",
    )


def on_driver_arrives(ctx: Ctx, data: dict[str, Any]) -> None:
    """The driver is at the pick-up, unless something held them up."""
    ride = _current(ctx, data, "driver_assigned")
    if ride is None:
        return
    if ctx.now < ride.pickup_at:
        _schedule(ctx, ride, ride.pickup_at, "ride_driver_arrives")
        return
    ride = ctx.move(RIDES, ride, "driver_arrives", pickup_at=ctx.now)
    boarding = ctx.draws.between(60, 240, "boarding", ride.id) * SECOND
    _schedule(ctx, ride, ctx.now + boarding, "ride_starts")
    ctx.notify(SERVICE, "ride_driver_arrived", ride.id, f"司机已到达 Driver is at the pick-up: {ride.plate}")


def on_start(ctx: Ctx, data: dict[str, Any]) -> None:
    """The passenger has boarded; the way takes what the traffic of the hour makes of it."""
    ride = _current(ctx, data, "driver_arrived")
    if ride is None:
        return
    leg, _ = by_car(ctx, ride.origin, ride.destination, ctx.now)
    arrival = ctx.now + leg.minutes * MINUTE
    ride = ctx.move(RIDES, ride, "passenger_boards", arrive_at=arrival)
    _schedule(ctx, ride, arrival, "ride_ends")


def on_end(ctx: Ctx, data: dict[str, Any]) -> None:
    """The ride is over, and who rode is where it led."""
    ride = _current(ctx, data, "on_trip")
    if ride is None:
        return
    ctx.move(RIDES, ride, "trip_ends", arrive_at=ctx.now)
    person = ctx.get(PEOPLE, ride.owner)
    if person is not None and ride.passenger_name in ("", person.name):
        lon, lat = ride.destination
        city = city_at(ride.destination).id
        ctx.put(PEOPLE, msgspec.structs.replace(person, lon=lon, lat=lat, city=city))
    ctx.notify(SERVICE, "ride_completed", ride.id, "行程结束 Ride completed")


def _current(ctx: Ctx, data: dict[str, Any], state: str) -> Ride | None:
    """The ride, if it is still in this state with the driver that the event is about."""
    ride = ctx.get(RIDES, data["ride_id"])
    return ride if ride is not None and ride.state == state and ride.driver_no == data["driver_no"] else None


def _schedule(ctx: Ctx, ride: Ride, at: Instant, event: str) -> None:
    ctx.schedule(at, SERVICE, event, {"ride_id": ride.id, "driver_no": ride.driver_no})


# --- what goes wrong -----------------------------------------------------------------------------------------


def delay(ctx: Ctx, ride: Ride, seconds: int) -> bool:
    """Hold the driver up; says whether there was one on the way."""
    if ride.state != "driver_assigned":
        return False
    late = ride.pickup_at + seconds * SECOND
    ctx.put(RIDES, msgspec.structs.replace(ride, pickup_at=late, arrive_at=ride.arrive_at + seconds * SECOND))
    when = clock.local(late, places().city(ride.city).utc_offset_min)
    ctx.notify(SERVICE, "ride_driver_late", ride.id, f"司机晚点 Driver is late, pick-up now {when:%H:%M}")
    return True


def driver_cancels(ctx: Ctx, ride: Ride, *, reassign: bool) -> bool:
    """The driver gives the ride back: another one is looked for, or all money goes back and the ride is off."""
    if ride.state not in RIDE.sources("driver_cancels") or (reassign and ride.state == "dispatching"):
        return False
    if reassign:
        freed = ctx.move(
            RIDES,
            ride,
            "driver_cancels",
            "dispatching",
            driver="",
            driver_phone="",
            plate="",
            car_model="",
            promised_at=0,
            pickup_at=0,
            arrive_at=0,
        )
        dispatch(ctx, freed, ctx.now)
        ctx.notify(SERVICE, "ride_driver_cancelled", ride.id, "司机取消, 正在重新派车 Another driver is looked for")
    else:
        cancel(ctx, ride, "driver_cancels", 0, "driver cancelled")
        ctx.notify(SERVICE, "ride_cancelled", ride.id, "司机取消, 费用原路退回 Driver cancelled, refunded")
    return True
