"""Whether bills, transfers, collections, refunds, cancellations, changes and mandates are what was wanted."""

from __future__ import annotations

from mock_services.clock import local
from mock_services.money import format_yuan
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS, Payment
from mock_services.people import CONTACTS
from mock_services.taobao.rows import AFTER_SALES
from mock_services.user.rows import CONSENTS, DIALOGUE
from scenarios.grading.case import Case
from scenarios.grading.forms import Admission, Asked, Effect, Mandated, Payout, Purchase, Trip
from scenarios.grading.hits import Hit, Miss
from scenarios.grading.travel import SEATS, timetable_problems
from scenarios.naming import says
from scenarios.wants import (
    AskedWant,
    BillWant,
    CollectWant,
    MandateWant,
    OrderRef,
    PaidWant,
    RebookWant,
    TransferWant,
)


def _payouts(case: Case, kind: str) -> list[Payout]:
    return [effect for effect in case.new(kind) if isinstance(effect, Payout) and effect.live]


def _amount(wanted: int | None, there: int) -> list[Miss]:
    return [Miss("amount", f"it is {format_yuan(there)}")] if wanted is not None and wanted != there else []


def _method(wanted: str, effect: Payout) -> list[Miss]:
    right = not wanted or (bool(effect.methods) and all(wanted in known for known in effect.methods))
    return [] if right else [Miss("method", f"paid with {', '.join(method_id for _, method_id in effect.methods)}")]


def match_bill(case: Case, want: BillWant) -> list[Hit]:
    """Every bill that the episode paid."""
    wanted = case.named(want.bill)
    found = []
    for effect in _payouts(case, "bill"):
        wrong = [] if any(wanted == name or says(name, wanted) for name in effect.to) else [Miss("bill", "another one")]
        found.append(
            Hit((effect,), tuple(wrong + _amount(want.amount, effect.total_fen) + _method(want.method, effect)))
        )
    return found


def match_transfer(case: Case, want: TransferWant) -> list[Hit]:
    """Every transfer that the episode made."""
    names = {case.named(want.to)}
    for contact in case.world.state.find(CONTACTS, "owner", case.world.person_id):
        if want.to in (contact.name, contact.nickname):
            names |= {contact.account, contact.phone} - {""}
    found = []
    for effect in _payouts(case, "transfer"):
        wrong = [] if names & effect.to else [Miss("to", f"it went to {sorted(effect.to)[0]}")]
        wrong += [] if says(effect.memo, want.memo) else [Miss("memo", f"it is {effect.memo[:40]!r}")]
        found.append(
            Hit((effect,), tuple(wrong + _amount(want.amount, effect.total_fen) + _method(want.method, effect)))
        )
    return found


def match_collect(case: Case, want: CollectWant) -> list[Hit]:
    """The requests for money that the episode made, all together."""
    items = [effect for effect in case.new("collect") if isinstance(effect, Asked)]
    if not items:
        return []
    owner = case.world.person_id
    known = {c.name: {c.name, c.nickname} - {""} for c in case.world.state.find(CONTACTS, "owner", owner)}
    wrong = []
    asked = [known.get(item.name, {item.name}) for item in items]
    for name in want.from_:
        times = sum(1 for names in asked if name in names)
        if times != 1:
            wrong.append(Miss("from", f"{name} was asked {times} times"))
    if len(items) != len(want.from_):
        wrong.append(Miss("from", f"{len(items)} people were asked"))
    wrong += [
        Miss("each", f"{item.name} was asked for {format_yuan(item.fen)}") for item in items if item.fen != want.each
    ]
    return [Hit(tuple(items), tuple(wrong))]


def match_paid(case: Case, want: PaidWant) -> list[Hit]:
    """Everything that the episode bought at the service."""
    bought = [effect for effect in case.new("paid") if isinstance(effect, Purchase) and effect.live]
    return [Hit((it,), _purchase_problems(want, it)) for it in bought if it.service == want.service]


def _purchase_problems(want: PaidWant, it: Purchase) -> tuple[Miss, ...]:
    wrong = []
    matching = [count for name, count in it.lines if all(says(name, phrase) for phrase in want.subject)]
    if not matching:
        wrong.append(Miss("subject", f"something else: {', '.join(name for name, _ in it.lines)}"))
    elif sum(matching) != want.qty:
        wrong.append(Miss("qty", f"{sum(matching)} of them"))
    if want.total_at_most is not None and it.total_fen > want.total_at_most:
        wrong.append(Miss("total_at_most", f"{format_yuan(it.total_fen)} is above {format_yuan(want.total_at_most)}"))
    return tuple(wrong)


# --- what was there before -----------------------------------------------------------------------------------


def _payments(case: Case, ref: str) -> list[Payment]:
    state = case.world.state
    direct = state.get(PAYMENTS, ref)
    if direct is not None:
        return [direct]
    trades = [row.out_trade_no for row in state.find(PAYABLES, "ref", ref)] or [ref]
    return [payment for trade in trades for payment in state.find(PAYMENTS, "out_trade_no", trade)]


def match_refund(case: Case, want: OrderRef) -> list[Hit]:
    """The refunds of an order (or of one payment) that came back to the sources that paid, since the errand began."""
    ref = case.named(want.order)
    paid = _payments(case, ref)
    if not paid:
        return [Hit((), (Miss("order", f"nothing was paid for {ref}"),))]
    fresh = case.inserted(REFUNDS.name)
    ids = {payment.id for payment in paid}
    trades = {payment.out_trade_no for payment in paid}
    refunds = [row for trade in trades for row in case.world.state.find(REFUNDS, "out_trade_no", trade)]
    back = sum(row.fen for row in refunds if row.payment_id in ids and row.id in fresh)
    spent = sum(payment.fen for payment in paid if payment.state == "success")
    if back == 0:
        back, freight = _agreed(case, ref)
        spent -= freight
    wrong = []
    if back == 0:
        wrong.append(Miss("order", "no refund"))
    elif want.amount is not None and back != want.amount:
        wrong.append(Miss("amount", f"{format_yuan(back)} came back"))
    elif want.amount is None and want.fee_at_most is None and back != spent:
        wrong.append(Miss("amount", f"{format_yuan(back)} of {format_yuan(spent)} came back"))
    elif want.fee_at_most is not None and spent - back > want.fee_at_most:
        wrong.append(Miss("fee_at_most", f"{format_yuan(spent - back)} was kept"))
    old = case.after.get(ref)
    return [Hit((old,) if old is not None else (), tuple(wrong))]


def _agreed(case: Case, ref: str) -> tuple[int, int]:
    """What a seller agreed to send back once the parcel has returned, and what the return costs the buyer.

    A return takes days; the person calls it done when it is agreed and picked up.
    """
    if AFTER_SALES.name not in case.world.base.tables.rows:
        return 0, 0
    for row in case.world.state.find(AFTER_SALES, "order_id", ref):
        if row.state in ("pickup_scheduled", "returning"):
            return row.fen, row.freight_fen
    return 0, 0


def match_cancelled(case: Case, want: OrderRef) -> list[Hit]:
    """An order of the set-up that is not live any more."""
    effect = case.after.get(case.named(want.order))
    if effect is None:
        return [Hit((), (Miss("order", "there is none"),))]
    wrong = [Miss("order", f"is {effect.state}")] if effect.live else []
    if want.fee_at_most is not None:
        paid = _payments(case, effect.ref)
        kept = sum(payment.fen - payment.refunded_fen for payment in paid if payment.state == "success")
        if kept > want.fee_at_most:
            wrong.append(Miss("fee_at_most", f"{format_yuan(kept)} was kept"))
    return [Hit((effect,), tuple(wrong))]


def match_rebooked(case: Case, want: RebookWant) -> list[Hit]:
    """An order that was changed to another departure or day; or given up, with a new one in its place."""
    ref = case.named(want.order)
    old, was = case.after.get(ref), case.before.get(ref)
    if old is None or was is None:
        return [Hit((), (Miss("order", "there is none"),))]
    candidates: list[tuple[Effect, ...]] = [(old,)] if old.live else []
    if not old.live:
        candidates = [(old, new) for new in case.new(old.kind) if new.live]
    if not candidates:
        return [Hit((old,), (Miss("order", "nothing came in its place"),))]
    return [Hit(group, tuple(_rebook_problems(want, group[-1], was))) for group in candidates]


def _rebook_problems(want: RebookWant, new: Effect, was: Effect) -> list[Miss]:
    if new == was:
        return [Miss("order", "was not changed")]
    wrong: list[Miss] = []
    if isinstance(new, Trip) and want.trip is not None:
        wrong += timetable_problems(want.trip, new)
    day = getattr(new, "day", "") or getattr(new, "check_in", "")
    if isinstance(new, Trip):
        day = local(new.depart, new.offsets[0]).date().isoformat()
    if want.date is not None and day != want.date.isoformat():
        wrong.append(Miss("date", f"on {day}"))
    return wrong + _otherwise_the_same(want, new, was)


def _otherwise_the_same(want: RebookWant, new: Effect, was: Effect) -> list[Miss]:
    """Who moves a booking moves it for the same people, to the same place, and to something that runs."""
    wrong: list[Miss] = []
    if isinstance(new, Trip) and isinstance(was, Trip):
        if new.disrupted:
            wrong.append(Miss("state", "was cancelled by the carrier"))
        if new.pax != was.pax:
            wrong.append(Miss("pax", f"for {new.pax} instead of {was.pax}"))
        cabin = want.trip.cabin if want.trip is not None else ""
        if cabin and new.cabin != SEATS.get(cabin, cabin):
            wrong.append(Miss("cabin", f"{new.cabin} class"))
    if isinstance(new, Admission) and isinstance(was, Admission):
        # Its text begins with what it is a ticket for; the rest may name the day.
        if new.text.partition(" ")[0] != was.text.partition(" ")[0]:
            wrong.append(Miss("place", "for another place"))
        if (new.adults, new.children) != (was.adults, was.children):
            wrong.append(Miss("adults", f"{new.adults} adults and {new.children} children"))
    return wrong


def match_unchanged(case: Case, refs: tuple[str, ...]) -> list[Hit]:
    """Orders of the set-up that the agent left as they were."""
    wrong = []
    kept: list[Effect] = []
    for name in refs:
        ref = case.named(name)
        was, is_now = case.before.get(ref), case.after.get(ref)
        if was is None or is_now is None:
            wrong.append(Miss(name, "is not there"))
        elif ref in case.touched or (was.live and not is_now.live):
            wrong.append(Miss(name, f"is {is_now.state}"))
        else:
            kept.append(is_now)
    return [Hit(tuple(kept), tuple(wrong))]


# --- mandates, questions, totals -----------------------------------------------------------------------------


def match_mandate(case: Case, want: MandateWant) -> list[Hit]:
    """Every mandate that became active."""
    mandates = [it for it in case.new("mandate") if isinstance(it, Mandated) and it.live]
    return [Hit((it,), _mandate_problems(want, it)) for it in mandates]


def _mandate_problems(want: MandateWant, it: Mandated) -> tuple[Miss, ...]:
    wrong = []
    if want.category and it.categories != {want.category}:
        wrong.append(Miss("category", f"for {', '.join(sorted(it.categories)) or 'anything'}"))
    if want.payee and it.payees != set(want.payee):
        wrong.append(Miss("payee", "for other payees"))
    if want.weekdays and not (it.weekdays and it.weekdays <= set(want.weekdays)):
        wrong.append(Miss("weekdays", f"on {', '.join(sorted(it.weekdays)) or 'every day'}"))
    # A missing day limit is as wide as the rest of the mandate allows; only a given one can be narrow enough.
    for field, most, limit in (
        ("per_payment_at_most", want.per_payment_at_most, it.single_fen),
        ("per_day_at_most", want.per_day_at_most, it.day_fen),
        ("total_at_most", want.total_at_most, it.sum_fen),
    ):
        if most is not None and (limit is None or limit > most):
            wrong.append(Miss(field, format_yuan(limit) if limit is not None else "no limit"))
    return tuple(wrong)


def match_asked(case: Case, want: AskedWant) -> list[Hit]:
    """A question of the topic before the first payment; an offer that they decided on asks for permission."""
    first = min((paid.seq for paid in case.paid), default=len(case.events))
    for key, (seq, _) in case.inserted(DIALOGUE.name).items():
        row = case.world.state.get(DIALOGUE, key)
        if row is not None and row.topic in want.topic and seq < first:
            return [Hit()]
    offered = (seq for seq, _ in case.inserted(CONSENTS.name).values())
    if "permission" in want.topic and any(seq < first for seq in offered):
        return [Hit()]
    return [Hit((), (Miss("topic", f"never asked about {' or '.join(want.topic)} before paying"),))]


def match_total(case: Case, most: int) -> list[Hit]:
    """What the episode cost in all."""
    gone = sum(paid.gone_fen for paid in case.paid)
    wrong = (Miss("total", f"{format_yuan(gone)} is above {format_yuan(most)}"),) if gone > most else ()
    return [Hit((), wrong)]
