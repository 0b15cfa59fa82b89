"""Attraction tickets of a base world: every ticketed place of the geography, and boats and shows of our own table.

``data/attractions.tsv`` gives published prices (2025) where a row names a place, and whole tickets where it does not.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mock_services.fliggy.rows import ATTRACTIONS, Attraction
from mock_services.geo import Poi, places

if TYPE_CHECKING:
    from mock_services.base import BaseBuilder

_TABLE: Final = Path(__file__).parent / "data" / "attractions.tsv"

_YUAN: Final = {
    "family": (60, 180),
    "museum": (20, 60),
    "temple": (20, 60),
    "park": (10, 40),
    "attraction": (40, 110),
    "theatre": (180, 480),
    "landmark": (60, 120),
}
_SLOTS: Final = {
    "family": ("09:00-12:00", "12:00-15:00", "15:00-17:30"),
    "theatre": ("14:00-16:30", "19:30-22:00"),
}
_USUAL_SLOTS: Final = ("08:30-12:00", "12:00-16:30")
_KEYWORDS: Final = {
    "family": "亲子 儿童 孩子 kids children family anak keluarga",
    "museum": "博物馆 展览 museum exhibition pameran",
    "temple": "寺庙 temple kuil",
    "park": "公园 park taman",
    "attraction": "景点 门票 sight attraction wisata",
    "theatre": "演出 剧院 show theatre pertunjukan",
    "landmark": "地标 观光 landmark observation",
}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def seed_attractions(base: BaseBuilder) -> None:
    """Add a ticket for every ticketed place, and those of the table that belong to no place."""
    published = {row["poi"]: row for row in _rows() if row["poi"]}
    for poi in places().pois:
        if poi.ticketed:
            base.add(ATTRACTIONS, _from_poi(base, poi, published.get(poi.id)))
    for row in _rows():
        if not row["poi"]:
            base.add(ATTRACTIONS, _from_row(row))


def _from_poi(base: BaseBuilder, poi: Poi, published: dict[str, str] | None) -> Attraction:
    low, high = _YUAN.get(poi.category, (30, 90))
    adult = base.draws.between(low, high, "ticket", poi.id) // 5 * 500
    child = adult // 2
    if published:
        adult, child = int(published["adult_fen"]), int(published["child_fen"])
    return Attraction(
        id=f"TK-{poi.id}",
        city=poi.city,
        name=f"{poi.name.zh}门票",
        name_en=f"{poi.name.en} ticket",
        name_id=f"Tiket {poi.name.id}",
        attraction=poi.name.zh,
        category=poi.category,
        address=poi.address,
        lon=poi.lon,
        lat=poi.lat,
        indoor=poi.indoor,
        queue=poi.queue,
        adult_fen=adult,
        child_fen=child,
        slots=_SLOTS.get(poi.category, _USUAL_SLOTS),
        capacity=base.draws.between(60, 400, "capacity", poi.id),
        keywords=" ".join((*poi.aliases, _KEYWORDS.get(poi.category, ""))),
    )


def _from_row(row: dict[str, str]) -> Attraction:
    return Attraction(
        id=f"TK-{row['id']}",
        city=row["city"],
        name=row["zh"],
        name_en=row["en"],
        name_id=row["id_name"],
        attraction=row["zh"],
        category=row["category"],
        address=row["address"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        indoor=row["indoor"] == "1",
        queue=int(row["queue"]),
        adult_fen=int(row["adult_fen"]),
        child_fen=int(row["child_fen"]),
        slots=tuple(row["slots"].split(";")),
        capacity=60,
        keywords=row["keywords"],
    )
