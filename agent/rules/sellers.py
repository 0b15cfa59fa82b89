"""The shop that the person names: it is looked up, taken out of the words, and no other may sell in its place.

A name counts as a shop's if a shop that delivers there has exactly this name, in front of the branch in brackets. One
that is insisted on counts even if there is no such shop: then nothing is bought, whatever looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec

from agent.desk import Desk
from agent.rules.cues import find_cues
from agent.steps.base import Me
from agent.steps.sellers import proper_names
from agent.task import AnyGoal, Buy
from agent.words import fold

_CAPITAL = r"[A-Z][\w'’&]*(?:[ -](?:[A-Z&][\w'’&]*|of|and|n|de|di)(?=[ -][A-Z]|\b))*"
_PLACE_EN = re.compile(
    r"(?P<insists>(?:\b(?:it['’]?s |it is |is |be |only |just |the )?(?:really|actually|definitely|truly|real"
    r"|genuine|original)(?: is| the| a| from)?"
    r"|\bonly (?:from|at)|\bnobody but|\bno one but|\b(?:it )?(?:has to|must) be(?: from)?|\bharus(?: dari| di)?"
    r"|\b(?:benar|bener|betul)(?:-(?:benar|bener|betul))?(?: dari| di)?|\bhanya(?: dari| di)?|\bcuma(?: dari|"
    r" di)?)\s+)?"
    r"(?P<leads>\b(?:from|at|by|dari|di|punya(?:nya)?|feel like|fancy|craving|crave|love some|want some|pengen"
    r"|pengin|kepengen|ngidam|mau)\s+)?"
    rf"(?P<name>{_CAPITAL})(?P<genuine>\s+(?:yang )?(?:asli|beneran|ori|original))?"
)
_NAME_ZH = r"[\u3400-\u9fffA-Za-z0-9·&]{2,8}?"
_N = r"[\u3400-\u9fffA-Za-z0-9·&]"
_MANY = r"(?=\s*(?:\d+|[一二两三四五六七八九十]+)\s*[个份杯碗盒瓶袋包只块串笼])"
_SAID_ZH = (
    re.compile(
        r"(?P<insists>认准|只认|只要|就要|非|就认|只吃|只喝|正宗的?)"
        rf"(?P<name>{_N}{{2,8}}?)(?=这家|那家|家的|的|不可|店|$|[,，。;；、\s])"
    ),
    re.compile(
        rf"(?:在|从|去|到)(?P<name>{_N}{{2,8}}?)(?:这家|那家|家|店)?(?:里|那儿|那里)?(?=点(?!心|前|之|以|半)|买|叫"
        rf"|订|定)"
    ),
    re.compile(rf"(?:点|叫|订|定|来|要|买|^|(?<=[,，。;；、\s]))(?P<name>{_N}{{2,8}}?)(?:这家|那家|家|店)?的?{_MANY}"),
    re.compile(
        rf"(?:点|叫|订|定|来|要|买|^|(?<=[,，。;；、\s]))(?P<name>{_N}{{2,8}}?)(?:这家|那家|家|店)的(?={_N}{{2}})"
    ),
    re.compile(rf"(?:想|要|馋|好久没)(?:吃|喝)?(?P<name>{_N}{{2,8}}?)(?:这家|那家|家的?)?(?=了|的|$|[,，。;；、\s])"),
)
"""How Chinese words lead to the name of a shop."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_NAME = re.compile(r"[我你您他她请帮给送把]|^[\d一二两三四五六七八九十]|麻烦|公司|家里|之前|左右|以内|[元块]钱?$")
_SAME_NAME = re.compile(
    r"(?:名字|店名|招牌)[^,，。]{0,6}(?:像|差不多|一样|类似|相似)|山寨|冒牌|李鬼"
    r"|\bsimilar[\w -]{0,12}name|\bsound-?alike|\blook-?alike"
    r"|\b(?:knock-?off|copy-?cat|fake one)\b|\bnama(?:nya)?[\w ]{0,12}(?:mirip|sama|hampir)|\b(?:palsu|tiruan"
    r"|abal-abal)\b",
    re.IGNORECASE,
)
_NO_OTHER = re.compile(
    r"(?:别|不要|不能|不)[^,，。]{0,6}(?:别的?家|其他家?|别的店|换家)"
    r"|\b(?:and )?(?:no|not any|not some|nowhere) other(?: place|"
    r" shop| one)?|\bnot? (?:anywhere|nowhere) else"
    r"|\bnowhere else\b|\b(?:bukan|jangan)(?: dari)?(?: yang| tempat| toko)? lain\b",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\s*\b(?:from there|from them|dari situ|dari sana|di situ)\b|(?:在|从)(?:那儿|那里|他家|它家|这家|那家)",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[^,，;；。.!！?？\n]+(?:\.(?=\w)[^,，;；。.!！?？\n]+)*[,，;；。.!！?？\n]*")
_CRAVES = re.compile(
    r"\b(?:feel like|fancy|craving|crave|pengen|pengin|kepengen|ngidam)\s*$|(?:想|馋)(?:吃|喝)?$", re.IGNORECASE
)
_TRAVELS = re.compile(
    r"酒店|宾馆|民宿|机票|航班|火车|高铁|动车|打车|叫车|门票"
    r"|\b(?:hotels?|flights?|trains?|taxi|cab|ride|tickets?|kereta|pesawat|taksi"
    r"|penginapan|tiket)\b",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"送|外卖|\b(?:deliver\w*|to (?:my|the) (?:home|office|place)|antar\w*|kirim\w*|ke (?:rumah|kantor|kos))\b",
    re.IGNORECASE,
)
_MOST = 3
"""Names looked up at most."""


@dataclass(slots=True)
class Seller:
    """The shop that was named; ``known`` says that there is one of this name."""

    name: str = ""
    known: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)


def cut_seller(text: str, me: Me, desk: Desk) -> tuple[str, str]:
    """The words without the shop that they name, and the shop's name; empty if none is named.

    Raises:
        ToolFailure: the shops could not be looked up.
    """
    if not desk.has("flash_shop_search") or (_TRAVELS.search(text) and not _SENT.search(text)):
        return text, ""
    tried: dict[str, str] = {}
    found, insisted = "", ""
    for name, insists in _candidates(text, me):
        if name not in tried and len(tried) < _MOST:
            tried[name] = _shop_of(name, me, desk)
        if tried.get(name):
            found = name
            break
        insisted = insisted or (name if insists else "")
    name = found or insisted
    return (_without(text, name), tried.get(name) or name) if name else (text, "")


def _candidates(text: str, me: Me) -> list[tuple[str, bool]]:
    """What may be the name of a shop, and whether the words insist on it, those first."""
    rows: list[tuple[str, bool]] = []
    own = {fold(word) for word in (*me.city_names, me.city, *(a["label"] for a in me.addresses))}
    if re.search(r"[A-Z]", text):
        for match in _PLACE_EN.finditer(text):
            said = match["insists"] is not None or match["genuine"] is not None
            if not said and match["leads"] is None:
                continue
            name = match["name"].removesuffix("'s").removesuffix("’s")
            if len(name) > 2 and fold(name) not in own and not _is_known(name):
                rows.append((name, said))
    if _HAN.search(text):
        for pattern in _SAID_ZH:
            for match in pattern.finditer(text):
                name = match["name"]
                if not _HAN.search(name) or _NO_NAME.search(name) or fold(name) in own or _is_known(name):
                    continue
                rows.append((name, match.groupdict().get("insists") in ("认准", "只认") and len(name) > 2))
    return sorted(rows, key=lambda row: (not row[1], len(row[0])))


def _is_known(name: str) -> bool:
    """Whether the lexicon knows all of it as something else: Taobao, Friday, 老样子."""
    low = name.casefold()
    return any(cue.start == 0 and cue.end == len(low) for cue in find_cues(low, ()))


def _shop_of(name: str, me: Me, desk: Desk) -> str:
    """The shop that a name means: its own name if it has exactly this one, in any order and number of its words.

    A name that shops only come near to is returned as it is: what was named is had from nobody else. Empty if no shop
    is meant.
    """
    args = {"location": me.location, "query": name[:200], "limit": 20}
    shops = desk.call("flash_shop_search", args, need=("shops",))["shops"]
    if any(fold(name) in proper_names(shop["name"], shop["name_en"]) for shop in shops):
        return name
    said = _words_of(name)
    if len(said) < LEAST_WORDS:
        return ""
    named = {own for shop in shops for own in proper_names(shop["name_en"])}
    same = sorted(own for own in named if _words_of(own) == said)
    if len(same) == 1:
        return same[0]
    near = any(len(said & _words_of(own)) >= max(LEAST_WORDS, len(said) - 1) for own in named)
    return name if same or near else ""


LEAST_WORDS = 2
"""So many words of a name must be those of a shop for it to be meant."""
_SORTS = {
    "mi": "noodle", "mie": "noodle", "bakmi": "noodle", "kopi": "coffee", "teh": "tea", "nasi": "rice", "roti": "bread",
    "kue": "cake", "buah": "fruit", "bunga": "flower", "dapur": "kitchen", "toko": "", "kedai": "", "warung": "",
    "the": "", "shop": "", "restaurant": "",
}  # fmt: skip
"""What a shop sells, as another language has it in the name."""


def _words_of(name: str) -> frozenset[str]:
    words = (re.sub(r"(?<=[a-z]{3})s$", "", word) for word in re.findall(r"[\w']+", fold(name)))
    return frozenset(filter(None, (_SORTS.get(word, word) for word in words)))


def _without(text: str, name: str) -> str:
    """The words without the name and what leads to it, and without remarks about others of a like name."""
    named = re.compile(
        r"(?:\b(?:from|at|by|dari|di|punya)\s+|[在从去到])?" + re.escape(name) + r"(?:['’]s\b)?(?:这家|那家|家|店)?的?",
        re.IGNORECASE,
    )
    kept: list[str] = []
    dropping = False
    for match in _SEGMENT.finditer(text):
        part = match.group()
        if _SAME_NAME.search(part) and name.casefold() not in part.casefold():
            dropping = True
            continue
        if (
            dropping
            and not re.search(r"\d", part)
            and name.casefold() not in part.casefold()
            and _ADDS_NOTHING.search(part)
        ):
            continue
        dropping = False
        end = part[len(part.rstrip(" ,，;；。.!！?？\n")) :]
        if name.casefold() not in part.casefold():
            bare = _NO_OTHER.sub("", part)
            kept.append(bare if re.search(r"\w", bare.replace("到", "").replace("去", "")) or bare == part else "")
            continue
        rest = _rest(part, named)
        kept.append(rest if rest.endswith(end) or not rest else rest + end)
    words = _THERE.sub("", "".join(kept))
    return words if re.search(r"\w", words) else text


_ADDS_NOTHING = re.compile(
    r"难吃|难喝|不好吃|恶心|失望|上当|被坑|坑|\b(?:awful|terrible|horrible|bad|disgusting|gross|disappointed)\b"
    r"|\b(?:nggak|gak"
    r"|tidak) enak|kecewa|ketipu",
    re.IGNORECASE,
)
_INSISTS = re.compile(
    r"认准|只认|只要|就要|必须|一定|请|这回|这次|非|不可|正宗|真正|突然|忽然|想吃|想喝|想|吃|喝|馋|了|吧|啊|的|是|要|家"
    r"|\b(?:please|pls|so|and|make|sure|that|this|is|it['’]?s|it|really|actually|only|just|the|real|genuine"
    r"|original|one|has|have|must|to|be|time|i|suddenly"
    r"|feel|like|fancy|crave|craving|want|tolong|pastikan|pastiin|harus|benar|bener|betul|ini|itu|ya|jadi|hanya"
    r"|cuma|yang|asli|ori|tiba-tiba|pengen|pengin|lagi|mau|aku|kali)\b|[\s\-,，]",
    re.IGNORECASE,
)


def _rest(part: str, named: re.Pattern[str]) -> str:
    """What a stretch says beside the name; nothing if it only insists on the name or craves for it."""
    bare = _NO_OTHER.sub("", _SAME_NAME.sub("", named.sub(" ", part)))
    if not re.search(r"\w", _INSISTS.sub("", bare)):
        return ""
    crave = next((m for m in named.finditer(part) if _CRAVES.search(part[: m.start()].rstrip())), None)
    if crave is not None:
        return re.sub(r"^[\s,，了]*(?:(?:so|jadi|and|dan)\b)?", "", part[crave.end() :])
    return re.sub(r" {2,}", " ", named.sub(" " if part.isascii() else "", part))


def with_seller(goals: tuple[AnyGoal, ...], name: str) -> tuple[AnyGoal, ...]:
    """The purchases as of that shop alone; parcels are of other shops."""
    if not name:
        return goals
    return tuple(
        msgspec.structs.replace(goal, seller=name, channel="flash", vague=False)
        if isinstance(goal, Buy) and goal.channel != "taobao"
        else goal
        for goal in goals
    )
