"""Words to a task: the errands that a sentence names, their slots, and what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec

from agent.desk import Desk
from agent.grammar import Money, Time
from agent.rules import aftercare, bills, money, ride, travel, visit
from agent.rules.allowance import cut_allowance
from agent.rules.buy import each_day, read_buy
from agent.rules.caution import without_caution
from agent.rules.cues import forms_in
from agent.rules.domains import Draft, drafts_of
from agent.rules.evidence import with_evidence
from agent.rules.held import Held, cut_held, held_questions
from agent.rules.itinerary.arbiter import settled_by_clauses
from agent.rules.itinerary.read import Itinerary, read_itinerary
from agent.rules.joined.lost import read_lost
from agent.rules.joined.read import Joined, read_joined
from agent.rules.leave import cut_leave
from agent.rules.manners import without_manners
from agent.rules.methods import cut_methods, with_methods
from agent.rules.past import Past, read_past
from agent.rules.phrasing import put_plainly
from agent.rules.plates import cut_plates, settled_by_plates, with_plates
from agent.rules.recipients import to_each
from agent.rules.same_day import with_days_named
from agent.rules.scene import Clause, Scene, make_scene, sharing
from agent.rules.sellers import cut_seller, with_seller
from agent.rules.set_up import cut_set_up, with_set_up
from agent.rules.spelling import mended
from agent.rules.spoken import spelled_out
from agent.rules.stay import read_stay
from agent.rules.strands import parted
from agent.rules.sums import name_payees
from agent.rules.telling import likened
from agent.rules.timing import apply_corrections
from agent.rules.unsure import left_open
from agent.steps.base import Me
from agent.task import (
    AnyGoal,
    Bill,
    Buy,
    Cancel,
    Collect,
    Mandate,
    Question,
    Ride,
    Stay,
    Task,
    Tell,
    Transfer,
    Trip,
    Visit,
)

PRICED = (Buy, Trip, Stay, Ride, Visit, Bill)


def understand(words: str, locale: str, me: Me, desk: Desk) -> Task:
    """Understand what a person wrote.

    Raises:
        ToolFailure: something that the words refer to could not be looked up.
    """
    if desk.now is None:
        desk.call("clock_now", {})
    assert desk.now is not None
    said = words
    plain = put_plainly(mended(spelled_out(words, locale)), locale)
    words = without_caution(parted(without_manners(with_days_named(plain, desk.now, locale))))
    words, permission = cut_set_up(words)
    words, leave = cut_leave(words, locale)
    words, allowed = cut_allowance(words, said)
    words, paying = cut_methods(words)
    words, seller = cut_seller(words, me, desk)
    words, plates = cut_plates(words)
    scene = make_scene(words, locale, me, desk)
    lost = read_lost(scene)
    past = None if lost else read_past(words, scene)
    if past is not None:
        return _with_rest(past, scene, me, desk, paying.for_all())
    joined = Joined(lost) if lost else read_joined(scene, lambda text: _plain(text, scene, me, desk))
    task = _joined(scene, joined) if joined is not None else _plain(words, scene, me, desk, whole=True)
    goals = with_seller(tuple(with_methods(list(task.goals), paying, scene)), seller)
    goals = with_set_up(with_plates(goals, plates), permission)
    asked = settled_by_plates(task.questions, goals)
    task = msgspec.structs.replace(
        task,
        goals=goals,
        questions=asked,
        method=task.method or paying.for_all(),
        pay_up_to_fen=leave or task.pay_up_to_fen,
    )
    if allowed is None:
        return task
    return msgspec.structs.replace(task, allowance=allowed.purpose or "*", allowance_only=allowed.only)


def _with_rest(past: Past, scene: Scene, me: Me, desk: Desk, method: str) -> Task:
    """An errand about orders that there are, with what else the words surely ask for."""
    goals, questions = list(past.goals), list(past.questions)
    if past.rest.strip():
        beside = _by_clauses(_corrected(make_scene(past.rest, scene.language, me, desk)), Held())
        for goal in beside.goals:
            if isinstance(goal, BESIDE):
                moved = msgspec.structs.replace(goal, id=f"g{len(goals) + 1}")
                questions += [msgspec.structs.replace(q, goal=moved.id) for q in beside.questions if q.goal == goal.id]
                goals.append(moved)
    return Task(scene.language, goals=tuple(goals), questions=tuple(questions), method=method)


BESIDE = (Bill, Transfer, Collect, Mandate)
"""What may stand beside orders that are to be changed, and is told by words of its own."""


def _plain(words: str, scene: Scene, me: Me, desk: Desk, *, whole: bool = False) -> Task:
    """Words that ask for one thing, or for things of one kind. With ``whole`` they are those of the scene itself."""
    locale = scene.language
    if not whole:
        scene = sharing(make_scene(words, locale, me, desk), scene)
    travelled = read_itinerary(_corrected(scene))
    itinerary = None if travelled is None else _itinerary(scene, travelled)
    held = Held()
    if itinerary is None:
        words, held = cut_held(words)
        if held.topics:
            scene = _corrected(sharing(make_scene(words, locale, me, desk), scene))
    task = _by_clauses(scene, held)
    return task if itinerary is None or settled_by_clauses(task, itinerary, scene) else itinerary


def _corrected(scene: Scene) -> Scene:
    apply_corrections(scene.clauses)
    likened(scene)
    return scene


def _by_clauses(scene: Scene, held: Held) -> Task:
    """The task of a scene, read clause by clause."""
    drafts = drafts_of(scene)
    name_payees(drafts, scene)
    goals: list[AnyGoal] = []
    questions: list[Question] = []
    for draft in _in_order(drafts):
        made, asked = _read(draft, scene, goals, drafts)
        goals += made
        out = next((g for g in goals if isinstance(g, Trip) and not g.back_of), None)
        scene.trip, scene.departs = (out.id, out.depart_at) if out else ("", "")
        questions += asked
    if any(clause.has("hold") for clause in scene.clauses):
        goals, questions = _only_told(goals), []
    if not goals:
        return Task(scene.language, unclear="no errand was recognised in the words")
    goals, questions = with_evidence(goals, questions, scene)
    goals, questions = left_open(goals, questions, scene)
    wanted = held_questions(goals, held, scene)
    questions = [q for q in questions if (q.goal, q.topic) not in {(w.goal, w.topic) for w in wanted}] + wanted
    return _whole(scene, drafts, goals, questions)


def _joined(scene: Scene, joined: Joined) -> Task:
    """Errands of several kinds as a task."""
    goals, questions = left_open(joined.goals, joined.questions, scene)
    whole = _whole(scene, [], goals, questions)
    return msgspec.structs.replace(whole, goals=tuple(goals), questions=tuple(questions), budget_fen=joined.budget_fen)


def _itinerary(scene: Scene, travelled: Itinerary) -> Task:
    """A travel errand as a task: what holds for all of it is read from the words as for any other."""
    whole = _whole(scene, [], travelled.goals, travelled.questions)
    return msgspec.structs.replace(
        whole, goals=tuple(travelled.goals), questions=tuple(travelled.questions), budget_fen=travelled.budget_fen
    )


def _only_told(goals: list[AnyGoal]) -> list[AnyGoal]:
    """先别买: what would have been bought is only asked for its price."""
    told: list[AnyGoal] = []
    for goal in goals:
        if not isinstance(goal, PRICED) or isinstance(goal, Bill):
            told.append(goal)
        elif not isinstance(goal, Trip) or not goal.back_of:
            place = goal.destination if isinstance(goal, Trip) else goal.city if isinstance(goal, Stay) else ""
            day = goal.date if isinstance(goal, Trip | Visit) else ""
            told.append(Tell(id=goal.id, words=goal.words, about="price", place=place, date=day))
    return told


def _in_order(drafts: list[Draft]) -> list[Draft]:
    """Trips and stays first: rides and purchases refer to them."""
    rank = {"trip": 0, "go": 0, "rebook": 0, "cancel": 0, "stay": 1, "visit": 1}
    return sorted(drafts, key=lambda d: rank.get(d.kind, 2))


def _read(
    draft: Draft, scene: Scene, goals: list[AnyGoal], drafts: list[Draft]
) -> tuple[list[AnyGoal], list[Question]]:
    ids = [f"g{len(goals) + i}" for i in range(1, 8)]
    first = ids[0]
    kind = draft.kind
    if kind in ("trip", "go"):
        with_stay = any(d.kind == "stay" for d in drafts)
        trips, asked = travel.read_trip(_lent(draft, drafts), (ids[0], ids[1]), scene, with_stay=with_stay)
        return list(trips), asked
    if kind == "rebook":
        return aftercare.read_rebook(draft, (ids[0], ids[1]), scene)
    if kind == "cancel":
        stay = next((d for d in drafts if d.kind == "stay"), None)
        if draft.has("replace") and any("hotel" in forms_in(c.low, "what") for c in draft.clauses) and stay is None:
            return aftercare.read_swap(draft, (ids[0], ids[1]), scene)
        cancels, asked = aftercare.read_cancels(draft, ids, scene)
        if stay is not None and stay.has("replace") and cancels[0].what in ("", "goods"):
            cancels, asked = [msgspec.structs.replace(cancels[0], what="hotel", item="")], []
        return list(cancels), asked
    if kind == "stay":
        out = next((g for g in goals if isinstance(g, Trip) and not g.back_of), None)
        back = next((g for g in goals if isinstance(g, Trip) and g.back_of), None)
        made, asked = read_stay(draft, first, scene, trip=out, back=back)
        made = _replacing(made, goals, drafts, scene)
        return [made], [] if made.replaces else asked
    if kind == "bill":
        found, asked = bills.read_bills(draft, ids, scene)
        return list(found), asked
    if kind == "transfer":
        sent, asked = money.read_transfers(draft, ids, scene)
        return list(sent), asked
    if kind == "ride":
        car, asked = ride.read_ride(draft, first, scene, goals)
        return [car], asked
    readers: dict[str, Callable[[Draft, str, Scene], tuple[Any, list[Question]]]] = {
        "buy": read_buy,
        "visit": visit.read_visit,
        "collect": money.read_collect,
        "mandate": money.read_mandate,
        "give_back": aftercare.read_give_back,
        "dispute": aftercare.read_dispute,
        "reschedule": aftercare.read_reschedule,
        "price": aftercare.read_tell,
        "weather": aftercare.read_tell,
        "balance": aftercare.read_tell,
        "order_status": aftercare.read_tell,
    }
    goal, asked = readers[kind](draft, first, scene)
    if isinstance(goal, Buy):
        bought, asked = to_each(goal, ids, asked, scene)
        if len(bought) == 1:
            return [*each_day(bought[0], draft, ids, scene)], asked
        return [*bought], asked
    return [goal], asked


def _lent(draft: Draft, drafts: list[Draft]) -> Draft:
    """A trip that names no place or day of its own goes where and when the hotel is."""
    stay = next((d for d in drafts if d.kind == "stay"), None)
    if stay is None:
        return draft
    from agent.rules.places import mentions
    from agent.rules.timing import days

    places = any(m.role == "to" and not m.own for c in draft.clauses for m in mentions(c))
    if places or days(draft.clauses):
        return draft
    lent = Draft(draft.kind, [*stay.clauses], draft.first)
    for clause in draft.clauses:
        lent.add(clause)
    return lent


def _replacing(stay: Stay, goals: list[AnyGoal], drafts: list[Draft], scene: Scene) -> Stay:
    """A hotel after a cancelled hotel takes its place."""
    cancel = next((g for g in goals if isinstance(g, Cancel) and g.what in ("hotel", "")), None)
    if cancel is None:
        return stay
    budget = stay.budget_fen
    if any(d.has("price_not_higher") for d in drafts):
        old = aftercare.old_order("hotel", cancel.place, scene)
        if old is not None:
            from mock_services.money import parse_yuan

            budget = parse_yuan(old["amount"])
    return msgspec.structs.replace(stay, replaces=cancel.id, city=stay.city or cancel.place, budget_fen=budget)


def _whole(scene: Scene, drafts: list[Draft], goals: list[AnyGoal], questions: list[Question]) -> Task:
    """What holds for the errand as a whole: total budget, leave to pay, payment method."""
    priced = [g for g in goals if isinstance(g, PRICED)]
    budget = 0
    pay_up_to = 0
    for clause in scene.clauses:
        for span in clause.of(Money):
            if span.currency != "CNY":
                continue
            if span.bound in ("at_most", "below") and len(priced) > 1 and _for_all(span, clause, drafts):
                budget = span.fen
            if lets_pay(span, clause, scene) and not any(isinstance(g, Mandate) for g in goals):
                pay_up_to = span.fen
    if budget:
        goals = [_without_budget(g, budget) for g in goals]
    goals = _agreeing(goals, scene)
    method, not_method = methods(scene)
    settled = [q for q in questions if not _answered(q, goals)]
    return Task(
        scene.language,
        goals=tuple(goals),
        questions=tuple(settled),
        budget_fen=budget,
        pay_up_to_fen=pay_up_to,
        method=method,
        not_method=not_method,
    )


def _agreeing(goals: list[AnyGoal], scene: Scene) -> list[AnyGoal]:
    """What one goal says of another: who travels sleeps there, a trip for a hotel keeps the hotel's days."""
    stay = next((g for g in goals if isinstance(g, Stay)), None)
    trips = [g for g in goals if isinstance(g, Trip)]
    airport, station = (any(c.has(own) for c in scene.clauses) for own in ("airport", "station"))
    agreed: list[AnyGoal] = []
    for goal in goals:
        changes: dict[str, Any] = {}
        if isinstance(goal, Trip):
            if not goal.mode and airport != station and not goal.replaces:
                changes["mode"] = "flight" if airport else "train"
            if stay is not None and stay.check_in and len(trips) == 2 and not goal.depart_after and stay.nights:
                first = date.fromisoformat(stay.check_in)
                changes["date"] = (first + timedelta(days=stay.nights if goal.back_of else 0)).isoformat()
        elif isinstance(goal, Stay) and trips and goal.guests == 1:
            changes["guests"] = trips[0].passengers
        elif isinstance(goal, Stay) and goal.guests == 1 and (outing := _outing(goals)) is not None:
            changes["guests"] = outing.adults + outing.children
        elif (
            isinstance(goal, Visit) and not goal.city and not trips and stay is not None and stay.check_in <= goal.date
        ):
            changes["city"] = stay.city
        elif isinstance(goal, Visit) and not goal.city:
            changes["city"] = next((t.destination for t in trips if _is_there(goal, t, trips, scene)), "")
        agreed.append(msgspec.structs.replace(goal, **changes) if changes else goal)
    return agreed


def _outing(goals: list[AnyGoal]) -> Visit | None:
    """The tickets that an errand asks for beside a room, which tell how many are on the way."""
    return next((g for g in goals if isinstance(g, Visit)), None)


def _is_there(visit: Visit, trip: Trip, trips: list[Trip], scene: Scene) -> bool:
    """Whether the person is where a trip led them on the day of a visit, and not back yet."""
    if trip.back_of or not trip.date or not trip.date <= visit.date or trip.destination in scene.me.city_names:
        return False
    return all(visit.date <= back.date for back in trips if back.back_of == trip.id and back.date)


def _for_all(span: Money, clause: Clause, drafts: list[Draft]) -> bool:
    if span.per in ("night", "each", "person", "day") or _before_a_bill(clause, drafts):
        return False
    if span.per == "total" or len(clause.kinds) > 1:
        return True
    # A limit behind a way out and back means both ways.
    if (not clause.kinds and clause.has("whole")) or (not clause.kinds and _WHOLE.search(clause.low)):
        return True
    owner = next((d for d in drafts if clause in d.clauses), None)
    return owner is not None and owner.kind in ("trip", "go") and len(drafts) == 1


def _before_a_bill(clause: Clause, drafts: list[Draft]) -> bool:
    """A limit behind the one purchase, and then a bill: nobody limits what is not named yet and has its own amount."""
    others = [d for d in drafts if d.kind != "bill"]
    bills = [c for d in drafts if d.kind == "bill" for c in d.clauses if c.kinds]
    if len(others) != 1 or not bills or "bill" in clause.kinds or clause not in others[0].clauses:
        return False
    return all(c.start > clause.start for c in bills)


def _without_budget(goal: AnyGoal, fen: int) -> AnyGoal:
    """The goal without a limit that is meant for all of them."""
    if isinstance(goal, Stay) and goal.per_night_fen == fen:
        return msgspec.structs.replace(goal, per_night_fen=0)
    if isinstance(goal, PRICED) and goal.budget_fen == fen:
        return msgspec.structs.replace(goal, budget_fen=0)
    return goal


def lets_pay(span: Money, clause: Clause, scene: Scene) -> bool:
    """Whether the words let the agent pay up to an amount without asking again."""
    if span.bound not in ("at_most", "below"):
        return False
    if clause.has("no_need_to_ask"):
        return True
    at = scene.clauses.index(clause)
    beside = scene.clauses[max(0, at - 1) : at + 2]
    return any(c.has("no_need_to_ask") and not c.of(Money) and not c.kinds for c in beside)


def _answered(question: Question, goals: list[AnyGoal]) -> bool:
    goal = next((g for g in goals if g.id == question.goal), None)
    return isinstance(goal, Buy) and question.field == "to" and bool(goal.to)


_WHOLE = re.compile(r"预算|一共|总共|budget|all|total|semua")
_BANK = re.compile(r"(?<!别)(?<!不)[走用刷拿从]我?的?([\u3400-\u9fff]{1,4}?(?:银行|行))的?(?:信用|储蓄|借记|银行)?卡")
"""走建行卡: the bank says which card."""
_KEPT_METHOD = re.compile(
    r"(?:余额|零钱|钱包)(?:里的钱)?(?:先)?(?:别动|不动|不要动|留着|别碰|别用|不用)|(?:别|不要|不)动用?(?:余额|零钱|钱包)"
)
_LAST4 = re.compile(
    r"(?:尾号|末[四4]位|后[四4]位|ending(?: in| with)?|ends? (?:in|with)|berakhiran|akhiran)"
    r"\s*(?:是|为|:)?\s*(\d{4})(?!\d)"
)
"""The last digits of a card."""
METHODS = ("card", "wallet", "credit")


def methods(scene: Scene) -> tuple[str, str]:
    """How the person wants to pay, and how not: kinds of methods."""
    method = not_method = ""
    for clause in scene.clauses:
        for i, cue in enumerate(clause.cues):
            kind = next((k for k in METHODS if f"method.{k}" in cue.concepts), "")
            if not kind:
                continue
            lead = clause.cues[i - 1] if i else None
            if lead is None or clause.of(Time):
                continue
            if "pay_not" in lead.concepts:
                not_method = kind
            elif "pay_with" in lead.concepts or any("pay_with" in c.concepts for c in clause.cues[:i]):
                method = kind
        bank = _BANK.search(clause.low)
        if bank and bank.group(1) != "银行":
            method = bank.group(1)
        tail = _LAST4.search(clause.low)
        if tail and not_method != tail.group(1):
            method = tail.group(1)
        kept = _KEPT_METHOD.search(clause.low)
        if kept:
            not_method = "wallet"
    return method, not_method
