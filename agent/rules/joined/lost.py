"""A seat that the carrier took away: another one to the same place on the same day, and what hangs on it.

Which seat it was is looked up: of the person's bookings it is the one that the carrier cancelled, and its route and
day hold wherever the words do not say other ones. What the words want left alone (the room that cannot be given back)
is not touched, and the lost booking neither: its fare comes back by itself.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from agent.rules.buy import limits
from agent.rules.itinerary.cars import cars_for_trip
from agent.rules.itinerary.pieces import Piece, when_spans
from agent.rules.itinerary.seats import common_wishes, timed
from agent.rules.itinerary.towns import ends_of
from agent.rules.itinerary.when import ahead
from agent.rules.joined.parts import Part, parts_of
from agent.rules.scene import Scene
from agent.task import AnyGoal

_SEAT = (
    r"航班|飞机|机票|高铁|火车|动车|班次|车次|飞[\u3400-\u9fff]{2,4}"
    r"|\b(?:flights?|planes?|trains?|penerbangan\w*|pesawat\w*|kereta\w*)\b"
)
_GONE = (
    r"取消|没了|停飞|停运|飞不了|黄了|\b(?:cancell?ed|cancell?ation|scrapped|pulled|gone|called off|axed|dropped"
    r"|grounded|(?:di)?batal(?:kan)?|ditiadakan|hilang)\b"
)
_LOST = re.compile(rf"(?:{_SEAT})[^.。;；!?]{{0,60}}(?:{_GONE})|(?:{_GONE})[^.。;；!?]{{0,40}}(?:{_SEAT})")
_AGAIN = re.compile(
    r"重新?[订定买]|另[订定买外找]|再[订定买找]|[补换][订定买一]|别的|改[订定]|[订定买]一[班张趟]"
    r"|\b(?:another|an?other|anohter|rebook\w*|re-book\w*|different|new one|replacement|replace|alternative|next best"
    r"|lain(?:nya)?|ganti(?:nya|kan)?|pengganti(?:nya)?|baru|gantikan|cari(?:kan)?)\b"
)
_MONEY_BACK = re.compile(r"退款|退钱|退票|\b(?:refund my|my money back|get a refund|minta refund|uang kembali)\b")
_ROOM = re.compile(r"酒店|宾馆|房间|住的地方|\b(?:hotels?|rooms?|htoel|kamar|penginapan)\b")
_GOES = re.compile(
    r"家|机场|车站|火车站|酒店|那边|落地|误|\b(?:home|airport|station|hotel|htoel|house|place|there|rumah|bandara|stasiun|sana"
    r"|mendarat|in time|telat|ketinggalan)\b"
)


def read_lost(scene: Scene) -> list[AnyGoal] | None:
    """The words as the wish for another seat; None if no seat was lost, or nothing is to take its place.

    Raises:
        ToolFailure: the bookings could not be read.
    """
    if not _LOST.search(scene.low) or not _AGAIN.search(scene.low) or _MONEY_BACK.search(scene.low):
        return None
    lost = _taken_away(scene)
    if lost is None:
        return None
    parts = parts_of(scene)
    cars = [p for p in parts if p.topics == ("ride",)]
    rest = [p for p in parts if p not in cars and not _about_room(p)]
    pieces = [Piece(p.clause, ("trip",), said=p.said) for p in rest]
    day = _day(pieces, str(lost["start"])[:10], scene)
    trip = common_wishes(pieces, scene, "g1")
    trip = msgspec.structs.replace(
        trip,
        mode=str(lost["kind"]),
        origin=_city_of(str(lost["from_place"]), scene),
        destination=_city_of(str(lost["to_place"]), scene),
        date=day,
        passengers=lost["quantity"],
        budget_fen=max(limits([p.clause for p in rest])),
        choice="cheapest" if any(p.clause.has("cheapest") for p in rest) else trip.choice,
    )
    trip = timed(trip, [p for p in pieces if not _only_now(p)], scene)
    goals: list[AnyGoal] = [trip]
    riding = [p for p in cars if _GOES.search(p.low)] or cars
    if riding:
        made = cars_for_trip([Piece(p.clause, ("ride",), said=p.said) for p in riding], scene, trip, None, 2)
        if any(not car.destination for car in made):
            return None
        goals += made
    return goals


def _city_of(end: str, scene: Scene) -> str:
    """The city of an airport or station: any of its others will do as well."""
    place = scene.place(end)
    return place.city if place is not None and place.city else end


def _taken_away(scene: Scene) -> dict[str, Any] | None:
    """The booking that the carrier cancelled: of several the one whose place the words name, else the next one."""
    if not scene.has("fliggy_order_list"):
        return None
    found: list[dict[str, Any]] = []
    for kind in ("flight", "train"):
        orders = scene.look("fliggy_order_list", {"kind": kind, "limit": 20}, "orders")["orders"]
        for order in orders:
            if order["start"] < scene.now.isoformat():
                continue
            need = ("disruption", "kind", "from_place", "to_place", "quantity")
            detail = scene.look("fliggy_order_detail", {"order_id": order["order_id"]}, *need)
            if detail["disruption"] == "cancelled":
                found.append(detail)
    if not found:
        return None
    named = {e.city for p in parts_of(scene) for e in ends_of(Piece(p.clause), scene)} if len(found) > 1 else set()
    found.sort(key=lambda o: (_city_of(str(o["to_place"]), scene) not in named, str(o["start"])))
    return found[0]


def _about_room(part: Part) -> bool:
    """Whether a part speaks of the room that one has."""
    return bool(_ROOM.search(part.low)) and not part.clause.spans


def _only_now(piece: Piece) -> bool:
    """Whether a piece only tells when one heard of it."""
    return bool(re.search(r"刚|\b(?:just (?:got|heard)|barusan|tadi)\b", piece.low)) and not when_spans(piece.clause)


def _day(pieces: list[Piece], lost: str, scene: Scene) -> str:
    """The day of the new seat: the one of the lost seat, unless the words move it."""
    days = {d.isoformat() for p in pieces for s in when_spans(p.clause) if (d := ahead(s, scene)) is not None}
    return lost if not days or lost in days else min(days)
