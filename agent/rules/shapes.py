"""English errands that are named by the shape of a sentence and not by a word of their own."""

from __future__ import annotations

import re

from agent.grammar import Day, Money, Recurrence, Time
from agent.rules.cues import Cue
from agent.rules.kinds import NOT_TWICE
from agent.rules.people import contacts_named, payers_named
from agent.rules.scene import Clause, Scene

_TWICE = re.compile(
    r"\b(?:took|taken|takes|charged|charges|billed|debited|deducted|paid|pulled|hit|double|charges?"
    r"|payments?|appears|showing|shows|came off|gone out|went out|rang)\b"
    r".{0,60}?\b(?:twice|two times|2x|2 times|double|second time)\b|\bsame (?:charge|payment"
    r"|amount) (?:twice|two times)\b"
    r"|\btwo (?:identical |equal |matching )?(?:charges|payments|debits)\b|\bdouble[- ](?:charg|bill|debit|pay)"
)
_SENT_BACK = re.compile(
    r"\b(?:send|ship|mail|post|take|give|bring|hand)\b(?!\s+(?:me|us|him|her|them|mum"
    r"|dad)\b)(?:\s+[a-z'’\-]+){1,5}\s+back\b(?!\s+(?:to me|home|here))"
)
_MAY_PAY = re.compile(
    r"\b(?:you|u)(?:['’]re|\sare)?\s(?:may|can|could|are allowed to|allowed to|are free to|free to"
    r"|have my (?:ok|okay|permission) to|should just|just)\b"
    r".*\b(?:pay|buy|order|book|get|settle|approve|cover|use)\b|\b(?:approve|allow|authori[sz]e"
    r"|permit)\b.*\b(?:automatically|yourself|without)\b"
    r"|\b(?:you|u) have my (?:ok|okay|permission|approval)\b|\blet (?:you|yourself)\b.*\bpay\b"
)
_STANDING = re.compile(
    r"\bfrom\b.{0,30}\bon(?:wards?)?\b|\bfrom now\b|\bstarting\b|\bgoing forward\b|\bin future\b"
    r"|\b(?:each|every) (?:time|day|week|morning)\b|\bas of\b"
)
_LONER = re.compile(
    r"\b(?:one|another(?: one)?|a second one|the same|again)\b.{0,30}\b(?:back|home|return)\b"
    r"|^[\s,]*(?:and |then |also )*(?:back|home)(?: home| again)?\s+(?:at|around|by|from)\b"
)
_LENT = re.compile(
    r"\b(?:covered|paid|fronted|spotted|lent|got|bought|put)\b.{0,30}\b(?:for me|my|me|mine)\b|\b(?:her"
    r"|him|them) back\b"
)
_SENDS = re.compile(
    r"\b(?:send|give|pay|transfer|wire|return|settle)\b.{0,20}\b(?:back|her|him|them|up)\b|\b(?:square"
    r"|settle) up\b|\bi owe\b"
)
_LOOSE = re.compile(r"(?<![\d.:])(\d{2,6}(?:\.\d{1,2})?)(?![\d:]|\s*(?:am|pm|people|tickets?|x)\b)")
_ENTRY = re.compile(r"\b(?:book|get|buy|need)\b.{0,20}\b(?:entry|admission|entrance|tickets?|tix)\b")
_TOOK = re.compile(r"\b(?:take|taking|bring)\b")


def name_shapes(scene: Scene) -> None:
    """Name the errands of English clauses by how they are put."""
    if scene.language != "en":
        return
    _mandates(scene)
    _debts(scene)
    _same_again(scene)
    _names_with_amounts(scene)
    for i, clause in enumerate(scene.clauses):
        if (
            clause.kinds in ([], ["buy"], ["bill"], ["ride"], ["visit"])
            and _TWICE.search(clause.low)
            and not clause.has("dont")
            and not NOT_TWICE.search(clause.low)
        ):
            clause.kinds = ["dispute"]
        elif clause.kinds in ([], ["buy"]) and _SENT_BACK.search(clause.low) and not clause.of(Money):
            clause.kinds = [] if payers_named(clause.text, scene) else ["give_back"]
        elif (
            clause.kinds in ([], ["visit"])
            and clause.has("goal.cancel")
            and clause.has("if")
            and clause.has("free_cancel")
        ):
            clause.kinds = ["cancel"]
            clause.cues = tuple(
                Cue(c.start, c.end, ("only_if_free",), c.form) if "free_cancel" in c.concepts else c
                for c in clause.cues
            )
        elif clause.kinds == [] and _rides_again(clause, scene.clauses[:i]):
            clause.kinds = ["ride"]
    _one_dispute(scene)
    _entries(scene)


def _mandates(scene: Scene) -> None:
    """ "from Monday on you may buy my lunch": leave for what is yet to come, which orders nothing itself."""
    for clause in scene.clauses:
        lasting = (
            _STANDING.search(scene.low)
            or clause.of(Recurrence)
            or any(m.per == "day" for c in scene.clauses for m in c.of(Money))
        )
        if _MAY_PAY.search(clause.low) and lasting and clause.kinds != ["mandate"]:
            clause.kinds = ["mandate"]
    at = next((i for i, c in enumerate(scene.clauses) if c.kinds == ["mandate"]), -1)
    if at < 0:
        return
    for i, clause in enumerate(scene.clauses):
        if (
            not clause.kinds
            or clause.kinds == ["mandate"]
            or not {"buy", "ride", "bill", "visit"}.issuperset(clause.kinds)
        ):
            continue
        wants = clause.has("strong.buy", "book") and not clause.has("dont")
        if not clause.of(Time) and not (wants and i > at):
            clause.kinds, clause.aside = [], i < at


def _debts(scene: Scene) -> None:
    """ "Sarah covered my ticket (145) - send it back to her": who paid, how much, and that it is to be paid back."""
    if any({"transfer", "collect"}.intersection(c.kinds) for c in scene.clauses):
        return
    lent = next((c for c in scene.clauses if _LENT.search(c.low) and payers_named(c.text, scene)), None)
    if lent is None or lent.has("goal.buy", "book"):
        return
    back = next((c for c in scene.clauses if c.start >= lent.start and _SENDS.search(c.low)), None)
    if back is None:
        return
    for clause in (lent, back):
        if not clause.of(Money) and (match := _LOOSE.search(clause.low)):
            start, end = (clause.start + at for at in match.span(1))
            fen = round(float(match.group(1)) * 100)
            kept = (s for s in clause.spans if not (s.start < end and start < s.end))
            clause.spans = (*kept, Money(start, end, match.group(1), fen, "exact", ""))
        clause.kinds = ["transfer"]


def rides_back(clause: Clause) -> bool:
    """ "and then one back home at 6": one more car, the other way."""
    return bool(clause.of(Time)) and bool(_LONER.search(clause.low)) and not clause.has("goal.train", "goal.flight")


def corrected_mode(clauses: list[Clause]) -> str:
    """ "flight to Beijing? no sorry, train": the way that was named behind a correction; empty if there is none."""
    mode, corrected = "", False
    for clause in clauses:
        cue = clause.cue("correction")
        named = [c for c in clause.cues if {"goal.train", "goal.flight"}.intersection(c.concepts)]
        later = [c for c in named if corrected or (cue is not None and c.start >= cue.end)]
        if later:
            mode = "flight" if "goal.flight" in later[-1].concepts else "train"
        corrected = corrected or cue is not None
    return mode


def _rides_again(clause: Clause, before: list[Clause]) -> bool:
    """ "taxi there at 9 and then one back home at 6"."""
    return rides_back(clause) and any("ride" in c.kinds for c in before)


_NAME_AMOUNT = re.compile(
    r"[\s,]*(?:and |then )?([A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?):?\s+(?:¥"
    r"|rmb )?(\d+(?:\.\d{1,2})?)(?: (?:yuan|rmb|kuai))?[\s,.!]*$"
)


def _names_with_amounts(scene: Scene) -> None:
    """ "Sarah 200, Mandy 150": who gets how much."""
    if any({"collect", "mandate"}.intersection(c.kinds) for c in scene.clauses):
        return
    for clause in scene.clauses:
        match = _NAME_AMOUNT.match(clause.text)
        if match is None or clause.kinds not in ([], ["buy"]) or not contacts_named(match.group(1), scene):
            continue
        start, end = (clause.start + at for at in match.span(2))
        clause.spans = (Money(start, end, match.group(2), round(float(match.group(2)) * 100), "exact", ""),)
        clause.kinds = ["transfer"]


_MORE = re.compile(r"\b(?:another|one more|some more|more|again|same|refill)\b")
_HAD = re.compile(
    r"\b(?:(?:that|which|as)\s)?(?:i|we)\s(?:just\s)?(?:bought|got|had|ordered|used|tried)\b(?!\s+(?:a|an"
    r"|to)\b)[^,.;!?]*"
    r"|\bfrom (?:last \w+|before|the other day|yesterday|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?"
    r"|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\b"
)


def _same_again(scene: Scene) -> None:
    """ "another bag of the beans I bought in March": what was had before, and no day of this order."""
    for clause in scene.clauses:
        had = _HAD.search(clause.low)
        if had is None or clause.kinds not in ([], ["buy"]) or not _MORE.search(clause.low):
            continue
        start, end = clause.start + had.start(), clause.start + had.end()
        for span in clause.spans:
            if start <= span.start < end and isinstance(span, Day) and span.date < scene.now.date():
                scene.since = span.date.isoformat()
        clause.spans = tuple(s for s in clause.spans if not start <= s.start < end)
        kept = [c for c in clause.cues if not start <= c.start < end]
        clause.cues = tuple(sorted([*kept, Cue(start, end, ("last", "fn"), had.group())], key=lambda c: c.start))
        clause.kinds = ["buy"]


def _one_dispute(scene: Scene) -> None:
    """What is asked for beside a double charge is its money back, and no return of goods."""
    if any(c.kinds == ["dispute"] for c in scene.clauses):
        for clause in scene.clauses:
            if clause.kinds in (["give_back"], ["buy"], ["transfer"], ["order_status"], ["bill"]) and not clause.has(
                "strong.buy"
            ):
                clause.kinds = []


def _entries(scene: Scene) -> None:
    """ "take grandma to the garden, book entry": tickets, and no car."""
    if not any(_ENTRY.search(c.low) for c in scene.clauses):
        return
    for clause in scene.clauses:
        if clause.kinds == ["ride"] and _TOOK.search(clause.low) and not clause.has("goal.ride"):
            clause.kinds = ["visit"]
