"""A standing permission that the person has given before: which one is to pay, and what of the rest.

It is taken out of the words before they are read for errands, because it names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERMISSION = re.compile(
    r"授权(?!码|书)|免密(?:支付)?|\b(?:mandates?|allowances?|standing permission|pre-?authori[sz]ation)\b"
    r"|\b(?:mandat|izin(?! ke)|kuasa)(?:nya|ku|mu)?\w*\b",
    re.IGNORECASE,
)
NEW = re.compile(
    r"(?:申请|开通|开个|开一个|办个|办一个|建|设|弄个|来个|先开|签)(?:一?[个份])?.{0,8}授权|授权.{0,4}(?:申请|开通|办)(?:一下|个)?"
    r"|\b(?:set(?:ting)? up|apply|get|create|open|request|make|sign|arrange|give you"
    r"|need)\b(?: \w+){0,4} (?:mandate|allowance|permission)\b"
    r"|\b(?:ajukan|ajuin|buat|buatkan|bikin|bikinin|minta|urus|pasang)\b(?: \w+){0,3} (?:mandat|izin)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“「『]([^\"”」』]{1,60})[\"”」』]")
NO_ASKING = re.compile(
    r"(?:别|不用|不要|无需|不必|甭)(?:再|就)?(?:一笔笔|每次|每笔|都)?(?:来)?(?:问|跟我确认|发确认|找我)|不方便确认|就不用再"
    r"|\b(?:no|without) (?:need to ask|more questions|questions|confirmations?|asking|further)\b"
    r"|\b(?:don['’]?t|do not|never) ask\b"
    r"|\bcan['’]?t confirm\b|\bcannot confirm\b|\bnot be disturbed\b"
    r"|\b(?:jangan|nggak usah|gak usah|ga usah|tidak usah|tidak perlu|nggak perlu|gak perlu|tanpa)\b.{0,12}"
    r"(?:tanya|konfirmasi|nanya|ditanya)|\b(?:nggak|gak|tidak) bisa (?:konfirmasi|ditanya)",
    re.IGNORECASE,
)
_OR_NOTHING = re.compile(
    r"(?:不够|不足|不行|盖不住|付不了|超了?|否则|不然|要不).{0,6}(?:算了|别[买点订付要]|不[买点订要用]了|就?作罢|取消)|要么不[买点要]"
    r"|\bor (?:nothing|not at all|leave it|forget (?:about )?it|skip it|don['’]?t bother)\b"
    r"|\b(?:isn['’]?t|is not|not|doesn['’]?t|won['’]?t|can['’]?t|if not|otherwise)\b[^,.;]{0,30}[, ]*"
    r"(?:then\s+|just\s+)*(?:forget (?:about )?it|leave it|skip it|never ?mind|drop it|cancel it"
    r"|don['’]?t (?:bother|order|buy|pay))\b"
    r"|\b(?:nggak|gak|ga|tidak|kurang|lewat|kalau)\b[^,.;]{0,24}[, ]*(?:ya\s+)?(?:ya sudah(?:lah)?"
    r"|sudah(?:lah)?\s+(?:nggak|gak|ga|tidak) usah|batal(?:in|kan)?(?: saja| aja)?"
    r"|(?:nggak|gak|ga|tidak) (?:jadi|usah (?:beli|pesan|jadi|aja|saja)))\b"
    r"|\batau (?:nggak|gak|tidak) (?:usah|sama sekali)\b",
    re.IGNORECASE,
)
"""With the permission or not at all: there is nothing to ask about what it does not cover."""
_AWAY = re.compile(
    r"(?:没空|没时间|不方便|没法|不能|顾不上)(?:去|来)?(?:看手机|回(?:复|消息|信息)|接电话|确认|同意|批准|点头)"
    r"|手机.{0,4}(?:上交|收走|收上去|交上去|关机|没电|不在(?:身边|手边))|考试.{0,8}手机|联系不上"
    r"|\b(?:without|no|haven['’]?t got|don['’]?t have) my phone\b"
    r"|\bphone (?:is |will be )?(?:off|away|handed in|dead|collected)\b"
    r"|\b(?:no time|can['’]?t|cannot|won['’]?t be able|not able|unable) (?:to )?"
    r"(?:approve|confirm|answer|reply|talk|check|say yes)\b|\b(?:unreachable|can['’]?t be reached|out of reach)\b"
    r"|\b(?:hp|ponsel|handphone)(?:ku|nya)? ?(?:di ?)?(?:kumpul\w*|matikan|mati|sita|(?:nggak|tidak) ada)\b"
    r"|\b(?:nggak|gak|ga|tidak) (?:pegang|bawa|bisa (?:pegang|buka|lihat)) (?:hp|ponsel|handphone)\b"
    r"|\b(?:nggak|gak|ga|tidak) (?:sempat|bisa) (?:menyetujui|setujuin|setuju|balas|dihubungi|konfirmasi|jawab)\b",
    re.IGNORECASE,
)
"""They cannot be asked just now."""
_CHEAPER = re.compile(
    r"便宜|\bcheaper\b|\bless expensive\b|\blebih murah\b|\bmurah\w*\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"问我|问一下|让我(?:确认|同意|点头)|我(?:确认|同意|点头)|先跟我|跟我说"
    r"|\bask me\b|\bcheck with me\b|\bmy (?:ok|okay|approval|go-ahead|yes)\b|\bconfirm\w* (?:it )?with me\b"
    r"|\bshow me the price\b"
    r"|\btanya(?:kan|in)? (?:dulu|aku|saya|ke aku)\b|\bkonfirmasi(?:ku| (?:ke|sama"
    r"|dari) (?:aku|saya))\b|\bminta konfirmasi\w*\b",
    re.IGNORECASE,
)
_BEYOND = re.compile(
    r"超|不够|不足|够的|能用就用|盖不住|不在.{0,4}范围|其余|剩下"
    r"|\b(?:use it|where it|it['’]?s enough|beyond|above|over|more than|isn['’]?t enough|is not enough"
    r"|not enough|doesn['’]?t cover|not covered|the rest|anything else"
    r"|where it isn['’]?t|goes past|exceeds?)\b"
    r"|\b(?:yang cukup|selama cukup|lebih(?:nya)?|kelebihan|kalau lewat"
    r"|tidak (?:tercakup|cukup)|nggak (?:cukup|masuk)|gak cukup|di luar|sisanya)\b",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[^,，;；。.!！?？\n]+(?:[,，;；。.!！?？\n]+|$)")


@dataclass(slots=True)
class Allowance:
    """The permission to pay with: its ``purpose`` if it was named. ``only``: the person is not to be asked at all."""

    purpose: str = ""
    only: bool = False


def cut_allowance(text: str, whole: str = "") -> tuple[str, Allowance | None]:
    """The words without what they say of an existing permission; None if they speak of none, or of a new one.

    ``whole`` is all that was said, where some of it is out of the words already.
    """
    whole = whole or text
    if _PERMISSION.search(text) is None or NEW.search(text):
        return text, None
    said = Allowance()
    kept: list[str] = []
    speaks = False
    for part in _parts(text):
        named = _PERMISSION.search(part)
        if named is not None:
            begin = _begins(part, named.start())
            quoted = _QUOTED.search(part)
            said.purpose = quoted.group(1).strip() if quoted else said.purpose
            said.only = said.only or NO_ASKING.search(part) is not None
            kept.append(part[:begin] + ("," if part[:begin].strip() else ""))
            speaks = True
        elif speaks and any(p.search(part) for p in (NO_ASKING, _BEYOND, _ASKING, _CHEAPER, _OR_NOTHING, _AWAY)):
            said.only = said.only or NO_ASKING.search(part) is not None
            kept.append("," if part[-1:] in ",，" else "。" if part[-1:] == "。" else "")
        elif speaks and re.search(r"\d", part) is None and _QUOTED.fullmatch(part.strip()):
            continue
        else:
            if NO_ASKING.search(part) or _AWAY.search(part):
                said.only = True
                continue
            kept.append(part)
            speaks = speaks and not re.search(r"\w", part)
    asks = _ASKING.search(whole) is not None and _BEYOND.search(whole) is not None
    refuses = any(p.search(whole) for p in (NO_ASKING, _OR_NOTHING, _AWAY))
    said.only = refuses if not asks else said.only and refuses and not _ASKING.search(NO_ASKING.sub(" ", text))
    return "".join(kept), said


def _parts(text: str) -> list[str]:
    """The stretches between marks; in Chinese a space outside of quotes is one."""
    parts = [m.group() for m in _SEGMENT.finditer(text)]
    if not _HAN.search(text):
        return parts
    return [piece for part in parts for piece in _SPACED.findall(part)]


_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACED = re.compile(r"(?:[\"“「『][^\"”」』]*[\"”」』]|\S)+\s*|\s+")
_VERB = re.compile(
    r"(?:钱|付钱|付款|款)?(?:都|请|就|先|全)*(?:从|走|用|拿|刷|照|按)"
    r"|\b(?:(?:and|please|pls|there['’]?s|there is|pay|paid|it|all|first|use|with|from|using|on|out of|take)\s+)*"
    r"(?:pay|use|from|with|using|take it from|out of|there['’]?s)\b"
    r"|\b(?:uangnya|bayar\w*|tolong|langsung|ambil)?\s*(?:pakai|pake|dari|lewat|ambil dari|gunakan)\b",
    re.IGNORECASE,
)


def _begins(part: str, at: int) -> int:
    """Where in a stretch the talk of the permission begins: at the verb of paying that stands last before it, or
    else at its name."""
    found = [m.start() for m in _VERB.finditer(part, 0, at)]
    if found:
        return found[-1]
    quoted = [m.start() for m in _QUOTED.finditer(part, 0, at)]
    return quoted[-1] if quoted else at if _ORDERED.search(part, 0, at) else 0


_ORDERED = re.compile(r"\d|[点买订叫]|\b(?:order|get|buy|book|pesan|beli)\w*", re.IGNORECASE)
