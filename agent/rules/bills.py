"""Household bills: which kinds are to be paid, which are left alone, by when they are due, up to how much."""

from __future__ import annotations

import re
from itertools import pairwise

from agent.grammar import Day, DayRange, Money
from agent.rules.cues import forms_at, forms_in
from agent.rules.domains import Draft
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.task import Bill, Question

BILLS = ("electricity", "water", "gas", "internet", "phone")


def read_bills(draft: Draft, ids: list[str], scene: Scene) -> tuple[list[Bill], list[Question]]:
    """A draft as one bill for each kind that it names; ``ids`` are at least as many."""
    refused = set(refused_bills(scene.low)) | {k for c in draft.clauses for k in refused_by_cues(c)}
    # "the phone bill and the internet bill, leave the water alone": kept beside others, only one is refused.
    beside = [
        c for c in scene.clauses if c.has("goal.bill") and (not c.has("keep") or len(forms_in(c.low, "bill")) > 1)
    ]
    clauses = [*draft.clauses, *beside]
    kinds = [k for k in BILLS if k not in refused and any(k in forms_in(c.low, "bill") for c in clauses)]
    questions: list[Question] = []
    limit = next(
        (m.fen for c in draft.clauses for m in c.of(Money) if m.bound in ("at_most", "below") and m.currency == "CNY"),
        0,
    )
    due_by = "" if kinds else _due_by(draft, scene)
    if due_by:
        # Whatever amount stands beside bills of unknown height is as far as the money goes.
        limit = limit or max((m.fen for c in draft.clauses for m in c.of(Money) if m.currency == "CNY"), default=0)
        return [Bill(id=ids[0], words=draft.words, due_by=due_by, budget_fen=limit)], questions
    if not kinds:
        open_bills = scene.look("alipay_utility_bills", {}, "bills")["bills"]
        due = list(dict.fromkeys(b["kind"] for b in open_bills if b["state"] != "paid" and b["kind"] not in refused))
        # Where the one kind that is named is refused, nobody has asked for another.
        wanted = not refused or _OTHERS.search(scene.low) is not None
        kinds = [due[0]] if len(due) == 1 and wanted else [""]
        if kinds == [""]:
            questions.append(ask(ids[0], "bill", "item", scene.language, "which_bill"))
    above = draft.has("more_than_usual") or (draft.has("ask_if_above") and draft.has("usual"))
    if draft.has("ask_if_above"):
        limit = 0
    elif not limit and any(c.has("not_thing") for c in draft.clauses) and not above:
        limit = next((m.fen for c in draft.clauses for m in c.of(Money) if m.bound == "above" and c.has("if")), 0)
    account = _ACCOUNT.search(scene.low)
    bills = [
        Bill(
            id=goal_id,
            words=draft.words,
            bill=kind,
            account=account.group(1) if account and len(kinds) == 1 else "",
            ask_above_usual=above,
            budget_fen=limit,
        )
        for goal_id, kind in zip(ids, kinds, strict=False)
    ]
    return bills, questions


_OTHERS = re.compile(
    r"\b(?:bills|others?|rest|everything|all|utilities|tagihan\w*|sisanya|lainnya|lain|semua\w*)\b|其[他它余]|剩下|别的|都|账单"
)
_ACCOUNT = re.compile(
    r"(?:尾号|末四位|后四位|户号|ending (?:in|with)|ends (?:in|with)|(?:ber)?akhiran(?:nya)?"
    r"|nomor(?:nya)?)\s*(?:是|为|的)?\s*(\d{3,12})(?!\d)"
)
"""The end of a customer number; cards have been taken out of the words before."""


def _due_by(draft: Draft, scene: Scene) -> str:
    """ "yang jatuh tempo minggu ini": the last day by which the bills that are to be paid are due; empty if unsaid."""
    for clause in draft.clauses:
        if not clause.has("due"):
            continue
        for span in clause.spans:
            last = span.last if isinstance(span, DayRange) else span.date if isinstance(span, Day) else None
            if last is not None and last >= scene.now.date():
                return last.isoformat()
    return ""


_LEFT_BEFORE = re.compile(
    r"(?:\b(?:not|except|skip|ignore|leave|without|apart from|other than|(?:do not|don['’]?t) (?:pay|touch"
    r"|do)|never mind"
    r"|kecuali|selain|bukan|(?:jangan|nggak usah|gak usah|ga usah|tidak usah|tidak perlu"
    r"|gak perlu) (?:bayar\w*|dibayar\w*))"
    r"\s*(?:the|my|for|out)?|除了|除去|不包括|(?:别|不用|不要|先不|先别)(?:交|缴|付|管|动))\s*$"
)
_LEFT_BEHIND = re.compile(
    r"(?:的?(?:账单)?(?:就|我|那边|那个)?(?:先)?(?:别|不用|不要|不必|不|甭|免)(?:交|缴|付|管|动|了|急)"
    r"|(?:的?账?单?)?(?:由|是|归)?(?:房东|公司|别人|老公|老婆|他|她|室友|单位)(?:自己|会|要|来|都)*(?:交|缴|付|管|出|负责)"
    r"|(?:nya)?\s*(?:udah|sudah)?\s*(?:jadi )?(?:urusan|ditanggung|tanggungan)\b"
    r"|(?:nya)?\s*(?:udah|sudah) (?:dibayar|dibayarin|lunas)\b(?! (?:lagi|belum))"
    r"|\s*(?:bill)?\s*(?:is|are|was|has been|['’]s)?\s*(?:already )?(?:paid|covered|handled|taken care of)\b"
    r"|\s*(?:bill)?\s*(?:is|are|was|['’]s)\s*on my\b(?! (?:to|list|mind|desk|plate|back|case|conscience))"
    r"|(?:就|先)?(?:别|不用|不要|不必|免)了?(?=$|[\s,，。;；、])|先?(?:留着|放着|等等|算了)"
    r"|\s*(?:bill)?,?\s*(?:can wait|should wait|stays|is (?:not|for later|already|paid|someone)|isn['’]t"
    r"|alone|leave it|not that"
    r"|don['’]t)"
    r"|\s*(?:nya)?,?\s*(?:(?:jangan|nggak usah|gak usah|ga usah|tidak usah|tidak perlu|gak perlu|nggak perlu"
    r"|biar\w*|skip"
    r"|nanti)(?! sampai)))"
)


def refused_bills(low: str) -> list[str]:
    """ "gas and electricity but not water": the kinds of bill that the words say are not to be paid."""
    found: list[str] = []
    for start, end, kind in forms_at(low, "bill"):
        before = re.sub(r"(?:tagihan|bayar|the|my)\s*$", "", low[:start].rstrip())
        if _LEFT_BEFORE.search(before) or _LEFT_BEHIND.match(low[end:]):
            found.append(kind)
    every = {kind for _, _, kind in forms_at(low, "bill")}
    for sentence in _SENTENCE.split(low):
        kinds = {kind for _, _, kind in forms_at(sentence, "bill")}
        if len(kinds) == 1 and every - kinds and _SOMEBODY_ELSE.search(sentence):
            found += [kind for kind in kinds if kind not in found]
    return found


_SENTENCE = re.compile(r"[.!?。！？\n](?:\s|$)|[。！？\n]")
_SOMEBODY_ELSE = re.compile(
    r"\b(?:leave (?:that|it|this|them)|skip|landlord|tenant|flatmate|takes? care|taken care|handles?|handled"
    r"|already paid"
    r"|someone else|not mine)\b"
    r"|\b(?:tidak|nggak|gak|ga|tak) (?:usah|perlu) (?:di)?bayar|\bjangan (?:di)?bayar|\bbiar(?:in|kan)\b"
    r"|\bdiurus\b|\bpemilik\b"
    r"|房东|不用(?:交|缴|付|管)|别(?:交|缴|付|管)|已经(?:交|缴|付)|有人(?:交|缴|付)"
)
"""A sentence about one kind of bill that says that somebody else pays it, or that it is to be left."""


def refused_by_cues(clause: Clause) -> list[str]:
    """As :func:`refused_bills`, by a word of refusal among the cues right before the kind."""
    found: list[str] = []
    told = [c for c in clause.cues if set(c.concepts) - {"fn", "joiner"}]
    for before, cue in pairwise(told):
        if (
            {"not_thing", "dont"}.intersection(before.concepts)
            and cue.start - before.end <= 1
            and "if" not in before.concepts
        ):
            found += [c.removeprefix("bill.") for c in cue.concepts if c.startswith("bill.")]
    return found
