"""Which cities a piece names, and which of them one leaves and which one goes to."""

from __future__ import annotations

import re

from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import End, Piece
from agent.rules.places import ground, mentions
from agent.rules.routes import city_pair
from agent.rules.scene import Clause, Place, Scene

_HAN = re.compile(r"[\u3400-\u9fff]+$")
_NAMED_BEFORE = re.compile(r"((?:[A-Z][\w'’]*\s)?[A-Z][\w'’]*)\s*$")
_HEADED = re.compile(r"(?:飞往|飞到|飞|到|去|至|-|→)")
_NO_NAME = re.compile(r"[我你他她的了个要订买去到从]")
"""Characters of everyday words that stand before a city's name, and in none at its end."""
CITY_LEVELS = ("city", "airport", "station")


def ends_of(piece: Piece, scene: Scene) -> list[End]:
    """The cities that a piece names, in order; looked up once."""
    if piece.ends is None:
        piece.ends = tuple(_ends(piece, scene))
    return list(piece.ends)


def _ends(piece: Piece, scene: Scene) -> list[End]:
    clause = piece.clause
    found: dict[int, End] = {}
    for mention in mentions(clause):
        if mention.own or mention.role == "near" or mention.words.casefold() in w.THERE:
            continue
        place = ground(mention, scene)
        if place is None or place.level not in CITY_LEVELS:
            continue
        head = before(clause, mention.start, scene) if mention.role == "to" else None
        if head is not None and head.city != place.city:
            found[mention.start - 1] = End(mention.start - 1, "from", head.city)
        found[mention.start] = End(mention.start, mention.role, place.city)
    for match in re.finditer(r"\b(?:to|ke)\s+((?:[A-Z][\w'’]*\s)?[A-Z][\w'’]*)", clause.text):
        at = clause.start + match.start()
        if any(abs(e.at - at) <= 3 and e.role == "to" for e in found.values()):
            continue
        place = town(match.group(1), scene) or town(match.group(1).split()[0], scene)
        if place is not None:
            found[at] = End(at, "to", place.city)
            head = before(clause, at, scene)
            if head is not None and head.city != place.city:
                found[at - 1] = End(at - 1, "from", head.city)
    for match in re.finditer(r"\b(?:from|dari)\s+((?:[A-Z][\w'’]*\s)?[A-Z][\w'’]*)", clause.text):
        at = clause.start + match.start()
        place = None if any(abs(e.at - at) <= 3 for e in found.values()) else town(match.group(1), scene)
        if place is None and not any(abs(e.at - at) <= 3 for e in found.values()):
            place = town(match.group(1).split()[0], scene)
        if place is not None:
            found[at] = End(at, "from", place.city)
    for match in _HEADED.finditer(clause.text):
        at = clause.start + match.start()
        if any(e.at == at for e in found.values()):
            continue
        place = leading(clause.text[match.end() :], scene)
        if place is not None and not any(e.city == place.city for e in found.values()):
            found[at] = End(at, "to", place.city)
            head = before(clause, at, scene)
            if head is not None and head.city != place.city:
                found[at - 1] = End(at - 1, "from", head.city)
    for match in re.finditer(r"往返|来回", clause.text):
        place = leading(clause.text[match.end() :], scene)
        if place is not None and not any(e.city == place.city for e in found.values()):
            found[clause.start + match.start()] = End(clause.start + match.start(), "to", place.city)
    for match in re.finditer(r"出发|动身|起飞", clause.text):
        place = before(clause, clause.start + match.start(), scene)
        if place is not None and not any(e.city == place.city for e in found.values()):
            found[clause.start + match.start()] = End(clause.start + match.start(), "from", place.city)
    for cue in clause.cues:
        if {"goal.flight", "goal.train"}.intersection(cue.concepts) and not any(e.role == "to" for e in found.values()):
            place = before(clause, cue.start, scene)
            if place is not None and not any(e.city == place.city for e in found.values()):
                found[cue.start - 1] = End(cue.start - 1, "to", place.city)
    if not found and (pair := city_pair(scene)) is not None and clause.start <= pair[2] < clause.end:
        return [End(pair[2], "from", pair[0].city), End(pair[2] + 1, "to", pair[1].city)]
    return [found[at] for at in sorted(found)]


def before(clause: Clause, at: int, scene: Scene) -> Place | None:
    """The city right before a place in the words: Shanghai of "Shanghai to Changsha", 西安 of 西安到北京."""
    head = clause.text[: at - clause.start]
    run = _HAN.search(head)
    if run is not None:
        for size in (2, 3, 4):
            taken = any(s.start < at and s.end > at - size for s in clause.spans)
            if (
                len(run.group()) >= size
                and not taken
                and not _NO_NAME.search(run.group()[-size:])
                and (place := town(run.group()[-size:], scene)) is not None
            ):
                return place
        return None
    match = _NAMED_BEFORE.search(head)
    if match is None:
        return None
    return town(match.group(1), scene) or town(match.group(1).split()[-1], scene)


def leading(text: str, scene: Scene) -> Place | None:
    """The city with which a Chinese text begins."""
    for size in (2, 3, 4):
        if len(text) >= size and _HAN.match(text[:size]) and (place := town(text[:size], scene)) is not None:
            return place
    return None


def town(words: str, scene: Scene) -> Place | None:
    """A city by its name; nothing for a name of something else."""
    if words.casefold() in w.THERE:
        return None
    place = scene.place(words.removesuffix("'s").removesuffix("’s"))
    return place if place is not None and place.level == "city" else None
