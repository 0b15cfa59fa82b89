"""English clauses that only tell: how one feels, what happened, what somebody else does, what is not needed."""

from __future__ import annotations

import re

from agent.grammar import Count, Day, DayPart, DayRange, Money, Recurrence, Time
from agent.rules.scene import Clause, Scene

_VERB = (
    r"(?:is|are|was|were|am|has|had|have|did|does|do|got|gets|came|comes|broke|ran|died|forgot|lost|spilled|spilt|went|"
    r"goes|drive|drives|drove|walk|walks|run|runs|left|made|makes|said|says|told|tells|took|takes|thinks?"
    r"|thought|knows?|"
    r"hates?|loves?|lives?|works?|stays?|keeps?|kept|gave|gives|met|found|saw|sleeps?|slept|woke|starts?|moved|moves|"
    r"won't|will|isn't|aren't|wasn't|doesn't|don't|didn't|hasn't|haven't|can't|couldn't|\w{3,}ed)\b"
)
_TELLS = re.compile(
    r"^[\s,(]*(?:(?:and|but|so|because|cos|since|as|well|btw|anyway|honestly|ok|okay|oh|yeah)[\s,]+)*"
    r"(?:(?:i|we|he|she|they|it|that|this|everyone|everybody|nobody|someone|there)"
    r"|(?:my|our|his|her|their|the|this|that)(?:\s\w+){1,2}?|[A-Z][a-z]+)"
    rf"(?:['’](?:s|m|re|ve|ll)\s(?!like)|\s+(?:(?:just|already|only|really|finally|always|never|all|still"
    rf"|both)\s+)?{_VERB})"
)
_SOMEBODY_IS = re.compile(r"^[\s,(]*\w+['’]s (?:\w+y|\w+ed|\w+ing|ill|sick|asleep|here|there|off|away|up)\W*$")
_FEELS = re.compile(
    r"^[\s,(]*(?:(?:and|but|so|ugh|god|omg|honestly)[\s,]+)*(?:(?:feeling|feel)\s+(?!like)|(?:running"
    r"|heading|stuck|working|hosting|expecting|studying|moving|having|getting|sitting|trying|dying"
    r"|starving|freezing)\s+(?!out|low|of\b)|(?:so|too|really|absolutely|totally|completely)\s+"
    r"(?:\w+(?:ed|y|ing)|ill|sick|done|tired|full|cold|hot)\b|(?:cold|flu|sick|ill|hungover|exhausted"
    r"|swamped|skint|broke)\b)",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:need|needs|want|wants|wanna|would|could|can|please|pls|must|should|owes?|order|buy|book|pay|transfer|refund|"
    r"return|cancel|fancy|crave|craving|gotta|have to|has to|got to|let['’]s|like to|looking for|after a|due|charged|"
    r"collect|split|tell me|ask me|remind)\b"
)
_KEEPS = (
    "running_out", "size_reason", "quality_reason", "damaged_reason", "wrong_item_reason", "late_reason", "allergy",
    "accessible", "walks_badly", "goal.dispute", "goal.give_back", "goal.cancel", "got_cancelled", "goal.collect",
    "goal.transfer", "owed", "owner_pay", "no_need_to_ask", "i_am", "usual", "last", "due", "keep", "goal.mandate",
    "pick_up", "charged", "more_than_usual", "goal.reschedule", "pay_with", "pay_not", "stay_dry", "only_if_free",
)  # fmt: skip
"""What such a clause may say of an errand."""
_WEAK = frozenset({"buy", "ride", "trip", "stay", "visit", "bill", "balance", "order_status"})
_NOT_NEEDED = re.compile(
    r"\b(?:no|without a|don['’]?t (?:need|want|get me|book|order)(?: me)?|do not need|no need (?:for"
    r"|of))\s+(?:an?\s+|any\s+|the\s+|more\s+)?"
    r"(?:taxis?|cabs?|cars?|rides?|lifts?|hotels?|rooms?|flights?|trains?|tickets?|uber|didi)\b(?!['’])"
)
_MISSED = re.compile(r"\b(?:missed|caught|took) (?:my|the|our|his|her|their)\b")
_OWN_BOOKING = re.compile(
    r"^[\s,(]*(?:(?:about|re|regarding|so|hi|hey|ok)[\s,:]+)*(?:my|our|the|that)\s.{0,40}"
    r"\b(?:train|flight|plane|hotel|room|booking|reservation|tickets?|order|parcel|ride|cab|taxi)\b"
)
_THEM = re.compile(r"\b(?:her|him|she|he|them|they|his|their)\b")
_AFTER = frozenset({"cancel", "reschedule", "give_back", "dispute"})
_WHEN = (Day, DayRange, DayPart, Time)


def set_background_aside(scene: Scene) -> None:
    """Take the errands from English clauses that ask for nothing, where another clause does."""
    if scene.language != "en":
        return
    for clause in scene.clauses:
        if len(clause.kinds) > 0 and "trip" in clause.kinds and _MISSED.search(clause.low):
            clause.kinds = [kind for kind in clause.kinds if kind != "trip"]
        others = [c for c in scene.clauses if c is not clause]
        if clause.has("option") and not clause.kinds and not _NOT_NEEDED.search(clause.low):
            # "No added sugar": how it is to be had is never beside the point.
            continue
        if _NOT_NEEDED.search(clause.low) and _WEAK.issuperset(clause.kinds):
            # "no need for the taxi, cancel it": which one it is about.
            clause.kinds = []
            clause.aside = bool(others) and not any(_AFTER.intersection(c.kinds) for c in others)
        elif clause.kinds and _WEAK.issuperset(clause.kinds) and _about_own(clause, others):
            clause.kinds = []
        elif (
            _FEELS.match(clause.low) and not clause.spans and not clause.has(*_KEEPS) and clause.kinds in ([], ["buy"])
        ):
            clause.kinds, clause.aside = [], bool(others)
        elif _tells(clause) and _asked(others):
            # "My gas bill has been lying around, just pay it": nothing else says which one.
            only = "bill" in clause.kinds and not any("bill" in c.kinds for c in others)
            clause.kinds = [] if _WEAK.issuperset(clause.kinds) and not only else clause.kinds
            clause.aside = clause.aside or not (only or _says_more(clause, others))


def _about_own(clause: Clause, others: list[Clause]) -> bool:
    """ "my 9 o'clock train: push it to the afternoon": the booking that the errand is about."""
    return bool(_OWN_BOOKING.match(clause.low)) and any(
        _AFTER.intersection(c.kinds) and c.start > clause.start and not _names_another(c) for c in others
    )


def _names_another(clause: Clause) -> bool:
    return bool(re.search(r"\b(?:my|our)\b", clause.low))


def _tells(clause: Clause) -> bool:
    if clause.has(*_KEEPS) or clause.all("diet") or not _WEAK.issuperset(clause.kinds):
        return False
    told = _TELLS.match(clause.text) or _TELLS.match(clause.low) or _SOMEBODY_IS.match(clause.low)
    return told is not None and not _WANTS.search(clause.low)


def _asked(others: list[Clause]) -> bool:
    return any(c.kinds or _WANTS.search(c.low) or any(isinstance(s, Count) for s in c.spans) for c in others)


def _says_more(clause: Clause, others: list[Clause]) -> bool:
    """Whether a telling clause says when or for how much, which no other clause does, or names an appointment."""
    if any(char.isdigit() for char in clause.low) and not any(isinstance(span, _WHEN) for span in clause.spans):
        return True
    if any(isinstance(span, Money | Recurrence) for span in clause.spans) or clause.has(
        "event", "event_end", "lands", "leave", "arrive"
    ):
        return True
    if clause.all("bill") or clause.of(Count) or (clause.all("rel") and any(_THEM.search(c.low) for c in others)):
        return True
    if any(isinstance(span, _WHEN) for span in clause.spans):
        return not any(isinstance(span, _WHEN) for other in others if other.kinds for span in other.spans)
    return False
