"""Other ways of putting things in Chinese and Indonesian, as the plain words that the readers know.

The tables ``zh/*.yaml`` and ``id/*.yaml`` hold classes of frames, in order, as [pattern, replacement]; ``{NAME}`` in a
pattern stands for a class of words below. Names, amounts, days and hours pass through as they were written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.grammar.numerals import read_han
from agent.rules.tables import load_table

_FOLDER = Path(__file__).parent
_TABLES = ("requests", "goods", "limits", "asking", "payments", "orders", "travel")
_QUOTED = re.compile(
    r"([\"“「『][^\"”」』]{1,300}[\"”」』]|(?:卡片|贺卡|卡上|留言|便签)[^，,。；;\n]{0,6}(?:写|留)[^。；;\n]*)"
)
"""What somebody is to read stays as it was written."""
_HAN_NUMBER = r"(?:\d+|[一二两三四五六七八九十百]+|俩|仨)"
_HAN_SUM = r"(?:[¥￥]\s?\d+(?:\.\d+)?(?:元|块钱?)?|\d+(?:\.\d+)?\s?(?:元|块钱?|人民币))"
_HAN_PART = r"(?:早上|清早|上午|中午|午后|下午|傍晚|晚上|夜里|凌晨|早晨)"
_HAN_HOUR = (
    r"(?:\d{1,2}[:：]\d\d|(?:\d{1,2}|十[一二]?|[一二两三四五六七八九])点"
    r"(?:半|整|钟|[一三]刻|\d{1,2}分?|[二三四五]?十[一二三四五六七八九]?分?)?)"
)
_HAN_DAY = (
    r"(?:大后天|后天|明天|明儿|明日|今天|今儿|今日|大前天|前天|昨天|当天"
    r"|\d{1,2}月\d{1,2}[号日]?|[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[号日]?"
    r"|(?:这个?|下下?个?|本|上个?)?(?:星期|礼拜|周)[一二三四五六日天末])"
)
_ID_NUMBER = r"(?:\d+|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|dua belas|seorang|sebuah)"
_ID_SUM = r"(?:(?:rmb|cny|[¥￥])\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:rmb|yuan|cny|kuai|perak))"
_ID_DAY = (
    r"(?:(?:hari )?(?:senin|selasa|rabu|kamis|jumat|jum['’]at|sabtu|minggu)(?: (?:ini|depan|(?:pekan|minggu) depan))?"
    r"|(?:tgl |tanggal )?\d{1,2} (?:jan\w*|feb\w*|mar\w*|apr\w*|mei|jun\w*|jul\w*|agu\w*|sep\w*|okt\w*|nov\w*|des\w*)"
    r"|besok|lusa|hari ini|malam ini)"
)
_ID_TIME = (
    r"(?:(?:jam|pukul) (?:setengah )?(?:\d{1,2}(?:[.:]\d\d)?"
    r"|(?:satu|dua(?: belas)?|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas))"
    r"(?: (?:pagi|siang|sore|malam))?)"
)
_CLASSES = {
    "zh": {
        "N": _HAN_NUMBER,
        "SUM": _HAN_SUM,
        "TIME": rf"(?:{_HAN_DAY}的?)?(?:{_HAN_PART}?{_HAN_HOUR}|中午(?!\d|十))",
        "DAY": _HAN_DAY,
        "BILL": r"(?:水|电|燃气|煤气|天然气|宽带|网|话|手机|电话|物业|固话)费",
        "HOME": r"(?:公司|单位|办公室|家里|家中|家|我家|这儿|这里)",
        "WHO": r"(?:我(?:姐|妹|哥|弟|妈|爸|爷爷|奶奶|外婆|外公|姥姥|姥爷|老婆|老公|女儿|儿子|表[姐妹哥弟]|闺蜜)"
        r"|[阿小老][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3})",
        "WORD": r"[^\s，,。.；;：:！!？?、\n]",
        "END": r"(?=[\s，,。.；;！!？?]|$)",
    },
    "id": {
        "N": _ID_NUMBER,
        "SUM": _ID_SUM,
        "DAY": _ID_DAY,
        "TIME": _ID_TIME,
        "BILL": r"(?:listrik|air|gas|internet|telepon|wifi|pln|pdam|pulsa)",
        "HOME": r"(?:rumah|kantor|office|sini)",
        "CITY": r"(?-i:[A-Z][a-z]+(?:['’][a-z]+)?)",
        "NAME": r"(?-i:[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2})",
        "PERSON": r"(?:(?:kakak|adik|ibu|bapak|ayah|nenek|kakek|mama|papa|suami|istri|tante|om)(?: ?ku| saya| gue| gw)"
        r"|(?-i:[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}))",
        "WORD": r"[^,.;:!?\n]",
        "END": r"(?=\s*(?:[,.;!?\n]|$))",
    },
}
_CLASS = re.compile(r"\{([A-Z]+)\}")
_TWO_MARKS = re.compile(r"([，。,;；:：.!！?？])(?:\s*[，。,;；.!！?？])+(?!\d)")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff\d])")
"""In Chinese a space parts one stretch from the next."""
_BARE_ENDS = re.compile(r"^[\s，。,;；.!！?？]+|[\s，,;；]+$")


@lru_cache(maxsize=2)
def _rows(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    classes = _CLASSES[language]
    return tuple(
        (re.compile(_CLASS.sub(lambda m: f"(?:{classes[m[1]]})", pattern), re.IGNORECASE), plain)
        for name in _TABLES
        for pattern, plain in load_table(_FOLDER / language / f"{name}.yaml")
    )


def put_otherwise(words: str, language: str) -> str:
    """Chinese (``zh``) or Indonesian (``id``) words put plainly; what is quoted stays as it is."""
    return "".join(piece if i % 2 else _plain(piece, language) for i, piece in enumerate(_QUOTED.split(words)))


_MEASURED = re.compile(r"(?<![\u4e00-\u9fff\d])([一二三四五六七八九十百]{1,5})(?=寸|厘米|公分|毫升|毫安|英寸|瓦)")
"""六寸: a size as listings write it."""


def _plain(text: str, language: str) -> str:
    plain = _MEASURED.sub(lambda m: str(read_han(m[1]) or m[1]), text) if language == "zh" else text
    for pattern, put in _rows(language):
        plain = pattern.sub(put, plain)
    if plain == text:
        return text
    if language == "zh":
        plain = _GAP.sub("，", plain)
    return _BARE_ENDS.sub("", _TWO_MARKS.sub(r"\1", plain))
