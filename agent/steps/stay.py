"""Hotel nights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from agent.desk import NoWay
from agent.steps.base import Candidate, Placed, Plain, StepState, Work, fact, fen
from agent.steps.booking import booked, cancel_unpaid, find_unpaid, wait_until_sure
from agent.steps.match import fit
from agent.steps.places import Spot
from agent.steps.travellers import travellers
from agent.task import Cancel, Stay, Trip
from mock_services.money import format_yuan

NEAR_M, WIDER_M = 1500, 3000
LEAST_FIT = 0.6
SURE = frozenset({"confirmed", "completed"})


class StayStep(Plain[Stay]):
    """A room for some nights."""

    def look(self, goal: Stay, work: Work) -> list[Candidate]:
        """Rates that keep every wish, best first."""
        city, first, last = where_and_when(goal, work)
        limit = goal.per_night_fen
        base = {
            "city": city,
            "query": goal.name or None,
            "check_in": first.isoformat(),
            "check_out": last.isoformat(),
            "min_stars": goal.stars or None,
            "breakfast": True if goal.breakfast else None,
            "free_cancel": True if goal.free_cancel else None,
            "bed": goal.bed or None,
            "guests": goal.guests,
            "rooms": goal.rooms if goal.rooms > 1 else None,
            "limit": 30,
        }
        args = {**base, "near": goal.near or None, "max_price": format_yuan(limit) if limit else None}
        hotels: list[dict[str, Any]] = []
        for radius in (NEAR_M, WIDER_M) if goal.near else (50_000,):
            found = work.desk.call(
                "fliggy_hotel_search",
                {**args, "radius_m": radius, "sort": "distance" if goal.near else "price"},
                need=("hotels",),
            )
            hotels = [h for h in found["hotels"] if not goal.budget_fen or fen(h["total"]) <= goal.budget_fen]
            if hotels:
                break
        hotels = [h for h in hotels if not goal.name or fit(goal.name, h["name"], h["name_en"]) >= LEAST_FIT]
        if not hotels:
            raise self.refusal(goal, args, work)
        hotels.sort(key=lambda h: rank(h, goal))
        nights = (last - first).days
        return [
            Candidate(
                title=f"{h['name']} {h['room']} {first.isoformat()} x{nights}",
                fen=fen(h["total"]),
                data={
                    "id": h["plan_id"],
                    "who": h["hotel_id"],
                    "total": h["total"],
                    "check_in": first.isoformat(),
                    "check_out": last.isoformat(),
                    "to_spot": Spot(location=h["location"], name=h["name"], city=h["city"]),
                },
            )
            for h in hotels[:8]
        ]

    def refusal(self, goal: Stay, args: dict[str, Any], work: Work) -> NoWay:
        """Why nothing was found: too dear, or not there."""
        open_args = {**args, "max_price": None, "sort": "price", "radius_m": WIDER_M if goal.near else 50_000}
        dearer = work.desk.call("fliggy_hotel_search", open_args, need=("hotels",))["hotels"]
        if dearer and (goal.per_night_fen or goal.budget_fen):
            lowest = min(fen(h["total"]) for h in dearer)
            return NoWay("over_budget", format_yuan(goal.per_night_fen or goal.budget_fen),
                         [fact("price_floor", format_yuan(lowest))])  # fmt: skip
        return NoWay("not_found", goal.near or args["city"])

    def place(self, goal: Stay, candidate: Candidate, work: Work) -> Placed:
        """Hold the room."""
        data = candidate["data"]
        args = {
            "plan_id": data["id"],
            "check_in": data["check_in"],
            "check_out": data["check_out"],
            "rooms": goal.rooms if goal.rooms > 1 else None,
            "guests": travellers(max(goal.rooms, len(goal.who)), work, goal.who),
            "expect_total": data["total"],
            "request_no": work.key(goal.id, "book"),
        }
        made = work.desk.call("fliggy_hotel_book", args, need=("order_id", "out_trade_no", "amount"))
        return booked(made["order_id"], "fliggy_hotel_book", candidate, work)

    def find(self, goal: Stay, candidate: Candidate, work: Work) -> Placed | None:
        """An unpaid booking of the same rate."""
        return find_unpaid("hotel", candidate, work)

    def check(self, goal: Stay, placed: Placed, work: Work) -> dict[str, Any]:
        """Wait for the hotel's confirmation."""
        order = wait_until_sure(placed["order_id"], SURE, work)
        ref = placed["order_id"]
        return {"facts": [fact("order_id", ref), fact("amount", order["amount"], ref)], "order_id": ref}

    def undo(self, goal: Stay, placed: Placed, work: Work) -> None:
        """Give the room back."""
        cancel_unpaid(placed["order_id"], work)


def where_and_when(goal: Stay, work: Work) -> tuple[str, date, date]:
    """City, first night and day of departure; what the words leave open follows from the trip or the old booking."""
    out = next((g for g in work.task.goals if isinstance(g, Trip) and not g.back_of), None)
    back = next((g for g in work.task.goals if isinstance(g, Trip) and g.back_of), None)
    city, first, nights = goal.city, goal.check_in, goal.nights
    old = old_booking(goal, work)
    if old is not None:
        city = city or old["city"]
        first = first or old["check_in"]
        nights = nights or (date.fromisoformat(old["check_out"]) - date.fromisoformat(old["check_in"])).days
    if out is not None:
        city = city or out.destination
        arrival = arrival_day(work.steps.get(out.id)) or out.date
        first = first or arrival
        if not nights and back is not None and back.date and first:
            nights = (date.fromisoformat(back.date) - date.fromisoformat(first)).days
    if not first:
        first = work.now.date().isoformat()
    city = city or work.me.city
    begin = date.fromisoformat(first[:10])
    return city, begin, begin + timedelta(days=max(1, nights))


def arrival_day(step: StepState | None) -> str:
    """The day on which the chosen departure arrives."""
    if step is None or not step.get("candidates") or "chosen" not in step:
        return ""
    return str(step["candidates"][step["chosen"]]["data"]["arrive"])[:10]


def old_booking(goal: Stay, work: Work) -> dict[str, Any] | None:
    """The booking that this one replaces, as its cancel step found it."""
    cancel = next((g for g in work.task.goals if isinstance(g, Cancel) and g.id == goal.replaces), None)
    step = work.steps.get(cancel.id) if cancel else None
    if step is None or not step.get("candidates"):
        return None
    found: dict[str, Any] | None = step["candidates"][step.get("chosen", 0)]["data"].get("stay")
    return found


def rank(hotel: dict[str, Any], goal: Stay) -> tuple[float, ...]:
    """Best first."""
    price = fen(hotel["total"])
    if goal.choice == "cheapest":
        return (price,)
    if goal.near:
        return (hotel["distance_m"] or 0) // 500, price, -hotel["rating"]
    return (-round(hotel["rating"], 1), price)
