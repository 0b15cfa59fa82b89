"""Attraction tickets for a day that suits."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Placed, Plain, Work, fact, fen
from agent.steps.booking import booked, cancel_unpaid, find_unpaid, wait_until_sure
from agent.steps.match import fit, grams
from agent.steps.places import Spot
from agent.steps.trip import clock
from agent.steps.weather import rains
from agent.task import Visit
from agent.words import fold
from mock_services.money import format_yuan

LEAST_FIT = 0.6
SURE = frozenset({"ticketed", "confirmed", "completed"})


def in_window(slots: list[dict[str, Any]], after: str) -> list[dict[str, Any]]:
    """Slots that are still open at a clock time, those that start then or later first."""
    open_then = [slot for slot in slots if slot["slot"][-5:] > after]
    return sorted(open_then, key=lambda slot: (slot["slot"][:5] < after, slot["slot"]))


def beginning(slots: list[dict[str, Any]], at: str) -> list[dict[str, Any]]:
    """The slot that begins at an hour; where none does, those that are open then."""
    exact = [slot for slot in slots if slot["slot"][:5] == at]
    return exact or [slot for slot in slots if slot["slot"][:5] <= at < slot["slot"][-5:]]


def known_by(place: str, tickets: list[dict[str, Any]], args: dict[str, Any], work: Work) -> list[dict[str, Any]]:
    """The tickets that a name in another language than the tickets' own means.

    The search finds them by it, all are for one place, and every proper name among the words finds just that place.
    """
    places = {ticket["attraction"] for ticket in tickets}
    if len(places) != 1 or not place.isascii():
        return []
    for name in [word for word in place.split() if word[:1].isupper()]:
        found = work.desk.call("fliggy_ticket_search", {**args, "query": name}, need=("tickets",))["tickets"]
        if not places <= {ticket["attraction"] for ticket in found}:
            return []
    return tickets


def how_well(goal: Visit, ticket: dict[str, Any], work: Work) -> float:
    """How well a ticket's place is the one that was named; a city's name in it says nothing about the place."""
    if not goal.place:
        return 1.0
    cities = (goal.city, ticket["city"], work.me.city, *work.me.city_names)
    own = " ".join(sorted(grams(goal.place) - grams(" ".join(cities)))) or goal.place
    return round(fit(own, ticket["name"], ticket["name_en"], ticket["attraction"]), 1)


def on_the_map(goal: Visit, work: Work) -> str:
    """The name by which the map knows a sight, if it is another one than was said; empty if it does not."""
    if not goal.place:
        return ""
    try:
        args = {"address": goal.place, "city": goal.city or work.me.city}
        found = work.desk.call("maps_geo", args, need=("geocodes",))["geocodes"]
    except ToolFailure as error:
        if error.code in ("ADDRESS_NOT_FOUND", "CITY_UNKNOWN", "INVALID_ARGUMENT"):
            return ""
        raise
    name = str(found[0]["name"]) if found else ""
    return name if fold(name) != fold(goal.place) else ""


class VisitStep(Plain[Visit]):
    """Tickets."""

    def look(self, goal: Visit, work: Work) -> list[Candidate]:
        """Tickets that suit the day, the weather and the purse."""
        day = goal.date or work.now.date().isoformat()
        indoor = True if goal.indoor or (goal.stay_dry and rains(goal.city or work.me.city, day, work)) else None
        args = {
            "city": goal.city or work.me.city,
            "query": goal.place or None,
            "date": day,
            "indoor": indoor,
            "max_queue": 1 if goal.no_queue else None,
            "limit": 50,
        }
        tickets: list[dict[str, Any]] = work.desk.call("fliggy_ticket_search", args, need=("tickets",))["tickets"]
        suits = {t["ticket_id"]: how_well(goal, t, work) for t in tickets}
        every = tickets
        tickets = [t for t in every if suits[t["ticket_id"]] >= LEAST_FIT]
        if not tickets and (known := on_the_map(goal, work)):
            # The map knows it in the words of another language than the tickets are sold in.
            called = msgspec.structs.replace(goal, place=known)
            found_so = work.desk.call("fliggy_ticket_search", {**args, "query": known}, need=("tickets",))["tickets"]
            suits = {t["ticket_id"]: how_well(called, t, work) for t in found_so}
            tickets = [t for t in found_so if suits[t["ticket_id"]] >= LEAST_FIT]
        if not tickets and goal.place:
            tickets = known_by(goal.place, every, args, work)
            suits |= {t["ticket_id"]: 1.0 for t in tickets if suits.get(t["ticket_id"], 0) < LEAST_FIT}
        found: list[Candidate] = []
        cheapest: int | None = None
        for ticket in tickets:
            slots = beginning(ticket["slots"], goal.at) if goal.at else ticket["slots"]
            slots = [s for s in slots if s["left"] >= goal.adults + goal.children]
            slots = in_window(slots, goal.at or clock(goal.after) or "00:00")
            if not slots:
                continue
            total = fen(ticket["adult_price"]) * goal.adults + fen(ticket["child_price"]) * goal.children
            cheapest = total if cheapest is None else min(cheapest, total)
            if goal.budget_fen and total > goal.budget_fen:
                continue
            found.append(
                Candidate(
                    title=f"{ticket['name']} {day} {slots[0]['slot']}",
                    fen=total,
                    data={
                        "id": ticket["ticket_id"],
                        "date": day,
                        "slot": slots[0]["slot"],
                        "queue": ticket["queue"],
                        "to_spot": Spot(location=ticket["location"], name=ticket["name"], city=ticket["city"]),
                    },
                )
            )
        if not found and cheapest is not None:
            raise NoWay("over_budget", format_yuan(goal.budget_fen), [fact("price_floor", format_yuan(cheapest))])
        if not found:
            raise NoWay("not_found", goal.place or day)
        found.sort(
            key=lambda c: (-suits[c["data"]["id"]], c["data"]["queue"] if goal.no_queue else 0, c["fen"] == 0, c["fen"])
        )
        return found[:8]

    def place(self, goal: Visit, candidate: Candidate, work: Work) -> Placed:
        """Hold the tickets, and read whether they are. The write takes no request number.

        Raises:
            ToolFailure: as :func:`agent.steps.booking.acknowledged`.
        """
        data = candidate["data"]
        args = {
            "ticket_id": data["id"],
            "date": data["date"],
            "slot": data["slot"],
            "adults": goal.adults,
            "children": goal.children,
            "expect_total": format_yuan(candidate["fen"]),
        }
        made = work.desk.call("fliggy_ticket_book", args, need=("order_id", "out_trade_no", "amount"))
        return booked(made["order_id"], "fliggy_ticket_book", candidate, work)

    def find(self, goal: Visit, candidate: Candidate, work: Work) -> Placed | None:
        """An unpaid order for the same ticket."""
        return find_unpaid("ticket", candidate, work)

    def check(self, goal: Visit, placed: Placed, work: Work) -> dict[str, Any]:
        """Wait for the confirmation."""
        order = wait_until_sure(placed["order_id"], SURE, work)
        ref = placed["order_id"]
        return {"facts": [fact("order_id", ref), fact("amount", order["amount"], ref)], "order_id": ref}

    def undo(self, goal: Visit, placed: Placed, work: Work) -> None:
        """Give the tickets back."""
        cancel_unpaid(placed["order_id"], work)
