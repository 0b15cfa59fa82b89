"""Other ways of putting things in English, as the plain words that the readers know.

People ask for the same in a hundred frames: "would you be so kind as to have it brought round to the office" is
"deliver to the office". The tables hold classes of such frames, in order, as [pattern, replacement]; ``{NAME}`` in a
pattern stands for a class of words below. Names, amounts, days and hours pass through as they were written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.grammar.lexicon import detect
from agent.grammar.scan import lower
from agent.rules.english import QUOTED
from agent.rules.phrasing.others import put_otherwise
from agent.rules.spelling import mended
from agent.rules.tables import load_table
from agent.words import KEPT

_FOLDER = Path(__file__).parent
_TABLES = ("requests", "goods", "asking", "limits", "payments", "orders", "travel")
_VERBS: list[str] = load_table(_FOLDER / "words.yaml")["verbs"]
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_FIGURE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m\.?|p\.m\.?)\b"
    r"|\d{1,2}:\d\d\b|(?:half|quarter) (?:past|to) (?:\w+)"
    rf"|(?:\d{{1,2}}|{_NUMBERS}) o['’]?clock|noon\b|midday\b|midnight\b"
    rf"|(?:{_NUMBERS}|\d{{1,2}}):(?:thirty|fifteen|forty-five))"
)


def gerund(verb: str) -> str:
    """The -ing form of a verb of one of the simple classes: ordering, placing, getting."""
    if verb.endswith("e") and not verb.endswith("ee"):
        return f"{verb[:-1]}ing"
    doubled = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb) is not None
    return f"{verb}{verb[-1]}ing" if doubled else f"{verb}ing"


_BASES = {gerund(verb): verb for verb in _VERBS} | {"cancelling": "cancel"}
_CLASSES = {
    "VERB": rf"(?:{'|'.join(_VERBS)})\b",
    "ING": rf"(?P<ing>{'|'.join(_BASES)})\b",
    "SENT": r"(?:brought|sent|delivered|dropped(?: off)?|shipped|taken|couriered|posted|mailed|biked|run|carried|rushed"
    r"|whisked|popped|forwarded)",
    "SOME": rf"(?:an?|some|another|{_NUMBERS}|half a|a few|a couple of|\d+(?![:.]\d| ?(?:am\b|pm\b|%)))\b",
    "PLACEISH": r"(?:home|work|reception|here|room \w+|(?-i:[A-Z])\w+)\b",
    "WEEKDAY": rf"{_WEEKDAYS}\b",
    "DAY": rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|(?:this |next )?{_WEEKDAYS}(?: (?:next|this) week)?|(?:the day after )?tomorrow|today|tonight)\b",
    "TIME": rf"{_CLOCK}(?: in the (?:morning|afternoon|evening)| at night)?",
    "CASH": rf"(?:(?:¥|￥|rmb ?|cny ?){_FIGURE}|(?<![\d.,:]){_FIGURE} ?(?:yuan|rmb|kuai|cny|元|块))",
    "LONG": rf"(?:\d+|{_NUMBERS}|an|half an) ?(?:minutes?|mins?|hours?|hrs?)\b(?: and a half)?",
    "NAME": r"(?:my \w+|(?-i:[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}))",
    "CITY": r"(?-i:[A-Z][a-z]+(?:['’][a-z]+)?(?: (?:Kong|Lumpur|Bahru))?)",
    "PERSON": r"(?-i:[A-Z][\w'’-]+ [A-Z][\w'’-]+)",
    "COUNT": rf"(?:\d+|{_NUMBERS})\b",
    "ASKED": r"(?:then |please |kindly |just |you |do )*(?:ask|check|tell|let me|run it|come back|ping|shout|warn"
    r"|message"
    r"|charge|use|pay|switch|take|put|find|choose|go for)\b",
    "BILL": r"(?:electric(?:ity)?|power|water|gas|broadband|internet|wifi|phone|mobile|utility|household)\b",
}
_CLASS = re.compile(r"\{([A-Z]+)\}")
_TWO_MARKS = re.compile(r"([,;:.!?])(?:\s*([,;.!?]))+")
_LEFT = re.compile(r"( ) +")
_BEGUN = re.compile(r"(?<=[.!?\n]) ?[,;](?=\s)")
"""What stood between two marks or two spaces was taken out."""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_CLASS.sub(lambda m: f"(?:{_CLASSES[m[1]]})", pattern), re.IGNORECASE)


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]], ...]:
    """Each group with what a text must hold for any of its rows to fit."""
    return tuple(
        (
            re.compile(group["when"], re.IGNORECASE),
            tuple((_compiled(pattern), plain) for pattern, plain in group["rows"]),
        )
        for name in _TABLES
        for group in load_table(_FOLDER / f"{name}.yaml")
    )


@lru_cache(maxsize=KEPT)
def put_plainly(words: str, locale: str) -> str:
    """Words put plainly; what is quoted or goes on a card stays as it is."""
    language = locale or detect(lower(words), None)
    if language in ("zh", "id"):
        return put_otherwise(words, language)
    if language != "en":
        return words
    pieces = enumerate(QUOTED.split(words))
    return "".join(piece if i % 2 else _plain(mended(piece)) for i, piece in pieces).lstrip(" ,;")


def _plain(text: str) -> str:
    for when, rows in _groups():
        if when.search(text) is None:
            continue
        for pattern, plain in rows:
            text = pattern.sub(_with_base if "<ing>" in plain else plain, text)
    return _LEFT.sub(r"\1", _BEGUN.sub("", _TWO_MARKS.sub(r"\2", text)))


def _with_base(match: re.Match[str]) -> str:
    return f"please {_BASES[match['ing'].casefold()]}"
