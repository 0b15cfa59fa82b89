"""Sharing a bill that the person has paid: which clauses speak of it, and what it came to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from agent.rules.nouns import nouns
from agent.rules.scene import Clause, Scene
from agent.steps.match import fit
from agent.words import fold
from mock_services.money import parse_yuan

_PAID = re.compile(
    r"我(?:先|来|全|一个人)?(?:帮大家)?(?:付|垫|结|买单|请|出)(?:的|了)|是我(?:先)?(?:付|结|垫|买)|我(?:先)?(?:垫|付|结)的?账?"
    r"|\b(?:i|we) (?:already )?(?:paid|covered|settled|fronted|picked up)\b|\b(?:paid|covered) (?:for )?(?:it"
    r"|everyone|everybody|all of us)\b"
    r"|\b(?:went|is|was|put it|put that) on my (?:account|card|tab|wallet)\b"
    r"|\bcame out of my (?:account|pocket|wallet)\b"
    r"|\b(?:pakai|masuk ke?|dari) (?:akun|kartu|dompet|rekening)(?:ku| aku| saya| gue) (?:dulu|duluan)\b"
    r"|\b(?:aku|saya|gue|gw) (?:yang |yg |udah |sudah |dulu )*(?:nalangin|talangin|tanggung|bayar\w*|traktir)\b",
)
_SHARED = re.compile(
    r"一人一半|对半|平摊|均摊|分摊|平分|\baa\b|收款|收(?:一下)?钱|各(?:付|出)|(?:每个?人|人均)(?:付|出|多少)"
    r"|\bequal(?:ly)?\b|\beven(?:ly)? (?:share|split)|\bsplits?\b|\bshares?\b|\bhalves\b|\bhalf each\b"
    r"|\bcollect\b|\bgo dutch\b"
    r"|\bpatungan\b|\burunan\b|\bbagi (?:rata|dua)\b|\bdibagi\b|\btagih(?!an\b)\w*\b|\bnagih\b",
)
_LOOK_UP = re.compile(
    r"查|看看|翻|账单里|记录|流水|\blook(?:ing)? (?:it )?up\b|\bcheck\b|\bhow much it was\b|\bstatement\b|\bhistory\b"
    r"|\bcek\b|\bdicek\b|\bcari\w*\b|\briwayat\b|\bmutasi\b|\blihat\b",
)
_APART = frozenset({"transfer", "bill"})
RECENT_DAYS = 10
"""How far back a shared evening lies at most that is not told by its day."""


def name_shares(scene: Scene) -> None:
    """ "I paid for the karaoke, look up how much; everyone pays an equal share": one errand, asking for the shares."""
    if not (_PAID.search(scene.low) and _SHARED.search(scene.low)):
        return
    for clause in scene.clauses:
        speaks = _PAID.search(clause.low) or _SHARED.search(clause.low) or _LOOK_UP.search(clause.low)
        if speaks and not (_APART.intersection(clause.kinds) and _sent(clause)):
            clause.kinds = ["collect"]
            clause.aside = False


def _sent(clause: Clause) -> bool:
    """Whether a clause sends money the other way, and does not tell who has paid."""
    return _PAID.search(clause.low) is None and bool(clause.spans)


def looked_up(clauses: list[Clause], scene: Scene) -> int:
    """What the person paid for what the clauses speak of, in fen; 0 if it cannot be told from what else they paid."""
    since = (scene.now - timedelta(days=RECENT_DAYS)).isoformat()
    history = scene.look("user_order_history", {"since": since, "limit": 50}, "orders")["orders"]
    paid: list[dict[str, Any]] = [
        o for o in history if o["state"] in ("paid", "settled") and not parse_yuan(o["refunded"])
    ]
    words = [noun.words for clause in clauses if _PAID.search(clause.low) for noun in nouns(clause)]
    said = fold(" ".join(clause.text for clause in clauses))
    named = [
        o for o in paid if any(fit(w, o["subject"], o["payee_name"]) > 0.4 for w in words) or fold(o["subject"]) in said
    ]
    chosen = named or paid
    return parse_yuan(chosen[0]["amount"]) if len(chosen) == 1 else 0
