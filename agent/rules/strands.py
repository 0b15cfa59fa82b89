"""Sentences that run into each other: haste leaves out what would part one errand, or one limit, from the next.

A comma is put where a bill, a payment, a limit or a closing word begins behind words that have not ended.
"""

from __future__ import annotations

import re
from functools import lru_cache

from agent.words import KEPT

_BILLS_EN = r"(?:electricity|electric|power|gas|water|broadband|internet|wi-?fi|phone|mobile|heating|utility)"
_BILLS_ID = r"(?:listrik|air|gas|internet|wi-?fi|telepon|telpon|hp|pdam|pln|pulsa)"
_MONEY = r"(?:[¥￥]\s?\d[\d,.]*|\d[\d,.]*\s?(?:yuan|rmb|kuai|¥|￥))"
_BEGINS = re.compile(
    r"(?<=[^\s,;:.!?，。；！？、(])(?<!\btotal)(?<!\bit)(?<!\bthem)(?<!\bprice)(?<!\bbudget)(?<!\ball)(?<!\bplease)(?<!nya)(?<!\bis)(?<!\bharga)(?<!\bsehari)(?<!\bsekali)(?<!\bday)(?<!\bpayment)(?<!\beach)\s+(?="
    # a bill
    rf"(?:pay|settle|clear|sort)\s+(?:off\s+)?(?:my|the|our)\s+{_BILLS_EN}(?:\s+bill)?\b"
    rf"|(?:my\s+|the\s+|our\s+)?{_BILLS_EN}\s+bill\s+(?:needs|has\s+to|is\s+due|due|wants|must)\b"
    rf"|(?:tolong\s+|mohon\s+)?(?:bayar\w*|byr\w*|lunasi|urus)\s+(?:juga\s+)?tagihan\b"
    rf"|tagihan\s+{_BILLS_ID}\s+(?:tolong|tlg|please|pls|mohon|di\s?bayar\w*)\b"
    # money for somebody
    rf"|(?:transfer|send|pay)\s+[A-Z]\w+\s+{_MONEY}"
    rf"|(?:transfer|send|kirim|tf)\s+{_MONEY}\s+(?:to|ke)\s+[A-Z]"
    rf"|(?:transfer|tf)\s+(?:ke\s+)?[A-Z]\w+\s+{_MONEY}"
    # a limit
    rf"|(?:max|maks|maksimal|at\s+most|no\s+more\s+than|under|below|di\s+bawah|paling\s+(?:banyak|mahal)"
    rf"|up\s+to)\s+{_MONEY}"
    rf"|{_MONEY}\s+(?:tops|max|maks|at\s+most|or\s+less|total)\b"
    # the end
    r"|(?:thx|thanks|mksh|makasih|asap\s+pls|cpt\s+ya|cepat\s+ya)\s*$"
    r")",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"(\b(?:home|office|rumah|kantor|yuan|rmb|kuai|\d{2,}))\s+"
    r"(?=(?:b4|by|before|sebelum|sblm|maks|paling\s+lambat)\s+(?:jam\s+|pukul\s+)?\d{1,2}[:.]\d\d)",
    re.IGNORECASE,
)
"""Behind where it goes and what it may cost a deadline is a limit of its own."""


_CLOCK = re.compile(r"\b(jam|pukul)\s+(\d{1,2})\.(\d{2})(?![\d.])", re.IGNORECASE)
"""jam 07.30 is an hour, also behind a word for at most."""
_EVERYBODY = re.compile(r"\bsatu tim\b(?! (?:satu|isi))|人手一(?=[份杯个盒瓶])", re.IGNORECASE)
_STUCK = re.compile(r"(?<=[A-Za-z]{3})(?=[1-9]\d?\s?[份个杯碗盒瓶袋包件双只])")
_PAID_TODAY = re.compile(
    r"(?P<en>\bpay (?:it|that|this|them|mine|the \w+ bill)(?: for me)?) (?:today|now)\b"
    r"|(?P<id>\bbayar(?:in|kan)?(?: aja| dulu)?) (?:hari ini|sekarang)\b|今天(?P<zh>(?:你|就|给|帮|我)*(?:交"
    r"|缴)(?:了|掉|一下)?)"
)
"""A bill is paid at once anyway: the day is none of the other errands."""


@lru_cache(maxsize=KEPT)
def parted(text: str) -> str:
    """The words with a comma wherever the next errand or limit begins without one."""
    text = _EVERYBODY.sub(lambda m: "semua orang" if m.group().isascii() else "每人一", _CLOCK.sub(r"\1 \2:\3", text))
    text = _PAID_TODAY.sub(lambda m: m["en"] or m["id"] or m["zh"], _STUCK.sub(" ", text))
    return _DEADLINE.sub(r"\1, ", _BEGINS.sub(", ", text))
