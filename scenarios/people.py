"""The simulated person: answers from what they know, consents by their own rules, and runs out of patience.

Everything they say is a pure function of the scenario and of the world that they are given, so that forks and
replays of an episode agree.
"""

from __future__ import annotations

from typing import Any

from mock_services.context import Ctx
from mock_services.payables import PAYABLES, Payable
from mock_services.person import Answer, Decision
from mock_services.user.rows import DIALOGUE
from scenarios.model import Scenario
from scenarios.wants import atoms

PHRASES: dict[str, dict[str, str]] = {
    "zh": {
        "unknown": "这个我也不清楚。",
        "unclear": "你具体想问什么？",
        "again": "刚才不是说过了吗？{answer}",
        "tired": "问得有点多了。{answer}",
        "gone": "",
        "yes": "好的，可以。",
        "too_dear": "太贵了，不要。",
        "not_them": "不要付给这家。",
        "not_asked": "这个我没要啊,不要。",
        "wrong_amount": "金额对不上，这是怎么回事？",
        "nothing": "你要我确认什么？",
        "no_mandate": "这个授权我不同意。",
        "too_wide": "授权范围太大了，不同意。",
    },
    "en": {
        "unknown": "I don't know that either.",
        "unclear": "What exactly do you want to know?",
        "again": "I already told you. {answer}",
        "tired": "That's a lot of questions. {answer}",
        "gone": "",
        "yes": "Yes, go ahead.",
        "too_dear": "Too expensive, no.",
        "not_them": "Don't pay them.",
        "not_asked": "I didn't ask for that, no.",
        "wrong_amount": "The amounts don't add up. What is this?",
        "nothing": "What am I supposed to confirm?",
        "no_mandate": "No, I don't want to give that permission.",
        "too_wide": "That permission goes too far, no.",
    },
    "id": {
        "unknown": "Aku juga nggak tahu.",
        "unclear": "Maksudnya tanya apa?",
        "again": "Kan tadi sudah kubilang. {answer}",
        "tired": "Kebanyakan tanya nih. {answer}",
        "gone": "",
        "yes": "Oke, lanjut.",
        "too_dear": "Kemahalan, nggak usah.",
        "not_them": "Jangan bayar ke mereka.",
        "not_asked": "Aku nggak minta itu, jangan.",
        "wrong_amount": "Jumlahnya nggak cocok. Ini apa?",
        "nothing": "Aku harus konfirmasi apa?",
        "no_mandate": "Nggak, aku nggak mau kasih izin itu.",
        "too_wide": "Izinnya terlalu luas, nggak.",
    },
}


SERVICE_OF = {
    "flash_order": "flash",
    "taobao_order": "taobao",
    "flight": "fliggy",
    "train": "fliggy",
    "hotel": "fliggy",
    "tickets": "fliggy",
    "rebooked": "fliggy",
    "ride": "amap",
    "bill": "alipay",
    "transfer": "alipay",
    "mandate": "flash",
}
"""Whose bill a want ends up on. A mandate is for what it will pay, food above all."""


class SimulatedPerson:
    """Implements :class:`mock_services.person.Person` for a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._say = PHRASES[scenario.locale]

    # --- questions -------------------------------------------------------------------------------------------

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """Answer a question by its topic; the text is not understood, only compared with earlier ones."""
        scenario, say = self._scenario, self._say
        before = ctx.scan(DIALOGUE)
        annoyed_after, gone_after = scenario.person.patience
        if len(before) >= gone_after:
            return Answer("gone", say["gone"], 600)
        known = scenario.answers.get(topic)  # type: ignore[call-overload]  # an unknown topic has no answer
        if any(row.topic == topic and row.text.strip() == text.strip() for row in before):
            return Answer("annoyed", say["again"].format(answer=known or say["unknown"]).strip(), 30)
        if known is None:
            return Answer("unclear", say["unclear"]) if topic == "other" else Answer("unknown", say["unknown"])
        if len(before) >= annoyed_after:
            return Answer("annoyed", say["tired"].format(answer=known), 60)
        return Answer("told", known)

    # --- offers ----------------------------------------------------------------------------------------------

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """Approve an offer unless it is unclear, does not match what is owed, or is something that they refuse."""
        say, refuse = self._say, self._scenario.person.refuse
        charges, actions = offer.get("charges") or [], offer.get("actions") or []
        if not charges and not actions:
            return Decision("unclear", say["nothing"])
        if sum(charge["amount"] for charge in charges) != offer.get("total", 0):
            return Decision("unclear", say["wrong_amount"])
        for charge in charges:
            payable = ctx.get(PAYABLES, charge["out_trade_no"]) if charge.get("out_trade_no") else None
            if charge.get("out_trade_no") and (payable is None or payable.fen != charge["amount"]):
                return Decision("unclear", say["wrong_amount"])
            if _names(charge, payable) & set(refuse.payees):
                return Decision("refused", refuse.text or say["not_them"])
            if payable is not None and not self._asked_for(payable.service):
                return Decision("refused", say["not_asked"])
        total = offer.get("total", 0) + sum(action.get("fee", 0) for action in actions)
        budget = self._scenario.limits.budget
        for limit in (refuse.above, budget):
            if limit is not None and total > limit:
                return Decision("refused", refuse.text or say["too_dear"])
        return Decision("approved", say["yes"])

    def _asked_for(self, service: str) -> bool:
        """Whether the person wants anything of this kind at all: they read an offer's heading, not its small print."""
        goals = (self._scenario.goal, *(other.goal for other in self._scenario.accepts))
        wanted = {SERVICE_OF[want.kind] for goal in goals for want in atoms(goal) if want.kind in SERVICE_OF}
        return not wanted or service in wanted

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        """Approve a mandate whose limits are all given and no wider than the person's rule.

        One that they put to rest themselves they resume themselves, not because somebody asks.
        """
        rule = self._scenario.person.mandates
        if rule is None or terms["suspended_by"] == "person":
            return Decision("refused", self._say["no_mandate"])
        limits = (
            (rule.per_payment_at_most, terms["single_limit"]),
            (rule.per_day_at_most, terms["day_limit"]),
            (rule.total_at_most, terms["total_limit"]),
        )
        wide = any(most is not None and (asked is None or asked > most) for most, asked in limits)
        wide = wide or bool(rule.categories and not set(terms["categories"]) <= set(rule.categories))
        wide = wide or bool(rule.categories and not terms["categories"] and not terms["payees"])
        wide = wide or bool(rule.payees and not (terms["payees"] and set(terms["payees"]) <= set(rule.payees)))
        return Decision("refused", self._say["too_wide"]) if wide else Decision("approved", self._say["yes"])


def _names(charge: dict[str, Any], payable: Payable | None) -> set[str]:
    named = {charge["payee"]}
    if payable is not None:
        named |= {payable.payee, payable.payee_name}
    return named
