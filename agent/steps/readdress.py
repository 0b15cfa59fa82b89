"""Sending a parcel that has not left yet to another address."""

from __future__ import annotations

from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Placed, Plain, Work, fact, unpaid
from agent.steps.places import deliverable, spot
from agent.task import Readdress


class ReaddressStep(Plain[Readdress]):
    """Change the address of an order that is not shipped. It costs nothing and was asked for: nobody is asked again."""

    def look(self, goal: Readdress, work: Work) -> list[Candidate]:
        """The order, if its address can still be changed.

        Raises:
            NoWay: it has left already, or there is no such address.
        """
        if not goal.to:
            raise NoWay("needs_person", "address")
        address_id = deliverable(spot(goal.to, work), work, goal.to)
        order = work.desk.call("taobao_order_detail", {"order_id": goal.ref}, need=("lines", "actions", "address_id"))
        if order["address_id"] != address_id and "change_address" not in order["actions"]:
            raise NoWay("too_late", str(order["state"]))
        return [
            Candidate(title=order["lines"][0]["title"], fen=0, data={"order_id": goal.ref, "address_id": address_id})
        ]

    def place(self, goal: Readdress, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved."""
        return unpaid(candidate, candidate["data"]["order_id"])

    def commit(self, goal: Readdress, placed: Placed, work: Work) -> None:
        """Change it. Takes no request number: looking tells whether it was done.

        Raises:
            NoWay: the parcel cannot go to another city.
        """
        data = placed["data"]
        args = {"order_id": data["order_id"], "address_id": data["address_id"]}
        try:
            work.desk.call("taobao_change_address", args, need=("delivery_by",))
        except ToolFailure as error:
            if error.code in ("ANOTHER_CITY", "ORDER_STATE"):
                raise NoWay("not_possible" if error.code == "ANOTHER_CITY" else "too_late", error.message) from error
            raise

    def committed(self, goal: Readdress, placed: Placed, work: Work) -> bool:
        """Whether the order goes there now."""
        order = work.desk.call("taobao_order_detail", {"order_id": placed["order_id"]}, need=("address_id",))
        return bool(order["address_id"] == placed["data"]["address_id"])

    def check(self, goal: Readdress, placed: Placed, work: Work) -> dict[str, Any]:
        """Read where it goes.

        Raises:
            ToolFailure: ``NO_EFFECT`` if it still goes where it went.
        """
        if not self.committed(goal, placed, work):
            raise ToolFailure("taobao_change_address", "NO_EFFECT", "acknowledged, but not changed", access="write")
        return {"facts": [fact("order_id", placed["order_id"])]}
