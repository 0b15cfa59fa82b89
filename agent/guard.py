"""The guard: checks every write against task and consent before it leaves, whatever the engine says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.interface import Episode, PassThrough
from agent.pay import PAYING
from agent.task import Task
from mock_services.money import parse_yuan


class Guard(PassThrough):
    """An episode with a guard in front: a payment leaves only if it is agreed to, and only once.

    ``task`` is set once the words are understood; what the words allow to be paid without asking counts as agreed.
    A refused call gets the error code ``GUARD_REFUSED`` and never reaches the service.
    """

    def __init__(self, episode: Episode) -> None:
        super().__init__(episode)
        self.task: Task | None = None
        self._agreed: list[tuple[str, int]] = []
        self._by_words = 0
        self._paid: dict[str, str] = {}

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Let a call through, or refuse it."""
        if tool in PAYING and tool != "alipay_mandate_pay":
            refusal = self._refuse_payment(tool, args)
            if refusal:
                self._episode.note("guard", {"tool": tool, "why": refusal})
                return self._refused(refusal)
        reply = self._episode.call(tool, args)
        if tool == "user_confirm" and reply["ok"] and reply["data"].get("decision") == "approved":
            for charge in args["offer"].get("charges", []):
                self._agreed.append((charge.get("out_trade_no", ""), parse_yuan(charge["amount"])))
        return reply

    def _refuse_payment(self, tool: str, args: Mapping[str, Any]) -> str:
        trade = str(args.get("out_trade_no", ""))
        number = str(args.get("request_no", ""))
        amount = parse_yuan(args.get("expect_amount") or args.get("amount") or 0)
        known = self._paid.get(number)
        if known is not None:
            # The same request again: the service recognises it by its number.
            return "" if known == f"{trade}:{amount}" else "this request number stands for another payment"
        if amount <= 0:
            return "a payment has to say which amount was agreed to"
        if (trade, amount) in self._agreed:
            self._agreed.remove((trade, amount))
        elif self.task is not None and self._by_words + amount <= self.task.pay_up_to_fen:
            self._by_words += amount
        else:
            return "nobody agreed to this payment"
        self._paid[number] = f"{trade}:{amount}"
        return ""

    def _refused(self, why: str) -> dict[str, Any]:
        now = self._episode.call("clock_now", {})
        error = {"code": "GUARD_REFUSED", "message": why, "retryable": False, "retry_after": None, "hint": ""}
        return {"ok": False, "error": error, "as_of": now["as_of"]}
