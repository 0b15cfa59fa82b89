"""Talk of how something may be done: paid not twice, however slow the bank is, from what else if this is short, apart.

It names no errand: the agent pays once, waits for the bank and takes another method or shop anyway. It goes stretch by
stretch, and what happened once before ("last month I was charged twice") with it, if nobody wants that money back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.rules.tables import load_table
from agent.words import KEPT

_TABLE = Path(__file__).with_name("caution.yaml")
_SEGMENT = re.compile(r"[^,，;；。!！?？\n.]+(?:\.(?=\w)[^,，;；。!！?？\n.]+)*[,，;；。!！?？\n.]*\s*")


_TALK = ("once", "slow", "short", "apart")


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(forms), re.IGNORECASE) for name, forms in load_table(_TABLE).items()}


@lru_cache(maxsize=KEPT)
def without_caution(text: str) -> str:
    """The words without what they say of paying with care; all of them if nothing else would be left."""
    found = _patterns()
    if not any(found[name].search(text) for name in _TALK):
        return text
    worried = found["once"].search(text) is not None and found["back"].search(text) is None
    kept: list[str] = []
    cut = False
    for match in _SEGMENT.finditer(text):
        part = match.group()
        talk = next((m for name in _TALK if (m := found[name].search(part)) is not None), None)
        past = found["past"].search(part) if worried else None
        goes_on = cut and found["goes_on"].search(part) is not None
        at = talk or past
        if at is None and not goes_on:
            kept.append(part)
            cut = False
            continue
        before = part[: at.start()] if at is not None else ""
        if found["errand"].search(before):
            # "pay the phone bill don't let it be charged twice": no mark stands between the two.
            kept.append(before.rstrip() + _end_of(part))
        elif kept and (end := _end_of(part).strip()) and not _end_of(kept[-1]).strip().strip(",，"):
            kept[-1] = kept[-1].rstrip(" ,，") + end + " "
        cut = True
    left = "".join(kept).strip()
    return left if found["errand"].search(left) else text


def _end_of(part: str) -> str:
    match = re.search(r"[,，;；。!！?？\n.]*\s*$", part)
    return match.group() if match else ""
