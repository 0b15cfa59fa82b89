"""Whether it rains, as far as the forecast tells."""

from __future__ import annotations

from agent.steps.base import Work


def rains(city: str, day: str, work: Work) -> bool:
    """Whether the forecast says rain for a day in a city; a day beyond the forecast counts as dry."""
    found = work.desk.call("maps_weather", {"city": city, "date": day[:10]}, need=("forecasts",))["forecasts"]
    return bool(found and found[0]["rain"])
