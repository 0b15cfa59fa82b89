"""Charges that were made twice: which clauses speak of them, and of how many."""

from __future__ import annotations

import re

from agent.rules.cues import forms_in
from agent.rules.kinds import NOT_TWICE
from agent.rules.scene import Clause, Scene

_TWICE = re.compile(
    r"(?:扣|收|付|刷|交|划)(?:了|掉|走)?(?:我)?(?:的)?(?:两|2|双)[次遍笔份回]|重复(?:扣|收|付)|多(?:扣|收)|(?:扣|收)重了|双份"
    r"|\b(?:charged|taken|billed|took|paid|debited|went through|go through"
    r"|came off)\b[^,.;!?]{0,30}\b(?:twice|two times|2x|double)\b"
    r"|\bdouble[- ]?(?:charged?|billed|payment)|\btwice\b[^,.;!?]{0,20}\b(?:charged|billed|paid)"
    r"|\b(?:diambil|ditagih|tertagih|terpotong|kepotong|dipotong|dibayar|kebayar|kecharge|didebet|ditarik|bayarnya|bayar)\b"
    r"[^,.;!?]{0,16}\b(?:dua kali|2x|2 kali|dobel|dua)\b|\bdobel (?:bayar|charge|tagih)"
    r"|\b(?:charge|tagihan|potongan|pembayaran|bayaran|debit)(?:nya)? (?:dobel|double|dua kali|2x)\b"
    r"|\bkena (?:dobel|double)\b"
)
_BACK = re.compile(
    r"退|要回|追回|拿回|\bback\b|\brefund\w*|\breturned\b|\b(?:balik|kembali\w*|balikin|refund\w*|dikembalikan|mintakan|diminta)\b"
)
_TOO = re.compile(r"也|同样|另外|还有|\b(?:too|also|same (?:with|for|goes)|as well|juga|sama)\b")
_ALL = re.compile(r"都|全部|所有|每笔|\b(?:all|every|each|both|ones|charges)\b|\bsemua\w*|\bsatu-satu\b|\bkeduanya\b")
_APART = frozenset({"bill", "transfer", "collect", "order_status"})


def wants_back(scene: Scene) -> bool:
    """Whether the words speak of a charge that was made twice, and want it back."""
    twice = _TWICE.search(scene.low) is not None and NOT_TWICE.search(scene.low) is None
    return twice and _BACK.search(scene.low) is not None


def name_doubles(scene: Scene) -> None:
    """ "I took one ride and they took the fare twice; the parking fee too; I want it back": one errand."""
    if not wants_back(scene):
        return
    first = next((c.start for c in scene.clauses if _TWICE.search(c.low)), len(scene.low))
    for clause in scene.clauses:
        speaks = _TWICE.search(clause.low) or (_BACK.search(clause.low) and clause.start >= first)
        if speaks:
            clause.kinds, clause.aside = ["dispute"], False
        elif clause.has("pay", "goal.bill") and forms_in(clause.low, "bill"):
            clause.kinds = ["bill"]
        elif not (_APART.intersection(clause.kinds) and _pays_now(clause)):
            clause.kinds = []
            clause.aside = clause.aside or clause.start > first


def _pays_now(clause: Clause) -> bool:
    return "bill" in clause.kinds or bool(clause.spans)


def several(scene: Scene) -> bool:
    """Whether the words speak of more than one charge that was made twice."""
    told = [c for c in scene.clauses if _TWICE.search(c.low)]
    begin = told[0].start if told else 0
    return _TOO.search(scene.low, begin) is not None or _ALL.search(scene.low, begin) is not None
