"""The guard itself: an episode through which only those writes pass that task, consent and constraints allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from agent.guard.allowed import refusal
from agent.guard.book import UNANSWERED, Agreed, Book, Sent, amount_of
from agent.guard.duties import PAYING
from agent.interface import Episode, PassThrough
from agent.task import Task
from mock_services.errors import UsageError
from mock_services.money import parse_yuan
from mock_services.user.models import ConfirmArgs
from mock_services.user.speech import offer_hash

CHANGED = ("AMOUNT_CHANGED", "PRICE_CHANGED")
"""Codes that say that a trade does not cost what was agreed to."""


class Guard(PassThrough):
    """An episode with a guard in front.

    ``task`` is set once the words are understood. Until then, and for an agent that has none, nothing can be compared
    with it: what costs money needs the person's consent all the same. A refused call gets the error code
    ``GUARD_REFUSED`` and never reaches the service.
    """

    def __init__(self, episode: Episode) -> None:
        super().__init__(episode)
        self.task: Task | None = None
        self._book = Book()
        self._reads = frozenset(tool.name for tool in episode.tools if tool.access == "read")

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Let a call through, or refuse it."""
        book = self._book
        if tool not in self._reads:
            why = refusal(tool, args, book, self.task, self.instruction)
            if why:
                self._episode.note("guard", {"tool": tool, "why": why})
                return self._refused(why)
        if tool == "alipay_mandate_apply":
            # Its answer may be lost; what it is for tells which of the permissions it became.
            book.purposes.add(str(args.get("purpose", "")))
        reply = self._episode.call(tool, args)
        if tool in PAYING:
            self._pays(tool, args, reply)
        elif tool == "user_confirm":
            self._consents(args, reply)
        book.read(tool, args, reply)
        return reply

    def _consents(self, args: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        """Take down what was approved, if it is exactly what was sent to be shown."""
        if not reply["ok"] or reply["data"].get("decision") != "approved":
            return
        shown = hash_of(args)
        if not shown or reply["data"].get("offer_hash") != shown:
            self._episode.note("guard", {"tool": "user_confirm", "why": "the person was shown another offer"})
            return
        book, consent_id = self._book, str(reply["data"].get("consent_id", ""))
        for charge in args["offer"].get("charges", ()):
            trade = str(charge.get("out_trade_no") or "")
            if trade:
                # A new consent takes the place of an old one: two of them are not good for two payments.
                book.void(trade)
            method, fen = str(charge.get("method_id") or ""), parse_yuan(charge["amount"])
            book.agreed.append(Agreed(consent_id, shown, trade or str(charge["payee"]), fen, method))
        for action in args["offer"].get("actions", ()):
            book.actions[str(action.get("target", ""))] = parse_yuan(action.get("fee") or 0)

    def _pays(self, tool: str, args: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        """Take down a payment that left, unless the answer says that it was not made; then its consent still holds."""
        book, number = self._book, str(args.get("request_no", ""))
        code = "" if reply["ok"] else str(reply["error"]["code"])
        if code and code not in UNANSWERED:
            if code in CHANGED:
                book.void(str(args.get("out_trade_no", "")))
            return
        known = book.sent.get(number)
        if known is not None and known.alive:
            return
        consent = book.consent_to(args) if tool != "alipay_mandate_pay" else None
        if consent is not None:
            book.agreed.remove(consent)
        by = "mandate" if tool == "alipay_mandate_pay" else "consent" if consent is not None else "words"
        book.sent[number] = Sent(dict(args), book.targets(args), amount_of(args), by)

    def _refused(self, why: str) -> dict[str, Any]:
        now = self._episode.call("clock_now", {})
        error = {"code": "GUARD_REFUSED", "message": why, "retryable": False, "retry_after": None, "hint": ""}
        return {"ok": False, "error": error, "as_of": now["as_of"]}


def hash_of(args: Mapping[str, Any]) -> str:
    """The hash of the offer that a ``user_confirm`` shows; empty if it is none."""
    try:
        return offer_hash(ConfirmArgs.model_validate(dict(args)).offer.model_dump(mode="json"))
    except (ValidationError, UsageError):
        return ""
