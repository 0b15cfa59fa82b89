"""Real geography of the simulated world: cities, districts, points of interest, stations, airports and what links them.

The tables are facts about real places; nothing here is drawn from a seed. `places` loads them once per process,
`travel` turns coordinates into distances, times and fares.
"""

from mock_services.geo.estates import Estate, estates
from mock_services.geo.places import (
    Air,
    Airline,
    Airport,
    City,
    District,
    Name,
    Place,
    Places,
    Poi,
    Rail,
    Station,
    Tariff,
    fold,
    places,
)
from mock_services.geo.travel import (
    Leg,
    Meter,
    cycle,
    distance_m,
    drive,
    taxi_fare_fen,
    taxi_meter,
    transit,
    walk,
)

__all__ = [
    "Air",
    "Airline",
    "Airport",
    "City",
    "District",
    "Estate",
    "Leg",
    "Meter",
    "Name",
    "Place",
    "Places",
    "Poi",
    "Rail",
    "Station",
    "Tariff",
    "cycle",
    "distance_m",
    "drive",
    "estates",
    "fold",
    "places",
    "taxi_fare_fen",
    "taxi_meter",
    "transit",
    "walk",
]
