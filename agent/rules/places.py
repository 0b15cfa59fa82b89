"""Places in words: what stands behind a preposition, the person's own addresses, and the map's word for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent.rules.cues import Cue, find_cues, lexicon
from agent.rules.scene import Clause, Place, Scene
from agent.steps.base import Work
from agent.steps.places import nearest_address
from agent.task import Task
from agent.words import fold

OWN = ("home", "office", "hotel", "station", "airport", "here")
"""Kinds of places that a person names without a name."""

_SOFT = frozenset({"station", "airport", "hotel", "joiner", "what.ticket", "what.ride", "office"})
_INNER = re.compile(r"飞往|飞到|送到|寄到|[从到去飞回离在住往]")
_ROLE = {"从": "from", "离": "near", "在": "at", "住": "at"}
_SKIP = re.compile(r"(?:the|my|our|a|an|that|yang|yg)\s*\b|(?:我们的|我的|我们|咱们|咱|我|那个|那边)\s*", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_STOP = re.compile(r"[,;!?。、\n\"“”:()]|\.(?=\s|$)")
_NAME_AFTER = re.compile(r"\s+[A-Z][\w'’]+")
"""Stasiun Gambir, Bandara Hongqiao: the kind stands before the name."""

MOST_TRIES = 3


@dataclass(slots=True)
class Mention:
    """A place as it is named. ``role`` is to, from, near or at; ``own`` one of :data:`OWN`, or ``rel.…``, or empty."""

    role: str
    words: str
    start: int
    end: int
    own: str = ""
    place: Place | None = None
    begin: int = -1
    alias: str = ""

    def __post_init__(self) -> None:
        """The words begin where the mention does, until a preposition is counted in."""
        if self.begin < 0:
            self.begin = self.start


def mentions(clause: Clause) -> list[Mention]:
    """The places that a clause may name, not yet looked up."""
    found: list[Mention] = []
    for start, end, role in _prepositions(clause):
        mention = behind(clause, end, role)
        if mention is not None:
            mention.start = min(mention.start, start)
            if not any(m.start <= mention.start < m.end and m.end >= mention.end for m in found):
                found.append(mention)
    found += _before_near(clause, found)
    return found


def _prepositions(clause: Clause) -> list[tuple[int, int, str]]:
    rows: dict[int, tuple[int, int, str]] = {}
    for cue in clause.cues:
        for concept in cue.concepts:
            if concept == "prep.near" and "near_after" in cue.concepts and not cue.form.isascii():
                # 附近 stands behind the name.
                continue
            if concept.startswith("prep."):
                rows.setdefault(cue.start, (cue.start, cue.end, concept.removeprefix("prep.")))
    covered = [(c.start, c.end) for c in clause.cues if c.end - c.start > 1] + [(s.start, s.end) for s in clause.spans]
    for match in _INNER.finditer(clause.low):
        at = clause.start + match.start()
        if not any(a <= at < b for a, b in covered):
            rows.setdefault(at, (at, clause.start + match.end(), _ROLE.get(match.group(), "to")))
    return sorted(rows.values())


def behind(clause: Clause, at: int, role: str) -> Mention | None:
    """The place whose words begin at ``at``, behind a preposition or a verb."""
    text, base = clause.text, clause.start
    begin = at + (len(text[at - base :]) - len(text[at - base :].lstrip()))
    own = _own_at(clause, begin)
    if own is not None:
        return Mention(role, own[1].form, begin, own[1].end, own[0])
    while True:
        begin = at + (len(text[at - base :]) - len(text[at - base :].lstrip()))
        skip = _SKIP.match(text, begin - base)
        if skip is None or skip.end() == begin - base:
            break
        at = base + skip.end()
    stop = clause.end
    cut = _STOP.search(text, begin - base)
    if cut:
        stop = min(stop, base + cut.start())
    for span in clause.spans:
        if span.start >= begin:
            stop = min(stop, span.start)
    own = _own_at(clause, begin)
    if own is not None:
        return Mention(role, own[1].form, begin, own[1].end, own[0])
    inside = _own_word(clause, begin)
    if inside is not None:
        return Mention(role, inside[1], begin, begin + len(inside[1]), inside[0])
    for cue in clause.cues:
        head = cue.start > begin or _NAME_AFTER.match(text, cue.end - base)
        named = all(concept.startswith("name.") for concept in cue.concepts)
        if cue.start < begin or cue.start >= stop or named or (head and _SOFT.intersection(cue.concepts)):
            continue
        if not _of_name(text, cue.start - base, cue.end - base):
            stop = cue.start
    inner = _INNER.search(clause.low, begin - base + 2)
    if inner and base + inner.start() < stop:
        stop = base + inner.start()
    words = text[begin - base : stop - base].strip(" ,.'\"-的")
    if len(words) < 2 or not any(char.isalnum() for char in words):
        return None
    bracketed = _BRACKETED.match(text, begin - base + len(words))
    return Mention(role, words, begin, begin + len(words), alias=bracketed.group(1) if bracketed else "")


_BRACKETED = re.compile(r"\s*\(([^()]{2,60})\)")
"""RS Huaxi (West China Hospital): another name of the same place."""


def _of_name(text: str, start: int, end: int) -> bool:
    """Whether a word of the lexicon is a part of a name here: "Window of the World", "Gardens by the Bay"."""
    word, before, after = text[start:end], text[:start].rstrip(), _ARTICLE.sub("", text[end:].lstrip())
    if word.istitle() and word.isascii():
        return bool(_CAPITAL.match(after)) or bool(_LINK.match(after)) or before.rpartition(" ")[2][:1].isupper()
    return word in _LINKS and before.rpartition(" ")[2].istitle() and after[:1].isupper()


_LINKS = ("of", "of the", "by", "by the", "and", "the", "in")
_LINK = re.compile(r"(?:of|by|and)\s+(?:the\s+)?[A-Z]")
_ARTICLE = re.compile(r"^the\s+")
_CAPITAL = re.compile(r"[A-Z][a-z]")


def _own_word(clause: Clause, at: int) -> tuple[str, str] | None:
    """从家去机场: a word of the person's own inside a run of characters, before the next preposition."""
    low = clause.low[at - clause.start :]
    for form, meant in lexicon().heads.get(low[:1], ()):
        own = next((c for c in meant if c in OWN), "")
        rest = low[len(form) :]
        if own and low.startswith(form) and (not rest or _INNER.match(rest)) and _HAN.match(form):
            return own, form
    return None


def _own_at(clause: Clause, at: int) -> tuple[str, Cue] | None:
    for cue in clause.cues:
        if cue.start <= at < cue.end:
            own = next((c for c in cue.concepts if c in OWN or c.startswith("rel.")), "")
            named = _NAME_AFTER.match(clause.text, cue.end - clause.start)
            if own and not (own in ("station", "airport", "hotel") and named):
                return own, cue
    return None


def _before_near(clause: Clause, known: list[Mention]) -> list[Mention]:
    """国贸附近: the words before the cue, where no preposition stands before them."""
    found = []
    for cue in clause.cues:
        if "near_after" not in cue.concepts:
            continue
        named = next(
            (
                m
                for m in known
                if m.end <= cue.start and not clause.text[m.end - clause.start : cue.start - clause.start].strip(" 的")
            ),
            None,
        )
        if named is not None:
            named.role = "near" if cue.form not in ("那边", "门口") else named.role
            continue
        own = next((c for c in clause.cues if c.end == cue.start and set(OWN).intersection(c.concepts)), None)
        if own is not None:
            kind = next(c for c in own.concepts if c in OWN)
            found.append(Mention("near", own.form, own.start, own.end, kind))
            continue
        at = cue.start - clause.start
        begin = at
        blocked = {i for c in clause.cues for i in range(c.start - clause.start, c.end - clause.start)}
        blocked |= {i for s in clause.spans for i in range(s.start - clause.start, s.end - clause.start)}
        while begin > 0 and begin - 1 not in blocked and _HAN.match(clause.text[begin - 1]):
            begin -= 1
        if at - begin >= 2:
            found.append(Mention("near", clause.text[begin:at].strip("的"), clause.start + begin, cue.start))
    return found


def ground(mention: Mention, scene: Scene, city: str = "") -> Place | None:
    """Look a mention up on the map, cutting words off its end until the map knows it; keeps what it finds."""
    if mention.place is not None or mention.own:
        return mention.place
    words = mention.words
    if mention.alias and scene.place(words, city) is None and (other := scene.place(mention.alias, city)) is not None:
        mention.place, mention.words = other, mention.alias
        return other
    for _ in range(MOST_TRIES):
        place = scene.place(words, city)
        if place is not None:
            mention.place = place
            mention.words = words
            mention.end = mention.begin + len(words)
            return place
        shorter = words[:-1] if _HAN.match(words[-1:]) else words.rpartition(" ")[0]
        if len(shorter) < 2:
            break
        words = shorter
    head, _, tail = mention.words.partition(" ")
    if concept_of(head) and tail and (place := scene.place(tail, city)) is not None:
        mention.place, mention.words = place, tail
        return place
    return None


def concept_of(words: str) -> str:
    """Which kind of own place the words name: home, office, hotel … or empty."""
    low = fold(words)
    if low == "work":
        return "office"
    for cue in find_cues(low, ()):
        for concept in cue.concepts:
            if concept in OWN:
                return concept
    return ""


def own_address(own: str, scene: Scene) -> dict[str, Any] | None:
    """The address of the person's book that is their home, office …"""
    labelled = [a for a in scene.me.addresses if concept_of(a["label"]) == own]
    return labelled[0] if labelled else None


def address_named(words: str, scene: Scene) -> dict[str, Any] | None:
    """The address of the book whose label or text has these words."""
    said = fold(words)
    if not said:
        return None
    for address in scene.me.addresses:
        if fold(address["label"]) == said:
            return address
    for address in scene.me.addresses:
        if len(said) > 2 and said in fold(address["text"]):
            return address
    return None


def address_sharing(words: str, scene: Scene) -> dict[str, Any] | None:
    """The one address whose label or text shares a telling word with these: "the flat on Yulin South Street"."""
    said = {word for word in re.findall(r"[a-z]{3,}|[\u3400-\u9fff]{2,}", fold(words)) if word not in _COMMON}
    scored = []
    for address in scene.me.addresses:
        has = fold(f"{address['label']} {address['text']}")
        scored.append((sum(word in has for word in said), address))
    best = max((score for score, _ in scored), default=0)
    found = [address for score, address in scored if score == best]
    return found[0] if best and len(found) == 1 else None


_COMMON = frozenset(
    [
        "the",
        "road",
        "street",
        "avenue",
        "lane",
        "district",
        "building",
        "jalan",
        "gedung",
        "north",
        "south",
        "east",
        "west",
        "please",
        "and",
        "front",
        "door",
        "gate",
        "near",
    ]
)
"""Words of addresses that tell none from another."""


def at_known_address(scene: Scene) -> bool:
    """Whether the person is at an address of theirs."""
    assert scene.desk is not None
    return nearest_address(Work(scene.desk, Task(scene.language), scene.me, {})) is not None


def lead_of(clause: Clause, cue: Cue) -> Cue | None:
    """The cue before another one, over spaces and determiners."""
    before = [c for c in clause.cues if c.end <= cue.start]
    return before[-1] if before else None
