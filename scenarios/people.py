"""The simulated person: answers from what they know, consents by their own rules, and runs out of patience.

Everything they say is a pure function of the scenario and of the world that they are given, so that forks and
replays of an episode agree.
"""

from __future__ import annotations

from typing import Any

from mock_services.context import Ctx
from mock_services.payables import PAYABLES, Payable
from mock_services.person import Answer, Decision
from mock_services.user.rows import CONSENTS, DIALOGUE
from scenarios.model import Scenario
from scenarios.noticing import objection
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
        "items": "不是这个,我要的不是这些东西。",
        "options": "规格不对,不是我要的那种。",
        "qty": "数量不对。",
        "price": "太贵了,超了。",
        "to": "地点不对。",
        "date": "日期不对。",
        "time": "时间不对。",
        "cabin": "座位等级不对。",
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
        "items": "No, these are not the things I wanted.",
        "options": "No, that's not the kind I asked for.",
        "qty": "No, the number is wrong.",
        "price": "No, that's above what I said.",
        "to": "No, that's the wrong place.",
        "date": "No, that's the wrong day.",
        "time": "No, that's the wrong time.",
        "cabin": "No, that's the wrong class.",
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
        "items": "Bukan, bukan barang itu yang kumau.",
        "options": "Bukan, bukan jenis yang kuminta.",
        "qty": "Bukan, jumlahnya salah.",
        "price": "Nggak, itu lebih dari yang kubilang.",
        "to": "Bukan, tempatnya salah.",
        "date": "Bukan, harinya salah.",
        "time": "Bukan, jamnya salah.",
        "cabin": "Bukan, kelasnya salah.",
        "wrong_amount": "Jumlahnya nggak cocok. Ini apa?",
        "nothing": "Aku harus konfirmasi apa?",
        "no_mandate": "Nggak, aku nggak mau kasih izin itu.",
        "too_wide": "Izinnya terlalu luas, nggak.",
    },
}


_OBJECTIONS = {
    "from": "to",
    "city": "to",
    "depart": "time",
    "depart_after": "time",
    "depart_before": "time",
    "arrive_by": "time",
}
"""What they say about a field: the words of another."""

SERVICE_OF = {
    "flash_order": "flash",
    "taobao_order": "taobao",
    "flight": "fliggy",
    "train": "fliggy",
    "hotel": "fliggy",
    "tickets": "fliggy",
    "rebooked": "fliggy",
    "readdressed": "taobao",
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
        clauses = scenario.speech.clauses if scenario.speech is not None else ()
        # What they wrote can be read: to be asked for it is tiring.
        self._told_already = {c.topic for c in clauses if c.topic is not None and not c.kept} - {
            c.topic for c in clauses if c.kept
        }

    # --- questions -------------------------------------------------------------------------------------------

    def answer(self, ctx: Ctx, topic: str, text: str) -> Answer:
        """Answer a question by its topic; the text is not understood, only compared with earlier ones."""
        scenario, say = self._scenario, self._say
        before = ctx.scan(DIALOGUE)
        annoyed_after, gone_after = scenario.person.patience
        # What annoys costs patience twice.
        spent = sum(2 if row.kind == "annoyed" else 1 for row in before)
        if spent >= gone_after:
            return Answer("gone", say["gone"], 600)
        known = scenario.answers.get(topic)  # type: ignore[call-overload]  # an unknown topic has no answer
        again = any(row.topic == topic and row.text.strip() == text.strip() for row in before)
        if again or topic in self._told_already:
            return Answer("annoyed", say["again"].format(answer=known or say["unknown"]).strip(), 30)
        if known is None:
            return Answer("unclear", say["unclear"]) if topic == "other" else Answer("unknown", say["unknown"])
        if spent >= annoyed_after:
            return Answer("annoyed", say["tired"].format(answer=known), 60)
        return Answer("told", known)

    # --- offers ----------------------------------------------------------------------------------------------

    def consider(self, ctx: Ctx, offer: dict[str, Any], text: str) -> Decision:
        """Approve an offer unless it is unclear, does not match what is owed, or is something that they refuse."""
        say, refuse = self._say, self._scenario.person.refuse
        scenario = self._scenario.in_force(ctx.now, offered=True)
        charges, actions = offer.get("charges") or [], offer.get("actions") or []
        if not charges and not actions:
            return Decision("unclear", say["nothing"])
        if sum(charge["amount"] for charge in charges) != offer.get("total", 0):
            return Decision("unclear", say["wrong_amount"])
        change = self._scenario.change
        if change is not None and change.at == "offer" and not ctx.scan(CONSENTS):
            return Decision("refused", change.words, 60)
        for charge in charges:
            payable = ctx.get(PAYABLES, charge["out_trade_no"]) if charge.get("out_trade_no") else None
            if charge.get("out_trade_no") and (payable is None or payable.fen != charge["amount"]):
                return Decision("unclear", say["wrong_amount"])
            if _names(charge, payable) & set(refuse.payees):
                return Decision("refused", refuse.text or say["not_them"])
            if payable is not None and not self._asked_for(scenario, payable.service):
                return Decision("refused", say["not_asked"])
            wrong = objection(ctx.world, scenario, payable) if payable is not None else ""
            if wrong:
                return Decision("refused", say[_OBJECTIONS.get(wrong, wrong)])
        total = offer.get("total", 0) + sum(action.get("fee", 0) for action in actions)
        budget = scenario.limits.budget
        for limit in (refuse.above, budget):
            if limit is not None and total > limit:
                return Decision("refused", refuse.text or say["too_dear"])
        return Decision("approved", say["yes"])

    @staticmethod
    def _asked_for(scenario: Scenario, service: str) -> bool:
        """Whether the person wants anything of this service at all."""
        goals = (scenario.goal, *(other.goal for other in scenario.accepts))
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
