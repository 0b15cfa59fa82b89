"""Attraction tickets of a base world: every ticketed place of the geography, and boats and shows of our own table.

A row of ``data/attractions.tsv`` that names a place says what is different there (published prices of 2025, the slots
of a boat); one that names none is a whole ticket.
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
    own = {row["poi"]: row for row in _rows() if row["poi"]}
    for poi in places().pois:
        if poi.ticketed:
            base.add(ATTRACTIONS, _from_poi(base, poi, own.get(poi.id, {})))
    for row in _rows():
        if not row["poi"]:
            base.add(ATTRACTIONS, _from_row(row))


def _from_poi(base: BaseBuilder, poi: Poi, own: dict[str, str]) -> Attraction:
    low, high = _YUAN.get(poi.category, (30, 90))
    adult = int(own.get("adult_fen") or base.draws.between(low, high, "ticket", poi.id) // 5 * 500)
    category = own.get("category") or poi.category
    slots = tuple(own["slots"].split(";")) if own.get("slots") else _SLOTS.get(category, _USUAL_SLOTS)
    return Attraction(
        id=f"TK-{own.get('id') or poi.id}",
        city=poi.city,
        name=own.get("zh") or f"{poi.name.zh}门票",
        name_en=own.get("en") or f"{poi.name.en} ticket",
        name_id=own.get("id_name") or f"Tiket {poi.name.id}",
        attraction=own.get("zh") or poi.name.zh,
        category=category,
        address=poi.address,
        lon=poi.lon,
        lat=poi.lat,
        indoor=poi.indoor,
        queue=poi.queue,
        adult_fen=adult,
        child_fen=int(own.get("child_fen") or adult // 2),
        slots=slots,
        capacity=base.draws.between(60, 400, "capacity", poi.id),
        keywords=" ".join((*poi.name.every(), *poi.aliases, own.get("keywords") or _KEYWORDS.get(category, ""))),
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
