"""Errands that no verb names: a thing that is brought beside a bill, an amount beside an account or a promise."""

from __future__ import annotations

import re

from agent.grammar import Count, Money, Phone
from agent.rules.kinds import NOT_GOODS
from agent.rules.nouns import nouns
from agent.rules.people import contacts_named, people_in
from agent.rules.scene import Clause, Scene
from agent.steps.match import plainness

BESIDE = frozenset({"bill", "transfer", "mandate", "collect"})
"""Errands that want no thing: what is counted or brought beside them is to be bought."""
SURE = 90
_NOT = (
    "event", "event_end", "running_out", "allergy", "owner_pay", "goal.dispute", "charged", "goal.ride", "goal.go",
    "goal.flight", "goal.train", "ticket_unit", "catches", "lands", "keep", "if", "note.card", "pay", "pay_with", "due",
)  # fmt: skip


def name_purchases(scene: Scene) -> None:
    """Name a purchase where a clause holds a counted or brought thing that is sold, and no clause wants a thing yet."""
    kinds = {kind for clause in scene.clauses for kind in clause.kinds}
    if not kinds or not BESIDE.issuperset(kinds):
        return
    for clause in scene.clauses:
        if not clause.kinds and not clause.aside and _is_order(clause, scene):
            clause.kinds = ["buy"]
            return


def _is_order(clause: Clause, scene: Scene) -> bool:
    if clause.has(*_NOT) or clause.all("bill"):
        return False
    counted = any(c.unit not in NOT_GOODS for c in clause.of(Count))
    brought = any(c.has("deliver", "home", "office") or c.all("prep") for c in scene.clauses if not c.kinds)
    for noun in nouns(clause):
        if len(noun.words) < 2 or not (counted or brought):
            continue
        rows = [(d["name"], d["name_en"]) for d in scene.dishes(noun.words) if d["relevance"] >= SURE]
        rows += [(h["title"], h["name_en"]) for h in scene.listed(noun.words) if h["relevance"] >= SURE]
        if rows and (counted or any(plainness(noun.words, *names) >= 0.5 for names in rows)):
            return True
    return False


_PROMISED = re.compile(
    r"\b(?:promised|owe|owed)\s+(?:my\s+\w+\s+)?(?P<who>[A-Z][\w'’]+)|(?:答应"
    r"|欠)了?(?P<whom>[\u3400-\u9fffA-Za-z]{1,8}?)(?:今天|的|\d|[,，]|$)"
)
_SENDS = re.compile(r"转|打给|汇|\b(?:send|transfer|pay|wire)\b|\b(?:kirim\w*|transfer\w*)\b")
_OPEN: tuple[list[str], ...] = ([], ["buy"], ["bill"], ["trip"], ["visit"])
LONG = 10
"""An account number has so many digits."""


def name_sendings(scene: Scene) -> None:
    """Name a transfer where an amount stands beside an account number, or beside a promise that is to be kept."""
    for i, clause in enumerate(scene.clauses):
        known = clause.kinds == ["transfer"] and not clause.of(Money)
        if not (known or clause.kinds in _OPEN) or clause.all("bill") or clause.has("goal.bill"):
            continue
        account = any(sum(c.isdigit() for c in phone.words) >= LONG for phone in clause.of(Phone))
        before = scene.clauses[i - 1] if i else None
        if account and _exact(clause):
            clause.kinds, clause.aside = ["transfer"], False
        elif account and before is not None and _exact(before) and before.kinds in _OPEN and not before.of(Phone):
            for one in (before, clause):
                one.kinds, one.aside = ["transfer"], False
        elif _exact(clause) and (match := _PROMISED.search(clause.text)) is not None:
            sends = any(_SENDS.search(c.low) for c in scene.clauses[i : i + 2])
            if sends and contacts_named(match["who"] or match["whom"], scene):
                clause.kinds = ["transfer"]


_PAYMENTS = re.compile(
    r"\btransfers?\b|\bsend\b|\bwire\b|\btransfer\w*\b|\bkirim\w*\b|转账|转[一两二三四五六\d]笔|转给|打钱|汇款"
    r"|[一两二三四五六\d]笔(?:转账|钱|(?=[:\uff1a\uff0c,]))"
)
_GETS = re.compile(
    r"\bgets?\b.*\bfrom me\b|\b(?:owe|owing)\b|\bi(?:'| a)m (?:sending|paying)\b"
    r"|\bdapat\b.*\bdari (?:aku|saya)\b|\bku ?utang\w*\b|\b(?:aku|saya|gue|gw) (?:masih )?(?:ng?utang|h?utang)\w*\b"
    r"|我(?:该|要|还欠|欠)?给|我(?:还)?欠"
)
_OTHERS = frozenset({"collect", "dispute", "mandate", "give_back", "cancel"})
_BARE = re.compile(
    r"(?<![\d.,:年月号-])(?P<sum>\d+(?:[.,]\d{2})?)(?![\d.:]|-|\s*(?:[年月号日点期]|am\b|pm\b|[杯个份次张件人]))"
)


def name_payments(scene: Scene) -> None:
    """ "Three transfers: 50 to Mark, 405 to Kevin": an amount beside somebody known, where money is to be sent."""
    if any(_OTHERS.intersection(clause.kinds) for clause in scene.clauses):
        return
    sending = _PAYMENTS.search(scene.low) is not None
    if not sending and _GETS.search(scene.low) is None:
        return
    named = []
    for clause in scene.clauses:
        if clause.kinds not in _PAYING or clause.all("bill") or clause.has("goal.bill", "owner_pay"):
            continue
        people = people_in(clause.text, scene)
        if not (sending or _GETS.search(clause.low)) or len(people) != 1 or _goods_in(clause, people[0][1], scene):
            continue
        if not _exact(clause) and not clause.of(Money):
            bare = _BARE.search(clause.low)
            # One of something is no yuan.
            if bare is not None and float(bare["sum"].replace(",", ".")) >= LEAST:
                start, end = (clause.start + at for at in bare.span("sum"))
                fen = round(float(bare["sum"].replace(",", ".")) * 100)
                clause.spans = tuple(s for s in clause.spans if not (s.start < end and start < s.end))
                clause.spans = (*clause.spans, Money(start, end, bare["sum"], fen, "exact", ""))
        if _exact(clause):
            clause.kinds, clause.aside = ["transfer"], False
            named.append(clause)
    if named and sending:
        for clause in scene.clauses:
            if clause.kinds == ["buy"] and _PAYMENTS.search(clause.low) and not _is_order(clause, scene):
                # "Three transfers from my card": only what the amounts behind it are for.
                clause.kinds = []


def _goods_in(clause: Clause, person: str, scene: Scene) -> bool:
    """Whether a clause names something that is sold, as "a cake for Mark" does."""
    for noun in nouns(clause):
        if person in noun.words or len(noun.words) < 2:
            continue
        if any(row["relevance"] >= SURE for row in (*scene.dishes(noun.words), *scene.listed(noun.words))):
            return True
    return False


_PAYING: tuple[list[str], ...] = ([], ["buy"], ["transfer"])
LEAST = 5
"""Below this a number without a unit is not taken for an amount."""


def _exact(clause: Clause) -> bool:
    return any(m.bound == "exact" and m.currency == "CNY" for m in clause.of(Money))
