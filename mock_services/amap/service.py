"""The tools of the map service."""

from __future__ import annotations

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
    RideArgs,
    RideCancelView,
    RideCaseArgs,
    RideDisputeArgs,
    RideDisputeView,
    RideEstimateArgs,
    RideEstimateView,
    RideListArgs,
    RideOrderArgs,
    RidesView,
    RideView,
    RouteArgs,
    RouteView,
    TextSearchArgs,
    TimedRouteArgs,
    TransitArgs,
    TransitView,
    WeatherArgs,
    WeatherView,
)
from mock_services.context import Ctx
from mock_services.service import Service, read, write


class Amap(Service):
    """Maps, routes, weather and rides."""

    name = "amap"

    # --- places ----------------------------------------------------------------------------------------------

    @read(name="maps_geo", errors=("ADDRESS_NOT_FOUND", "CITY_UNKNOWN"))
    def geo(self, ctx: Ctx, args: GeoArgs) -> GeoView:
        """Turn the name of a place or an address into coordinates; several where the words are ambiguous.

        The person's own address book is not known here (see user_addresses).
        """
        raise NotImplementedError

    @read(name="maps_regeocode", errors=("NOT_SERVED",))
    def regeocode(self, ctx: Ctx, args: LocationArgs) -> RegeoView:
        """Turn coordinates into an address and the nearest known place."""
        raise NotImplementedError

    @read(name="maps_text_search", errors=("CITY_UNKNOWN",))
    def text_search(self, ctx: Ctx, args: TextSearchArgs) -> PoisView:
        """Find places by name, kind or tag; best match first."""
        raise NotImplementedError

    @read(name="maps_around_search", errors=("NOT_SERVED",))
    def around_search(self, ctx: Ctx, args: AroundArgs) -> PoisView:
        """Find places around a point; nearest first."""
        raise NotImplementedError

    @read(name="maps_search_detail", obj="id", errors=("POI_NOT_EXIST",))
    def search_detail(self, ctx: Ctx, args: DetailArgs) -> PoiDetail:
        """All that is known of one place: names, address, opening hours, indoor or not, usual queue."""
        raise NotImplementedError

    # --- distances and routes --------------------------------------------------------------------------------

    @read(name="maps_distance", errors=("NOT_SERVED",))
    def distance(self, ctx: Ctx, args: DistanceArgs) -> DistanceView:
        """Distance and duration from up to 20 places to one, setting off now."""
        raise NotImplementedError

    @read(name="maps_direction_driving", errors=("NOT_SERVED", "IN_THE_PAST"))
    def direction_driving(self, ctx: Ctx, args: TimedRouteArgs) -> RouteView:
        """The way by car with the traffic of the hour, and what a taxi would cost."""
        raise NotImplementedError

    @read(name="maps_direction_walking", errors=("NOT_SERVED", "TOO_FAR"))
    def direction_walking(self, ctx: Ctx, args: RouteArgs) -> RouteView:
        """The way on foot, setting off now; up to 100 km."""
        raise NotImplementedError

    @read(name="maps_direction_bicycling", errors=("NOT_SERVED", "TOO_FAR"))
    def direction_bicycling(self, ctx: Ctx, args: RouteArgs) -> RouteView:
        """The way by bicycle, setting off now; up to 500 km."""
        raise NotImplementedError

    @read(name="maps_direction_transit_integrated", errors=("CITY_UNKNOWN", "NOT_SERVED", "NO_TRANSIT", "IN_THE_PAST"))
    def direction_transit_integrated(self, ctx: Ctx, args: TransitArgs) -> TransitView:
        """The way by metro and bus; between two cities with a train between them."""
        raise NotImplementedError

    @read(name="maps_weather", errors=("CITY_UNKNOWN", "NO_FORECAST"))
    def weather(self, ctx: Ctx, args: WeatherArgs) -> WeatherView:
        """The weather of a city today and the forecast for the next three days."""
        raise NotImplementedError

    # --- rides -----------------------------------------------------------------------------------------------

    @read(errors=("NOT_SERVED", "TOO_FAR", "TOO_NEAR", "IN_THE_PAST", "TOO_FAR_AHEAD"))
    def ride_estimate(self, ctx: Ctx, args: RideEstimateArgs) -> RideEstimateView:
        """What a ride would cost and when the car would be there, for one kind of car or all. Books nothing."""
        raise NotImplementedError

    @write(errors=("NOT_SERVED", "TOO_FAR", "TOO_NEAR", "IN_THE_PAST", "TOO_FAR_AHEAD", "NO_CAR_AVAILABLE"))
    def ride_order(self, ctx: Ctx, args: RideOrderArgs) -> RideView:
        """Order a ride for now or later at a fixed fare, to be paid by out_trade_no before pay_before.

        A driver is sent once it is paid. Takes no request number: look at amap_ride_list before you retry.
        """
        raise NotImplementedError

    @read(obj="ride_id", errors=("RIDE_NOT_EXIST",))
    def ride_status(self, ctx: Ctx, args: RideArgs) -> RideView:
        """One of the person's rides: state, driver, expected times, payments."""
        raise NotImplementedError

    @read()
    def ride_list(self, ctx: Ctx, args: RideListArgs) -> RidesView:
        """The person's rides, newest first."""
        raise NotImplementedError

    @write(obj="ride_id", errors=("RIDE_NOT_EXIST", "RIDE_STATE_INVALID"))
    def ride_cancel(self, ctx: Ctx, args: RideArgs) -> RideCancelView:
        """Cancel a ride that has not started. Free while free_cancel_until says so, then cancel_fee is kept.

        Takes no request number: a second call is refused because the ride is cancelled already.
        """
        raise NotImplementedError

    @write(obj="ride_id", errors=("RIDE_NOT_EXIST", "RIDE_STATE_INVALID", "CASE_OPEN"))
    def ride_dispute(self, ctx: Ctx, args: RideDisputeArgs) -> RideDisputeView:
        """Ask the ride company to look into the bill of a ride, for instance a double charge; it answers later.

        Takes no request number: one case at a time is open for a ride.
        """
        raise NotImplementedError

    @read(obj="case_id", errors=("CASE_NOT_EXIST",))
    def ride_dispute_status(self, ctx: Ctx, args: RideCaseArgs) -> RideDisputeView:
        """What became of a dispute about a ride's bill."""
        raise NotImplementedError
