"""Chinese turns of phrase: what they stand for, and clauses that only tell how things are."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from agent.grammar import Count, Money, Span
from agent.rules.cues import Cue
from agent.rules.people import payers_named
from agent.rules.scene import Clause, Scene
from agent.rules.tables import load_table

_TABLE = Path(__file__).parent / "turns_zh.yaml"


@lru_cache(maxsize=1)
def _turns() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    table: dict[str, list[str]] = load_table(_TABLE)
    return tuple((re.compile(pattern), tuple(concepts)) for pattern, concepts in table.items())


_TELLS_OF = re.compile(r"^[\s,]*[她他它](?:们)?(?!.*(?:要|想|喜欢|家|在|那|公司|单位|不吃|过敏|腿|走|票|的))")
_ASKS_BACK = re.compile(r"(?:跟|找|向|问|管|让|叫)(.{1,8}?)(?:要|收|讨|催|把|还|转|付|给)")
_OWN_MONEY = re.compile(r"(?:钱|款|费|账)|(?:还|转|给|付)我|收\s*\d")
_PRICE_ONLY = re.compile(r"多少钱|贵不贵|什么价|啥价|大概什么价|价格怎么样")
_GETS = ("strong.buy", "book", "goal.transfer", "goal.collect", "goal.bill")
_HIS_SHARE = re.compile(
    r"(?:[他她](?:们)?|每人|每个人|一人|人均|各)(?:那份|那一份|的那份|欠我?|该给我?|应该给我?|应付|是|收|出)?\s*\d"
)
_LOOKS_UP = re.compile(r"多少钱|什么价|啥价|价格|贵不贵|查查|看看|问问|查一?下|看一?下|了解")
_NOT_NOW = re.compile(
    r"^[\s,]*(?:但是?|不过)?(?:先|暂时|只是|就|千万|可)?(?:别|不用|不要|不|甭)(?:急着|着急|忙着|给我|帮我)?(?:真)?(?:买|订|下单|定|点|付|抢|下手)[哈啊呀哦了呢先吧]*[\s,.。!]*$"
)


def mark_turns(scene: Scene) -> None:
    """Make cues of turns of phrase, and drop the cues that only seemed to stand inside of them."""
    if scene.language != "zh":
        return
    for clause in scene.clauses:
        for pattern, concepts in _turns():
            for match in pattern.finditer(clause.low):
                start, end = (clause.start + at for at in match.span())
                if any(
                    c.start < end and start < c.end and {"last", "usual"}.intersection(c.concepts) for c in clause.cues
                ):
                    continue
                clause.cues = _with(clause.cues, Cue(start, end, concepts, match.group()))
                told = Count if concepts == ("fn",) else Span
                clause.spans = tuple(
                    s for s in clause.spans if not (start <= s.start and s.end <= end and isinstance(s, told))
                )


def _with(cues: tuple[Cue, ...], new: Cue) -> tuple[Cue, ...]:
    kept = [c for c in cues if not (new.start <= c.start and c.end <= new.end)]
    return tuple(sorted((*kept, new), key=lambda cue: cue.start))


def tell_chinese(scene: Scene) -> None:
    """Correct the kinds of Chinese clauses by what the whole clause says."""
    if scene.language != "zh":
        return
    asks = any(_LOOKS_UP.search(c.low) for c in scene.clauses)
    only_price = bool(_PRICE_ONLY.search(scene.low)) and not any(c.has(*_GETS) for c in scene.clauses)
    _corrected(scene)
    for clause in scene.clauses:
        others = [c for c in scene.clauses if c is not clause]
        if only_price and _PRICE_ONLY.search(clause.low):
            clause.cues = (*clause.cues, Cue(clause.start, clause.start, ("hold",), ""))
        wanted = any(c.kinds for c in others)
        if asks and _NOT_NOW.search(clause.low):
            clause.cues = (*clause.cues, Cue(clause.start, clause.end, ("hold", "fn"), clause.low))
            clause.kinds = []
        elif (clause.has("surcharge", "myself") and wanted and not clause.has("strong.buy", "book")) or (
            clause.has("known") and wanted and not clause.of(Money)
        ):
            clause.kinds, clause.aside = [], True
        elif (clause.has("visitors") and clause.kinds == ["buy"] and not clause.has("strong.buy", "deliver")) or (
            clause.has("late_reason") and clause.has("that_order") and _gives_up(others)
        ):
            clause.kinds = []
        elif clause.has("feeling") and not _thing_wanted(clause):
            clause.kinds, clause.aside = [], True
        elif clause.kinds in ([], ["buy"], ["transfer"]) and _collects(clause, scene):
            clause.kinds = ["collect"]
        elif not clause.kinds and not clause.spans and wanted and _TELLS_OF.match(clause.low):
            clause.aside = True
    if any("collect" in c.kinds for c in scene.clauses):
        for clause in scene.clauses:
            if clause.kinds == ["buy"] and "花" in clause.low and not clause.has("strong.buy"):
                clause.kinds = []


def _corrected(scene: Scene) -> None:
    """给爸妈打2000,不对,是给我妈打2000: a payment that is said again takes the place of the first."""
    for i, clause in enumerate(scene.clauses):
        before = scene.clauses[i - 1] if i else None
        opens = clause.has("correction") or (before is not None and before.has("correction") and not before.kinds)
        if not opens or clause.kinds != ["transfer"]:
            continue
        for earlier in scene.clauses[:i]:
            if earlier.kinds == ["transfer"]:
                earlier.kinds, earlier.aside = [], True


def _gives_up(clauses: list[Clause]) -> bool:
    return any({"cancel", "give_back"}.intersection(c.kinds) for c in clauses)


def _thing_wanted(clause: Clause) -> bool:
    """Whether a clause that tells a feeling also asks for something."""
    counted = any(isinstance(span, Count | Money) for span in clause.spans)
    return bool(clause.kinds) and (clause.has("goal.buy", "book") or counted)


def _collects(clause: Clause, scene: Scene) -> bool:
    """跟李伟要一下上周聚餐的钱: somebody else's money comes to the person."""
    match = _ASKS_BACK.search(clause.low)
    if match is None or not _OWN_MONEY.search(clause.low[match.start() :]):
        return False
    return bool(payers_named(match.group(1), scene)) or match.group(1) in ("他们", "她们", "大家", "他", "她")


def each_of(low: str) -> bool:
    """Whether an amount is what one of them owes: 他那份86."""
    return _HIS_SHARE.search(low) is not None
