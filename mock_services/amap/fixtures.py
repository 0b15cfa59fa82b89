"""What a scenario can arrange: weather, traffic, prices, shortages, places, and rides that exist already."""

from __future__ import annotations

import datetime

import msgspec
from pydantic import Field

from mock_services.amap.categories import CATEGORIES
from mock_services.amap.drivers import driver
from mock_services.amap.fares import quote
from mock_services.amap.gazetteer import city_of, district_at, local_name
from mock_services.amap.lifecycle import PAYEE, PAYEE_NAME, SERVICE, delay, dispatch, driver_cancels
from mock_services.amap.lookup import place_name
from mock_services.amap.models import CITY, Location, point
from mock_services.amap.ride_models import CARS
from mock_services.amap.routes import level
from mock_services.amap.rows import LEVELS, POIS, RIDES, SHORTAGES, WEATHER, CityLevel, Poi, Ride, Shortage, WeatherDay
from mock_services.amap.states import LIVE, Car
from mock_services.amap.weather import TEXTS
from mock_services.argtypes import IsoTime, YuanIn
from mock_services.clock import MINUTE, SECOND
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import Name
from mock_services.ledger import ACCOUNTS
from mock_services.past import paid_before
from mock_services.payables import PAYABLES, Line
from mock_services.people import PEOPLE
from mock_services.service import Args

_CHARGED_AGAIN = 20 * SECOND
_RAINY = ("雨", "雪")


class WeatherFixture(Args):
    """A day's weather; what is left out follows from the text or the season."""

    city: str = Field(description=CITY)
    date: datetime.date
    text: str = Field("", max_length=40, description="in Chinese, e.g. 中雨; by default what the rain says")
    text_en: str = Field("", max_length=40, description="in English; by default the usual word for the text")
    rain: bool | None = Field(None, description="whether it rains or snows")
    rain_probability: int | None = Field(None, ge=0, le=100)
    high: int | None = Field(None, ge=-60, le=60)
    low: int | None = Field(None, ge=-60, le=60)


class TrafficFixture(Args):
    """How much longer every drive in a city takes."""

    city: str = Field(description=CITY)
    factor: float = Field(ge=0.5, le=6)


class FareFixture(Args):
    """How much dearer (or cheaper) every new ride in a city is."""

    city: str = Field(description=CITY)
    percent: int = Field(ge=20, le=500, description="of the usual fare; 130 is 30 per cent dearer")


class ShortageFixture(Args):
    """No car is to be had for a while."""

    city: str = Field(description=CITY)
    car: Car | None = Field(None, description="empty for every kind")
    minutes: int = Field(60, ge=1, le=100_000)


class PoiFixture(Args):
    """A place on the map."""

    id: str = Field(min_length=1, max_length=80)
    location: Location
    name: str = Field(min_length=1, max_length=100, description="the local name")
    name_en: str = Field("", max_length=100)
    name_id: str = Field("", max_length=100)
    aliases: tuple[str, ...] = ()
    category: str = "landmark"
    address: str = Field("", max_length=200)
    indoor: bool = False
    ticketed: bool = False
    queue: int = Field(0, ge=0, le=3)


class PaidRideFixture(Args):
    """A ride that is paid already."""

    origin: Location
    destination: Location
    car: Car = "economy"
    account: str = Field("", max_length=64, description="that paid, such as card:U1:1234; by default the wallet")
    fare: YuanIn | None = Field(None, description="by default what the ride costs")
    passenger_name: str = Field("", max_length=60)
    pickup_note: str = Field("", max_length=200)


class PastRideFixture(PaidRideFixture):
    """A ride that is over."""

    ordered_at: IsoTime
    payments: int = Field(1, ge=1, le=3, description="how often it was charged: 2 is a double charge")


class BookedRideFixture(PaidRideFixture):
    """A ride to come; a driver follows by itself."""

    depart_at: IsoTime
    ordered_at: IsoTime | None = Field(None, description="by default ten minutes ago")
    payments: int = Field(1, ge=1, le=3, description="how often it was charged: 2 is a double charge")


class DriverFixture(Args):
    """What the person's driver does now, as a timed event; every ride that has not begun is meant."""

    minutes: int = Field(20, ge=1, le=600, description="how late")


class CancelFixture(Args):
    """The driver of every ride that has not begun gives it back."""

    reassign: bool = Field(False, description="another driver is looked for, instead of a refund")


def set_weather(ctx: Ctx, args: WeatherFixture) -> str:
    """Fix a day's weather and return ``city|date``."""
    city = city_of(args.city)
    rain = args.rain if args.rain is not None else any(mark in args.text for mark in _RAINY)
    text = args.text or ("中雨" if rain else "晴")
    high = args.high if args.high is not None else (args.low + 8 if args.low is not None else 20)
    day = WeatherDay(
        id=f"{city.id}|{args.date.isoformat()}",
        zh=text,
        en=args.text_en or TEXTS.get(text, text),
        rain=rain,
        rain_probability=args.rain_probability if args.rain_probability is not None else (100 if rain else 0),
        high=high,
        low=args.low if args.low is not None else high - 8,
    )
    ctx.put(WEATHER, day)
    return day.id


def set_level(ctx: Ctx, city: str, **changes: int) -> str:
    """Change what differs from the ordinary in a city, and return its id."""
    found = city_of(city)
    known: CityLevel = level(ctx, found.id)
    ctx.put(LEVELS, msgspec.structs.replace(known, **changes))
    return found.id


def set_shortage(ctx: Ctx, args: ShortageFixture) -> str:
    """Take all cars (of a kind) off the road and return the city's id."""
    city = city_of(args.city)
    for car in (args.car,) if args.car else CARS:
        ctx.put(SHORTAGES, Shortage(f"{city.id}|{car}", ctx.now + args.minutes * MINUTE))
    return city.id


def add_poi(ctx: Ctx, args: PoiFixture) -> str:
    """Put a place on the map and return its id."""
    if args.category not in CATEGORIES:
        raise Rejected("CATEGORY_UNKNOWN", f"no category {args.category}: one of {', '.join(CATEGORIES)}")
    lon, lat = point(args.location)
    district = district_at((lon, lat))
    city = city_of(district.city)
    name = Name(args.name, args.name_en or args.name, args.name_id or args.name_en or args.name)
    ctx.put(
        POIS,
        Poi(
            id=args.id,
            city=city.id,
            district=district.id,
            zh=name.zh,
            en=name.en,
            indonesian=name.id,
            local=args.name,
            aliases=args.aliases,
            category=args.category,
            lon=lon,
            lat=lat,
            address=args.address or local_name(district.name, city),
            indoor=args.indoor,
            ticketed=args.ticketed,
            queue=args.queue,
        ),
    )
    return args.id


def past_ride(ctx: Ctx, args: PastRideFixture) -> str:
    """Put a ride that is over among the person's, with the money posted, and return its id."""
    at = ctx.instant(args.ordered_at)
    ride = _paid_ride(ctx, args, None, at, args.payments)
    who = driver(ctx, ride, 1)
    pickup = at + 6 * MINUTE
    ctx.put(
        RIDES,
        msgspec.structs.replace(
            ride,
            state="completed",
            booked=False,
            depart_at=at,
            driver_no=1,
            driver=who.name,
            driver_phone=who.phone,
            plate=who.plate,
            car_model=who.car_model,
            promised_at=pickup,
            pickup_at=pickup,
            arrive_at=pickup + ride.seconds * SECOND,
        ),
    )
    return ride.id


def booked_ride(ctx: Ctx, args: BookedRideFixture) -> str:
    """Put a paid ride to come among the person's, and return its id."""
    at = ctx.instant(args.ordered_at) if args.ordered_at else ctx.now - 10 * MINUTE
    ride = _paid_ride(ctx, args, args.depart_at, at, args.payments)
    ctx.put(RIDES, ride)
    dispatch(ctx, ride, ctx.now)
    return ride.id


def _paid_ride(ctx: Ctx, args: PaidRideFixture, depart_at: str | None, at: int, payments: int) -> Ride:
    wished = quote(ctx, point(args.origin), point(args.destination), depart_at, args.car)
    fen = args.fare if args.fare is not None else wished.fen
    person = ctx.get(PEOPLE, ctx.person_id)
    ride_id = ctx.next_id("RD")
    names = place_name(ctx, wished.origin), place_name(ctx, wished.destination)
    subject = f"打车 {names[0]} → {names[1]}"
    account = args.account or f"wallet:{ctx.person_id}"
    if ctx.get(ACCOUNTS, account) is None:
        raise Rejected("ACCOUNT_NOT_EXIST", f"there is no account {account}")
    times = tuple(at + MINUTE + n * _CHARGED_AGAIN for n in range(payments))
    if times[-1] > ctx.now:
        raise Rejected("INVALID_ARGUMENT", "the ride was ordered and paid before now")
    made = paid_before(
        ctx,
        times=times,
        service=SERVICE,
        ref=ride_id,
        payee=PAYEE,
        payee_name=PAYEE_NAME,
        subject=subject,
        category="ride",
        lines=(Line(subject, 1, fen),),
        account=account,
    )
    payable = ctx.get(PAYABLES, made[0].out_trade_no)
    assert payable is not None
    return Ride(
        id=ride_id,
        owner=ctx.person_id,
        city=wished.city.id,
        car=wished.car,
        origin=wished.origin,
        origin_name=names[0],
        destination=wished.destination,
        destination_name=names[1],
        booked=wished.booked,
        depart_at=wished.at,
        metres=wished.metres,
        seconds=wished.seconds,
        fen=fen,
        out_trade_no=payable.out_trade_no,
        pay_before=payable.expires_at,
        created_at=at,
        passenger_name=args.passenger_name or (person.name if person else ""),
        passenger_phone=person.phone if person else "",
        pickup_note=args.pickup_note,
        state="dispatching",
    )


def all_late(ctx: Ctx, minutes: int) -> bool:
    """Hold up the drivers of the person's rides; says whether there was one."""
    # A list, not a generator: every ride is meant, not only the first that can be held up.
    held_up = [delay(ctx, ride, minutes * 60) for ride in _waiting(ctx)]
    return True in held_up


def all_cancelled(ctx: Ctx, reassign: bool) -> bool:
    """Let the drivers of the person's rides give them back; says whether there was one."""
    given_back = [driver_cancels(ctx, ride, reassign=reassign) for ride in _waiting(ctx)]
    return True in given_back


def _waiting(ctx: Ctx) -> list[Ride]:
    return [ride for ride in ctx.find(RIDES, "owner", ctx.person_id) if ride.state in LIVE]
