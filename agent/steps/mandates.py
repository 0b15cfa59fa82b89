"""Standing permissions to pay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agent.desk import NoWay, ToolFailure
from agent.steps.base import Candidate, Placed, Plain, Work, fact, unpaid
from agent.task import Buy, Mandate
from mock_services.money import format_yuan

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VALID_DAYS = 90
"""How long a permission without an end is asked for: a season, after which the person is asked again."""
MOST_WAITS = 10


class MandateStep(Plain[Mandate]):
    """Apply for a mandate; only the person makes it active."""

    def look(self, goal: Mandate, work: Work) -> list[Candidate]:
        """The terms, as narrow as the words allow."""
        limit = goal.day_fen or goal.single_fen
        if not limit:
            raise NoWay("needs_person", "limit")
        food = any(isinstance(g, Buy) for g in work.task.goals) or not goal.purpose
        sorts = list(goal.sorts) or (["food"] if food else ["goods"])
        terms: dict[str, Any] = {
            "purpose": goal.purpose or work.desk.episode.instruction[:200],
            "categories": sorts,
            "single_limit": format_yuan(goal.single_fen or limit),
            "day_limit": format_yuan(goal.day_fen) if goal.day_fen else None,
            "total_limit": format_yuan(goal.total_fen) if goal.total_fen else None,
            "weekdays": [WEEKDAYS[day] for day in goal.weekdays] or None,
            "valid_to": (work.now + timedelta(days=VALID_DAYS)).isoformat(),
        }
        return [
            Candidate(
                title=f"{terms['purpose'][:80]} {terms['single_limit']}",
                fen=0,
                data={"terms": terms, "single": goal.single_fen or limit},
            )
        ]

    def place(self, goal: Mandate, candidate: Candidate, work: Work) -> Placed:
        """The application itself asks the person."""
        return unpaid(candidate)

    def commit(self, goal: Mandate, placed: Placed, work: Work) -> None:
        """Apply, with a number of our own."""
        args = {**placed["data"]["terms"], "request_no": work.key(goal.id, "mandate")}
        made = work.desk.call("alipay_mandate_apply", args, need=("mandate_id",))
        work.step(goal.id).setdefault("result", {})["mandate_id"] = made["mandate_id"]

    def committed(self, goal: Mandate, placed: Placed, work: Work) -> bool:
        """Whether an application of ours is there."""
        mandates = work.desk.call("alipay_mandate_list", {}, need=("mandates",))["mandates"]
        own = next((m for m in mandates if m["purpose"] == placed["data"]["terms"]["purpose"]), None)
        if own is not None:
            work.step(goal.id).setdefault("result", {})["mandate_id"] = own["mandate_id"]
        return own is not None

    def check(self, goal: Mandate, placed: Placed, work: Work) -> dict[str, Any]:
        """Wait for the person's decision.

        Raises:
            NoWay: they refused.
            ToolFailure: ``NO_EFFECT`` if there is no such mandate.
        """
        mandate_id = work.step(goal.id).get("result", {}).get("mandate_id", "")
        state = "SIGNING"
        for _ in range(MOST_WAITS):
            try:
                found = work.desk.call("alipay_mandate_query", {"mandate_id": mandate_id}, need=("state",))
            except ToolFailure as error:
                if error.code.endswith("NOT_EXIST"):
                    raise ToolFailure("alipay_mandate_apply", "NO_EFFECT", "not there", access="write") from error
                raise
            state = found["state"]
            if state != "SIGNING":
                break
            work.desk.call("clock_wait", {"seconds": 60})
        if state != "NORMAL":
            raise NoWay("refused_by_person", state)
        return {
            "facts": [fact("order_id", mandate_id)],
            "mandate_id": mandate_id,
            "single_fen": placed["data"]["single"],
        }
