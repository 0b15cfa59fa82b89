"""Finding something out and saying it."""

from __future__ import annotations

from typing import Any

from agent.desk import NoWay
from agent.steps.base import Candidate, Placed, Plain, Work, fact, unpaid
from agent.task import Tell


class TellStep(Plain[Tell]):
    """Look it up; the report says it."""

    def look(self, goal: Tell, work: Work) -> list[Candidate]:
        """The fact that was asked for.

        Raises:
            NoWay: nothing here can tell.
        """
        if goal.about == "weather":
            args = {"city": goal.place or work.me.city, "date": goal.date or None}
            days = work.desk.call("maps_weather", args, need=("forecasts",))["forecasts"]
            if days:
                day = days[0]
                words = day["dayweather"] if work.task.language == "zh" else day["weather_en"]
                return [self.found(f"{day['date']} {words} {day['nighttemp']}-{day['daytemp']}°C", day["date"])]
        if goal.about == "balance":
            methods = work.desk.call("alipay_methods", {}, need=("methods",))["methods"]
            wallet = next((m for m in methods if m["kind"] == "wallet"), None)
            if wallet:
                return [Candidate(title=wallet["title"], fen=0, data={"facts": [fact("amount", wallet["available"])]})]
        if goal.about == "order":
            orders = work.desk.call("user_order_history", {"limit": 5}, need=("orders",))["orders"]
            if orders:
                return [self.found(str(orders[0].get("state", "")), str(orders[0].get("order_id", "")))]
        raise NoWay("not_found", goal.about)

    @staticmethod
    def found(words: str, ref: str) -> Candidate:
        """A fact in words."""
        return Candidate(title=words, fen=0, data={"facts": [fact("other", words, ref)]})

    def place(self, goal: Tell, candidate: Candidate, work: Work) -> Placed:
        """Nothing is reserved."""
        return unpaid(candidate)

    def check(self, goal: Tell, placed: Placed, work: Work) -> dict[str, Any]:
        """What is told."""
        return {"facts": placed["data"]["facts"]}
