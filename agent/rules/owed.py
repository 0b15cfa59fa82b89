"""Who paid, who may pay, and tickets that only "the tickets" name."""

from __future__ import annotations

import re

from agent.grammar import Count, Money, Recurrence
from agent.rules.nouns import nouns
from agent.rules.people import contact_named
from agent.rules.places import ground, mentions
from agent.rules.scene import Clause, Scene

_BARE = re.compile(r"了?\s*(\d+(?:\.\d{1,2})?)(?![\d.]|\s*[杯个份次张件人])")
_PAYS_BACK = re.compile(
    r"\s*(?:帮我|把|给我)?(?:还给|还)([\u3400-\u9fff]{2,12}?)(\d+(?:\.\d{1,2})?)\s*(?:块|元|$|[,。!])"
)
_PAID = frozenset({"buy", "ride", "trip", "stay", "visit", "bill"})


def name_debts(scene: Scene) -> None:
    """上次我姐垫的200,转她: the clause that tells who paid names the transfer, and no ride or meal of that day."""
    pays_back = any(c.has("goal.transfer") for c in scene.clauses)
    for clause in scene.clauses:
        back = _PAYS_BACK.match(clause.low) if not clause.kinds else None
        if back and any(contact_named(back.group(1)[:size], scene) for size in (2, 3)):
            clause.spans = clause.spans if clause.of(Money) else (*clause.spans, _money(clause, back, 2))
            clause.kinds = ["transfer"]
            continue
        if not clause.has("owed") or clause.has("owner_pay") or not pays_back:
            continue
        if not clause.of(Money) and not any(not c.unit for c in clause.of(Count)):
            clause.spans = (*clause.spans, *_amount(clause))
        if clause.of(Money) or any(not c.unit for c in clause.of(Count)):
            clause.kinds = ["transfer"]


def _money(clause: Clause, match: re.Match[str], group: int) -> Money:
    start, end = (clause.start + at for at in match.span(group))
    return Money(start, end, match.group(group), round(float(match.group(group)) * 100), "exact", "")


def _amount(clause: Clause) -> list[Money]:
    """垫的200: behind such a word a bare number is an amount."""
    for cue in clause.cues:
        match = _BARE.match(clause.low, cue.end - clause.start) if "owed" in cue.concepts else None
        if match:
            return [_money(clause, match, 1)]
    return []


def memos(scene: Scene) -> None:
    """转1000,备注买药: what stands behind "memo" is text, and no errand."""
    paid = False
    for clause in scene.clauses:
        opener = clause.cues[0] if clause.cues else None
        if paid and opener is not None and "note.card" in opener.concepts and opener.start - clause.start <= 1:
            clause.kinds = []
        paid = paid or "transfer" in clause.kinds


def ticketed(scene: Scene) -> None:
    """买4张…的票: tickets are counted, and nothing else is wanted of the clause."""
    if any("trip" in c.kinds for c in scene.clauses):
        return
    for clause in scene.clauses:
        counted = any(c.unit in ("ticket", "adult", "child") for c in clause.of(Count)) and _TICKET.search(scene.low)
        if clause.kinds in ([], ["buy"]) and counted and clause.has("strong.buy") and not nouns_but_tickets(clause):
            clause.kinds = ["trip"] if _another_city(scene) else ["visit"]


_TICKET = re.compile(r"票|\b(?:tickets?|tiket)\b")
_WHOSE = frozenset({"dewasa", "anak", "anak-anak", "lansia", "adult", "adults", "child", "children", "kid", "kids"})
"""For whom a ticket is."""


def nouns_but_tickets(clause: Clause) -> bool:
    """Whether a clause that counts tickets names something that is none."""
    others = [noun for noun in nouns(clause) if noun.words.casefold() not in _WHOSE]
    return bool(others) and "票" not in clause.low


def once_only(scene: Scene) -> None:
    """你直接付: beside something to buy, it is leave to pay for that, and no standing permission."""
    others = {kind for clause in scene.clauses for kind in clause.kinds} & _PAID
    if not others or any(c.of(Recurrence) or any(m.per == "day" for m in c.of(Money)) for c in scene.clauses):
        return
    for clause in scene.clauses:
        named = [cue for cue in clause.cues if "goal.mandate" in cue.concepts]
        if clause.kinds == ["mandate"] and all("no_need_to_ask" in cue.concepts for cue in named):
            clause.kinds = []


def name_outings(scene: Scene) -> None:
    """去华清宫,票买好: tickets, where no train or flight is spoken of."""
    if any({"trip", "visit", "cancel", "reschedule"}.intersection(c.kinds) for c in scene.clauses):
        return
    if not any(mentions(clause) for clause in scene.clauses):
        return
    for clause in scene.clauses:
        if clause.has("ticket_words") and clause.kinds in ([], ["buy"]):
            clause.kinds = ["trip"] if _another_city(scene) else ["visit"]


def _another_city(scene: Scene) -> bool:
    return any(_city_of(clause, scene) for clause in scene.clauses)


def _city_of(clause: Clause, scene: Scene) -> bool:
    for mention in mentions(clause):
        place = ground(mention, scene) if mention.role == "to" and not mention.own else None
        if place is not None and place.level == "city" and not scene.own_city(place):
            return True
    return False
