"""Chinese turns of phrase: what they stand for, and clauses that only tell how things are."""

from __future__ import annotations

import re

from agent.grammar import Count, Money, Span
from agent.rules.cues import Cue
from agent.rules.people import payers_named
from agent.rules.scene import Clause, Scene

_H = r"[\u3400-\u9fff]"
_TURNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"[来到去在](?:我|咱)?们?家里?(?:来)?(?:玩|看[\u3400-\u9fff]{1,3}|吃[\u3400-\u9fff]{0,2}|聚[\u3400-\u9fff]{0,2}|做客|打牌|喝酒|过夜|坐坐|住)", ("fn", "visitors")),
    (rf"(?:我|他|她|我们|同事|朋友)?(?:刚才|刚刚|刚|早上|上午)?(?:[给在]{_H}{{0,4}})?(?:带|买|喝|吃|用|看到|推荐|刷到)的那[个款种家杯袋箱瓶双件条](?={_H}{{2}})", ("fn",)),
    (r"(?:感觉|觉得|真的)?(?:还|挺|真|特别|超级|超|很|巨|蛮)(?:好[吃喝用看玩]|香|不错|赞|舒服|方便|值|便宜|火)的?[了啊呀哦呢呐]?(?=$|[,!。 ])", ("fn",)),
    (r"^(?:唉|哎呀|哎哟|哎|呜+|天呐?|妈呀|救命啊?|啊+)", ("fn",)),
    (r"(?:都快|快要|快|真的|我)?(?:要)?(?:烦|累|饿|渴|困|热|冷|馋|气|忙|痛|疼|急)死(?:我)?了", ("fn", "feeling")),
    (r"(?:今天|最近|真的?|我)?好[累烦饿困热冷渴气][啊呀哦呜]*(?=$|[,!。 ])", ("fn", "feeling")),
    (r"(?:又|刚)?被[\u3400-\u9fff]{1,4}(?:骂|批评|说|训|鸽|坑|气)了", ("fn", "feeling")),
    (r"(?:的)?地址?(?:你|您)?(?:应该|都)?(?:知道|有|存过|存了|存着|记得)的?(?:吧|吗|啊)?(?=$|[,!。 ])", ("fn", "known")),
    (r"(?:不想|不)等了", ("fn",)),
    (r"比(?:上个?月|前几个?月|往常|平时|平常|以前|以往|去年)(?:都|还|要)?(?:多|高|贵)(?:出?(?:很多|太多|不少))?", ("more_than_usual",)),
    (r"[俩两二三四\d]个?(?:多)?(?:小时|钟头)(?:都|还|了|多)*(?:没|不)(?:到|来|送)[\u3400-\u9fff]{0,2}", ("fn", "late_reason", "that_order")),
)
_PATTERNS = tuple((re.compile(pattern), concepts) for pattern, concepts in _TURNS)
_ASKS_BACK = re.compile(r"(?:跟|找|向|问|管|让|叫)(.{1,8}?)(?:要|收|讨|催|把|还|转|付)")
_OWN_MONEY = re.compile(r"(?:钱|款|费|账)|(?:还|转|给|付)我")
_HIS_SHARE = re.compile(r"(?:[他她](?:们)?|每人|每个人|一人|人均|各)(?:那份|那一份|的那份|欠我?|该给我?|应该给我?|应付|是|收|出)?\s*\d")
_LOOKS_UP = re.compile(r"多少钱|什么价|啥价|价格|贵不贵|查查|看看|问问|查一?下|看一?下|了解")
_NOT_NOW = re.compile(r"^[\s,]*(?:但是?|不过)?(?:先|暂时|只是|就|千万|可)?(?:别|不用|不要|不|甭)(?:急着|着急|忙着|给我|帮我)?(?:真)?(?:买|订|下单|定|点|付|抢|下手)[哈啊呀哦了呢先吧]*[\s,.。!]*$")


def mark_turns(scene: Scene) -> None:
    """Make cues of turns of phrase, and drop the cues that only seemed to stand inside of them."""
    if scene.language != "zh":
        return
    for clause in scene.clauses:
        for pattern, concepts in _PATTERNS:
            for match in pattern.finditer(clause.low):
                start, end = (clause.start + at for at in match.span())
                if any(c.start < end and start < c.end and {"last", "usual"}.intersection(c.concepts) for c in clause.cues):
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
    for clause in scene.clauses:
        others = [c for c in scene.clauses if c is not clause]
        wanted = any(c.kinds for c in others)
        if asks and _NOT_NOW.search(clause.low):
            clause.cues = (*clause.cues, Cue(clause.start, clause.end, ("hold", "fn"), clause.low))
            clause.kinds = []
        elif clause.has("surcharge", "myself") and wanted and not clause.has("strong.buy", "book"):
            clause.kinds, clause.aside = [], True
        elif clause.has("known") and wanted and not clause.of(Money):
            clause.kinds, clause.aside = [], True
        elif clause.has("visitors") and clause.kinds == ["buy"] and not clause.has("strong.buy", "deliver"):
            clause.kinds = []
        elif clause.has("late_reason") and clause.has("that_order") and _gives_up(others):
            clause.kinds = []
        elif clause.has("feeling") and not _thing_wanted(clause):
            clause.kinds, clause.aside = [], True
        elif clause.kinds in ([], ["buy"], ["transfer"]) and _collects(clause, scene):
            clause.kinds = ["collect"]


def _gives_up(clauses: list[Clause]) -> bool:
    return any({"cancel", "give_back"}.intersection(c.kinds) for c in clauses)


def _thing_wanted(clause: Clause) -> bool:
    """Whether a clause that tells a feeling also asks for something."""
    return bool(clause.kinds) and (clause.has("goal.buy", "book") or bool(clause.of(Count) or clause.of(Money)))


def _collects(clause: Clause, scene: Scene) -> bool:
    """跟李伟要一下上周聚餐的钱: somebody else's money comes to the person."""
    match = _ASKS_BACK.search(clause.low)
    if match is None or not _OWN_MONEY.search(clause.low[match.start() :]):
        return False
    return bool(payers_named(match.group(1), scene)) or match.group(1) in ("他们", "她们", "大家", "他", "她")


def each_of(low: str) -> bool:
    """Whether an amount is what one of them owes: 他那份86."""
    return _HIS_SHARE.search(low) is not None

