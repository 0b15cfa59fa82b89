"""Days out: attraction tickets."""

from __future__ import annotations

import re
from typing import Any

from agent.grammar import Count, DayPart, Money, Time
from agent.rules.buy import limits
from agent.rules.domains import Draft
from agent.rules.itinerary.words import INDOOR, SHORT_QUEUE
from agent.rules.nouns import nouns
from agent.rules.places import Mention, ground, mentions
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.rules.timing import first_date
from agent.task import Question, Visit


def read_visit(draft: Draft, goal_id: str, scene: Scene) -> tuple[Visit, list[Question]]:
    """A draft as attraction tickets."""
    counts = [c for clause in draft.clauses for c in clause.of(Count)]
    children = sum(c.n for c in counts if c.unit == "child")
    if not children and draft.has("child"):
        children = 1
    adults = sum(c.n for c in counts if c.unit == "adult") or sum(c.n for c in counts if c.unit == "person")
    tickets = sum(c.n for c in counts if c.unit == "ticket") or sum(c.n for c in counts if not c.unit and c.n <= 20)
    young = sum(c.n for clause in draft.clauses for c in clause.of(Count) if _for_children(c, clause))
    if young and tickets > young and not any(c.unit == "child" for c in counts):
        children = young
    if not adults and not tickets and any(_TWO_OF_US.search(c.low) for c in draft.clauses):
        adults = 2
    if not adults:
        adults = max(1, tickets - children)
    if not tickets and not any(c.unit in ("adult", "person") for c in counts):
        # "bawa 2 anak sama istri": who comes along, and the person.
        adults += sum(len(c.all("rel")) for c in draft.clauses if _WITH.search(c.low))
    place = city = ""
    for clause in draft.clauses:
        for mention in mentions(clause):
            if mention.own or place:
                continue
            found = ground(mention, scene)
            if found is not None and found.level == "poi":
                # A zoo is the one in this city, if there is one.
                own = scene.own_city(found) or mention.words.islower()
                here = own or scene.place(mention.words, scene.me.city) is not None
                place, city = mention.words, "" if here else found.city
    if not place:
        place = _named(draft, scene)
        known = scene.place(place) if place else None
        if known is not None and not scene.own_city(known) and scene.place(place, scene.me.city) is None:
            city = known.city
    place = place or _unknown(draft)
    after = ""
    for clause in draft.clauses:
        for part in clause.of(DayPart):
            after = after or f"{part.first:%H:%M}"
        for span in clause.of(Time):
            after = f"{span.time:%H:%M}" if span.role in ("at", "after", "about") else after
    budget, about = limits(draft.clauses)
    place = _TICKET_END.sub("", place)
    queues = any(SHORT_QUEUE.search(c.low) for c in draft.clauses)
    kwargs: dict[str, Any] = {
        "no_queue": draft.has("no_queue") or queues,
        "stay_dry": draft.has("stay_dry") or draft.has("rain"),
    }
    goal = Visit(
        id=goal_id,
        words=draft.words,
        place=place,
        city=city,
        date=first_date(draft.clauses) or scene.now.date().isoformat(),
        after=after,
        adults=adults,
        children=children,
        indoor=not place and any(INDOOR.search(c.low) for c in draft.clauses),
        budget_fen=budget or about,
        **kwargs,
    )
    questions = []
    if not goal.place and not goal.budget_fen and not any(c.of(Money) for c in draft.clauses):
        questions.append(ask(goal_id, "budget_fen", "budget", scene.language, "visit_budget"))
    return goal, questions


_TICKET_END = re.compile(r"(?<=[\u3400-\u9fff]{2})的?(?:门票|票)$")
_TICKETS = frozenset(
    {"ticket", "tickets", "tix", "entry", "admission", "tour", "show", "adult", "tiket", "masuk", "票", "门票"}
)  # fmt: skip
"""What a ticket is called without saying for what."""


_WITH = re.compile(r"\b(?:sama|bareng|bersama|ajak|ngajak|dengan|bawa|with|take|taking|bring)\b")


def _for_children(count: Count, clause: Clause) -> bool:
    """1张儿童票: a ticket that is a child's."""
    behind = clause.low[count.end - clause.start :]
    return count.unit in ("ticket", "") and behind.lstrip("的张").startswith(("儿童", "小孩", "孩子", "学生票"))


_TWO_OF_US = re.compile(
    r"我[和跟](?:我|孩子)?(?:老婆|老公|媳妇|[他她]妈|[他她]爸|女友|男友|[男女]?朋友|对象|爱人|同事|闺蜜|妈|爸)"
    r"|我们俩|带[着上]?(?:老婆|老公|媳妇)"
)
_ANY_PLACE = re.compile("地方|哪|玩|个|室内")


def _unknown(draft: Draft) -> str:
    """去良渚博物院: a name that the map does not know is a name all the same, and no leave to choose any sight."""
    for clause in draft.clauses:
        for mention in mentions(clause):
            named = "\u3400" <= mention.words[:1] <= "\u9fff" and len(mention.words) >= 3
            if mention.role == "to" and not mention.own and named and not _ANY_PLACE.search(mention.words):
                return mention.words
    return ""


def _named(draft: Draft, scene: Scene) -> str:
    for clause in draft.clauses:
        if "visit" in clause.kinds:
            for noun in nouns(clause):
                mention = Mention("at", noun.words, noun.start, noun.end)
                if ground(mention, scene) is not None:
                    return mention.words
    for clause in draft.clauses:
        # "museum tickets": any museum.
        cue = clause.cue("goal.visit")
        kind = " ".join(w for w in cue.form.split() if w not in _TICKETS and w not in ("for", "to")) if cue else ""
        if kind and cue and _TICKETS.intersection(cue.form.split()):
            return kind
    # A sight that the map does not know by these words: rather none than another one.
    return next((n.words for c in draft.clauses if "visit" in c.kinds for n in nouns(c) if _names(n.words)), "")


def _names(words: str) -> bool:
    """Whether words can be the name of a sight, and not only of a ticket."""
    return len(words) > 1 and not set(words.casefold().split()) <= _TICKETS
