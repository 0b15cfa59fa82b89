"""Answers of the person, folded into the task."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from agent.desk import Desk
from agent.grammar import Money, Ref, Time, parse_count, parse_day, parse_money, parse_time
from agent.rules.answers_travel import day_in, ends_said, travel_changes
from agent.rules.cues import find_cues
from agent.rules.domains import Draft
from agent.rules.evidence import is_thin
from agent.rules.items import Reader
from agent.rules.people import contact_named, contacts_named, payers_named, people_in, told_apart
from agent.rules.phrasing import put_plainly
from agent.rules.pickups import answered, in_part, open_points
from agent.rules.places import OWN, address_named, address_sharing, concept_of, ground, mentions, own_address
from agent.rules.scene import Scene, make_scene, plain_scene
from agent.rules.spoken import spelled_out
from agent.rules.tables import load_table
from agent.rules.timing import date_of
from agent.rules.wished import fold_wish
from agent.steps.base import Me
from agent.steps.match import fit
from agent.task import (
    AnyGoal,
    Buy,
    Cancel,
    Collect,
    Dispute,
    GiveBack,
    Item,
    Part,
    Question,
    Reschedule,
    Ride,
    Stay,
    Task,
    Transfer,
    Trip,
    Visit,
)
from agent.words import fold

WISHES = frozenset({"how", "which", "diet", "card"})
_WORDS = Path(__file__).parent / "answers.yaml"


@lru_cache(maxsize=1)
def _refusal() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What only sounds like a refusal, and what refuses."""
    table: dict[str, list[str]] = load_table(_WORDS)
    fine, no = (
        "|".join(rf"(?<![a-z']){re.escape(f)}(?![a-z'])" if f.isascii() else re.escape(f) for f in table[name])
        for name in ("fine", "no")
    )
    return re.compile(fine), re.compile(no)


def says_no(text: str) -> bool:
    """Whether an answer in Chinese, English or Indonesian refuses."""
    fine, no = _refusal()
    return no.search(fine.sub(" ", fold(text).replace("’", "'"))) is not None


def answer(task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
    """Fold an answer into the task; what it does not answer stays open, and the question is gone.

    Raises:
        ToolFailure: something that the answer refers to could not be looked up.
    """
    left = tuple(q for q in task.questions if (q.goal, q.field) != (question.goal, question.field))
    task = msgspec.structs.replace(task, questions=left)
    if not reply_text.strip() or reply_kind in ("unknown", "unclear", "gone"):
        return task
    goal = next((g for g in task.goals if g.id == question.goal), None)
    if goal is None:
        return task
    scene = make_scene(put_plainly(spelled_out(reply_text, task.language), task.language), task.language, me, desk)
    new = filled(goal, question, reply_text, scene)
    goals = tuple(new if g.id == goal.id else g for g in task.goals)
    goals = _dates_of_the_way_back(goals)
    still = tuple(q for q in left if not _settled(q, goals, task))
    if isinstance(new, Ride) and question.topic == "address":
        # Which airport was answered, and when it goes is still to be said.
        day = day_in(new.words, scene)
        still += tuple(q for q in open_points(new, day.isoformat() if day else "", scene) if q.field == "at")
    return msgspec.structs.replace(task, goals=goals, questions=still)


def _settled(question: Question, goals: tuple[AnyGoal, ...], before: Task) -> bool:
    """Whether an answer settled another question as well: its slot was empty and is not any more."""
    new = next((g for g in goals if g.id == question.goal), None)
    old = next((g for g in before.goals if g.id == question.goal), None)
    if new is None or old is None:
        return False
    return bool(getattr(new, question.field, None)) and getattr(new, question.field) != getattr(old, question.field)


def _dates_of_the_way_back(goals: tuple[AnyGoal, ...]) -> tuple[AnyGoal, ...]:
    ends = {g.id: g for g in goals if isinstance(g, Trip) and not g.back_of}
    return tuple(
        msgspec.structs.replace(g, origin=ends[g.back_of].destination)
        if isinstance(g, Trip) and g.back_of in ends and not g.origin
        else g
        for g in goals
    )


def filled(goal: AnyGoal, question: Question, text: str, scene: Scene) -> AnyGoal:
    if isinstance(goal, Buy):
        return _buy(goal, question, text, scene)
    changes: dict[str, Any] = {}
    field = question.field
    if isinstance(goal, Transfer):
        changes = _transfer(goal, question, text, scene)
    elif isinstance(goal, Collect):
        payers = payers_named(text, scene)
        if payers:
            changes["payers"] = tuple(payers)
        amount = parse_money(text)
        if amount and (field == "total_fen" or not (goal.total_fen or goal.each_fen)):
            changes["total_fen"] = amount
        if payers and goal.people and goal.people <= len(payers):
            changes["people"] = len(payers) + 1
    elif isinstance(goal, Ride):
        changes = _ride(goal, field, text, scene)
    elif field == "bill":
        low = text.casefold()
        kinds = [c.removeprefix("bill.") for cue in find_cues(low, ()) for c in cue.concepts if c.startswith("bill.")]
        changes["bill"] = kinds[0] if kinds else ""
    elif field.endswith("_fen") or question.topic == "budget":
        amount = parse_money(text)
        if amount:
            changes[field] = amount
    elif isinstance(goal, Trip | Stay):
        changes = travel_changes(goal, field, text, scene)
    elif field in ("date", "check_in"):
        day = parse_day(text, scene.now)
        found = date_of(day) if day else None
        changes[field] = found.isoformat() if found else ""
    elif hasattr(goal, field) and isinstance(getattr(goal, field), str):
        changes[field] = text.strip()[:120]
    if isinstance(goal, Visit):
        budget = next((m for m in [parse_money(text)] if m), 0) if question.topic == "budget" else 0
        changes |= {"budget_fen": budget} if budget else {}
    return msgspec.structs.replace(goal, **{k: v for k, v in changes.items() if v})


def _transfer(goal: Transfer, question: Question, text: str, scene: Scene) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    amount = parse_money(text)
    if amount and (question.field == "amount_fen" or not goal.amount_fen):
        changes["amount_fen"] = amount
    if question.field == "payee":
        digits = "".join(ch for ch in text if ch.isdigit() or ch == "*")
        if "@" in text or len(digits) >= 7:
            return {**changes, "account": text.strip().split()[-1] if "@" in text else digits}
        changes["payee"] = _payee_in(goal, text, scene)
    return changes


def _payee_in(goal: Transfer, text: str, scene: Scene) -> str:
    """The one contact that an answer means, of those that were asked about if there were any; empty if it is open."""
    before = contacts_named(goal.payee, scene) if goal.payee else []
    meant = told_apart(before, text)
    if len(before) > 1 and len(meant) == 1:
        return str(meant[0]["name"])
    said = contacts_named(text.strip(" .,。!"), scene)
    groups = [said] if said else [rows for _, _, rows in people_in(text, scene)]
    found = [told_apart(rows, text) for rows in groups]
    return str(found[0][0]["name"]) if found and len(found[0]) == 1 else ""


def _ride(goal: Ride, field: str, text: str, scene: Scene) -> dict[str, Any]:
    day = day_in(goal.words, scene)
    changes: dict[str, Any] = answered(goal, day.isoformat() if day else "", scene)
    if field in ("origin", "destination"):
        ends = {k: v for k, v in ends_said(scene).items() if k == field or not getattr(goal, k)}
        changes = {**ends, **changes}
        changes.setdefault(field, where(text, scene))
        return changes
    clock = parse_time(text, scene.now)
    if field == "meets" and clock is not None:
        day = clock.day or day_in(goal.words, scene)
        changes["meets"] = scene.moment(day, clock.time)
        number = next((r.words for c in scene.clauses for r in c.of(Ref)), "")
        if number:
            changes["note"] = f"{goal.note} {number}".strip()
    elif field == "at" and clock is not None:
        changes["at"] = scene.moment(clock.day or day, in_part(clock, goal.words, scene))
    return changes


_THEIRS = re.compile(
    r"\b(?:rumah|kos|kosan|kantor|apartemen|tempat) ?(?:nya)?\s+([A-Z][\w'’]+)"
    r"|\b([A-Z][\w'’]+)['’]s\s(?:place|home|house|flat|office)\b"
)


def at_theirs(scene: Scene) -> str:
    """ "ke rumah Dinda di Menteng": the address of the contact whose home it is; empty if nobody's is named."""
    for match in _THEIRS.finditer(scene.text):
        contact = contact_named(match.group(1) or match.group(2), scene)
        if contact is not None and contact["address_id"]:
            return str(contact["address_id"])
    relation = next((r for c in scene.clauses for r in c.all("rel") if c.has("home", "office")), "")
    contact = contact_named(f"rel.{relation}", scene) if relation else None
    return str(contact["address_id"]) if contact and contact["address_id"] else ""


_REFUSED = re.compile(
    r"(?:^|[,，;；。.!]|\s)\s*(?:bukan|jangan|not|don't|不是|不要|别)\s?(?:ke|送|寄|到|to|at)?[^,，;；。.!]*",
    re.IGNORECASE,
)


def without_refused(text: str) -> str:
    """An answer without what it says that is not meant: "ke sini, bukan ke kos"."""
    return _REFUSED.sub(" ", text).strip() or text


def where(text: str, scene: Scene) -> str:
    """A place in an answer: an address of the person's book, a place of the map, or the words."""
    text = without_refused(text)
    own = concept_of(text)
    if own in ("home", "office", "hotel"):
        address = own_address(own, scene)
        if address is not None:
            return str(address["address_id"])
    words = text.strip(" .,。!")
    known = address_named(words, scene)
    if known is not None:
        return str(known["address_id"])
    for clause in scene.clauses:
        for mention in mentions(clause):
            if not mention.own and clause.text.strip() in text and ground(mention, scene) is not None:
                return mention.words
    shared = address_sharing(words, scene)
    if shared is not None:
        return str(shared["address_id"])
    for part in re.split(r"[,，;；、()]", text):
        if scene.place(part.strip(" .。!")) is not None:
            return part.strip(" .。!")
    return words


_ON_A_CARD = re.compile(
    r"卡片|贺卡|卡上|附言|写|\b(?:card|note|message|text|kartu\w*|ucapan\w*|pesan(?:nya)?|catatan\w*|tulis\w*)\b",
    re.IGNORECASE,
)


def _buy(goal: Buy, question: Question, text: str, scene: Scene) -> Buy:
    """Several facts in one answer are all used: "the usual, home"."""
    if question.topic == "option" and scene.quotes and _ON_A_CARD.search(text):
        # Asked how, the person tells what is to be written with it.
        return fold_wish(goal, "card", text, scene)
    if question.field in WISHES:
        return fold_wish(goal, question.field, text, scene)
    changes: dict[str, Any] = {}
    if question.field == "when":
        return _when(goal, scene)
    said = without_refused(scene.text)
    labelled = [a for a in scene.me.addresses if fold(a["label"]) in fold(said)]
    elsewhere = any(c.has("here") for c in scene.clauses) or at_theirs(scene) or payers_named(text, scene)
    if question.field == "to" and labelled and not elsewhere:
        best = max(labelled, key=lambda a: len(a["label"]))
        return msgspec.structs.replace(goal, to=str(best["address_id"]))
    for clause in scene.clauses:
        own = next((c for cue in clause.cues for c in cue.concepts if c in OWN), "")
        if own and own != "here" and clause.text.strip() in said:
            address = own_address(own, scene)
            if address is not None:
                changes["to"] = address["address_id"]
    if theirs := at_theirs(scene):
        changes["to"] = theirs
    if question.field == "to" and "to" not in changes:
        place = where(text, scene)
        if concept_of(without_refused(text)) != "here" or scene.place(place) is not None:
            changes["to"] = place
    times = [t for c in scene.clauses for t in c.of(Time)]
    if times and not (goal.by or goal.at):
        changes["by" if times[0].role == "by" else "at"] = scene.moment(times[0].day, times[0].time)
    if question.topic == "budget":
        changes["budget_fen"] = parse_money(text) or 0
    goal = msgspec.structs.replace(goal, **{k: v for k, v in changes.items() if v})
    if question.topic == "quantity" and goal.items:
        count = parse_count(text) or _only_count(text)
        if count:
            first = goal.items[0]
            parts = (msgspec.structs.replace(first.parts[0], quantity=count),)
            goal = msgspec.structs.replace(goal, items=(msgspec.structs.replace(first, parts=parts), *goal.items[1:]))
    if question.topic in ("item", "option"):
        goal = _item(goal, scene)
    return goal


def _only_count(text: str) -> int | None:
    """The number in "four in all, with me" if there is just one."""
    counts = [count for word in re.findall(r"\w+", text) if (count := parse_count(word))]
    return counts[0] if len(counts) == 1 else None


NOT_BEFORE = timedelta(minutes=20)
"""After an hour before which it must not come: couriers are a little early as often as late."""


def _when(goal: Buy, scene: Scene) -> Buy:
    """A purchase at another hour of its day."""
    day = date.fromisoformat((goal.at or goal.by)[:10])
    changes: dict[str, str] = {}
    for span in (t for c in scene.clauses for t in c.of(Time)):
        moment = scene.moment(span.day or day, span.time)
        if span.role == "by":
            changes["by"] = moment
        elif span.role == "after":
            changes["at"] = (datetime.fromisoformat(moment) + NOT_BEFORE).isoformat()
        else:
            changes["at"] = moment
    if changes and "by" not in changes:
        changes["by"] = ""
    if changes and "at" not in changes:
        changes["at"] = ""
    return msgspec.structs.replace(goal, **changes)


def answer_item(goal: Buy, text: str, instead_of: str = "") -> Buy:
    """Fold an answer to "which one?" into a purchase: the usual, any, or the kind that was named.

    Of several things that the answer names it is the one most like ``instead_of``, if that is given.
    """
    return _item(goal, plain_scene(text), instead_of)


def reword(goal: AnyGoal, text: str) -> AnyGoal:
    """A goal whose own words led nowhere, in the words of the person's answer."""
    if isinstance(goal, Buy):
        first = goal.items[0] if goal.items else Item("")
        blank = msgspec.structs.replace(first, words="", text="", ref="")
        return answer_item(msgspec.structs.replace(goal, items=(blank, *goal.items[1:]), like=""), text, first.words)
    if isinstance(goal, Cancel | GiveBack) and (paid := _paid(text)) and goal.amount_fen != paid:
        return msgspec.structs.replace(goal, amount_fen=paid)
    if isinstance(goal, Cancel):
        return msgspec.structs.replace(goal, item=text, place="")
    if isinstance(goal, GiveBack | Dispute | Reschedule):
        return msgspec.structs.replace(goal, item=text)
    return goal


def _paid(text: str) -> int:
    """What an order cost, where the answer tells it by that: "the one for 129"."""
    return next((m.fen for c in plain_scene(text).clauses for m in c.of(Money)), 0)


def _item(goal: Buy, scene: Scene, instead_of: str = "") -> Buy:
    clauses = scene.clauses
    if any(c.has("usual") for c in clauses):
        return msgspec.structs.replace(goal, like="usual", vague=False)
    if any(c.has("last") for c in clauses):
        return msgspec.structs.replace(goal, like="last", vague=False)
    if any(c.has("any") for c in clauses):
        return msgspec.structs.replace(goal, choice=goal.choice or "any", vague=False)
    draft = Draft("buy", clauses, clauses[0] if clauses else None)
    own = [(cue.start, cue.end) for c in clauses for cue in c.cues if set(OWN) & set(cue.concepts)]
    read = Reader(draft, scene, own).items()
    if not read:
        return msgspec.structs.replace(goal, vague=False)
    asked = [item for item in read if not is_thin(item, scene)] or list(read)
    first = max(asked, key=lambda item: fit(item.words, instead_of)) if instead_of else asked[0]
    old = goal.items[0] if goal.items else Item("")
    counted = first.quantity > 1 or len(first.parts) > 1
    added = first.parts[0].options
    parts = first.parts if counted else tuple(_with_options(part, added) for part in old.parts)
    words = (
        first.words
        if not old.words or old.words.casefold() in first.words.casefold()
        else _joined(first.words, old.words)
    )
    item = Item(words, parts, f"{old.text} {scene.text}".strip())
    return msgspec.structs.replace(goal, items=(item, *goal.items[1:]), vague=False)


def _joined(kind: str, thing: str) -> str:
    """Margherita and pizza: the kind that was named, before the thing that was asked for."""
    return f"{kind} {thing}" if kind.isascii() or thing.isascii() else f"{kind}{thing}"


def _with_options(part: Part, added: tuple[str, ...]) -> Part:
    return msgspec.structs.replace(part, options=tuple(dict.fromkeys((*part.options, *added))))
