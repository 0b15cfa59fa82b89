"""Cars, and days out."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from agent.grammar import Day, DayPart, Duration, Ref, Time
from agent.rules.buy import limits
from agent.rules.circumstances import FETCH, tells_departure
from agent.rules.domains import Draft
from agent.rules.people import contact_named, payers_named
from agent.rules.pickups import open_points
from agent.rules.places import Mention, address_named, ground, mentions, own_address
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.rules.shapes import rides_back
from agent.rules.timing import days, first_date
from agent.task import AnyGoal, Question, Ride, Stay, Trip, Visit


def read_ride(draft: Draft, goal_id: str, scene: Scene, goals: list[AnyGoal]) -> tuple[Ride, list[Question]]:
    """A draft as a ride. ``goals`` are those that were read before: their ends can be its ends."""
    trips = [g for g in goals if isinstance(g, Trip)]
    out = next((t for t in trips if not t.back_of), None)
    stay = next((g for g in goals if isinstance(g, Stay)), None)
    ends = {"origin": "", "destination": ""}
    before = after = ""
    for clause in draft.clauses:
        for mention in mentions(clause):
            side = {"from": "origin", "to": "destination"}.get(mention.role, "")
            if mention.role == "at" and ("ride" in clause.kinds or (draft.has("pick_up") and _THERE.match(clause.low))):
                side = "origin"
            if mention.role == "at" and not clause.kinds and not ends["origin"] and out is None and clause.has("i_am"):
                side = "origin"
            if mention.role == "at" and clause.has("catches"):
                side = "destination"
            told = mention.role == "at" and not clause.kinds and out is None
            if told and not ends["origin"] and _IS_AT.match(clause.low):
                side = "origin"
            if (
                mention.role == "from"
                and not clause.kinds
                and clause.has("goal.flight", "goal.train")
                and clause.of(Time)
            ):
                # "my flight's at 7 from Pudong airport": that is where the car goes.
                side = "destination"
            if side == "destination" and _fetched_there(mention, clause):
                side = "origin"
            if side == "origin" and clause.kinds == [] and tells_departure(clause):
                # "flightku jam 6.40 dari Baiyun": where it leaves from is where the car goes.
                place = ground(mention, scene) if not mention.own else None
                side = "destination" if mention.own or (place and place.level in ("airport", "station")) else ""
            if not side or (clause not in _own(draft) and not mention.own and out is not None):
                continue
            where = _end(mention, scene, out, stay, side)
            if where is None and mention.role == "from" and not ends["origin"] and out is None:
                where = "?"
            if where is None:
                continue
            ends[side] = where
            if out is not None and where == f"@{out.id}.origin" and side == "destination":
                before = out.id
            if out is not None and where == f"@{out.id}.destination" and side == "origin":
                after = out.id
        opens = _STARTS_AT.match(clause.low)
        if opens and not ends["origin"]:
            address = own_address("home" if opens.group(1) == "home" else "office", scene)
            ends["origin"] = str(address["address_id"]) if address else ""
    passenger, phrases = _passenger(draft, scene)
    questions: list[Question] = []
    first = next((g for g in goals if isinstance(g, Ride)), None)
    if first is not None and any(rides_back(c) for c in draft.clauses):
        ends["origin"] = ends["origin"] or first.destination
        ends["destination"] = ends["destination"] or _car_home(draft, scene) or first.origin
    arrival, meets = _arrival(draft, scene)
    if arrival and not ends["origin"]:
        ends["origin"], ends["destination"] = arrival, ends["destination"] if ends["destination"] != arrival else ""
    elif arrival and ends["destination"] == arrival:
        ends["destination"] = ""
    if after and not ends["destination"]:
        ends["destination"] = f"@{stay.id}.destination" if stay else ""
    at = _at(draft, scene, out)
    if not ends["destination"] and not ends["origin"] and out is not None:
        ends["destination"], before = f"@{out.id}.origin", out.id
    outing = next((g for g in goals if isinstance(g, Visit) and g.place), None)
    if outing is not None and out is None and not arrival and not ends["destination"]:
        ends["destination"] = outing.place
        clocks = [t for c in scene.clauses if not c.kinds or "visit" in c.kinds for t in c.of(Time)]
        if not at and clocks:
            at = scene.moment(date.fromisoformat(outing.date), clocks[0].time)
    if out is None and not arrival and not ends["destination"]:
        ends = _appointment(ends, scene)
    for side, where in _their_place(draft, scene).items():
        ends[side] = ends[side] or where
    if not ends["destination"]:
        ends["destination"] = _car_home(draft, scene)
    if not ends["destination"] and out is None and any(c.has("back", "go_home") for c in draft.clauses):
        mine = own_address("home", scene)
        ends["destination"] = mine["address_id"] if mine and mine["address_id"] != ends["origin"] else ""
    own_seat = next((c for c in draft.clauses if tells_departure(c) and c.has("goal.flight", "goal.train")), None)
    if own_seat is not None and out is None and not ends["destination"] and not arrival:
        # "flightku jam 6.40 besok, pesenin mobil": to where it leaves from.
        kind = "机场" if own_seat.has("goal.flight") else "火车站"
        ends["destination"] = f"{scene.me.city_names[0]} {kind}"
    if arrival and not ends["destination"]:
        home = own_address("home", scene)
        ends["destination"] = home["address_id"] if home else ""
    if not ends["destination"]:
        questions.append(ask(goal_id, "destination", "address", scene.language, "ride_to"))
    if arrival and not meets and _roughly(draft):
        questions.append(ask(goal_id, "meets", "transport", scene.language, "which_train"))
    if ends["origin"] == "?":
        questions.append(ask(goal_id, "origin", "address", scene.language, "ride_from"))
        ends["origin"] = ""
    due = at if at and not arrival and ends["destination"] and _is_deadline(draft) else ""
    walks = next((c for c in draft.clauses if c.has("walks_badly")), None)
    budget, about = limits(_own(draft))
    if out is not None and before == out.id and out.depart_at and at > out.depart_at and at[:10] == out.depart_at[:10]:
        # 5点的车 before the 7:00 flight is in the morning.
        at = (datetime.fromisoformat(at) - timedelta(hours=12)).isoformat()
    goal = Ride(
        id=goal_id,
        words=draft.words,
        origin=ends["origin"],
        destination=ends["destination"],
        at="" if due or (arrival and not _says_when(draft)) else at,
        arrive_by=due,
        before=before,
        after="" if at else after,
        meets=meets,
        accessible=draft.has("accessible"),
        passenger=passenger,
        note=walks.text.strip(" ,.。") if walks else phrases,
        budget_fen=budget or about,
    )
    if not questions and out is None:
        questions += open_points(goal, first_date(draft.clauses), scene)
    return goal, questions


_THEIRS = re.compile(r"\b(from|to|at) (?:her|his|their) (?:place|home|house|flat|apartment|office|work)\b")


def _their_place(draft: Draft, scene: Scene) -> dict[str, str]:
    """ "from her place": where the one lives of whom the words speak; ``?`` if that is not known."""
    found: dict[str, str] = {}
    for clause in draft.clauses:
        for match in _THEIRS.finditer(clause.low):
            name = _passenger(draft, scene)[0]
            contact = contact_named(name, scene) if name else None
            side = "destination" if match.group(1) == "to" else "origin"
            known = str(contact["address_id"]) if contact and contact["address_id"] else ""
            found[side] = known or ("?" if side == "origin" else "")
    return found


def _car_home(draft: Draft, scene: Scene) -> str:
    """ "get me a car home": a place of the person's own without a preposition, in the clause that asks for the car."""
    for clause in draft.clauses:
        named = [m for m in mentions(clause) if m.own]
        heads = "ride" in clause.kinds or _HEADS_HOME.search(clause.low)
        cue = clause.cue("home", "office") if heads else None
        if cue is not None and not any(m.start <= cue.start < m.end for m in named):
            address = own_address(next(c for c in cue.concepts if c in ("home", "office")), scene)
            return str(address["address_id"]) if address else ""
    return ""


def _fetched_there(mention: Mention, clause: Clause) -> bool:
    """去机场接个人: one goes there to bring somebody away."""
    cue = clause.cue("pick_up")
    return cue is not None and not cue.form.isascii() and 0 <= cue.start - mention.end <= 1


_THERE = re.compile(r"\s*(?:[她他]们?|人)?(?:现在|已经)?在")


def _appointment(ends: dict[str, str], scene: Scene) -> dict[str, str]:
    """ "ada dinner di The Bund jam 7, pesenin taksi": where one has to be; after its end, where one is fetched."""
    for clause in scene.clauses:
        if clause.kinds or not clause.has("event", "event_end", "meal.dinner", "meal.lunch"):
            continue
        for mention in mentions(clause):
            place = ground(mention, scene) if mention.role == "at" and not mention.own else None
            if place is not None and place.level != "city":
                side = "origin" if clause.has("event_end") else "destination"
                return {**ends, side: ends[side] or mention.words}
    return ends


def _own(draft: Draft) -> list[Clause]:
    return [c for c in draft.clauses if "ride" in c.kinds] if len(draft.clauses) > 1 else draft.clauses


def _end(mention: Mention, scene: Scene, out: Trip | None, stay: Stay | None, side: str) -> str | None:
    own = mention.own
    if own in ("station", "airport"):
        if out is not None:
            return f"@{out.id}.origin" if side == "destination" else f"@{out.id}.destination"
        return (
            f"{scene.me.city_names[0]} {mention.words}"
            if scene.place(f"{scene.me.city_names[0]}{mention.words}")
            else mention.words
        )
    if own == "hotel":
        if stay is not None:
            return f"@{stay.id}.destination"
        return _booked_hotel(scene)
    if own in ("home", "office"):
        address = own_address(own, scene)
        return address["address_id"] if address else ("?" if side == "origin" else None)
    if own == "here":
        return "" if side == "origin" else None
    if own.startswith("rel."):
        contact = contact_named(own, scene)
        return contact["address_id"] or None if contact else None
    address = address_named(mention.words, scene)
    if address is not None:
        return str(address["address_id"])
    place = ground(mention, scene)
    if place is None:
        return None
    if place.level == "city" and out is not None:
        return None
    if out is not None and place.level in ("airport", "station"):
        # The airport that the seat leaves from, by its name.
        if side == "destination" and scene.own_city(place):
            return f"@{out.id}.origin"
        if side == "origin" and not scene.own_city(place) and place.city == out.destination:
            return f"@{out.id}.destination"
    return mention.words


def _booked_hotel(scene: Scene) -> str:
    """Where the person's hotel is: an address of theirs, else the booking that covers today or comes next."""
    address = own_address("hotel", scene)
    if address is not None:
        return str(address["address_id"])
    if not scene.has("fliggy_order_list"):
        return "?"
    orders = scene.look("fliggy_order_list", {"kind": "hotel", "limit": 20}, "orders")["orders"]
    live = [
        o for o in orders if o["state"] not in ("cancelled", "closed", "failed") and o["end"] >= scene.now.isoformat()
    ]
    if not live:
        return "?"
    first = min(live, key=lambda o: o["start"])
    detail = scene.look("fliggy_order_detail", {"order_id": first["order_id"]}, "location")
    return str(detail["location"]) or "?"


def _passenger(draft: Draft, scene: Scene) -> tuple[str, str]:
    """Who rides, if it is somebody else than the person alone."""
    for clause in draft.clauses:
        for relation in clause.all("rel"):
            contact = contact_named(f"rel.{relation}", scene)
            if contact is not None:
                return contact["name"], ""
    for clause in _own(draft):
        match = FETCH.search(clause.text)
        named = payers_named(match["who"], scene) if match else []
        if named:
            return named[0], ""
    return "", ""


_IS_AT = re.compile(r"[\s,]*(?:(?:my|our)\s)?\w+(?:['’]s|\sis|\sare)\s(?:still |currently |now )?(?:at|in)\b")
_HEADS_HOME = re.compile(r"\b(?:going|heading|go|headed|get) (?:back )?home\b")
_STARTS_AT = re.compile(r"[\s,]*(?:(?:a |an )?(?:taxi|cab|car|ride|lift|uber|didi) )?(home|work|office) to\b")
_COMES = re.compile(r"\b(?:lands?|landing|arriv\w+|gets? in|coming in|comes? in|flies|flying in|due)\b")


def _arrival(draft: Draft, scene: Scene) -> tuple[str, str]:
    """The station or airport where somebody arrives who is to be met, and when, if the words tell it."""
    for clause in draft.clauses:
        if "ride" in clause.kinds and not clause.has("rel.mother", "rel.father"):
            continue
        if clause.has("goal.go") and not clause.all("rel"):
            continue
        comes = clause.has("lands") or clause.all("rel") or _COMES.search(clause.low)
        if scene.language == "en" and not comes:
            continue
        named = mentions(clause)
        if any(m.role == "from" for m in named):
            continue
        for mention in named:
            if _heads_for(mention, clause):
                continue
            if (mention.role == "to" or (mention.role == "at" and clause.has("lands"))) and not mention.own:
                place = ground(mention, scene)
                if place is not None and place.level in ("station", "airport"):
                    return mention.words, _exact_arrival(draft, scene)
    return "", ""


def _heads_for(mention: Mention, clause: Clause) -> bool:
    """Whether the Chinese verb says that one goes there (去, 前往, 赶到) and not that somebody arrives (到)."""
    if clause.low.startswith(("ke ", "menuju "), mention.start - clause.start):
        return not clause.has("lands", "arrive")
    verb = clause.text[mention.start - clause.start :][:1]
    return "\u3400" <= verb <= "\u9fff" and verb not in "到抵在"


def _exact_arrival(draft: Draft, scene: Scene) -> str:
    for clause in draft.clauses:
        for span in clause.of(Time):
            if span.role in ("at", "by"):
                return scene.moment(span.day or scene.reading.day_for(span), span.time)
    return ""


def _roughly(draft: Draft) -> bool:
    times = [t for c in draft.clauses for t in c.of(Time)]
    return not times or all(t.role == "about" for t in times) or any(c.of(Ref) for c in draft.clauses)


def _is_deadline(draft: Draft) -> bool:
    """Whether the clock time of a ride is when one has to be there, and not when the car comes."""
    for clause in sorted(draft.clauses, key=lambda c: "ride" not in c.kinds):
        for span in clause.of(Time):
            leads = any(m.role == "to" for m in mentions(clause))
            there = span.role == "by" and (leads or clause.has("goal.go", "arrive", "deadline"))
            there = there or clause.has("deadline")
            return there or (
                clause.has("event")
                and not clause.has("event_end")
                and "ride" not in clause.kinds
                and not tells_departure(clause)
            )
    return False


def _says_when(draft: Draft) -> bool:
    """Whether the clause that asks for the car has a time of its own, beside the one when somebody arrives."""
    own = [c for c in draft.clauses if "ride" in c.kinds]
    return any(c.of(Time) and not c.has("lands", "arrive") for c in own) and any(
        c.of(Time) for c in draft.clauses if c not in own
    )


BEFORE_FLIGHT, BEFORE_TRAIN = timedelta(minutes=165), timedelta(minutes=85)
"""From the pick-up to a seat that the person has already: the ride, and the airport's or the station's own time."""


def _at(draft: Draft, scene: Scene, out: Trip | None) -> str:
    own = _own(draft) if out is not None else draft.clauses
    for clause in sorted(own, key=lambda c: "ride" not in c.kinds):
        for span in clause.of(Time):
            day = span.day or _day(own)
            if tells_departure(clause):
                lead = BEFORE_FLIGHT if clause.has("goal.flight") else BEFORE_TRAIN
                leaves = scene.moment(day or scene.reading.day_for(span), span.time)
                starts = (datetime.fromisoformat(leaves) - lead).isoformat()
                # Too late for that: then the car comes at once.
                return starts if starts > scene.now.isoformat() else ""
            if day is None and out is not None and out.date:
                day = date.fromisoformat(out.date)
            return scene.moment(day or scene.reading.day_for(span), span.time)
        for length in clause.of(Duration):
            if length.role in ("after", "within", ""):
                return (scene.now + timedelta(minutes=length.minutes)).isoformat()
    return ""


def _day(clauses: list[Clause]) -> date | None:
    for span in days(clauses):
        if isinstance(span, Day):
            return span.date
        if isinstance(span, DayPart):
            return span.day
    return None
