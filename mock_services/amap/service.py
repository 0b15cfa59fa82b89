"""The tools of the map service."""

from __future__ import annotations

from typing import Any

from mock_services import life
from mock_services.amap import bills, daily, disputes, fares, fixtures, lifecycle, lookup, rides, routes, weather
from mock_services.amap.gazetteer import city_at, seed_pois
from mock_services.amap.models import (
    AroundArgs,
    DetailArgs,
    DistanceArgs,
    DistanceView,
    GeoArgs,
    GeoView,
    LocationArgs,
    PoiDetail,
    PoisView,
    RegeoView,
    RouteArgs,
    RouteView,
    TextSearchArgs,
    TimedRouteArgs,
    TransitArgs,
    TransitView,
    WeatherArgs,
    WeatherView,
    point,
)
from mock_services.amap.ride_models import (
    RideArgs,
    RideCancelView,
    RideCaseArgs,
    RideDisputeArgs,
    RideDisputeView,
    RideEstimateArgs,
    RideEstimateView,
    RideFareView,
    RideListArgs,
    RideOrderArgs,
    RidesView,
    RideView,
)
from mock_services.amap.rows import CASES, LEVELS, POIS, RIDES, SHORTAGES, WEATHER
from mock_services.base import Base, BaseBuilder
from mock_services.clock import MINUTE
from mock_services.context import Ctx
from mock_services.errors import ServiceError
from mock_services.geo import places
from mock_services.service import Service, disruption, fixture, on, read, write


class Amap(Service):
    """Maps, routes, weather and rides."""

    name = "amap"
    tables = (POIS, WEATHER, LEVELS, SHORTAGES, RIDES, CASES)

    def seed(self, base: BaseBuilder) -> None:
        """The map: landmarks, stations and airports as they are, everyday places along real roads."""
        seed_pois(base)

    def holdings(self, base: Base) -> dict[str, int]:
        """Cities and places."""
        return {"cities": len(places().cities), "places on the map": len(base.tables.rows[POIS.name])}

    # --- places ----------------------------------------------------------------------------------------------

    @read(name="maps_geo", errors=("ADDRESS_NOT_FOUND", "CITY_UNKNOWN"))
    def geo(self, ctx: Ctx, args: GeoArgs) -> GeoView:
        """Turn the name of a place or an address into coordinates; several where the words are ambiguous.

        The person's own address book is not known here (see user_addresses).
        """
        return lookup.geocode(ctx, args)

    @read(name="maps_regeocode", errors=("NOT_SERVED",))
    def regeocode(self, ctx: Ctx, args: LocationArgs) -> RegeoView:
        """Turn coordinates into an address and the nearest known place."""
        return lookup.regeocode(ctx, point(args.location))

    @read(name="maps_text_search", errors=("CITY_UNKNOWN",))
    def text_search(self, ctx: Ctx, args: TextSearchArgs) -> PoisView:
        """Find places by name, kind or tag; best match first."""
        return lookup.text_search(ctx, args)

    @read(name="maps_around_search", errors=("NOT_SERVED",))
    def around_search(self, ctx: Ctx, args: AroundArgs) -> PoisView:
        """Find places around a point; nearest first."""
        return lookup.around_search(ctx, args)

    @read(name="maps_search_detail", obj="id", errors=("POI_NOT_EXIST",))
    def search_detail(self, ctx: Ctx, args: DetailArgs) -> PoiDetail:
        """All that is known of one place: names, address, opening hours, indoor or not, usual queue."""
        return lookup.detail(ctx, args)

    # --- distances and routes --------------------------------------------------------------------------------

    @read(name="maps_distance", errors=("NOT_SERVED",))
    def distance(self, ctx: Ctx, args: DistanceArgs) -> DistanceView:
        """Distance and duration from up to 20 places to one, setting off now."""
        return routes.distances(ctx, args)

    @read(name="maps_direction_driving", errors=("NOT_SERVED", "IN_THE_PAST"))
    def direction_driving(self, ctx: Ctx, args: TimedRouteArgs) -> RouteView:
        """The way by car with the traffic of the hour, and what a taxi would cost."""
        return routes.driving(ctx, args)

    @read(name="maps_direction_walking", errors=("NOT_SERVED", "TOO_FAR"))
    def direction_walking(self, ctx: Ctx, args: RouteArgs) -> RouteView:
        """The way on foot, setting off now; up to 100 km."""
        return routes.walking(ctx, args)

    @read(name="maps_direction_bicycling", errors=("NOT_SERVED", "TOO_FAR"))
    def direction_bicycling(self, ctx: Ctx, args: RouteArgs) -> RouteView:
        """The way by bicycle, setting off now; up to 500 km."""
        return routes.bicycling(ctx, args)

    @read(name="maps_direction_transit_integrated", errors=("CITY_UNKNOWN", "NOT_SERVED", "NO_TRANSIT", "IN_THE_PAST"))
    def direction_transit_integrated(self, ctx: Ctx, args: TransitArgs) -> TransitView:
        """The way by metro and bus; between two cities with a train between them."""
        return routes.public_transport(ctx, args)

    @read(name="maps_weather", errors=("CITY_UNKNOWN", "NO_FORECAST"))
    def weather(self, ctx: Ctx, args: WeatherArgs) -> WeatherView:
        """The weather of a city today and the forecast for the next three days."""
        return weather.report(ctx, args)

    # --- rides -----------------------------------------------------------------------------------------------

    @read(errors=("NOT_SERVED", "TOO_FAR", "TOO_NEAR", "IN_THE_PAST", "TOO_FAR_AHEAD"))
    def ride_estimate(self, ctx: Ctx, args: RideEstimateArgs) -> RideEstimateView:
        """What a ride would cost and when the car would be there, for one kind of car or all. Books nothing."""
        return fares.estimate(ctx, args)

    @write(errors=("NOT_SERVED", "TOO_FAR", "TOO_NEAR", "IN_THE_PAST", "TOO_FAR_AHEAD", "NO_CAR_AVAILABLE"))
    def ride_order(self, ctx: Ctx, args: RideOrderArgs) -> RideView:
        """Order a ride for now or later at a fixed fare, to be paid by out_trade_no before pay_before.

        A driver is sent once it is paid. Takes no request number: look at amap_ride_list before you retry.
        """
        return rides.order(ctx, args)

    @read(obj="ride_id", errors=("RIDE_NOT_EXIST",))
    def ride_status(self, ctx: Ctx, args: RideArgs) -> RideView:
        """One of the person's rides: state, driver, expected times, payments."""
        return rides.status(ctx, args)

    @read()
    def ride_list(self, ctx: Ctx, args: RideListArgs) -> RidesView:
        """The person's rides, newest first."""
        return rides.listing(ctx, args)

    @read(obj="ride_id", errors=("RIDE_NOT_EXIST",))
    def ride_fare(self, ctx: Ctx, args: RideArgs) -> RideFareView:
        """The bill of one of the person's rides: what the fare is made of, what was paid, came back, or is too much."""
        return bills.fare(ctx, args)

    @write(obj="ride_id", errors=("RIDE_NOT_EXIST", "RIDE_STATE_INVALID"))
    def ride_cancel(self, ctx: Ctx, args: RideArgs) -> RideCancelView:
        """Cancel a ride that has not started. Free while free_cancel_until says so, then cancel_fee is kept.

        Takes no request number: a second call is refused because the ride is cancelled already.
        """
        return rides.cancel_own(ctx, args)

    @write(obj="ride_id", errors=("RIDE_NOT_EXIST", "RIDE_STATE_INVALID", "CASE_OPEN"))
    def ride_dispute(self, ctx: Ctx, args: RideDisputeArgs) -> RideDisputeView:
        """Ask the ride company to look into the bill of a ride, for instance a double charge; it answers later.

        Takes no request number: one case at a time is open for a ride.
        """
        return disputes.dispute(ctx, args)

    @read(obj="case_id", errors=("CASE_NOT_EXIST",))
    def ride_dispute_status(self, ctx: Ctx, args: RideCaseArgs) -> RideDisputeView:
        """What became of a dispute about a ride's bill."""
        return disputes.status(ctx, args)

    # --- what happens on its own -----------------------------------------------------------------------------

    @on("payment_settled")
    def payment_settled(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The fare has come in."""
        lifecycle.on_payment(ctx, data["out_trade_no"])

    @on("payable_expired")
    def payable_expired(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The fare was not paid in time."""
        lifecycle.on_payable_expired(ctx, data["out_trade_no"])

    @on("ride_driver_found")
    def ride_driver_found(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """A driver takes the ride."""
        lifecycle.on_driver_found(ctx, data)

    @on("ride_driver_arrives")
    def ride_driver_arrives(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The driver is at the pick-up."""
        lifecycle.on_driver_arrives(ctx, data)

    @on("ride_starts")
    def ride_starts(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The passenger has boarded."""
        lifecycle.on_start(ctx, data)

    @on("ride_ends")
    def ride_ends(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The car is at the destination."""
        lifecycle.on_end(ctx, data)

    @on("ride_dispute_decided")
    def ride_dispute_decided(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """The clerk has looked into a bill."""
        disputes.on_decided(ctx, data)

    @on(life.EVENT)
    def begin_day(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """What will happen by itself until the next dawn."""
        daily.plan(ctx)

    @on(life.HAPPENS)
    def life_happens(self, ctx: Ctx, data: dict[str, Any]) -> None:
        """One of those things."""
        daily.happens(ctx, data)

    # --- what scenarios arrange ------------------------------------------------------------------------------

    @fixture("weather")
    def set_weather(self, ctx: Ctx, args: fixtures.WeatherFixture) -> str:
        """A day's weather in a city."""
        return fixtures.set_weather(ctx, args)

    @fixture()
    def traffic(self, ctx: Ctx, args: fixtures.TrafficFixture) -> str:
        """Every drive in a city takes longer."""
        return fixtures.set_level(ctx, args.city, traffic_pct=round(args.factor * 100))

    @fixture()
    def fare_level(self, ctx: Ctx, args: fixtures.FareFixture) -> str:
        """Every new ride in a city is dearer."""
        return fixtures.set_level(ctx, args.city, fare_pct=args.percent)

    @fixture()
    def no_cars(self, ctx: Ctx, args: fixtures.ShortageFixture) -> str:
        """No car is to be had in a city for a while."""
        return fixtures.set_shortage(ctx, args)

    @fixture()
    def poi(self, ctx: Ctx, args: fixtures.PoiFixture) -> str:
        """A place on the map."""
        return fixtures.add_poi(ctx, args)

    @fixture()
    def past_ride(self, ctx: Ctx, args: fixtures.PastRideFixture) -> str:
        """A ride that is over and paid, once or more often."""
        return fixtures.past_ride(ctx, args)

    @fixture()
    def booked_ride(self, ctx: Ctx, args: fixtures.BookedRideFixture) -> str:
        """A paid ride to come."""
        return fixtures.booked_ride(ctx, args)

    @fixture()
    def driver_late(self, ctx: Ctx, args: fixtures.DriverFixture) -> None:
        """Timed event: whoever is on the way to the person is held up."""
        fixtures.all_late(ctx, args.minutes)

    @fixture()
    def driver_cancels(self, ctx: Ctx, args: fixtures.CancelFixture) -> None:
        """Timed event: whoever was to drive the person gives the ride back."""
        fixtures.all_cancelled(ctx, args.reassign)

    # --- the world's part of faults --------------------------------------------------------------------------

    @disruption("price_change")
    def disrupt_price(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """Rides from there become dearer, by ``percent`` (10)."""
        if tool not in _PRICED:
            return False
        city = _city_id(args)
        if city is None:
            return False
        raised = routes.level(ctx, city).fare_pct * (100 + int(params.get("percent", 10))) // 100
        fixtures.set_level(ctx, city, fare_pct=raised)
        return True

    @disruption("sold_out")
    def disrupt_cars(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The asked kind of car (``all``: every kind) is gone there, for ``minutes`` (60) from the wished departure."""
        if tool not in _PRICED:
            return False
        city = _city_id(args)
        if city is None:
            return False
        wished = ctx.instant(args["depart_at"]) if args["depart_at"] else ctx.now
        minutes = max(0, wished - ctx.now) // MINUTE + int(params.get("minutes", 60))
        car = None if params.get("all") else args.get("car")
        fixtures.set_shortage(ctx, fixtures.ShortageFixture(city=city, car=car, minutes=minutes))
        return True

    @disruption("delivery_slip")
    def disrupt_driver(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The driver is ``minutes`` (20) late: the one on the way, or the next one sent where a ride is ordered."""
        minutes = int(params.get("minutes", 20))
        if tool == "amap_ride_order":
            city = _city_id(args)
            if city is None:
                return False
            fixtures.set_level(ctx, city, slip_s=minutes * 60)
            return True
        return fixtures.all_late(ctx, minutes)

    @disruption("merchant_cancels")
    def disrupt_ride(self, ctx: Ctx, tool: str, args: dict[str, Any], params: dict[str, Any]) -> bool:
        """The driver gives the ride back after payment; with ``reassign`` another one is looked for."""
        return fixtures.all_cancelled(ctx, bool(params.get("reassign", False)))


def _city_id(args: dict[str, Any]) -> str | None:
    try:
        return city_at(point(args["origin"])).id
    except ServiceError:
        return None


_PRICED = ("amap_ride_estimate", "amap_ride_order")
