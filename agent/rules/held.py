"""What the person will only say when they are asked: "ask me how I want it", 做法先问我, "tanya dulu alamatnya".

Such words are taken out before the rest is read for errands, and become questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.rules.cues import find_cues
from agent.rules.people import contacts_named, people_in
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.task import AnyGoal, Buy, Question

_ASK = re.compile(
    r"(?:(?:都|要|得|记得|麻烦|请|必须|下单前|买之?前|点之?前|先)*(?:先|得|要|再|记得|请|麻烦|下单前|买之?前)(?:来)?(?:一起|一并|一块儿?|统一|都)?(?:问|跟|找|和)(?:一下|问|下)?我"
    r"(?:确认|说|商量|核对)?(?:一下|一声|下)?|^\s*问(?:一下|下)?我(?:一下)?|(?:细节|要求|做法|口味|地址|忌口|规格|款式).{0,4}问我|等我(?:说|告诉|回)"
    r"|先(?:问|确认)(?:一下|清楚)?(?=$|再|[\s,，。;；]))"
    r"|\b(?:please\s+|pls\s+|just\s+|so\s+)?(?:(?:ask|check with|confirm with|consult|message|text|ping)\s+me"
    r"|ask(?=\s+(?:which|how|what|where|about|first))"
    r"|run (?:it|that|this) (?:past|by) me)\b"
    r"|\b(?:tolong\s+|mohon\s+)?(?:tanya(?:kan|in)?|konfirmasi(?:kan|in)?|nanya)\s*(?:(?:dulu|ke|sama|aku|saya|gue"
    r"|dua-duanya|semuanya|lagi)\s*)+"
    r"|\b(?:tanya|tanyakan|tanyain)\s+(?:dulu|aku|saya)\b"
    r"|\btanya(?:kan|in)? (?:dua-duanya|semuanya)",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_ASK = re.compile(
    r"(?:别|不用|不要|不必|无需|甭|有.{0,6}(?:问题|不清楚|不明白|拿不准|疑问)|不清楚|不懂"
    r"|拿不准)[^,，。;；]{0,8}(?:问|找|跟)"
    r"|\b(?:don['’]?t|do not|no need to|never|without|not)\s+(?:\w+\s+)?(?:ask|check|confirm|message|text|ping)"
    r"|\b(?:can|may|could|feel free to|always)\s+(?:always\s+)?(?:ask|message|text|ping)\s+me\b"
    r"|\bif (?:any|some|you|it|there|that)\w*\b[^,.;]{0,40}(?:ask|check|confirm)|\b(?:unclear|questions?"
    r"|not sure|unsure)\b"
    r"|\b(?:jangan|nggak usah|gak usah|ga usah|tidak usah|tidak perlu|nggak perlu|gak perlu"
    r"|tanpa)\s+(?:\w+\s+)?(?:tanya|nanya|konfirmasi)"
    r"|\bkalau (?:ada|kurang|nggak|gak|bingung)\b[^,.;]{0,30}(?:tanya|bilang)"
    r"|\b(?:kalau|kalo|klo|kl|if|when)\b[^,.;]*\b(?:lebih|lewat|mahal|higher|dearer|costs?|expensive)\b"
    r"|\blebih (?:dr|dari|itu)\b|超|above|over|more than|lebih dari|kalau lewat|不够|isn['’]?t enough",
    re.IGNORECASE,
)
CLASH = re.compile(
    r"冲突|撞|日程|日历|行程表|\b(?:clash\w*|conflict\w*|overlap\w*|calendar|diary|bentrok\w*|tabrakan|kalender\w*)",
    re.IGNORECASE,
)
"""What the calendar tells."""
TOPICS = {
    "to": r"(?<![a-z])address\w*|\bwhere\b|\bplace (?:isn['’]?t|is not|is still)\b|\balamat\w*\b"
    r"|\btempatnya\b|\btempat makan\w*\b|\blokasi\w*\b"
    r"|\b(?:dikirim|diantar|kirim|antar)?\s*ke ?mana\b"
    r"|地址|送哪|送到哪|哪里收|在哪(?:里|儿)?(?:收|吃)|送的?地[方点]|地点",
    "card": r"\bcards?\b|\bcrd\b|\bthe text\b|\bkartu\w*\b|\bditulis\w*\b|卡片|贺卡|写什么|写啥|写点什么|卡上",
    "diet": r"\bdiets?\b|\bdietary\b|\ballerg\w*|\bcan['’]?t (?:eat|take|have)\b"
    r"|\bcannot (?:eat|take|have)\b|\bpantangan\w*\b|\balergi\w*\b"
    r"|\bsembarangan\b|忌口|忌嘴|过敏|不能吃|吃不了|不吃什么|不能用",
    "which": r"\bwhich\b|\bwhat (?:kind|size|sort|type|colou?r)\b|\byang mana\b"
    r"|\bjenis\w*\b|\bukuran(?:nya)? apa\b|哪种|哪款|哪个|哪一|什么(?:样|规格|尺码|型号)|款式|规格",
    "how": r"\bhow\b|\bparticulars?\b|\bdetails?\b|\bpreferences?\b|\bracik\w*\b"
    r"|\bgimana\b|\bbagaimana\b|\bseperti apa\b|\bmaunya\b|\bdibuat\b"
    r"|\bcaranya\b|做法|口味|怎么(?:做|弄|调|配|要)|要求|细节|甜度|温度|几分糖|冰量",
}
_TOPICS = {name: re.compile(form, re.IGNORECASE) for name, form in TOPICS.items()}
_GOES_ON = re.compile(
    r"\b(?:by|before|to|into|at|deliver\w*|max|under|asap|thx|thanks|tops|within|cheapest|sebelum|maks|antar"
    r"|kirim|di bawah|dalam)\b"
    r"(?=\s+(?:\d|the (?:office|house|flat|hotel)|my|home|office|noon|¥|ke\b|jam\b))|(?:¥\s*)?\d",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[^,，;；。!！?？\n.]+(?:[.](?=\w)[^,，;；。!！?？\n.]+)*[,，;；。!！?？\n.]*")
_SENTENCE_END = re.compile(r"[。!！?？\n.]\s*$")


@dataclass(slots=True)
class Held:
    """What is only told when asked, by topic, and the words that said so."""

    topics: list[str] = field(default_factory=list)
    words: str = ""


def cut_held(text: str) -> tuple[str, Held]:
    """The words without what asks to be asked, and what there is to ask about."""
    held = Held()
    parts = [m.group() for m in _SEGMENT.finditer(text)]
    if not any(_asks(part) for part in parts):
        return text, held
    kept = list(parts)
    for i, part in enumerate(parts):
        match = _asks(part)
        beside = parts[i - 1] if i and not _topics(part) else ""
        if match is None or CLASH.search(f"{beside} {part}"):
            # Whether an hour is taken is looked up, and asked about only if it is.
            continue
        goes = _GOES_ON.search(part, match.end())
        stop = goes.start() if goes else len(part.rstrip(" ,，;；。.!！?？\n"))
        topics = _topics(part[: stop if goes else len(part)])
        begin = _begin(part, match.start())
        kept[i] = f"{part[:begin]}{',' if part[:begin].strip() and goes else ''}{part[stop:]}"
        if _BEFORE.fullmatch(kept[i].strip(" ,，;；。.")):
            kept[i] = ""
        held.words += part
        for at in range(i - 1, -1, -1):
            if _SENTENCE_END.search(parts[at]) and topics:
                break
            before = _topics(parts[at])
            topics += [t for t in before if t not in topics]
            if before and at:
                begin = _tells_from(parts[at])
                if begin >= 0:
                    kept[at] = parts[at][:begin] + ("。" if _SENTENCE_END.search(parts[at]) else ",")
                    held.words = parts[at] + held.words
            if not before or at == i - MOST_BACK or _SENTENCE_END.search(parts[at]):
                break
        held.topics += [t for t in (topics or ["how"]) if t not in held.topics]
    return "".join(kept), held


MOST_BACK = 2
"""So many stretches before the asking may tell what it is about."""
_BEFORE = re.compile(
    r"(?:在)?(?:你)?(?:下单|付款|付钱|结账|买|订|点|做|定|动手)(?:单)?(?:之|以)?前(?:请|麻烦|先|务必|一定|要)*"
    r"|(?:please )?before (?:you )?(?:order\w*|buy\w*|pay\w*|anything|placing\w*)(?: (?:it|anything|the order|them))?"
    r"|sebelum (?:pesan|beli|bayar|order|dipesan|dibeli|dibayar)",
    re.IGNORECASE,
)
"""When to ask, of which nothing is left once the question is taken out."""


def _asks(part: str) -> re.Match[str] | None:
    return None if _NOT_ASK.search(part) else _ASK.search(part)


def _begin(part: str, at: int) -> int:
    """Where the talk of asking begins: with what is to be asked, if that stands before it, else with the asking."""
    before = part[:at]
    firsts = [m.start() for p in _TOPICS.values() for m in p.finditer(before)]
    if not firsts:
        return at if re.search(r"[\w]", before) else 0
    if re.search(r"\d|[一二两三四五六七八九十]\S?[杯份个碗瓶盒束]", before[: min(firsts)]):
        return min(firsts)
    return 0


_TELLS = re.compile(
    r"(?:有人|有的|有一|我们?|他们?|她们?|大家)|\b(?:i|i['’]m|we|we['’]ve|there['’]?s|there is|some(?:one"
    r"|body)?|one of|my|the|it)\b"
    r"|\b(?:aku|saya|ada|gue|gw|kami|yang|nanti)\b",
    re.IGNORECASE,
)


def _tells_from(part: str) -> int:
    """Where a stretch begins to tell what the question is about; -1 if it names a thing to buy there as well."""
    firsts = [m.start() for p in _TOPICS.values() for m in p.finditer(part)]
    begins = [m.start() for m in _TELLS.finditer(part) if m.start() <= min(firsts, default=0)]
    if not begins:
        return 0 if firsts and min(firsts) <= 24 and not re.search(r"\d", part) else -1
    head = part[: begins[-1]]
    first = (
        begins[0]
        if not re.search(r"\d|\b(?:satu|dua|tiga|one|two|three|an?)\b|[一两三四五]", part[begins[0] : begins[-1]])
        else begins[-1]
    )
    return first if re.search(r"\w", head) else 0


def _topics(text: str) -> list[str]:
    found = [name for name, pattern in _TOPICS.items() if pattern.search(text)]
    if "which" in found and "how" in found:
        found.remove("how")
    if ("card" in found or "diet" in found) and "how" in found:
        found.remove("how")
    return found


KEYS = {"how": "which_way", "which": "which_kind", "diet": "diets", "card": "card_text"}


def held_questions(goals: list[AnyGoal], held: Held, scene: Scene) -> list[Question]:
    """The questions that the person wants to be asked about their purchases."""
    bought = [g for g in goals if isinstance(g, Buy)]
    if not bought:
        return []
    found: list[Question] = []
    for topic in held.topics:
        if topic == "to":
            found += [ask(goal.id, "to", "address", scene.language, "where_to") for goal in bought[:1] if not goal.to]
            continue
        goal = _meant(bought, held.words, scene) if topic == "card" else bought[0]
        what = ", ".join(item.words for item in goal.items if item.words)
        if not any(q.topic == "option" for q in found):
            found.append(ask(goal.id, topic, "option", scene.language, KEYS[topic], what=what))
    return found


def _meant(bought: list[Buy], words: str, scene: Scene) -> Buy:
    """The purchase for the person whom the words name."""
    named = [row["address_id"] for _, _, rows in people_in(words, scene) for row in rows]
    for cue in find_cues(words.casefold(), ()):
        named += [row["address_id"] for c in cue.concepts if c.startswith("rel.") for row in contacts_named(c, scene)]
    return next((goal for goal in bought if goal.to and goal.to in named), bought[0])
