"""What the words of one clause mean beside the others: refusals, facts, parties, and errands named by their shape."""

from __future__ import annotations

import re
from typing import Any

from agent.grammar import Count, Day, DayPart, DayRange, Money, Recurrence, Ref, Time
from agent.rules.cues import Cue
from agent.rules.nouns import nouns
from agent.rules.people import contact_named, contacts_named
from agent.rules.places import Mention, address_named, ground, mentions
from agent.rules.scene import Clause, Scene

_GIVE = re.compile(
    r"\b(?:send|pay|give|wire|transfer|tf|transferin|kirim|kirimin|kasih)\s+(?:back\s+)?"
    r"(?P<who>(?:my\s+)?[\w'’\-]+(?:\s[A-Z][\w'’\-]+)?)\s+(?:back\s+)?(?:the|his|her|their|that|back)?\s*"
    r"(?:[¥￥]|rmb\s*)?(?P<amount>\d+(?:\.\d{1,2})?)(?P<after>[\w%]*)\s*(?P<next>[a-zA-Z]*)"
)
_MONEY_NEXT = frozenset(
    {"", "for", "back", "rmb", "yuan", "kuai", "cny", "she", "he", "they", "i", "from", "he's", "to", "buat", "untuk",
     "via", "please", "pls", "now", "today", "asap", "thx", "that", "and", "by", "tonight", "as", "with", "cos"}
)  # fmt: skip
"""What may stand behind an amount of money, where a thing would stand behind a count."""

FETCH = re.compile(
    r"\b(?:pick|collect|fetch|meet|get)\s+(?:up\s+)?(?P<who>my\s\w+|me|us|him|her|them"
    r"|[A-Z]\w+(?:\s[A-Z]\w+)?)(?:\s+up)?\b"
    r"(?=.*\b(?:from|at|to)\b)"
)
_TAKE = re.compile(
    r"\b(?:take|drive|bring|drop)\s+(?:off\s+)?(?:my\s\w+|me|us|him|her|them|mum|mom|dad|grandma|grandpa)\s+"
    r"(?:off\s+)?(?:to|at|home|from)\b(?!\s+(?:the\s)?(?:attention|task))"
)
_PRONOUNS = frozenset({"me", "us", "him", "her", "them"})
_PARTY = re.compile(
    r"(?:\b(?:me|us|myself|i|aku|saya|gue|kita|people|persons|passengers|adults?|pax|of us|orang)|[我人])\s*$"
)
_LUGGAGE = re.compile(r"\b(?:suitcases?|bags|luggage|backpacks?|baggage|koper|bagasi|ransel)\b|行李")
_SOMEONES = re.compile(r"['’]s\b|\b(?:my|her|his|their|our)\b|我|[她他]|nya\b")
_TICKETS = re.compile(r"\b(?:tix|tickets?|tiket)\b|票")
_EACH_FOR = re.compile(r"\s*(?:tix\s+|tickets?\s+)?(?:for|to)\s+(?:the\s+)?[A-Za-z]")
_WANTS = ("goal.buy", "book", "goal.cancel", "goal.reschedule")


def settle(scene: Scene) -> None:
    """Correct the kinds of clauses by what stands beside them, and set aside those that ask for nothing."""
    asks = _only_asks(scene)
    for clause in scene.clauses:
        if clause.has("keep") and _FORGETS.search(clause.low):
            # "I always forget about the bill" leaves nothing alone.
            clause.cues = tuple(c for c in clause.cues if "keep" not in c.concepts)
        if clause.has("goal.dispute") and clause.kinds == ["buy"]:
            # A double burger is a thing.
            clause.cues = tuple(c for c in clause.cues if "goal.dispute" not in c.concepts)
        if clause.has("goal.mandate") and clause.of(Recurrence) and clause.kinds == ["transfer"]:
            clause.kinds = ["mandate"]
        elif asks and clause.kinds and _PRICE.search(clause.low):
            clause.kinds = ["price"]
        elif _to_me(clause):
            clause.kinds = ["collect"]
        elif clause.kinds == ["trip"] and clause.has("goal.order_status"):
            clause.kinds = ["order_status"]
        elif (clause.kinds == ["mandate"] and _ENDS.search(clause.low)) or _TABLE_FOR.search(clause.low):
            clause.kinds, clause.aside = [], True
        elif _refuses(clause):
            clause.kinds = []
            clause.aside = not _things_beside(clause)
        elif _tells_arrival(clause) or (tells_departure(clause) and _asks_beside(clause, scene)):
            clause.kinds = []
        elif not clause.kinds or clause.kinds == ["buy"] or clause.kinds == ["transfer"]:
            clause.kinds = _by_shape(clause, scene) or clause.kinds
    _complaints(scene)
    _bills_left_out(scene)
    _parties(scene)
    _payments_left_to_you(scene)
    _limits_of_mandates(scene)


_FORGETS = re.compile(
    r"\b(?:i|we)(?:['’]m)?\s+(?:(?:always|keep|often|sometimes|nearly|almost|tend to"
    r"|usually)\s+)*forget"
)
_PRICE = re.compile(
    r"\bberapa(?:an)? (?:sih )?harga|\bharga(?:nya)?\b.*\bberapa|\bberapaan\b|\bhow much\b(?! money)"
    r"|\bthe prices?\b|\bprices? (?:of|for)\b|\bwhat (?:do|does|would) .* cost"
)
_ENDS = re.compile(r"\b(?:stop|no longer|revoke|withdraw|end)\b|berhenti|停止|别再")
_TABLE_FOR = re.compile(r"\ba table\b.*\bfor (?:\d|two|three|four|five|six|eight|us)\b")
_TO_ME = re.compile(r"\b(?:pays?|owes?|sends?|gives?|transfers?)\s+me\b")


def _only_asks(scene: Scene) -> bool:
    """Whether the words ask for a price and want nothing bought."""
    buys = any(clause.has("strong.buy", "book") and not clause.has("dont") for clause in scene.clauses)
    return not buys and _PRICE.search(scene.low) is not None


def _to_me(clause: Clause) -> bool:
    """ "ask Sarah to pay me back 80": money comes to the person."""
    return clause.kinds in ([], ["buy"], ["transfer"]) and _TO_ME.search(clause.low) is not None


def _refuses(clause: Clause) -> bool:
    """ "don't order anything now": the verb of an errand right behind a refusal."""
    for i, cue in enumerate(clause.cues):
        if "dont" not in cue.concepts:
            continue
        if any("if" in c.concepts and not c.form.isascii() for c in clause.cues[:i]):
            # 要是贵就别交: a condition, and no refusal.
            continue
        for later in clause.cues[i + 1 :]:
            if later.start == cue.start or set(later.concepts) <= {"fn", "particle"}:
                continue
            wanted = any(c in _WANTS or c.startswith(("goal.", "strong.")) for c in later.concepts)
            return wanted and later.start - cue.end <= 6 and not clause.has("usual", "last")
    return False


def _things_beside(clause: Clause) -> bool:
    return any(noun.words for noun in nouns(clause))


def _tells_arrival(clause: Clause) -> bool:
    """ "mum's train gets to the station at six": somebody's train and when it comes, which is no wish for a seat."""
    if any(_CARRIER.fullmatch(ref.words) for ref in clause.of(Ref)) and _THEY_ARRIVE.search(clause.low):
        return True
    cue = clause.cue("lands")
    moved = clause.cue("goal.train", "goal.flight")
    if (
        cue is None
        or moved is None
        or moved.start > cue.start
        or clause.has("goal.buy", "book", "goal.ride", "goal.go")
    ):
        return False
    before = clause.low[: moved.start - clause.start]
    return bool(_SOMEONES.search(before)) and bool(clause.of(Time))


_CARRIER = re.compile(r"[GDCZKT]\d{1,4}|[A-Z0-9]{2}\d{3,4}", re.IGNORECASE)
_THEY_ARRIVE = re.compile(
    r"\b(?:they|she|he|(?:my|our|his|her)\s\w+)(?:['’]s|['’]re|['’]ll|\sis|\sare)?\s(?:be\s)?(?:arriv|land|get"
    r"|com)(?:e|es|s|ing|ting)?\b"
)
_OWN_SEAT = re.compile(
    r"(?:\b(?:my|our|his|her|their|the)\s(?:\w+\s)?)?\b(?:flight|train|plane|bus|coach)"
    r"(?:['’]?s\s(?:at\s)?\d|\b.*\b(?:is|leaves|departs|takes off|goes|at)\b)"
    r"|\b(?:flight|pesawat|kereta|penerbangan|tiket)(?:nya)?\s?(?:ku|aku|gue|gw|saya|kita|kami|mama|papa)?\s?"
    r"(?:besok\s|lusa\s|nanti\s)?(?:berangkat\s|terbang\s)?(?:jam|pukul)\b"
)

_OWN_SEAT_HAN = re.compile(
    r"^[\s,]*(?:因为)?(?:我们?|我[妈爸]|[他她]们?)(?:是|坐|赶)?[^去到飞往买订想要,]{0,10}的(?:高铁|火车|动车|飞机"
    r"|航班|车票?)(?!上|站|次)"
)


def tells_departure(clause: Clause) -> bool:
    """ "my flight to Guangzhou is at 4pm": a seat that the person has, and when it leaves."""
    wants = clause.has("goal.buy", "book", "goal.cancel", "goal.reschedule", "got_cancelled", "goal.ride")
    said = _OWN_SEAT.search(clause.low) or _OWN_SEAT_HAN.search(clause.low)
    return bool(clause.of(Time)) and not wants and said is not None


def _asks_beside(clause: Clause, scene: Scene) -> bool:
    return any({"ride", "stay", "buy", "bill"}.intersection(c.kinds) for c in scene.clauses if c is not clause)


def _by_shape(clause: Clause, scene: Scene) -> list[str]:
    """The errand that a clause names by its shape and not by a word of its own; empty if it names none."""
    if clause.has("goal.dispute", "goal.give_back", "goal.collect"):
        return []
    if gives(clause, scene):
        return ["transfer"]
    if clause.kinds == ["transfer"]:
        return []
    if _pays_somebody(clause, scene):
        return ["transfer"]
    if _fetches(clause, scene):
        return ["ride"]
    if _lodges(clause):
        return ["stay"]
    if _owes_bill(clause):
        return ["bill"]
    if clause.kinds in ([], ["buy"]) and (_for_tickets(clause, scene) or _sight(clause, scene)):
        return ["visit"]
    if not clause.kinds and brings(clause, scene):
        return ["buy"]
    return []


_TELLS = (
    "event",
    "event_end",
    "lands",
    "arrive",
    "leave",
    "if",
    "goal.go",
    "owner_pay",
    "keep",
    "running_out",
    "lodging",
)


def brings(clause: Clause, scene: Scene) -> bool:
    """ "fruit basket at home by 7", "a cake to Mei's office": a thing, and then whom or where it goes to."""
    things = nouns(clause)
    if not things or clause.has(*_TELLS):
        return False
    first = things[0]
    opens = all(
        {"fn", "and", "connector", "option"}.intersection(c.concepts) for c in clause.cues if c.end <= first.start
    )
    if not opens or (first.lead is not None and any(c.startswith("prep.") for c in first.lead.concepts)):
        return False
    for mention in mentions(clause):
        if mention.start < first.end or not (_goes_to(mention, clause) or mention.role == "at"):
            continue
        if mention.role == "at" and not any(isinstance(span, Time | Money) for span in clause.spans):
            continue
        if mention.own in ("home", "office") or mention.own.startswith("rel."):
            return True
        if not mention.own and (address_named(mention.words, scene) or place_of_contact(mention.words, scene)):
            return True
    return False


def _goes_to(mention: Mention, clause: Clause) -> bool:
    # "for" tells for whom, and not where to.
    return mention.role == "to" and not clause.low.startswith("for ", mention.start - clause.start)


_PLACE_OF = re.compile(
    r"(.{2,40})['’]s(?: (?:place|home|house|flat|apartment|office|work|desk|workplace))?$", re.IGNORECASE
)


def place_of_contact(words: str, scene: Scene) -> dict[str, Any] | None:
    """The contact of "Mei's office" or of "Mei", if there is exactly one."""
    match = _PLACE_OF.match(words)
    name = match.group(1) if match else words
    return contact_named(name, scene) if name[:1].isupper() or not name.isascii() else None


def gives(clause: Clause, scene: Scene) -> tuple[str, int] | None:
    """ "send Wei the 260 for the concert": who gets how much (in fen), if the clause gives money to a contact."""
    match = _GIVE.search(clause.text)
    if match is None or match["after"] or match["next"].casefold() not in _MONEY_NEXT:
        return None
    who = match["who"].removeprefix("my ")
    relation = next(
        (c for cue in clause.cues for c in cue.concepts if c.startswith("rel.") and who.casefold() in cue.form), ""
    )
    if not relation and (not who[:1].isupper() or not contacts_named(who, scene)):
        return None
    return relation or who, round(float(match["amount"]) * 100)


def _pays_somebody(clause: Clause, scene: Scene) -> bool:
    """ "pay the rent to my landlord"."""
    if not clause.has("pay") or any(_is_bill(clause, cue) for cue in clause.cues):
        return False
    payees = [m for m in mentions(clause) if _goes_to(m, clause)]
    return any(m.own.startswith("rel.") or (not m.own and place_of_contact(m.words, scene)) for m in payees)


def _fetches(clause: Clause, scene: Scene) -> bool:
    if _TAKE.search(clause.text):
        return True
    match = FETCH.search(clause.text)
    if match is None or not any(m.own != "here" for m in mentions(clause)):
        return False
    who = match["who"]
    if match.group().startswith(("get", "meet")) and who in _PRONOUNS:
        return False
    return who in _PRONOUNS or who.startswith("my ") or bool(contacts_named(who, scene))


def _lodges(clause: Clause) -> bool:
    """ "cheap room for tonight near the Bund"."""
    cue = clause.cue("lodging")
    if cue is None or clause.has("deliver", "goal.ride"):
        return False
    if any(noun.lead is cue and noun.start - cue.end <= 1 for noun in nouns(clause)):
        return False
    nights = any(p.name in ("evening", "night") for p in clause.of(DayPart)) or any(
        c.unit == "night" for c in clause.of(Count)
    )
    near = any(m.role == "near" for m in mentions(clause))
    priced = any(m.per == "night" for m in clause.of(Money))
    dated = cue.form == "kamar" and bool(clause.of(DayRange) or len(clause.of(Day)) > 1)
    return nights or near or priced or dated or clause.has("double", "twin", "breakfast_included", "free_cancel")


def _owes_bill(clause: Clause) -> bool:
    """ "pay this month's phone and broadband", "wifi is due"."""
    if not clause.has("pay", "due"):
        return False
    return any(_is_bill(clause, cue) for cue in clause.cues)


def _is_bill(clause: Clause, cue: Cue) -> bool:
    if not any(concept.startswith("bill.") for concept in cue.concepts):
        return False
    # The water that one pays for, and not the water bottle.
    return not any(cue.start <= noun.start and noun.end > cue.end + 1 for noun in nouns(clause))


def _for_tickets(clause: Clause, scene: Scene) -> bool:
    """ "and 2 for the night boat", after tickets were spoken of."""
    for count in clause.of(Count):
        behind = clause.low[count.end - clause.start :]
        if count.unit in ("", "ticket") and _EACH_FOR.match(behind):
            return count.unit == "ticket" or bool(_TICKETS.search(scene.low[: clause.start]))
    return False


_OTHER_TICKETS = frozenset({"trip", "cancel", "reschedule", "dispute", "give_back", "collect", "transfer", "visit"})


def _sight(clause: Clause, scene: Scene) -> bool:
    """ "night cruise tickets for 2": tickets for a thing that one looks at or rides for fun."""
    ticket = clause.cue("ticket_unit")
    if ticket is None or any(_OTHER_TICKETS.intersection(c.kinds) for c in scene.clauses):
        return False
    return any(noun.end <= ticket.start and ticket.start - noun.end <= 1 for noun in nouns(clause))


_REASONS = ("size_reason", "quality_reason", "damaged_reason", "wrong_item_reason")


def _complaints(scene: Scene) -> None:
    """ "wrong size. the sneakers": what is wrong with a thing, and nothing asked for, means that it goes back."""
    if any(clause.kinds or clause.has("goal.buy", "strong.buy") for clause in scene.clauses):
        return
    for clause in scene.clauses:
        if clause.has(*_REASONS) and any(nouns(c) for c in scene.clauses):
            clause.kinds = ["give_back"]
            return


_NOT_YET = frozenset(
    {
        "不用",
        "先不用",
        "别交",
        "先不交",
        "不用交",
        "先别动",
        "先不动",
        "别动",
        "不动",
        "先放着",
        "先不管",
        "不用管",
        "先别管",
        "别管",
        "不管",
        "先别交",
        "先别缴",
        "先留着",
        "缓缓",
        "再说",
        "下次再说",
        "下次再交",
        "jangan",
        "jangan dulu",
        "gak usah",
        "nggak usah",
        "not yet",
    }
)
"""What ends a clause that names what is not to be paid."""


def _bills_left_out(scene: Scene) -> None:
    """ "not the gas one", "leave the electricity, already paid that": bills that are not to be paid."""
    if not any("bill" in clause.kinds for clause in scene.clauses):
        return
    for i, clause in enumerate(scene.clauses):
        bills = clause.all("bill")
        opener = next((c for c in clause.cues if c.start - clause.start <= 2), None)
        refused = opener is not None and bool({"not_thing", "keep", "dont", "pay_not"}.intersection(opener.concepts))
        closer = clause.cues[-1] if clause.cues else None
        refused = refused or (closer is not None and closer.form in _NOT_YET)
        if clause.has("more_than_usual", "ask_if_above") or (not bills and clause.of(Money)):
            # "keep the total under 90" limits, and keeps nothing.
            continue
        if (bills and (refused or clause.has("keep"))) or (not bills and i and clause.has("keep")):
            clause.kinds = []
            clause.aside = any("bill" in other.kinds for other in scene.clauses if other is not clause)


def _parties(scene: Scene) -> None:
    """ "just me + a suitcase": who and what comes along in a car or on a seat is nothing to buy."""
    travels = rides = False
    for clause in scene.clauses:
        opener = next((c for c in clause.cues if c.start - clause.start <= 1), None)
        joins = opener is not None and {"and", "connector"}.intersection(opener.concepts)
        before = scene.low[: clause.start].rstrip(" ,")
        bags = _LUGGAGE.search(clause.low) and all(isinstance(span, Count) for span in clause.spans)
        if rides and bags and not clause.has("goal.buy", "strong.buy"):
            clause.kinds, clause.aside = [], True
        if travels and joins and _PARTY.search(before) and clause.kinds in ([], ["buy"]) and not clause.has("goal.buy"):
            clause.kinds, clause.aside = [], True
        rides = rides or "ride" in clause.kinds
        travels = travels or rides or "trip" in clause.kinds


def _payments_left_to_you(scene: Scene) -> None:
    """ "pay it yourself": leave to pay for this errand, and no standing permission, unless it is said for how often."""
    often = any(
        clause.of(Recurrence) or any(m.per in ("day", "each") for m in clause.of(Money)) for clause in scene.clauses
    )
    others = any(clause.kinds and clause.kinds != ["mandate"] for clause in scene.clauses)
    if often or not others:
        return
    for clause in scene.clauses:
        named = [cue for cue in clause.cues if "goal.mandate" in cue.concepts]
        if clause.kinds == ["mandate"] and named and all("no_need_to_ask" in cue.concepts for cue in named):
            clause.kinds = []


def _limits_of_mandates(scene: Scene) -> None:
    """ "up to 60 a ride": the limits of a standing permission, which order no ride."""
    if not any("mandate" in clause.kinds for clause in scene.clauses):
        return
    for clause in scene.clauses:
        if "mandate" not in clause.kinds and clause.kinds and clause.of(Money) and not clause.has(*_WANTS, "goal.go"):
            clause.kinds = []


def arrives_at(clause: Clause, scene: Scene) -> Mention | None:
    """The station or airport of a clause that tells an arrival."""
    if clause.cue("lands") is None:
        return None
    for mention in mentions(clause):
        if mention.role in ("to", "at") and not mention.own:
            place = ground(mention, scene)
            if place is not None and place.level in ("station", "airport"):
                return mention
    return None
