"""Which kinds of errand a clause names by its words."""

from __future__ import annotations

import re

from agent.grammar import Count, Day, DayPart, DayRange, Money, Phone, Recurrence, Ref, Stars, Time
from agent.rules.cues import Cue, forms_in
from agent.rules.nouns import Noun, nouns
from agent.rules.places import mentions
from agent.rules.scene import Clause

NOT_GOODS = frozenset(
    {
        "person",
        "adult",
        "child",
        "night",
        "room",
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "time",
        "km",
        "ticket",
    }
)
"""Units of counts that do not count things to buy."""

_CARRIER = re.compile(r"[GDCZKT]\d{1,4}|[A-Z0-9]{2}\d{3,4}", re.IGNORECASE)
"""How trains and flights are numbered."""
_TWOFOLD = re.compile(r"\b(?:dobel|double)\b|双层|双份")
"""Pattern of what a burger can be as well as a charge."""


def kinds_of(clause: Clause) -> list[str]:
    """The kinds of errand that a clause names, in the order of their words."""
    has = clause.has
    money, phone = clause.of(Money), clause.of(Phone)
    if has("remind"):
        return []
    if has("goal.dispute") and not (has("strong.buy") and clause.of(Count) and _TWOFOLD.search(clause.low)):
        return [] if NOT_TWICE.search(clause.low) else ["dispute"]
    if has("goal.order_status") and has("goal.give_back"):
        return ["order_status"]
    transport = has("goal.flight", "goal.train")
    if has("got_cancelled") and transport:
        return ["rebook"]
    if has("more_than_usual", "only_if_free", "price_not_higher") and not has("goal.cancel", "goal.bill"):
        return []
    if has("goal.reschedule") and not clause.of(Money) and _moves(clause):
        return ["reschedule"]
    if has("goal.cancel") and not has("free_cancel") and not _BEARS_NO_MORE.search(clause.low):
        return ["cancel"]
    if has("goal.give_back") and CLAIMS.search(clause.low):
        return []
    if has("goal.give_back") and not _means_way_back(clause):
        booked = transport or has("goal.stay", "goal.visit") or _TICKET_BACK.search(clause.low)
        return ["cancel" if booked else "give_back"]
    if has("goal.collect") and _asks_for_money(clause):
        return ["collect"]
    if has("goal.transfer") and any(c.n >= 5 and not c.unit for c in clause.of(Count)):
        return ["transfer"]
    if has("goal.transfer") and (money or phone or clause.of(Ref) or _strong_transfer(clause)):
        return ["transfer"]
    if has("goal.collect") and not _POOLED.search(clause.low):
        return ["collect"]
    if _sends_amount(clause):
        return ["transfer"]
    if has("goal.mandate") or (clause.of(Recurrence) and has("no_need_to_ask")):
        return ["mandate"]
    if has("goal.bill") or (has("pay") and forms_in(clause.low, "bill") and not has("goal.buy")):
        return ["bill"]
    found: list[tuple[int, str]] = []
    if any(_CARRIER.fullmatch(ref.words) for ref in clause.of(Ref)) and not has("goal.order_status"):
        found.append((clause.start, "trip"))
    for concept, kind in (
        ("goal.flight", "trip"),
        ("goal.train", "trip"),
        ("goal.stay", "stay"),
        ("goal.visit", "visit"),
        ("goal.ride", "ride"),
    ):
        cue = clause.cue(concept)
        if cue is not None and kind not in [k for _, k in found]:
            found.append((cue.start, kind))
    kinds = [kind for _, kind in sorted(found)]
    if "stay" in kinds and _only_a_place(clause, "goal.stay") and not clause.of(Stars):
        kinds.remove("stay")
    if "stay" not in kinds and any(c.unit in ("night", "room") for c in clause.of(Count)):
        kinds.append("stay")
    if "visit" in kinds and ("trip" in kinds or "ride" in kinds):
        kinds.remove("visit")
    if kinds:
        return kinds
    if has("goal.weather") and not has("if"):
        return ["weather"]
    if has("goal.order_status"):
        return ["order_status"]
    if has("goal.balance") and not has("pay_not", "pay_with", "keep"):
        return ["balance"]
    if any(c.unit == "ticket" for c in clause.of(Count)) and any(m.role == "to" for m in mentions(clause)):
        return ["visit"]
    return ["buy"] if _buys(clause) else []


NOT_TWICE = re.compile(
    r"(?:别|不要|不能|避免|小心|千万).{0,6}(?:[扣付交收]|重复)|\b(?:jangan|biar (?:nggak|gak"
    r"|tidak))\b.{0,24}\b(?:kali|2x|dobel)\b"
    r"|\b(?:don['’]?t|do not|never|make sure|avoid|without)\b.{0,40}\b(?:twice|double|two times)"
)
"""That nothing is to be paid twice is a wish for the payment, and no complaint about one."""

CLAIMS = re.compile(
    r"\b(?:they|the company|work|my (?:boss|employer|company)|the office)\b[^,.;]{0,20}"
    r"\b(?:refunds?|reimburses?|pays? back)\b"
    r"|\brefund (?:only )?so much\b|\b(?:kantor|perusahaan)\b[^,.;]{0,20}\b(?:ganti|refund)"
)
"""What one's employer pays back is no thing to return."""
_POOLED = re.compile(r"\buang (?:patungan|urunan|iuran|kas)\b|[凑筹]的钱|\bpooled (?:money|cash)\b")
"""Money that was put together before."""
_BEARS_NO_MORE = re.compile(
    r"[撑顶扛忍受挺熬憋]不住了|(?:再|要是|如果|太|超)[\u3400-\u9fff\d]{0,4}?[贵多高晚迟远慢过了][\u3400-\u9fff]{0,3}?(?:就|我就|那就)不"
)
"""撑不住了: one is at the end of one's strength, and leaves no hotel. 再贵我就不去了 tells a limit."""

_SOFT_MOVES = frozenset({"改成", "调到", "调成", "挪成", "换成坐", "改成坐", "改坐", "换到", "推后"})


def _moves(clause: Clause) -> bool:
    """Whether a booking moves to another day or hour, and not a thing becomes another one."""
    said = [cue.form for cue in clause.cues if "goal.reschedule" in cue.concepts]
    return any(form not in _SOFT_MOVES for form in said) or bool(
        clause.of(Day) or clause.of(DayPart) or clause.of(Time) or clause.of(DayRange)
    )


def _asks_for_money(clause: Clause) -> bool:
    """给他们发下收款: the money is collected, and nothing but the request is sent."""
    sends = [c.form for c in clause.cues if "goal.transfer" in c.concepts]
    return bool(sends) and all("…" in form or form in ("发", "发过去") for form in sends)


_TICKET_BACK = re.compile(r"票(?:也|都|先|全|帮我|给我)*(?:退|取消)|退(?:掉|一下)?[^,]{0,6}票")


def _means_way_back(clause: Clause) -> bool:
    cue = clause.cue("goal.give_back")
    if cue is not None and not cue.form.isascii():
        return False
    return clause.has("back") and clause.has("goal.flight", "goal.train", "round_trip")


def _strong_transfer(clause: Clause) -> bool:
    cue = clause.cue("goal.transfer")
    return cue is not None and len(cue.form) > 1 and cue.form not in ("owe", "tf", "wire")


AMOUNT = re.compile(r"(?<![\w.])\d{2,6}(?:\.\d{1,2})?(?![\w.])", re.ASCII)
"""A bare number that can be an amount of money."""

_SENDS = frozenset({"send", "kirim", "kirimin", "kirimkan", "pay", "kasih", "给", "发", "wire", "give", "beri"})


_LEAST_SENT = 500
_CURRENCY = re.compile(r"[¥$元块毛角]|yuan|rmb|kuai|cny|rupiah|rp|ribu")


def _sends_amount(clause: Clause) -> bool:
    """Whether a bare number is sent: "send 150 to Sarah"."""
    for money in clause.of(Money):
        verb = money.words.split(" ")[0].casefold()
        if money.fen < _LEAST_SENT and not _CURRENCY.search(money.words.casefold()):
            # "Send one chocolate cake": one of something.
            continue
        if (verb in _SENDS and money.bound == "exact" and not nouns(clause)[:1]) or (
            verb in _SENDS and _to_somebody(clause)
        ):
            return True
    if clause.all("rel") and any(cue.form in _SENDS for cue in clause.cues) and AMOUNT.search(_bare(clause)):
        things = nouns(clause)
        counted = any(0 <= n.start - c.end <= 1 for n in things for c in clause.of(Count))
        if not counted and (not things or AMOUNT.fullmatch(things[-1].words)):
            return True
    if _pays(clause) and (clause.of(Money) or AMOUNT.search(_bare(clause))) and _to_somebody(clause):
        return True
    for count in clause.of(Count):
        if count.unit or count.n < 5:
            continue
        before = [c for c in clause.cues if c.end <= count.start]
        if not before or before[-1].form not in _SENDS:
            continue
        after = clause.low[count.end - clause.start :].strip()
        if re.match(r"(?:to|ke|给|for)\b|$", after):
            return True
    return False


def _bare(clause: Clause) -> str:
    """A clause without days, hours and counts: the 26 of 26 April is no amount."""
    low = list(clause.low)
    for span in clause.spans:
        limit = isinstance(span, Money) and span.bound != "exact"
        if limit or (not isinstance(span, Money) and not (isinstance(span, Count) and not span.unit)):
            for i in range(span.start - clause.start, min(span.end - clause.start, len(low))):
                low[i] = " "
    return "".join(low)


def _pays(clause: Clause) -> bool:
    """Whether somebody is to be paid, as against something."""
    return clause.has("pay") and not clause.has("goal.buy", "goal.bill")


def _to_somebody(clause: Clause) -> bool:
    return any(m.role == "to" and (not m.own or m.own.startswith("rel.")) for m in mentions(clause))


def _only_a_place(clause: Clause, concept: str) -> bool:
    """Whether every word for a hotel only says where something starts or ends."""
    ends = [m for m in mentions(clause) if m.own in ("hotel", "station", "airport")]
    cues = [c for c in clause.cues if concept in c.concepts]
    return all(any(m.start <= c.start < m.end for m in ends) for c in cues) or clause.has("keep")


_LIKES_TO = re.compile(
    r"\b(?:i|we)(?:['’]?d| would) (?:like|love|prefer|want) to "
    r"(?!(?:order|buy|get|have|purchase|eat|drink|try|send|take)\b)"
)
""" "I'd like to be able to cancel": a wish for a thing that one does, and for none to buy."""


def _buys(clause: Clause) -> bool:
    strong, weak = clause.cue("strong.buy"), clause.cue("goal.buy")
    if weak is None:
        return False
    if clause.has("meal.breakfast", "meal.lunch", "meal.dinner", "meal.any", "usual", "last"):
        return True
    if strong is not None and clause.has("best", "cheapest", "any"):
        return True
    if _LIKES_TO.search(clause.low) and not any(c.unit not in NOT_GOODS for c in clause.of(Count)):
        return False
    things = nouns(clause)
    counted = any(c.unit not in NOT_GOODS for c in clause.of(Count))
    if strong is not None and clause.has("anew"):
        return True
    if (strong is not None and (things or counted)) or (things and counted):
        return True
    return any(_wanted(noun, weak) for noun in things)


def _wanted(noun: Noun, verb: Cue) -> bool:
    """Whether a noun stands behind a verb of wanting, and not behind a preposition."""
    if noun.lead is None or noun.start < verb.end:
        return False
    return "goal.buy" in noun.lead.concepts or not any(c.startswith("prep.") for c in noun.lead.concepts)
