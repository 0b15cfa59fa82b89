"""A standing permission that is to be set up first, for errands of the same message that are then paid with it.

It is taken out of the words before they are read, so that its limits are none of the errands'.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from agent.grammar import parse_money
from agent.rules.allowance import NEW, NO_ASKING
from agent.task import AnyGoal, Buy, Mandate
from agent.words import KEPT

_SEGMENT = re.compile(r"[^,，;；。.!！?？:：\n]+(?:\.(?=\w)[^,，;；。.!！?？:：\n]+)*[,，;；。.!！?？:：\n]*")
_MONEY = re.compile(r"[¥￥]\s?\d|\d\s?(?:块|元|yuan|rmb|kuai|¥)", re.IGNORECASE)
_SINGLE = re.compile(
    r"每笔|每一笔|一笔|单笔|每次|每单"
    r"|\b(?:per|a|an|each|every|any one|one) (?:single )?(?:payment|order|purchase|time|bayar|pembayaran|byr)"
    r"|\b(?:sekali|tiap|setiap) (?:bayar|byr|pembayaran|transaksi)|\beach\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"总共|一共|合计|总额|总计|加起来|全部"
    r"|\b(?:in|a) total\b|\ball together\b|\baltogether\b|\boverall\b|\btotal\w*\b|\bsemua\w*\b",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"(?:都|就|全)?(?:走|从|用)(?:它|这个|里面|授权)|里面扣|里扣|点个?同意|我(?:来)?(?:同意|批准|确认)一下|同意一次"
    r"|\b(?:pay|take|use|charge)\w*\b[\w ]{0,24}\b(?:it|that|from it|mandate)\b"
    r"|\bapprove (?:it|that)\b|\b(?:from|with) it\b"
    r"|\b(?:pakai|pake|dari|lewat)\b[\w ]{0,12}\b(?:itu|situ|sana|mandat)\w*|\b(?:ku)?setuju\w*",
    re.IGNORECASE,
)
_TIRED = re.compile(
    r"一笔一?笔.{0,6}(?:烦|麻烦|累)|(?:每|一)(?:笔|次)都?(?:要)?确认.{0,6}(?:烦|麻烦)"
    r"|\bconfirm\w*\b[\w ]{0,30}\b(?:mad|annoying|tiring|tedious|pain)\b"
    r"|\b(?:capek|ribet|malas|repot)\b[\w ]{0,20}\b(?:konfirmasi|setuju\w*|satu-satu)\b"
    r"|\bkonfirmasi\b[\w ]{0,24}\b(?:capek|ribet|repot)",
    re.IGNORECASE,
)
_FOOD = re.compile(
    r"餐|吃|饭|食|\b(?:food|meals?|eating|breakfast|lunch|dinner)\b|\bmakan\w*\b|\bsarapan\b", re.IGNORECASE
)
_PIECES = re.compile(r"[,，;；:：]|\band\b|\bdan\b|和")


@lru_cache(maxsize=KEPT)
def cut_set_up(text: str) -> tuple[str, Mandate | None]:
    """The words without a permission that is to be set up, and the permission; None if there is none beside an errand.

    Only one for food, with a limit for a single payment, is read here.
    """
    begin = NEW.search(text)
    if begin is None:
        return text, None
    parts = list(_SEGMENT.finditer(text))
    first = next(i for i, part in enumerate(parts) if part.end() > begin.start())
    last = first
    while last + 1 < len(parts) and _goes_on(parts[last + 1].group()):
        last += 1
    own = text[begin.start() : parts[last].end()]
    before = text[parts[first].start() : begin.start()]
    kept = text[: parts[first].start()] + (before if re.search(r"\w{2}", _LEADS.sub("", before)) else "")
    if first and _TIRED.search(parts[first - 1].group()):
        kept = text[: parts[first - 1].start()]
    rest = f"{kept.rstrip()} {text[parts[last].end() :]}".strip()
    single, total = _limits(own)
    if not _FOOD.search(own) or not single or len(re.findall(r"\w", rest)) < LEAST:
        return text, None
    return rest, Mandate(id="", words=own, purpose=own[:200], sorts=("food",), single_fen=single, total_fen=total)


LEAST = 8
"""An errand takes at least so many letters."""
_LEADS = re.compile(
    r"\b(?:please|pls|so|and|first|then|tolong|mohon|dulu|jadi|terus|you|could|can|i|want|would|like|to)\b"
    r"|你|先|请|麻烦|帮我|给我|再|[\s,，]",
    re.IGNORECASE,
)


def _goes_on(part: str) -> bool:
    """Whether a stretch goes on about the permission: a limit of it, or how it is to be used."""
    limited = _MONEY.search(part) is not None and (_SINGLE.search(part) or _TOTAL.search(part)) is not None
    return (
        limited
        or _PAYS.search(part) is not None
        or NO_ASKING.search(part) is not None
        or _TIRED.search(part) is not None
    )


def _limits(text: str) -> tuple[int, int]:
    """The most for a single payment and in all, in fen; 0 where none is told."""
    single = total = 0
    for piece in _PIECES.split(text):
        amount = parse_money(piece) if _MONEY.search(piece) else None
        if not amount:
            continue
        if _TOTAL.search(piece) and not _SINGLE.search(piece):
            total = amount
        elif not single:
            single = amount
        else:
            total = total or amount
    return single, total


def with_set_up(goals: tuple[AnyGoal, ...], mandate: Mandate | None) -> tuple[AnyGoal, ...]:
    """The goals with the permission beside what it is to pay for."""
    if mandate is None or not any(isinstance(goal, Buy) for goal in goals):
        return goals
    number = 1 + max((int(goal.id[1:]) for goal in goals if goal.id[1:].isdigit()), default=0)
    return (*goals, msgspec.structs.replace(mandate, id=f"g{number}"))
