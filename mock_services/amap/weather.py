"""Weather from climate normals: a pure function of (seed, city, date), except for the days that were set by hand.

The normals in ``climate.tsv`` (mean highs and lows in °C and days with rain, by month) are rounded from public
climate tables; how days vary around them and how sure forecasts are is invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

from mock_services import clock
from mock_services.amap.gazetteer import city_of, local_name
from mock_services.amap.models import Forecast, WeatherArgs, WeatherView
from mock_services.amap.rows import WEATHER, WeatherDay
from mock_services.context import Ctx
from mock_services.draws import Draws
from mock_services.errors import Unavailable

DAYS_AHEAD = 3
_DOUBT_PCT = (0, 20, 35, 45)
"""How much of the climate's rain chance is mixed into a forecast, by days ahead: today is known."""

TEXTS = {
    "晴": "Sunny",
    "多云": "Cloudy",
    "阴": "Overcast",
    "小雨": "Light rain",
    "中雨": "Moderate rain",
    "大雨": "Heavy rain",
    "暴雨": "Rainstorm",
    "雷阵雨": "Thundershower",
    "小雪": "Light snow",
    "大雪": "Heavy snow",
    "雾": "Fog",
    "霾": "Haze",
}


class Normals(msgspec.Struct, frozen=True):
    """Twelve months each: mean high, mean low, days with rain."""

    highs: tuple[int, ...]
    lows: tuple[int, ...]
    rain_days: tuple[int, ...]


@cache
def normals() -> dict[str, Normals]:
    """The climate of every city, read once per process."""
    lines = (Path(__file__).parent / "climate.tsv").read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {city: Normals(*(tuple(map(int, cell.split())) for cell in cells)) for city, *cells in rows}


def day_weather(ctx: Ctx, city: str, day: date) -> WeatherDay:
    """How the weather of a day is, which is what that day's own report says."""
    key = f"{city}|{day.isoformat()}"
    by_hand = ctx.get(WEATHER, key)
    if by_hand is not None:
        return by_hand
    return ctx.base.recall("amap.weather", key, lambda: _base_weather(ctx.base.draws, city, day, key))


def _base_weather(draws: Draws, city: str, day: date, key: str) -> WeatherDay:
    normal = normals()[city]
    month = day.month - 1
    wet = draws.chance(normal.rain_days[month] / 30, "rain", key)
    swing = draws.between(-4, 4, "swing", key)
    high = normal.highs[month] + swing - (3 if wet else 0)
    low = normal.lows[month] + swing + draws.between(-1, 1, "low", key)
    if not wet:
        text = draws.pick(("晴", "晴", "多云", "多云", "阴"), "sky", key)
    elif high <= 3:
        text = draws.pick(("小雪", "小雪", "大雪"), "sky", key)
    elif high >= 28:
        text = draws.pick(("雷阵雨", "雷阵雨", "中雨", "大雨"), "sky", key)
    else:
        text = draws.pick(("小雨", "小雨", "小雨", "中雨", "大雨"), "sky", key)
    return WeatherDay(key, text, TEXTS[text], wet, 100 if wet else 0, max(high, low + 2), low)


def forecast(ctx: Ctx, city: str, day: date, ahead: int) -> Forecast:
    """What is said about a day, ``ahead`` days before: right about the sky, ever less sure about the rain."""
    true = day_weather(ctx, city, day)
    doubt = _DOUBT_PCT[ahead]
    usual = normals()[city].rain_days[day.month - 1] * 100 // 30
    probability = (true.rain_probability * (100 - doubt) + usual * doubt) // 100
    by_hand = ctx.get(WEATHER, true.id) is not None
    off = 0 if by_hand or not ahead else ctx.base.draws.between(-1, 1, "forecast", city, day.isoformat(), ahead)
    return Forecast(
        date=day.isoformat(),
        week=day.isoweekday(),
        dayweather=true.zh,
        weather_en=true.en,
        daytemp=true.high + off,
        nighttemp=true.low + off,
        rain_probability=probability,
        rain=true.rain,
    )


def report(ctx: Ctx, args: WeatherArgs) -> WeatherView:
    """Answer ``maps_weather``.

    Raises:
        Rejected: ``CITY_UNKNOWN``.
        Unavailable: ``NO_FORECAST``, a past day or one more than three days ahead.
    """
    city = city_of(args.city)
    today = clock.local(ctx.now, city.utc_offset_min).date()
    days = [(today + timedelta(days=ahead), ahead) for ahead in range(DAYS_AHEAD + 1)]
    if args.date is not None:
        days = [(day, ahead) for day, ahead in days if day == args.date]
        if not days:
            raise Unavailable(
                "NO_FORECAST",
                f"no forecast for {args.date.isoformat()}",
                hint=f"days from {today.isoformat()} to {(today + timedelta(days=DAYS_AHEAD)).isoformat()}",
            )
    return WeatherView(
        city=local_name(city.name, city),
        city_en=city.name.en,
        adcode=city.adcode,
        forecasts=[forecast(ctx, city.id, day, ahead) for day, ahead in days],
    )
