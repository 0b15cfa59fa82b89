"""How the oracle calls tools: it retries what may be retried, looks before it repeats, and believes no answer blindly.

Everything goes through the public tools of an episode; nothing of the world is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from agent.interface import Episode
from mock_services.clock import MINUTE, Instant, parse_iso
from mock_services.money import parse_yuan
from mock_services.registry import Registry, default_registry
from scenarios.model import Scenario
from scenarios.wants import atoms

TRIES = 8
PAUSE_S = 30
LATE_S = 90
"""How long a call whose answer was lost may still take effect."""

GHOSTS = 3
"""How often a write is repeated that was acknowledged and left nothing."""

STALE_MS = MINUTE
PAYING = ("BALANCE_NOT_ENOUGH", "RISK_CONTROL", "PAYMENT_LIMIT", "METHOD_NOT_AVAILABLE")

REASONS = {
    "SOLD_OUT": "sold_out",
    "OUT_OF_STOCK": "sold_out",
    "DISH_SOLD_OUT": "sold_out",
    "SHOP_CLOSED": "closed",
    "BOOKING_CLOSED": "closed",
    "DELIVERY_TIME_NOT_POSSIBLE": "too_late",
    "OUT_OF_DELIVERY_RANGE": "not_possible",
    "FLIGHT_CANCELLED": "not_possible",
    "PAYEE_BLOCKED": "suspicious",
    "PRESCRIPTION_REQUIRED": "needs_person",
    "SERVICE_UNAVAILABLE": "service_down",
    "TIMEOUT": "service_down",
    "SERVER_ERROR": "service_down",
    "CONNECTION_RESET": "service_down",
    "RATE_LIMITED": "service_down",
    "NOT_FOUND": "not_found",
    "OVER_BUDGET": "over_budget",
    "TOO_LATE": "too_late",
    "REFUSED": "refused_by_person",
    "SUSPICIOUS": "suspicious",
    "PAYMENT_FAILED": "payment_failed",
    **dict.fromkeys(PAYING, "payment_failed"),
}
"""The reason code to report for the code that stopped the errand."""


class Stopped(Exception):
    """This way of doing it does not work; ``code`` says why."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


class Withheld(Exception):
    """Here the oracle would have to write, and the right thing is not to."""


class Desk:
    """The oracle's way of using an episode's tools. With ``look_only`` the first write stops it."""

    def __init__(
        self, episode: Episode, scenario: Scenario, *, look_only: bool = False, registry: Registry | None = None
    ) -> None:
        self.episode, self.scenario, self.look_only = episode, scenario, look_only
        self.now: Instant = scenario.start
        self.seen: set[str] = set()
        self._numbers = 0
        self._delegated = scenario.consent.up_to
        self.registry = registry or default_registry()
        self._results = self.registry.tools

    # --- calls -----------------------------------------------------------------------------------------------

    def read(self, tool: str, **args: Any) -> dict[str, Any]:
        """A complete and fresh answer of a read tool.

        Raises:
            Stopped: the service refuses, or stays down.
        """
        reply: dict[str, Any] = {}
        for _ in range(TRIES):
            reply = self._call(tool, args)
            if not reply["ok"]:
                self._give_way(reply["error"])
            elif self._whole(tool, reply):
                self.seen.add(tool)
                data: dict[str, Any] = reply["data"]
                return data
        if reply["ok"]:
            raise Stopped("SERVICE_UNAVAILABLE", f"{tool} never answers in full")
        raise Stopped(reply["error"]["code"], reply["error"]["message"])

    def write(self, tool: str, look: Callable[[], dict[str, Any] | None] | None = None, **args: Any) -> dict[str, Any]:
        """Carry out a write exactly once.

        Args:
            tool: The tool.
            look: Finds what the call would have made; called before a call without a key is repeated.
            args: Its arguments; a missing ``request_no`` is filled in where the tool takes one.

        Raises:
            Withheld: nothing may be written.
            Stopped: the service refuses, or stays down.
        """
        if self.look_only and not tool.startswith("user_"):
            raise Withheld
        keyed = self._results[tool].key
        if keyed and keyed not in args:
            args[keyed] = self.number()
        reply: dict[str, Any] = {}
        for _ in range(TRIES):
            reply = self._call(tool, args)
            if reply["ok"]:
                data: dict[str, Any] = reply["data"]
                return data
            self._give_way(reply["error"])
            if not keyed and look is not None:
                self.wait(LATE_S)
                found = look()
                if found is not None:
                    return found
        raise Stopped(reply["error"]["code"], reply["error"]["message"])

    def _call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        reply = self.episode.call(tool, args)
        if reply["ok"]:
            moment = parse_iso(reply["as_of"], self.scenario.offset_min)
            # Only an answer about now moves the oracle's own clock: a stale one must not set it back.
            self.now = max(self.now, moment)
        return reply

    def _whole(self, tool: str, reply: dict[str, Any]) -> bool:
        if not reply.get("complete", True):
            return False
        if parse_iso(reply["as_of"], self.scenario.offset_min) < self.now - STALE_MS:
            return False
        return not _reshaped(self._results[tool].result, reply["data"])

    def _give_way(self, error: Mapping[str, Any]) -> None:
        if not error["retryable"]:
            raise Stopped(error["code"], error["message"])
        self.wait(int(error["retry_after"] or PAUSE_S))

    def wait(self, seconds: int) -> None:
        """Let virtual time pass."""
        left = max(1, seconds)
        while left > 0:
            step = min(left, 86_400)
            reply = self.episode.call("clock_wait", {"seconds": step, "wake_on_notice": False})
            if reply["ok"]:
                self.now = parse_iso(reply["data"]["now"], self.scenario.offset_min)
            left -= step

    def number(self) -> str:
        """A fresh request number."""
        self._numbers += 1
        return f"{self.episode.episode_id}-{self._numbers}"

    def until(self, act: Callable[[], Any], there: Callable[[Any], bool]) -> Any:
        """Act until it shows: an acknowledgement alone is not believed. Returns what the last act returned.

        Raises:
            Stopped: it never shows.
        """
        for _ in range(GHOSTS):
            done = act()
            try:
                if there(done):
                    return done
            except Stopped as stopped:
                if not stopped.code.endswith("NOT_EXIST"):
                    raise
        raise Stopped("SERVICE_UNAVAILABLE", "what was acknowledged is not there")

    # --- the person ------------------------------------------------------------------------------------------

    def ask(self, topic: str) -> str:
        """Ask the person; the answer's words, or nothing."""
        reply = self.episode.call("user_ask", {"topic": topic, "text": f"{topic}?"})
        return str(reply["data"]["text"]) if reply["ok"] else ""

    def confirm(self, charge: dict[str, Any]) -> None:
        """Have a charge approved.

        Raises:
            Stopped: ``REFUSED``.
        """
        offer = {"charges": [charge], "total": charge["amount"]}
        data = self.write("user_confirm", offer=offer, text="")
        if data["decision"] != "approved":
            raise Stopped("REFUSED", data["text"])

    def approved(self, charge: dict[str, Any]) -> None:
        """Have a charge approved, unless what the words delegate still covers it.

        Raises:
            Stopped: ``REFUSED``.
        """
        fen = parse_yuan(charge["amount"])
        if fen <= self._delegated:
            self._delegated -= fen
        else:
            self.confirm(charge)

    # --- paying ----------------------------------------------------------------------------------------------

    def pay(self, out_trade_no: str, *, method: str = "") -> dict[str, Any]:
        """Have a trade approved and pay it once, with another method if one is refused; returns the trade.

        Raises:
            Stopped: ``REFUSED``, ``PAYMENT_FAILED``, or the trade is closed.
        """
        trade = self.read("alipay_trade_query", out_trade_no=out_trade_no)
        amount = parse_yuan(trade["amount"])
        charge = {
            "payee": trade["payee"],
            "subject": trade["subject"] or trade["out_trade_no"],
            "amount": trade["amount"],
            "out_trade_no": out_trade_no,
        }
        if self.look_only:
            raise Withheld
        within = None if method else self._within_mandate(trade)
        if within is not None:
            return within
        self.approved(charge)
        for method_id in self.methods(amount, method):
            args = {"out_trade_no": out_trade_no, "method_id": method_id, "expect_amount": trade["amount"]}
            number = self.number()
            for _ in range(GHOSTS):
                try:
                    self.write("alipay_pay", **args, request_no=number)
                except Stopped as stopped:
                    if stopped.code not in PAYING:
                        raise
                    break
                done = self._paid(out_trade_no)
                if done is not None:
                    return done
                if self.read("alipay_trade_query", out_trade_no=out_trade_no)["payments"]:
                    break  # the bank refused it in the end
        raise Stopped("PAYMENT_FAILED", "no method pays it")

    def _within_mandate(self, trade: dict[str, Any]) -> dict[str, Any] | None:
        """Pay a trade within a mandate that the person gave; None if none of them covers it."""
        wanted = any(want.kind == "mandate" for want in atoms(self.scenario.goal))
        if not wanted and not any(step.do == "alipay.mandate" for step in self.scenario.setup):
            return None
        for mandate in self.read("alipay_mandate_list", state="NORMAL")["mandates"]:
            args = {"mandate_id": mandate["mandate_id"], "out_trade_no": trade["out_trade_no"]}
            number = self.number()
            for _ in range(GHOSTS):
                try:
                    self.write("alipay_mandate_pay", **args, expect_amount=trade["amount"], request_no=number)
                except Stopped as stopped:
                    if stopped.code not in PAYING and not stopped.code.startswith("MANDATE_"):
                        raise
                    break
                done = self._paid(trade["out_trade_no"])
                if done is not None:
                    return done
        return None

    def methods(self, fen: int, wanted: str = "") -> list[str]:
        """Ids of the methods that can pay an amount, of a kind or title if one is wanted; the default if none can."""
        methods = self.read("alipay_methods")["methods"]
        usable = [
            entry["method_id"]
            for entry in methods
            if not entry["blocked"] and parse_yuan(entry["available"]) >= fen
            if wanted in ("", entry["kind"], entry["method_id"], entry["title"])
        ]
        return usable or [""]

    def _paid(self, out_trade_no: str) -> dict[str, Any] | None:
        """The trade once a payment of it stands; None if none does. A second payment is claimed back."""
        for _ in range(TRIES):
            trade = self.read("alipay_trade_query", out_trade_no=out_trade_no)
            standing = [p for p in trade["payments"] if p["state"] == "success" and p["refunded"] == "0.00"]
            pending = [p for p in trade["payments"] if p["state"] == "pending"]
            if standing:
                for extra in standing[1:]:
                    if not extra["refund_request"]:
                        self.write("alipay_refund_request", payment_id=extra["payment_id"], reason="duplicate")
                return trade
            if not pending:
                return None
            self.wait(120)
        raise Stopped("PAYMENT_FAILED", "the payment stays pending")


def _reshaped(result: type[BaseModel], data: dict[str, Any]) -> bool:
    """Whether the fields of an answer, at any depth, are other ones than the tool documents."""
    try:
        result.model_validate(data)
    except ValidationError as error:
        # Amounts are numbers in the model and text in the answer: only the names of the fields count.
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        return any(found["type"] in ("missing", "extra_forbidden") for found in wrong)
    return False
