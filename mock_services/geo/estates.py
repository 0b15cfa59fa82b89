"""Housing estates: the invented neighbourhoods by which a larger world outgrows the tables of real places.

They lie around their city as far apart as its own neighbourhoods do, never on top of one, so that a larger world is a
wider one and no denser. Nothing here is drawn from a seed, and the first estates are the same however many are wanted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import count, islice
from typing import Final

import msgspec

from mock_services.geo.places import Airport, City, District, Name, Poi, Station, places

_WORDS: Final = {
    "CN": (
        ("翠苑", "Cuiyuan"),
        ("枫林", "Fenglin"),
        ("桂花", "Guihua"),
        ("紫荆", "Zijing"),
        ("荷塘", "Hetang"),
        ("锦绣", "Jinxiu"),
        ("丹霞", "Danxia"),
        ("望江", "Wangjiang"),
        ("听涛", "Tingtao"),
        ("柳岸", "Liu'an"),
        ("梧桐", "Wutong"),
        ("松涛", "Songtao"),
        ("竹影", "Zhuying"),
        ("云栖", "Yunqi"),
        ("朝晖", "Zhaohui"),
        ("永安", "Yong'an"),
        ("康乐", "Kangle"),
        ("春晓", "Chunxiao"),
        ("星河", "Xinghe"),
        ("金桥", "Jinqiao"),
        ("银杏", "Yinxing"),
        ("石榴", "Shiliu"),
        ("玉兰", "Yulan"),
    ),
    "ID": (
        ("茉莉", "Melati"),
        ("兰花", "Anggrek"),
        ("檀木", "Cendana"),
        ("依兰", "Kenanga"),
        ("凤凰木", "Flamboyan"),
        ("玫瑰", "Mawar"),
        ("睡莲", "Teratai"),
        ("黄兰", "Cempaka"),
        ("大丽花", "Dahlia"),
        ("三角梅", "Bugenvil"),
        ("百合", "Lili"),
        ("榕树", "Beringin"),
        ("椰林", "Kelapa Gading"),
    ),
    "SG": (
        ("青龙木", "Angsana"),
        ("甘巴豆", "Kempas"),
        ("红毛丹", "Rambutan"),
        ("柚木", "Jati"),
        ("雨树", "Rain Tree"),
        ("杨桃", "Starfruit"),
        ("海葡萄", "Sea Grape"),
        ("黄槐", "Cassia"),
        ("沉香", "Gaharu"),
        ("胡姬", "Orchid"),
        ("红树林", "Mangrove"),
    ),
}
"""Words that estates are called after, in Chinese characters and in Latin letters, by country."""

_KINDS: Final = (
    ("新村", "New Village", "Perumahan"),
    ("花园", "Garden", "Taman"),
    ("家园", "Homes", "Griya"),
    ("小区", "Estate", "Kompleks"),
    ("雅苑", "Court", "Puri"),
)

_APART_KM2: Final = 12.0
"""How much land an estate has to itself, while there is enough."""

_OFF_M: Final = 3000
"""No estate is nearer than this to a place of the tables."""

_REACH_KM: Final = 45.0
"""How far from the centre of its city an estate may lie."""

_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_KM_PER_DEGREE: Final = 111.195


class Estate(msgspec.Struct, frozen=True, gc=False):
    """A housing estate and the district that it lies nearest to."""

    id: str
    city: str
    district: str
    name: Name
    lon: float
    lat: float


@cache
def estates(city_id: str, wanted: int) -> tuple[Estate, ...]:
    """The first ``wanted`` estates of a city.

    Raises:
        KeyError: there is no such city.
    """
    city = places().city(city_id)
    sites = islice(_sites(city), wanted)
    return tuple(
        Estate(f"{city.id}-estate-{n + 1}", city.id, district.id, _name(city, n), lon, lat)
        for n, (lon, lat, district) in enumerate(sites)
    )


def _name(city: City, n: int) -> Name:
    words = _WORDS[city.country]
    zh, latin = words[n % len(words)]
    kind_zh, kind_en, kind_id = _KINDS[n // len(words) % len(_KINDS)]
    part = n // (len(words) * len(_KINDS)) + 1
    if part == 1:
        return Name(f"{zh}{kind_zh}", f"{latin} {kind_en}", f"{kind_id} {latin}")
    return Name(f"{zh}{kind_zh}{part}区", f"{latin} {kind_en} {part}", f"{kind_id} {latin} {part}")


def _sites(city: City) -> Iterator[tuple[float, float, District]]:
    # Like the seeds of a sunflower: evenly spread from the centre outwards. When the land is full, again in between.
    geo = places()
    taken: list[District | Poi | Station | Airport] = [
        *geo.districts_of(city.id),
        *geo.pois_of(city.id),
        *geo.stations_of(city.id),
        *geo.airports_of(city.id),
    ]
    shrink = math.cos(math.radians(city.lat))
    for turn in count():
        for i in count():
            km = math.sqrt((i + 0.5) * _APART_KM2 / math.pi)
            if km > _REACH_KM:
                break
            angle = i * _GOLDEN + turn
            lat = round(city.lat + km * math.sin(angle) / _KM_PER_DEGREE, 6)
            lon = round(city.lon + km * math.cos(angle) / (_KM_PER_DEGREE * shrink), 6)
            if any(_metres(lon, lat, place.lon, place.lat) < _OFF_M for place in taken):
                continue
            district = min(geo.districts, key=lambda d: _metres(lon, lat, d.lon, d.lat))
            if district.city == city.id:
                yield lon, lat, district


def _metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    # Over such distances the earth is flat enough.
    east = (lon1 - lon2) * math.cos(math.radians(lat1))
    return math.hypot(east, lat1 - lat2) * _KM_PER_DEGREE * 1000
