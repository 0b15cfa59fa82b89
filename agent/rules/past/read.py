"""Reading an errand about orders that there are: what is to be done with which of them, and what comes in their place.

The person's own orders tell what the words can mean: a stretch of the words that shares its name with an order speaks
of it, whatever stands around it. What follows a word like "a new one" or 重新买 is a purchase of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import msgspec

from agent.grammar import Count
from agent.grammar.scan import lower
from agent.rules.buy import read_buy
from agent.rules.domains import Draft
from agent.rules.doubles import wants_back
from agent.rules.grounding import LIKELY, SURE, Menu
from agent.rules.held import cut_held, held_questions
from agent.rules.nouns import nouns
from agent.rules.past.orders import Order, Spoken, orders_of, searched, spoken_of
from agent.rules.places import address_named, concept_of, own_address
from agent.rules.questions import ask
from agent.rules.scene import Scene, make_scene
from agent.rules.tables import load_table
from agent.rules.timing import apply_corrections
from agent.steps.match import fit
from agent.steps.variants import without_variant
from agent.task import AnyGoal, Buy, Cancel, GiveBack, Item, Part, Question, Readdress
from agent.words import fold

_SEGMENT = re.compile(
    r"(?:[^,，、;；。!！?？\n\s]|(?<![\u3400-\u9fff])\s|\s(?![\u3400-\u9fff])|(?<=\d),(?=\d{3}))+[,，、;；。!！?？\n\s]*"
)
_GAP = r"[^,，;；。!！?？\n]{0,26}?"
_JOINS = re.compile(r"(?:\b(?:and|then|so|but|please|also|terus|lalu|dan|jadi|tapi)\s+|然后|再|并|另外|请|麻烦|帮我)+$")
REASONS = ("size", "quality", "damaged", "wrong_item", "late")
ACTS = ("readdress", "cancel", "return")


class Past(msgspec.Struct, frozen=True):
    """What such an errand means, and the words of it that speak of something else."""

    goals: tuple[AnyGoal, ...]
    questions: tuple[Question, ...]
    rest: str


class _Piece(msgspec.Struct):
    """A stretch of the words: what it asks to be done, which orders it names, whether it begins or goes on with what is
    to be had instead."""

    start: int
    text: str
    acts: tuple[str, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    anew: bool = False


@lru_cache(maxsize=1)
def _acts() -> dict[str, re.Pattern[str]]:
    table: dict[str, list[str]] = load_table(Path(__file__).parent / "acts.yaml")
    return {name: re.compile("|".join(_form(form) for form in forms)) for name, forms in table.items()}


def _form(form: str) -> str:
    parts = []
    for part in form.split("…"):
        escaped = re.escape(part)
        first = r"(?<![a-z])" if part[:1].isascii() and part[:1].isalpha() else ""
        last = r"(?![a-z])" if part[-1:].isascii() and part[-1:].isalpha() else ""
        parts.append(first + escaped + last)
    return _GAP.join(parts)


def read_past(words: str, scene: Scene) -> Past | None:
    """What the words ask to be done with orders that there are; None if they name none, or not surely which.

    Raises:
        ToolFailure: the orders could not be read.
    """
    words = _mended(words)
    low = lower(words)
    if scene.desk is None or len(low) != len(words) or not any(_acts()[act].search(low) for act in ACTS):
        return None
    if wants_back(scene) or any(clause.has("goal.dispute") for clause in scene.clauses):
        # What was paid twice is to come back; the order itself stays as it is.
        return None
    orders = orders_of(scene)
    pieces = _pieces(words, orders, scene)
    if pieces is None:
        return None
    meant = _meant(pieces)
    if not meant:
        return None
    goals: list[AnyGoal] = []
    questions: list[Question] = []
    for number, (spoken, act, piece) in enumerate(meant, 1):
        made = _goal(f"g{number}", spoken, act, piece, pieces, scene, questions)
        goals.append(made)
    instead = "".join(p.text for p in pieces if p.anew)
    if instead:
        bought, asked = _instead(instead, f"g{len(goals) + 1}", meant, pieces, scene)
        goals.append(bought)
        questions += asked
    used = [p for p in pieces if p.anew or p.acts or p.spoken]
    rest = "".join(p.text for p in pieces if p not in used)
    return Past(tuple(goals), tuple(questions), rest)


def _mended(words: str) -> str:
    """The words with slips of the keyboard in words for acts put right: *adress*, *retrun*."""
    slips = _slips()
    return _LATIN.sub(lambda m: slips.get(m.group(), m.group()), words)


_LATIN = re.compile(r"(?<![A-Za-z])[a-z]{5,}(?![A-Za-z'])")


@lru_cache(maxsize=1)
def _slips() -> dict[str, str]:
    table: dict[str, list[str]] = load_table(Path(__file__).parent / "acts.yaml")
    known = {word for forms in table.values() for form in forms for word in _LATIN.findall(form.replace("…", " "))}
    slips: dict[str, str] = {}
    for word in sorted(w for w in known if len(w) >= LEAST_MENDED):
        for i in range(1, len(word)):
            for slip in (word[:i] + word[i + 1 :], word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]):
                if slip not in known:
                    slips.setdefault(slip, word)
    return slips


LEAST_MENDED = 6


def _pieces(words: str, orders: list[Order], scene: Scene) -> list[_Piece] | None:
    """The stretches of the words with what each of them says; None where one name may mean several orders."""
    acts = _acts()
    found: list[_Piece] = []
    for match in _SEGMENT.finditer(words):
        for start, text in _cut(match.start(), match.group()):
            found.append(_Piece(start, text))
    seen = False
    for piece in found:
        low = lower(piece.text)
        piece.acts = tuple(act for act in ACTS if acts[act].search(low))
        fresh = acts["anew"].search(low) is not None and piece.acts[:1] != ("readdress",)
        piece.anew = fresh or (seen and not piece.acts)
        if fresh and piece.acts and not seen and not _apart(low):
            piece.anew = False
        seen = seen or piece.anew
    wanted = {act for piece in found if not piece.anew for act in piece.acts}
    can = [o for o in orders if (o.live and wanted & {"readdress", "cancel"}) or (o.kept and "return" in wanted)]
    for piece in found:
        piece.spoken = tuple(_whole(one, piece.text, can, scene) for one in spoken_of(piece.text, can))
    if can and not any(piece.spoken for piece in found if not piece.anew):
        for piece in (p for p in found if p.acts and not p.anew):
            piece.spoken = tuple(searched(_phrases(piece, scene), can, scene))
    for piece in found:
        for one in piece.spoken:
            rivals = [o for o in can if o.id != one.order.id and spoken_of(piece.text[one.start : one.end], [o])]
            if any(set(rival.names) & set(one.order.names) or _as_well(rival, one, piece) for rival in rivals):
                return None
    return found


def _as_well(rival: Order, one: Spoken, piece: _Piece) -> bool:
    """Whether the very words that name an order name another as fully, so that only the person can tell."""
    said = piece.text[one.start : one.end]
    whole = fit(said, *rival.names) >= 1
    return whole or any(spot.end - spot.start >= len(said) for spot in spoken_of(said, [rival]))


def _whole(one: Spoken, text: str, can: list[Order], scene: Scene) -> Spoken:
    """What a name that goes on behind the piece it shares with an order means: 充电器 shares 充电 with a 充电宝."""
    more = text[one.end : one.end + 1]
    if one.order.channel != "taobao" or not _HAN.fullmatch(more) or more in _PARTICLES:
        return one
    hits = searched([(one.start, one.end + 1, text[one.start : one.end + 1])], can, scene)
    return hits[0] if hits else one


_PARTICLES = "的了和跟还都地改退取给也不要先再是就与及到趁没在换单那这一两我你他她吧"


def _phrases(piece: _Piece, scene: Scene) -> list[tuple[int, int, str]]:
    """The noun phrases of a stretch, with their places in it."""
    found = []
    for clause in scene.clauses:
        for noun in nouns(clause):
            at = piece.text.find(noun.words)
            if at >= 0:
                found.append((at, at + len(noun.words), without_variant(noun.words)))
    return found


def _cut(start: int, text: str) -> list[tuple[int, str]]:
    """A stretch in two where what is to be had instead begins within it."""
    match = _acts()["anew"].search(lower(text))
    if match is None or match.start() < 4:
        return [(start, text)]
    joint = _JOINS.search(lower(text[: match.start()]))
    at = joint.start() if joint else match.start()
    head = lower(text[:at])
    if at < 4 or not any(_acts()[act].search(head) for act in ACTS):
        return [(start, text)]
    return [(start, text[:at]), (start + at, text[at:])]


def _apart(low: str) -> bool:
    """Whether a stretch that both asks for something new and names an act is about the new thing: "order it again"."""
    first = {name: m.start() for name in (*ACTS, "anew") if (m := _acts()[name].search(low))}
    return min(first, key=lambda name: first[name]) == "anew"


def _meant(pieces: list[_Piece]) -> list[tuple[Spoken, str, _Piece]]:
    """Each order that is named outside of what is bought instead, with what is to be done with it."""
    found: list[tuple[Spoken, str, _Piece]] = []
    asking = [p for p in pieces if p.acts and not p.anew]
    if not asking:
        return []
    for piece in pieces:
        if piece.anew or _keeps(piece):
            continue
        near = piece if piece.acts else min(asking, key=lambda p: (abs(p.start - piece.start), p.start < piece.start))
        for one in piece.spoken:
            act = _suits(one.order, near.acts)
            if act and all(other.order.id != one.order.id for other, _, _ in found):
                found.append((one, act, near))
    return found


def _keeps(piece: _Piece) -> bool:
    return not piece.acts and _acts()["keep"].search(fold(piece.text)) is not None


def _suits(order: Order, acts: tuple[str, ...]) -> str:
    """What can be done with an order of what is asked for; empty if nothing."""
    if order.live and "readdress" in acts:
        return "readdress"
    if order.live and "cancel" in acts:
        return "cancel"
    if order.kept and ("return" in acts or ("cancel" in acts and not order.live)):
        return "return"
    return ""


def _goal(
    goal_id: str,
    spoken: Spoken,
    act: str,
    piece: _Piece,
    pieces: list[_Piece],
    scene: Scene,
    questions: list[Question],
) -> AnyGoal:
    order, words = spoken.order, scene.text
    if act == "readdress":
        to = _new_address(piece, pieces, scene)
        if not to:
            questions.append(ask(goal_id, "to", "address", scene.language, "where_to"))
        return Readdress(id=goal_id, words=words, ref=order.id, item=order.names[0], to=to)
    if act == "cancel":
        what = "food" if order.channel == "flash" else "goods"
        return Cancel(id=goal_id, words=words, what=what, ref=order.id, item=order.names[0])
    reason = next((r for r in REASONS if any(c.has(f"{r}_reason") for c in scene.clauses)), "not_needed")
    return GiveBack(id=goal_id, words=words, ref=order.id, item=order.names[0], reason=reason)


def _new_address(piece: _Piece, pieces: list[_Piece], scene: Scene) -> str:
    """Where it shall go instead: the last place that is named behind the act, else in what follows."""
    at = pieces.index(piece)
    low = lower(piece.text)
    act = _acts()["readdress"].search(low)
    stretches = [piece.text[act.start() if act else 0 :], *(p.text for p in pieces[at + 1 :]), piece.text]
    for stretch in stretches:
        labels = [(fold(stretch).rfind(fold(a["label"])), str(a["address_id"])) for a in scene.me.addresses]
        known = max((row for row in labels if row[0] >= 0), default=None)
        if known is not None:
            return known[1]
        cues = [cue for clause in scene.clauses for cue in clause.cues if {"home", "office"} & set(cue.concepts)]
        own = next((cue for cue in cues if cue.form in fold(stretch)), None)
        if own is not None:
            address = own_address("home" if "home" in own.concepts else "office", scene)
            if address is not None:
                return str(address["address_id"])
        address = address_named(stretch.strip(" ,.。"), scene)
        if address is not None and concept_of(stretch) != "here":
            return str(address["address_id"])
    return ""


def _instead(
    text: str,
    goal_id: str,
    meant: list[tuple[Spoken, str, _Piece]],
    pieces: list[_Piece],
    scene: Scene,
) -> tuple[Buy, list[Question]]:
    """The purchase in the place of what goes back or is called off.

    What is bought is what the words name, else the very thing that went back, in the variant that they name; it goes
    where the old order went if they do not say where to.
    """
    assert scene.desk is not None
    words, held = cut_held(text)
    inner = make_scene(words, scene.language, scene.me, scene.desk)
    apply_corrections(inner.clauses)
    draft = Draft("buy", inner.clauses, inner.clauses[0] if inner.clauses else None)
    bought, asked = read_buy(draft, goal_id, inner)
    old = _replaced(meant, pieces)
    parcel = old.order.channel == "taobao"
    menu = Menu(inner, parcels=parcel)
    things = [i for i in bought.items if i.words and menu.relevance(i.words) >= LIKELY and menu.is_named(i.words)]
    sames = parcel and not (things and menu.is_named(things[0].words) and not _of(things[0], old))
    if sames:
        count = next((c.n for clause in inner.clauses for c in clause.of(Count) if c.n < MOST_PIECES), 1)
        things = [Item(_name(old, pieces, menu), (Part(count),), text=words.strip(" ,.，。"))]
    bought = msgspec.structs.replace(
        bought,
        words=text,
        items=tuple(things) or (Item("", text=words),),
        channel=old.order.channel,
        like="",
        vague=False,
        to=bought.to or _went_to(old.order, scene),
    )
    questions = [q for q in asked if q.field not in ("to", "items")]
    if not things:
        questions.append(ask(goal_id, "items", "item", scene.language, "which_item"))
    elif held.topics:
        questions += held_questions([bought], held, inner)
    return bought, questions


MOST_MORE = 2
_HAN = re.compile(r"[\u3400-\u9fff]+")
MOST_PIECES = 20
"""A count from here on is the number of a size, and not how many are wanted."""


def _replaced(meant: list[tuple[Spoken, str, _Piece]], pieces: list[_Piece]) -> Spoken:
    """Which of the orders it stands for: the one that is named again, else the first."""
    named = [one.order.id for piece in pieces if piece.anew for one in piece.spoken]
    return next((one for one, _, _ in meant if one.order.id in named), meant[0][0])


def _of(item: Item, old: Spoken) -> bool:
    """Whether a thing is of the same kind as the one before."""
    return bool(spoken_of(item.words, [old.order]))


def _name(old: Spoken, pieces: list[_Piece], menu: Menu) -> str:
    """What the words call an order's thing: as far as the market knows the words by that name."""
    for piece in pieces:
        for one in piece.spoken:
            if one.order.id != old.order.id:
                continue
            words = piece.text[one.start : one.end]
            longer = [piece.text[one.start : one.end + more] for more in range(MOST_MORE, 0, -1)]
            whole = [text for text in longer if _HAN.fullmatch(text) and menu.relevance(text) >= SURE]
            return whole[0] if whole and not words.isascii() else words
    return old.order.names[0]


def _went_to(order: Order, scene: Scene) -> str:
    tool = f"{order.channel}_order_detail"
    return str(scene.look(tool, {"order_id": order.id}, "address_id")["address_id"] or "")
