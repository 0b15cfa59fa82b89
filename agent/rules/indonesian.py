"""Indonesian clauses that only tell, and errands that are named without a verb of their own."""

from __future__ import annotations

import re

from agent.grammar import Count, Day, DayPart, DayRange, Money, Recurrence, Time
from agent.rules.circumstances import tells_departure
from agent.rules.kinds import AMOUNT
from agent.rules.nouns import nouns
from agent.rules.people import payers_named
from agent.rules.places import mentions
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
        elif clause.kinds in ([], ["buy"]) and _ails(clause) and any(c.kinds for c in others):
            clause.kinds, clause.aside = [], not clause.has("allergy", "walks_badly", "accessible")
        elif _GRAB.search(clause.low) and clause.kinds in ([], ["buy"]):
            clause.kinds = ["ride"]
        elif clause.kinds in ([], ["buy"]) and _gives(clause, scene):
            clause.kinds = ["transfer"]
        elif clause.kinds == ["trip"] and not clause.has(*_NAMES) and (_arrives(clause) or tells_departure(clause)):
            headed = next((c for c in others if not c.kinds and any(m.role == "to" for m in mentions(c))), None)
            if any("ride" in c.kinds for c in others):
                clause.kinds = []
            elif headed is not None and tells_departure(clause):
                clause.kinds, headed.kinds = [], ["ride"]
        elif clause.kinds == ["buy"] and _boards(clause, scene):
            clause.kinds = ["visit"]
        elif clause.kinds in ([], ["buy"]) and _TAKES.search(clause.low):
            clause.kinds = ["ride"]
        elif (
            clause.kinds in ([], ["buy"])
            and _tickets_for(clause)
            and not any(c.kinds not in ([], ["buy"]) for c in others)
        ):
            clause.kinds = ["visit"]
            for seen in others:
                seen.kinds = ["visit"] if seen.kinds == ["buy"] and _SEES.search(seen.low) else seen.kinds
        elif before and "cancel" in before[-1].kinds and _and_that(clause):
            clause.kinds = ["cancel"]
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
    debt = next((c for c in scene.clauses if c.kinds in ([], ["buy"], ["bill"]) and _owes(c, scene)), None)
    if debt is not None and any("transfer" in c.kinds for c in scene.clauses):
        debt.kinds = ["transfer"]


_GRAB = re.compile(r"\b(?:grab|grabcar|gocar|go-car|maxim|bluebird)\s+(?:ke|dari)\b")
_GIVES = re.compile(
    r"\b(?:kasih|beri|kirimin|tf|transfer|bayarin)\s+(?:ke\s+)?(?P<who>\w+)\s+\d{2,6}(?!\d)|\b(?P<next>\w+)\s+\d{2,6}(?!\d)"
)
_COMES = re.compile(r"\b(?:datang|tiba|sampe|nyampe|sampai|mendarat|landing)\b")


def _gives(clause: Clause, scene: Scene) -> bool:
    """ "kasih mama 500 sama Budi 300": who gets how much."""
    match = _GIVES.search(clause.low)
    if match is None or not (match["who"] or any("transfer" in c.kinds for c in scene.clauses)):
        return False
    relation = any(cue.form == match["who"] for cue in clause.cues if any(c.startswith("rel.") for c in cue.concepts))
    return relation or len(payers_named(match["who"] or match["next"], scene)) == 1


_TAKES = re.compile(
    r"\b(?:antar|anter|antarin|anterin|antarkan|jemput|jemputin)\s+"
    r"(?:aku|saya|gue|gw|kita|kami|ibu|mama|bapak|papa|nenek|kakek|anak|istri|suami|dia|mereka)\b"
)
_SEES = re.compile(r"\b(?:liat|lihat|melihat|nonton)\b")


def _boards(clause: Clause, scene: Scene) -> bool:
    """ "mau naik Huangpu River cruise": a sight that one goes on or into."""
    if not clause.has("what.ticket") or not re.search(r"\b(?:naik|masuk|nonton|keliling)\b", clause.low):
        return False
    places = [scene.place(noun.words) for noun in nouns(clause)]
    return any(place is not None and place.level == "poi" for place in places)


def _tickets_for(clause: Clause) -> bool:
    """ "tiket buat 2 orang dewasa": for so many people, and not for a way."""
    if clause.has("goal.flight", "goal.train") or not re.search(r"\b(?:tiket|tix)\b", clause.low):
        return False
    return any(c.unit in ("adult", "child", "person") for c in clause.of(Count))


_AILS = re.compile(
    r"^[\s,]*(?:(?!obat|salep|vitamin|minyak|koyo|balsem|sirup|plester)[a-z]+\s+){0,4}?"
    r"(?:demam|sakit|meriang|pilek|batuk|pusing|mual|muntah|diare|masuk angin|gak enak badan)\b"
    r"(?!\s*(?:,|dan)?\s*(?:obat))"
)


def _ails(clause: Clause) -> bool:
    """ "anakku demam 38,9": who is ill, which buys nothing."""
    return _AILS.match(clause.low) is not None and not clause.has(*_ASKS, *_NAMES, "event")


def _arrives(clause: Clause) -> bool:
    return _COMES.search(clause.low) is not None and not clause.has("goal.go")


def _and_that(clause: Clause) -> bool:
    """ "… sekalian hotelnya": one thing more for what was said before."""
    opener = clause.cues[0] if clause.cues else None
    joined = opener is not None and bool({"and", "connector"}.intersection(opener.concepts))
    seats = bool(clause.kinds) and _SEATS.issuperset(clause.kinds)
    return joined and seats and not clause.spans and not clause.has(*_NAMES)


def _does(clause: Clause, scene: Scene) -> bool:
    """ "bapak mau berobat besok": what somebody does, and no thing that is sold."""
    if clause.has(*_ASKS) or clause.of(Money):
        return False
    match = _DOES.search(clause.low) or re.search(
        r"\b(?:mau|pengen|pengin|lagi)\s+((?:ber|mem|men|meng|meny)[a-z]{3,}|main|jalan|keluar|liat|lihat|nonton|mandi|tidur)\b",
        clause.low,
    )
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
