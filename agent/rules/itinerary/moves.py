"""A booked seat that is to be moved: which one, to which day, between which hours."""

from __future__ import annotations

import re
from datetime import date

from agent.grammar import Day, DayRange, Time
from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import Piece, when_spans
from agent.rules.itinerary.seats import verb_of
from agent.rules.itinerary.towns import ends_of
from agent.rules.itinerary.when import ahead
from agent.rules.routes import closes_window
from agent.rules.scene import Scene
from agent.task import Reschedule

_TO = re.compile(
    r"(?:改签?到?|挪到?|换到?|改成|[到成至为])\s*$|\b(?:to|till|until|ke|jadi"
    r"|for|into)\s+(?:tanggal |tgl |hari |the )?$"
)
_OF = re.compile(r"\b(?:of|on|for|yang|tanggal|tgl|dari|from)\s+(?:tanggal |tgl |hari |the )?$|原来|原定|那[张趟]")


def read_move(pieces: list[Piece], scene: Scene, goal_id: str) -> Reschedule | None:
    """The pieces as a seat that moves; None if they name no new day and no new hour."""
    own = [p for p in pieces if not (p.kept and p.way == "back") and not (p.kept and not w.MOVE.search(p.low))]
    what = ""
    place = ""
    days: list[tuple[date, bool, bool]] = []
    after = before = arrive = ""
    named = next((p.clause.start for p in own if w.MOVE.search(p.low)), 0)
    for piece in own:
        if not what:
            what = "flight" if piece.clause.has("goal.flight") else "train" if piece.clause.has("goal.train") else ""
        place = place or next(
            (e.city for e in ends_of(piece, scene) if e.role != "from" and not _own(e.city, scene)), ""
        )
        moved = w.MOVE.search(piece.low)
        for span in when_spans(piece.clause):
            day = ahead(span, scene)
            if day is None or (isinstance(span, Day) and not span.explicit):
                continue
            if isinstance(span, DayRange):
                days += [(span.first, False, True), (span.last, True, False)]
                continue
            head = piece.low[: span.start - piece.clause.start]
            to = bool(_TO.search(head)) and not (head.rstrip().endswith("for") and not moved)
            of = bool(_OF.search(head)) and not head.rstrip().endswith((" to", " ke"))
            days.append((day, to, of))
        for span in piece.clause.of(Time):
            begins = piece.clause.start + moved.start() if moved is not None else named
            if span.role == "at" and span.start < begins:
                # "my 9 o'clock train, push it to the afternoon": the old hour.
                continue
            clock = f"{span.time:%H:%M}"
            verb = verb_of(span, piece)
            if closes_window(piece.clause, span) and verb != "arrive":
                before = before or clock
            elif verb == "arrive" or (span.role == "by" and verb != "leave"):
                arrive = arrive or clock
            elif span.role == "by":
                before = before or clock
            else:
                after = after or clock
    what = what or _booked(scene)
    if not what or not (days or after or arrive):
        return None
    new = _new_day(days)
    old = next((d for d, _, _ in days if d != new), None)
    return Reschedule(
        id=goal_id,
        words=" ".join(p.clause.text.strip(" ,.;。") for p in own),
        what=what,
        item=place,
        place=place,
        date=new.isoformat() if new else "",
        old_date=old.isoformat() if old else "",
        after=after,
        before=before,
        arrive_by=arrive,
    )


_LIVE = ("ticketing", "ticketed", "confirming", "confirmed")


def _booked(scene: Scene) -> str:
    """What kind of seat the person has, where "the ticket" was all that they said."""
    if not scene.has("fliggy_order_list"):
        return ""
    kinds: list[str] = []
    for kind in ("train", "flight"):
        orders = scene.look("fliggy_order_list", {"kind": kind, "limit": 20}, "orders")["orders"]
        ahead_of = [o for o in orders if o["start"] >= scene.now.isoformat() and o["state"] in _LIVE]
        if ahead_of:
            kinds.append(kind)
    return kinds[0] if len(kinds) == 1 else ""


def _new_day(days: list[tuple[date, bool, bool]]) -> date | None:
    """The day that it moves to: the one behind a word for where to, else the last one."""
    for day, to, of in days[1:]:
        if to and not of:
            return day
    if len(days) == 1:
        return days[0][0]
    return days[-1][0] if days else None


def _own(city: str, scene: Scene) -> bool:
    return city.casefold() in {n.casefold() for n in (*scene.me.city_names, scene.me.city)}
