"""Indonesian clauses that only tell, and errands that are named without a verb of their own."""

from __future__ import annotations

import re

from agent.grammar import Count, Day, DayPart, DayRange, Money, Recurrence, Time
from agent.rules.kinds import AMOUNT
from agent.rules.nouns import nouns
from agent.rules.people import payers_named
from agent.rules.scene import LEAST_SOLD, Clause, Scene

_WHEN = (Day, DayRange, DayPart, Time)
_DOES = re.compile(
    r"^(?:[\s,]|aku|saya|gue|gw|gua|kita|kami|dia|mau|pengen|pengin|ingin|lagi|nanti|besok|baru|habis|udah|belum)*"
    r"(?:mau|pengen|pengin|ingin|lagi|habis|abis|baru|udah|sempat)\s+"
    r"((?:ber|mem|men|meng|meny|di|ke|nge|ny)[a-z]{3,}|mandi|tidur|kerja|masak|nyetir|olahraga|pindahan|main|datang|sampe)\b"
)
_ASKS = (
    "strong.buy", "book", "goal.cancel", "goal.reschedule", "goal.transfer", "goal.give_back", "goal.collect",
    "goal.dispute", "goal.mandate", "goal.bill", "goal.weather", "goal.balance", "pay", "goal.ride", "no_need_to_ask",
    "deliver", "goal.flight", "goal.train", "goal.stay",
)  # fmt: skip
_SEATS = frozenset({"trip", "stay", "visit", "ride", "buy"})
_NAMES = ("book", "goal.buy", "strong.buy", "pick_up", "deliver")


def tell_indonesian(scene: Scene) -> None:
    """Correct the kinds of clauses by how people tell things in Indonesian."""
    if scene.language != "id":
        return
    for i, clause in enumerate(scene.clauses):
        before = scene.clauses[:i]
        others = [c for c in scene.clauses if c is not clause]
        if clause.kinds == ["buy"] and _does(clause, scene) and any(c.kinds for c in others):
            clause.kinds = []
        elif clause.kinds == ["give_back"] and _debt(scene):
            clause.kinds = ["transfer"]
        elif clause.kinds == ["cancel"] and not nouns(clause) and not clause.all("what"):
            for named in before:
                if named.kinds and _SEATS.issuperset(named.kinds) and not named.has(*_NAMES):
                    named.kinds = ["cancel"]
        elif _permits(clause, scene.clauses[i:]):
            for other in scene.clauses[i:]:
                other.kinds = []
            clause.kinds = ["mandate"]
    debt = next((c for c in scene.clauses if not c.kinds and _owes(c, scene)), None)
    if debt is not None and any("transfer" in c.kinds for c in scene.clauses):
        debt.kinds = ["transfer"]


def _does(clause: Clause, scene: Scene) -> bool:
    """ "bapak mau berobat besok": what somebody does, and no thing that is sold."""
    if clause.has(*_ASKS) or clause.of(Money):
        return False
    match = _DOES.search(clause.low) or re.search(r"\b(?:mau|pengen|pengin|lagi)\s+((?:ber|mem|men|meng|meny)[a-z]{3,})", clause.low)
    if match is None:
        return False
    return not any(dish["relevance"] >= LEAST_SOLD for dish in scene.dishes(match.group(1)))


def _owes(clause: Clause, scene: Scene) -> bool:
    return clause.has("owed") and _amount(clause) and len(payers_named(clause.text, scene)) == 1


def _debt(scene: Scene) -> bool:
    """ "aku ngutang 75 ke Sarah …, balikin ya": money goes back, and no goods."""
    return any(_owes(clause, scene) for clause in scene.clauses)


def _amount(clause: Clause) -> bool:
    return bool(clause.of(Money)) or any(not c.unit for c in clause.of(Count)) or bool(AMOUNT.search(clause.low))


def _permits(clause: Clause, behind: list[Clause]) -> bool:
    """ "mulai besok kalau gojek di bawah 50 bayar aja langsung, … gak perlu tanya": leave from a day on."""
    if "mandate" in clause.kinds or clause.has("book", "strong.buy"):
        return False
    begins = any(day.role == "from" for day in clause.of(Day)) or bool(clause.of(Recurrence))
    limited = any(m.bound in ("at_most", "below") for c in behind for m in c.of(Money))
    return begins and limited and any(c.has("no_need_to_ask") for c in behind[:4])
