"""Chinese without spaces: which single characters between longer words are verbs, measures and particles.

A single Han character is a cue only where what stands beside it says so: 点 is a verb in 点杯咖啡 and a part of the
noun in 点心; 送 is a verb before an address (牛肉面送公司) and before a count, and a part of the noun elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_HAN = re.compile(r"[\u3400-\u9fff]")

PARTICLES = frozenset({"particle", "back", "near_after", "home", "and"})
MEASURES = "盒瓶袋包箱双束杯份碗条件支套台把辆张桶罐对副根块盆本壶只捆提串打片颗朵款部盘斤顶床枝枚册听屉笼筐间"
"""Measure words that can stand between a verb and a noun without a number."""

_MEASURE_OF_NOUN = re.compile(
    r"[包杯瓶盒本条盘片块串]子|[瓶盒袋罐桶散]装|盒饭|盒马|条[纹码形]|双[黄层人肩面色]|对联|套[餐装件头]|台[灯历式]|把手|只有|支架|罐头|根据|串串|包[装裹子饭菜]"
    r"|碗[面筷碟]|杯[面垫盖]|件套|壶嘴|盆[栽菜景]|提[拉子琴包神醒前]|打[印包底卤糕折]|片[皮鸭]|本[地人]|床[单垫上头]|间[隔]|部[队分]|款[式]|张[家江]|听[说力]|份[子量]|块[茎]"
)
"""Where the character begins a noun or another word."""

_ORDERS = frozenset({"goal.buy", "deliver"})
_BUY_AND_MEASURE = re.compile(rf"[买点来要订定送寄带叫整捎拿下](?=[{MEASURES}][\u3400-\u9fffa-z0-9])")

_GIVEN = re.compile(r"(?<![供补自送寄交付])给(?=[\u3400-\u9fff]{2,3}$|[她他我])")
_NEARBY = ("附近", "旁边", "那边", "边上", "周边", "一带")
_NEVER_FIRST = frozenset("上下里充太")
_BUY_ONE = re.compile(r"[买点订寄送带]个(?=[\u3400-\u9fffa-z0-9]{2})")
_HELPERS = frozenset("能可会是有没把我你他她它都也还再就先又")
_AFTER_ORDER = frozenset("点些个份来买要订定吃喝送寄给到去")
_BEFORE_COUNT = frozenset("退买要来订定送寄拿带整捎加搞再就有没先也还都各共叫给转打发还付补囤")
_BEFORE_PLACE = frozenset("送寄到去回给捎带往在拿我她他")
_BEFORE_CUE = frozenset("有没就再也还都想先给要吃")


def single_cues(
    low: str,
    taken: bytearray,
    single: Mapping[int, tuple[str, ...]],
    places: Iterable[int],
    spans: Sequence[tuple[int, int]],
    orders: Iterable[int],
    preps: Iterable[int],
) -> list[tuple[int, tuple[str, ...]]]:
    """``(offset, concepts)`` of the single characters that are words of their own.

    ``taken`` marks the spans and the longer cues, ``places`` are the offsets where own places and people begin,
    ``spans`` the grammar's spans, ``orders`` the offsets right behind words that order something, ``preps`` those
    behind prepositions, where a name begins.
    """
    found: list[tuple[int, tuple[str, ...]]] = []
    starts = {start for start, _ in spans}
    for start, end in _runs(low, taken):
        if _stands_alone(low, start, end):
            continue
        named = start in set(preps) and not _goes_on(low, start, end, single)
        first = start if named else _front(low, start, end, single, found, ordered=start in set(orders))
        follower = _follower(end, starts, set(places), low, taken)
        last = _rear(low, first, end, single, found, follower)
        found += _inside(low, first, last, single)
    return sorted(found)


def _stands_alone(low: str, start: int, end: int) -> bool:
    """Whether a run is a word of its own between Latin ones: "a hotel in 成都 from friday"."""
    before, after = low[:start], low[end:]
    return (
        end - start > 1
        and bool(re.search(r"[a-z] $", before))
        and bool(re.match(r" [a-z]|[,.!?]? ?$", after))
        and not before.endswith((" yang ", " yg "))
    )


def _front(
    low: str,
    start: int,
    end: int,
    single: Mapping[int, tuple[str, ...]],
    found: list[tuple[int, tuple[str, ...]]],
    *,
    ordered: bool,
) -> int:
    """Take verbs, pronouns and measures off the front of a run; returns where the rest begins."""
    first = start
    while first < end:
        left = end - first
        if ordered and _is_measure(low, first, end):
            found.append((first, ("fn", "measure")))
            return first + 1
        concepts = single.get(first)
        if concepts is None or set(concepts) == {"particle"} or low[first] in _NEVER_FIRST:
            break
        if ordered and low[first] not in _AFTER_ORDER and low[first] not in _HELPERS:
            # What follows the verb is the thing: 点下午茶, 买充电器.
            break
        if low[first] == "加" and left > 1 and low[first + 1] != "个" and not _is_measure(low, first + 1, end):
            break
        # One character alone is no noun (心 of 点心), unless a verb that takes things stands before it.
        alone = left == 2 and (first + 1) not in single
        if alone and not (low[first] == "买" and low[first + 1] not in "家单断卖"):
            break
        found.append((first, concepts))
        ordered = bool(_ORDERS.intersection(concepts))
        first += 1
        if low[first - 1] == "的":
            break
        if any(c.startswith("prep.") for c in concepts) and not _goes_on(low, first, end, single):
            # What follows is a name: 上海, 都江堰, 和平饭店.
            break
    return first


def _goes_on(low: str, at: int, end: int, single: Mapping[int, tuple[str, ...]]) -> bool:
    """Whether a pronoun and its verb follow a preposition (给她点份…), or the verb itself (去买…)."""
    if at >= end:
        return False
    if low[at] in "她他我你咱" or (low[at] == "家" and (at + 1 == end or low[at + 1] in "走出去到叫接送")):
        return True
    return at in single and bool(_BUY_AND_MEASURE.match(low, at, end))


def _is_measure(low: str, at: int, end: int) -> bool:
    if at >= end or low[at] not in MEASURES or _MEASURE_OF_NOUN.match(low, at):
        return False
    following = low[at + 1 : at + 2]
    return end - at > 1 or (bool(following) and following.isalnum())


def _follower(end: int, starts: set[int], places: set[int], low: str, taken: bytearray) -> str:
    at = end
    while at < len(low) and low[at] == " ":
        at += 1
    if at in starts:
        return "span"
    if at in places:
        return "place"
    return "cue" if at == end and at < len(low) and taken[at] else ""


def _rear(
    low: str,
    first: int,
    end: int,
    single: Mapping[int, tuple[str, ...]],
    found: list[tuple[int, tuple[str, ...]]],
    follower: str,
) -> int:
    """Take particles, and verbs that belong to what follows, off the rear of a run; returns where the rest ends."""
    verbs = {"span": _BEFORE_COUNT, "place": _BEFORE_PLACE, "cue": _BEFORE_CUE}.get(follower, frozenset())
    last = end
    while last > first and (last - 1) in single:
        verb = low[last - 1] in verbs
        if low[last - 1] == "里" and low.startswith(_NEARBY, last):
            # 太古里附近: the character belongs to the name.
            break
        if not verb and (not PARTICLES.intersection(single[last - 1]) or last - first == 2):
            break
        if verb and last - first == 2 and (follower == "cue" or low[last - 1] == "都"):
            # 成都 before a day is a name.
            break
        last -= 1
        found.append((last, single[last]))
        if "home" in single[last]:
            verbs = _BEFORE_PLACE
    return last


def _inside(
    low: str, first: int, last: int, single: Mapping[int, tuple[str, ...]]
) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Verbs inside a run that a measure word gives away: 小林点杯奶茶."""
    if first >= last:
        return
    given = _GIVEN.search(low, first + 1, last)
    if given and given.start() in single:
        yield given.start(), single[given.start()]
    one = _BUY_ONE.search(low, first + 1, last)
    if one and one.start() in single:
        yield one.start(), single[one.start()]
        yield one.end() - 1, ("fn", "measure")
        return
    for match in _BUY_AND_MEASURE.finditer(low, first + 1, last):
        if match.start() in single and _is_measure(low, match.end(), last):
            yield match.start(), single[match.start()]
            yield match.end(), ("fn", "measure")
            return


def _runs(low: str, taken: bytearray) -> Iterable[tuple[int, int]]:
    at = 0
    while at < len(low):
        if taken[at] or not _HAN.match(low[at]):
            at += 1
            continue
        start = at
        while at < len(low) and not taken[at] and _HAN.match(low[at]):
            at += 1
        yield start, at
