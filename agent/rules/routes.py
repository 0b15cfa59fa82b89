"""Ways from city to city that are named without a preposition, and what a clock time is the time of."""

from __future__ import annotations

import re
from typing import Any

from agent.grammar import Count, Day, DayPart, Time
from agent.rules.places import behind, ground, mentions
from agent.rules.scene import Clause, Place, Scene

_NAME = r"[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?|[\u3400-\u9fff]{2,4}"
_PAIR = re.compile(rf"({_NAME})\s*(?:[-–—→]|->|=>)\s*({_NAME})")
_NEAR_CHARACTERS = 12


def city_pair(scene: Scene) -> tuple[Place, Place, int] | None:
    """ "Guangzhou - Jakarta": the two cities and where they stand, if the map knows both and they are not one."""
    for match in _PAIR.finditer(scene.text):
        first, second = (_city(match.group(i), scene) for i in (1, 2))
        if first is not None and second is not None and first.city != second.city:
            return first, second, match.start()
    return None


def name_routes(scene: Scene) -> None:
    """The clause that names two cities and no errand wants a seat."""
    if any({"trip", "transfer", "cancel", "reschedule"}.intersection(c.kinds) for c in scene.clauses):
        return
    pair = city_pair(scene)
    returns = any(c.has("back") and c.of(Day) and not c.kinds for c in scene.clauses)
    for clause in scene.clauses:
        if returns and not clause.kinds and clause.has("goal.go") and _abroad(clause, scene):
            # "mau ke Shenzhen sabtu, nginep semalam, minggu balik": there and back, and not only a bed.
            clause.kinds = ["trip"]
            return
        if pair is not None and clause.start <= pair[2] < clause.end and clause.kinds in ([], ["buy"], ["visit"]):
            clause.kinds = ["trip"]


def _abroad(clause: Clause, scene: Scene) -> bool:
    for mention in mentions(clause):
        place = ground(mention, scene) if mention.role == "to" and not mention.own else None
        if place is not None and place.level == "city" and not scene.own_city(place):
            return True
    return False


def _city(words: str, scene: Scene) -> Place | None:
    for cut in (words, words.partition(" ")[0]):
        place = scene.place(cut)
        if place is not None and place.level == "city":
            return place
    return None


def homeward(clauses: list[Clause], scene: Scene) -> Place | None:
    """Where "besok balik Jakarta" goes: the place behind the first word for the way back, where no other is named."""
    for clause in clauses:
        cue = clause.cue("back", "go_home")
        named = any(m.role == "to" and not m.own for m in mentions(clause))
        if named and cue is None:
            return None
        if cue is None:
            continue
        if any(m.role == "to" and not m.own and m.start < cue.start for m in mentions(clause)):
            return None
        lead = next((c for c in clause.cues if c.start >= cue.end), None)
        follows = lead is not None and "prep.to" in lead.concepts and lead.start - cue.end <= 1
        mention = behind(clause, lead.end if lead is not None and follows else cue.end, "to")
        place = ground(mention, scene) if mention is not None and not mention.own else None
        return place if place is not None and not scene.own_city(place) else None
    return None


def leads_home(clauses: list[Clause], scene: Scene) -> bool:
    """Whether the way back is the only way: no other place is gone to, and one way is all that was asked for."""
    if any(clause.has("one_way") for clause in clauses) or any(_pair_home(clause, scene) for clause in clauses):
        return True
    return homeward(clauses, scene) is not None


_BETWEEN_CITIES = re.compile(r"([A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?)\s+(?:ke|to|-)\s+[A-Z]")


def _pair_home(clause: Clause, scene: Scene) -> bool:
    """ "kereta pulang malam ini Nanjing ke Shanghai": behind the word for the way back both ends of it are named."""
    cue = clause.cue("back", "go_home")
    if cue is None or "round_trip" in cue.concepts or scene.language == "zh":
        return False
    if any(m.role == "to" and not m.own and m.start < cue.start for m in mentions(clause)):
        return False
    match = _BETWEEN_CITIES.search(clause.text, cue.end - clause.start)
    place = scene.place(match.group(1)) if match is not None else None
    return place is not None and place.level == "city" and scene.own_city(place)


def same_day(back: Clause) -> bool:
    """ "pulangnya malam", "balik jam 8": an hour for the way back and no day, so the day of the way out."""
    cues = [c for c in back.cues if "back" in c.concepts and "round_trip" not in c.concepts]
    times = [*back.of(Time), *back.of(DayPart)]
    return bool(cues) and any(t.start >= cues[0].end for t in times)


def most_stops(clauses: list[Clause]) -> int:
    """ "transit boleh asal cuma 1x": how many stops at most; -1 if the words do not count them."""
    for clause in clauses:
        if clause.has("stop"):
            for count in clause.of(Count):
                if count.unit in ("time", "") and count.n <= 3:
                    return count.n
    return -1


def verb_of(clause: Clause, span: Time) -> str:
    """What happens at a time: ``leave``, ``arrive``, ``not_leave`` (no such departure, please) or empty.

    Where a clause speaks of both, the word before the time decides: "leave after 1, be there before 8".
    """
    if span.role == "by" and _NO_EARLIER.search(clause.low[: span.end - clause.start]):
        return "not_leave"
    said = [(c.start, v) for c in clause.cues for v in ("leave", "arrive") if v in c.concepts]
    if not said:
        return ""
    before = [verb for start, verb in said if start < span.start]
    verb = before[-1] if before else said[0][1]
    if verb == "leave":
        refused = [c for c in clause.cues if c.end <= span.start and {"not_thing", "dont"}.intersection(c.concepts)]
        if refused and span.role in ("by", "after"):
            return "not_leave"
    return verb


_NO_EARLIER = re.compile(
    r"(?:n['’]t|\b(?:not|never|no|nothing|jangan|nggak|tidak|gak))\s+(?:[\w'’]+\s+){0,3}?(?:leav\w*|depart\w*"
    r"|set(?:ting)? off|go(?:ing)?|start\w*|berangkat|jalan)\s+(?:before|earlier than|sebelum)\b"
)
""" "the train back shouldn't leave before 15:30": from then on."""


def closes_window(clause: Clause, span: Time) -> bool:
    """Whether a time ends the stretch that another one begins: 8 of "between 5 and 8"."""
    return span.role == "by" and any(
        other.role == "after" and 0 <= span.start - other.end <= _NEAR_CHARACTERS for other in clause.of(Time)
    )


_BE_IN = re.compile(r"(?:\b(?:in|there|here|home|over)|在|udah)\s*$")
""" "in by ten": to be there, and not to leave."""


def wished(clause: Clause, span: Time, moment: str) -> dict[str, Any]:
    """The departure or arrival wish of a time whose verb decides alone; empty if other rules have to say."""
    verb = verb_of(clause, span)
    if span.role == "by" and _BE_IN.search(clause.low[: span.start - clause.start]):
        return {"arrive_by": moment}
    if verb == "not_leave":
        return {"depart_after" if span.role == "by" else "depart_before": moment}
    if closes_window(clause, span) and verb != "arrive" and not clause.has("event"):
        return {"depart_before": moment}
    if span.role == "after" and verb == "leave":
        return {"depart_after": moment}
    if span.role == "by" and verb in ("leave", "arrive"):
        return {"depart_before" if verb == "leave" else "arrive_by": moment}
    if clause.has("deadline") and verb != "leave" and span.role in ("at", "about"):
        return {"arrive_by": moment}
    return {}
