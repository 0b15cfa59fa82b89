"""Which errands a sentence names: a draft for each, with the clauses that belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.grammar import Count, Money, Time
from agent.rules.background import set_background_aside
from agent.rules.chinese import mark_turns, tell_chinese
from agent.rules.circumstances import place_of_contact, settle
from agent.rules.cues import forms_in
from agent.rules.doubles import name_doubles
from agent.rules.indonesian import tell_indonesian
from agent.rules.kinds import AMOUNT, NOT_GOODS, kinds_of
from agent.rules.nouns import nouns
from agent.rules.owed import memos, name_debts, name_outings, once_only, ticketed
from agent.rules.places import Mention, address_named, ground, mentions
from agent.rules.reasons import set_reasons_aside
from agent.rules.routes import name_routes
from agent.rules.scene import Clause, Scene
from agent.rules.shapes import name_shapes, rides_back
from agent.rules.shares import name_shares
from agent.rules.telling import tell_apart
from agent.rules.told import only_told
from agent.rules.unnamed import name_payments, name_purchases, name_sendings


@dataclass(slots=True)
class Draft:
    """An errand in the making. ``first`` is the clause that named it."""

    kind: str
    clauses: list[Clause] = field(default_factory=list)
    first: Clause | None = None

    def add(self, clause: Clause) -> None:
        """Take a clause in, keeping the order of the sentence."""
        if clause not in self.clauses:
            self.clauses.append(clause)
            self.clauses.sort(key=lambda c: c.start)

    def has(self, *concepts: str) -> bool:
        """Whether a clause has a cue of one of the concepts."""
        return any(clause.has(*concepts) for clause in self.clauses)

    @property
    def words(self) -> str:
        """What was said of it."""
        return " ".join(clause.text.strip(" ,;.。") for clause in self.clauses)


MONEY_BACK = frozenset({"dispute", "give_back", "cancel", "collect", "transfer", "rebook", "reschedule"})
_ABOUT = (
    (("cabin.second", "cabin.first", "cabin.business", "cabin.economy", "cabin.hard_seat", "cabin.hard_sleeper",
      "cabin.soft_sleeper", "seat.aisle", "seat.window", "stops.none", "stops.one", "back"), "trip"),
    (("breakfast_included", "free_cancel", "double", "twin"), "stay"),
    (("accessible", "walks_badly"), "ride"),
    (("no_queue", "stay_dry"), "visit"),
    (("more_than_usual",), "bill"),
    (("size_reason", "quality_reason", "damaged_reason", "wrong_item_reason"), "give_back"),
    (("only_if_free",), "cancel"),
)  # fmt: skip
"""Concepts that tell which errand a clause without a name of its own is about."""


def drafts_of(scene: Scene) -> list[Draft]:
    """The errands of a sentence, in the order in which they are named."""
    mark_turns(scene)
    for clause in scene.clauses:
        clause.kinds = kinds_of(clause)
    settle(scene)
    tell_chinese(scene)
    name_shapes(scene)
    set_reasons_aside(scene)
    tell_indonesian(scene)
    set_background_aside(scene)
    name_routes(scene)
    tell_apart(scene)
    name_debts(scene)
    name_shares(scene)
    name_doubles(scene)
    once_only(scene)
    memos(scene)
    ticketed(scene)
    name_outings(scene)
    only_told(scene)
    name_sendings(scene)
    name_payments(scene)
    name_purchases(scene)
    _context(scene)
    _weak_kinds(scene)
    drafts: list[Draft] = []
    waiting: list[Clause] = []
    for clause in scene.clauses:
        if clause.aside:
            continue
        if clause.kinds:
            for kind in clause.kinds:
                draft = _draft_for(kind, clause, drafts)
                if draft is None:
                    draft = Draft(kind, first=clause)
                    drafts.append(draft)
                for early in waiting:
                    draft.add(early)
                waiting = []
                draft.add(clause)
            continue
        home = _about(clause, drafts)
        if home is not None:
            home.add(clause)
        elif drafts:
            drafts[-1].add(clause)
        else:
            waiting.append(clause)
    if not drafts and waiting:
        fallback = _fallback(waiting, scene)
        if fallback is not None:
            drafts.append(fallback)
    return drafts


def _context(scene: Scene) -> None:
    """Clauses that only tell what is going on name no errand: meetings, who paid, what runs out."""
    goals = sum(bool(clause.kinds) for clause in scene.clauses)
    travels = any({"trip", "stay"} & set(c.kinds) for c in scene.clauses)
    cancels = any("cancel" in c.kinds for c in scene.clauses)
    for clause in scene.clauses:
        if (
            travels
            and clause.kinds == ["visit"]
            and not clause.has("what.ticket", "ticket_unit")
            and not nouns_of_visit(clause)
        ):
            clause.kinds = []
        if not cancels and clause.has("replace") and "hotel" in forms_in(clause.low, "what"):
            clause.kinds = ["cancel"]
        if goals > 1 and clause.kinds == ["buy"] and clause.has("event", "event_end", "owner_pay"):
            clause.kinds = []
        if clause.kinds == ["give_back"] and clause.has("back") and any("trip" in c.kinds for c in scene.clauses):
            clause.kinds = []
        if clause.has("event") and clause.of(Time) and clause.kinds == ["buy"] and not clause.has("strong.buy"):
            clause.kinds = []


_MOVES = frozenset({"trip", "stay", "rebook", "cancel", "reschedule", "weather"})


def _weak_kinds(scene: Scene) -> None:
    """Clauses that name an errand only by what they speak of: "the 7:00 to Guangzhou", "and a coffee"."""
    travels = any({"trip", "rebook"} & set(c.kinds) for c in scene.clauses)
    some = False
    for clause in scene.clauses:
        going = clause.has("goal.go") and not _MOVES.intersection(k for c in scene.clauses for k in c.kinds)
        booking = clause.has("book") and not clause.has("deliver")
        if not clause.kinds and (going or booking) and _other_city(clause, scene):
            clause.kinds = ["trip"]
        due = any(t.role == "by" for t in clause.of(Time)) and clause.has("goal.go", "deadline")
        if not clause.kinds and due and not travels and _other_city(clause, scene):
            clause.kinds = ["trip"]
        if clause.kinds == ["visit"] and not clause.has("goal.visit"):
            clause.kinds = ["trip"] if _other_city(clause, scene) else ["visit"]
        if not clause.kinds and some and _another_thing(clause):
            clause.kinds = ["buy"]
        some = some or bool(clause.kinds)


def _other_city(clause: Clause, scene: Scene) -> bool:
    """Whether a clause names another city as where to go."""
    for mention in mentions(clause):
        if mention.role == "to" and not mention.own:
            place = ground(mention, scene)
            if place is not None and place.level == "city" and not scene.own_city(place):
                return True
    return False


_DETERMINERS = frozenset({"a", "an", "some", "one", "another"})


def _another_thing(clause: Clause) -> bool:
    """Whether a clause goes on with one more thing: "sama koper kabin maks 250"."""
    opener = clause.cues[0] if clause.cues and clause.cues[0].start - clause.start <= 1 else None
    if opener is None or not {"and", "connector"}.intersection(opener.concepts):
        return False
    if any(clause.has(*concepts) for concepts, _ in _ABOUT):
        return False
    things = nouns(clause)
    if not things or (things[0].lead is not None and any(c.startswith("prep.") for c in things[0].lead.concepts)):
        return False
    counted = any(c.unit not in NOT_GOODS for c in clause.of(Count))
    limited = any(m.bound in ("at_most", "below") for m in clause.of(Money))
    return counted or limited or any(cue.form in _DETERMINERS and cue.end <= things[0].start for cue in clause.cues)


def nouns_of_visit(clause: Clause) -> bool:
    """Whether a clause speaks of tickets, and not only of having fun."""
    return "票" in clause.low or any(
        cue.form in ("门票", "景点", "景区票", "展览票", "tiket masuk", "admission") for cue in clause.cues
    )


def _draft_for(kind: str, clause: Clause, drafts: list[Draft]) -> Draft | None:
    """The draft that a further mention of its kind belongs to."""
    if drafts and drafts[-1].kind == "dispute" and kind in ("give_back", "collect"):
        return drafts[-1]
    if drafts and drafts[-1].kind in MONEY_BACK and kind == "buy" and not clause.has("strong.buy"):
        if drafts[-1].kind == "transfer" and _another_thing(clause):
            return _buy_draft(clause, drafts)
        return drafts[-1]
    if kind == "buy":
        return _buy_draft(clause, drafts)
    same = [d for d in drafts if d.kind == kind]
    if kind == "trip" and not same:
        same = [d for d in drafts if d.kind == "rebook"]
    if not same:
        return None
    last = same[-1]
    if kind == "transfer":
        paid = [bool(c.of(Money) or c.of(Count) or AMOUNT.search(c.low)) for c in (clause, *last.clauses)]
        return last if not (paid[0] and any(paid[1:])) else None
    if kind == "bill":
        return last
    if kind == "ride":
        if rides_back(clause) and any(c.of(Time) for c in last.clauses):
            return None
        ends, known = _ends_of(clause), {end for c in last.clauses for end in _ends_of(c)}
        return None if ends & known or (ends and known and clause.has("connector", "goal.buy")) else last
    if kind == "trip":
        goes = any(m.role == "to" and not m.own for m in mentions(clause))
        went = any(m.role == "to" and not m.own for c in last.clauses for m in mentions(c) if c.kinds)
        return None if goes and went and not clause.has("back", "correction") else last
    return last


def _ends_of(clause: Clause) -> set[str]:
    return {m.role for m in mentions(clause) if m.role in ("to", "from")}


def _goes_somewhere(clause: Clause) -> bool:
    return any(m.role in ("to", "from") for m in mentions(clause))


def _buy_draft(clause: Clause, drafts: list[Draft]) -> Draft | None:
    same = [d for d in drafts if d.kind == "buy"]
    if not same:
        tickets = [d for d in drafts if d.kind in ("visit", "trip")]
        if tickets and clause.has("what.ticket") and all(forms_in(n.words, "what") for n in nouns(clause)):
            return tickets[-1]
        return None
    last = same[-1]
    if clause.has("correction"):
        return last
    addressed = any(m.own or m.role == "to" for m in mentions(clause)) and not _SAME_PLACE.search(clause.low)
    before = any(m.own or m.role == "to" for c in last.clauses for m in mentions(c))
    return None if addressed and before and nouns(clause) and clause.has("strong.buy", "connector") else last


_SAME_PLACE = re.compile(
    r"同一?个?地[址方]|一个地址|\bsame (?:address|place)\b|\b(?:alamat|tempat) (?:yang |yg )?sama\b|\bke situ juga\b"
)


def _about(clause: Clause, drafts: list[Draft]) -> Draft | None:
    for concepts, kind in _ABOUT:
        if clause.has(*concepts):
            for draft in reversed(drafts):
                if draft.kind == kind:
                    return draft
    return None


_EMPTY = frozenset({"fn", "particle", "joiner", "and", "connector", "pay", "prep.at", "near_after", "prep.near"})
"""Concepts of words that say nothing of what is wanted."""


_WANTED = ("usual", "last", "deliver", "goal.buy", "halal", "vegan", "vegetarian", "gluten_free")
_RIDDEN_TO = ("airport", "station", "hotel", "office", "home")


def _leads(mention: Mention, clause: Clause, scene: Scene) -> bool:
    """Whether a mention tells where one goes; "for the team" does so only if it is a place."""
    if mention.role != "to" or mention.own:
        return False
    if address_named(mention.words, scene) is not None:
        return False
    whom = clause.low.startswith("for ", mention.start - clause.start)
    sent = clause.has("deliver") or place_of_contact(mention.words, scene) is not None
    return not (whom or sent) or ground(mention, scene) is not None


def _fallback(clauses: list[Clause], scene: Scene) -> Draft | None:
    """An errand without any word for it: going somewhere, else a thing to buy that somebody sells."""
    draft = Draft("", list(clauses), clauses[0])
    if draft.has("remind"):
        return None
    if draft.has("goal.go") or any(_leads(m, c, scene) for c in clauses for m in mentions(c)):
        draft.kind = _going(draft, scene)
        return draft
    ridden = any(m.own in _RIDDEN_TO and m.role == "to" for c in clauses for m in mentions(c))
    if ridden and not any(nouns(c) or c.of(Count) or c.all("meal") or c.has(*_WANTED) for c in clauses):
        draft.kind = "ride"
        return draft
    known = any(
        c.of(Count) or c.of(Money) or any(not _EMPTY.issuperset(cue.concepts) for cue in c.cues) for c in clauses
    )
    if not known and not _sold(draft, scene):
        return None
    if any(not forms_in(n.words, "what") for c in clauses for n in nouns(c)) or draft.has(
        "meal.breakfast", "meal.lunch", "meal.dinner", "meal.any", "usual", "last"
    ):
        draft.kind = "buy"
        return draft
    return None


def _going(draft: Draft, scene: Scene) -> str:
    """How one gets to a place that is named without a word for the way."""
    for clause in draft.clauses:
        for mention in mentions(clause):
            place = None if mention.own or mention.role != "to" else ground(mention, scene)
            if place is None:
                continue
            if not scene.own_city(place):
                return "go"
            return "visit" if draft.has("what.ticket", "ticket_unit") or _tickets(draft) else "ride"
    return "go"


def _tickets(draft: Draft) -> bool:
    return any(count.unit == "ticket" for clause in draft.clauses for count in clause.of(Count))


def _sold(draft: Draft, scene: Scene) -> bool:
    """Whether shops nearby know the words; without any other cue they might mean anything."""
    return any(scene.sold(noun.words) for clause in draft.clauses for noun in nouns(clause)[:1])
