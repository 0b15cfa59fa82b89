"""Other days and hours: tickets that move, and seats that are changed to another departure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Placed, Plain, Work, fact, fen, unpaid
from agent.steps.booking import LIVE, wait_until_sure
from agent.steps.match import fit
from agent.steps.trip import change, clock
from agent.steps.weather import rains
from agent.task import Reschedule
from agent.words import fold

SURE = frozenset({"ticketed", "completed"})
MOST_QUOTES = 6


class RescheduleStep(Plain[Reschedule]):
    """Move a ticket to another day, if the weather asks for it."""

    def look(self, goal: Reschedule, work: Work) -> list[Candidate]:
        """The booking that is meant; nothing to do if the condition does not hold."""
        if goal.what in ("train", "flight"):
            return departures(goal, work)
        if goal.if_rain and not rains(work.me.city, goal.if_rain, work):
            return [Candidate(title=goal.if_rain[:10], fen=0, data={"leave": True})]
        orders = work.desk.call("fliggy_order_list", {"kind": "ticket", "limit": 50}, need=("orders",))["orders"]
        live = [o for o in orders if o["state"] in LIVE]
        named = [o for o in live if goal.item and fit(goal.item, o["title"]) > 0]
        live = named or live
        if goal.if_rain:
            live = [o for o in live if o["start"][:10] == goal.if_rain[:10]] or live
        if not live:
            raise NoWay("not_found", goal.item)
        order = live[0]
        target = goal.date[:10] or (date.fromisoformat(order["start"][:10]) + timedelta(days=1)).isoformat()
        return [Candidate(title=order["title"], fen=0, data={"order_id": order["order_id"], "date": target})]

    def place(self, goal: Reschedule, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved; moving it was the errand."""
        data = candidate["data"]
        if data.get("change_of"):
            placed = change(goal.id, candidate, work)
            return Placed(**{**placed, "data": {**data, "order_id": placed["order_id"]}})
        return unpaid(candidate, data.get("order_id", ""))

    def commit(self, goal: Reschedule, placed: Placed, work: Work) -> None:
        """Move it. Takes no request number: looking tells whether it was done."""
        data = placed["data"]
        if not data.get("leave") and not data.get("change_of"):
            work.desk.call("fliggy_ticket_change", {"order_id": data["order_id"], "date": data["date"]})

    def committed(self, goal: Reschedule, placed: Placed, work: Work) -> bool:
        """Whether it stands on the new day."""
        data = placed["data"]
        if data.get("leave"):
            return True
        order = work.desk.call("fliggy_order_detail", {"order_id": data["order_id"]}, need=("start",))
        if data.get("change_of"):
            return datetime.fromisoformat(order["start"]) == datetime.fromisoformat(data["depart"])
        return datetime.fromisoformat(order["start"]).date().isoformat() == str(data["date"])

    def check(self, goal: Reschedule, placed: Placed, work: Work) -> dict[str, Any]:
        """Read the new day.

        Raises:
            ToolFailure: ``NO_EFFECT`` if it still is the old one.
        """
        if placed["data"].get("change_of"):
            wait_until_sure(placed["data"]["order_id"], SURE, work)
        if not self.committed(goal, placed, work):
            raise ToolFailure("fliggy_ticket_change", "NO_EFFECT", "acknowledged, but not moved", access="write")
        data = placed["data"]
        if data.get("leave"):
            return {"facts": []}
        moved = (
            fact("departure", data["depart"], data["order_id"])
            if data.get("change_of")
            else fact("other", data["date"])
        )
        return {"facts": [fact("order_id", data["order_id"]), moved]}


def departures(goal: Reschedule, work: Work) -> list[Candidate]:
    """Departures that a booked seat can be changed to, at what the change costs, the cheapest first.

    Raises:
        NoWay: there is no such booking, or nothing that it can be changed to.
    """
    old = booking(goal, work)
    day = goal.date[:10] or old["start"][:10]
    args = {
        "from_city": old["from_place"],
        "to_city": old["to_place"],
        "date": day,
        "depart_after": clock(goal.after),
        "depart_before": clock(goal.before),
        "arrive_before": clock(goal.arrive_by),
        "passengers": old["quantity"],
        "sort": "departure",
        "limit": 20,
    }
    tool, rows, key = (
        ("fliggy_train_search", "trains", "train_id")
        if old["kind"] == "train"
        else ("fliggy_flight_search", "flights", "itinerary_id")
    )
    offers = work.desk.call(tool, args, need=(rows,))[rows]
    found: list[Candidate] = []
    for offer in offers:
        if offer[key] == old["product_id"] or len(found) >= MOST_QUOTES:
            continue
        try:
            quote = work.desk.call(
                "fliggy_change_quote", {"order_id": old["order_id"], "new_id": offer[key]}, need=("to_pay",)
            )
        except ToolFailure as error:
            if error.code in ("SOLD_OUT", "NO_SUCH_CLASS", "NOT_SAME_ROUTE"):
                continue
            if error.code in ("CHANGE_NOT_ALLOWED", "WRONG_STATE"):
                raise NoWay("not_possible", error.message) from error
            raise
        data = {
            "change_of": old["order_id"],
            "id": offer[key],
            "to_pay": quote["to_pay"],
            "depart": offer["depart"],
            "date": day,
        }
        found.append(Candidate(title=f"{offer[key]} {offer['depart'][:16]}", fen=fen(quote["to_pay"]), data=data))
    if not found:
        raise NoWay("not_found", day)
    return sorted(found, key=lambda c: (c["fen"], c["data"]["depart"]))


def booking(goal: Reschedule, work: Work) -> dict[str, Any]:
    """The booked seat that is meant: by its name or place, else the next one."""
    orders = work.desk.call("fliggy_order_list", {"kind": goal.what, "limit": 50}, need=("orders",))["orders"]
    live = [o for o in orders if o["state"] in LIVE]
    live = [o for o in live if goal.item and fit(goal.item, o["title"]) > 0] or live
    if goal.old_date:
        live = [o for o in live if o["start"][:10] == goal.old_date] or live
    if not live:
        raise NoWay("not_found", goal.item or goal.what)
    if goal.place and len(live) > 1:
        for order in sorted(live, key=lambda o: str(o["start"])):
            detail = work.desk.call(
                "fliggy_order_detail", {"order_id": order["order_id"]}, need=("to_place", "product_id")
            )
            if fold(goal.place) == fold(detail["to_place"] or ""):
                return detail
    first = min(live, key=lambda o: str(o["start"]))
    return work.desk.call("fliggy_order_detail", {"order_id": first["order_id"]}, need=("from_place", "product_id"))
