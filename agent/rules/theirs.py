"""Places of other people: 我妈那边, 她那儿, 小林公司."""

from __future__ import annotations

import re
from typing import Any

from agent.rules.cues import find_cues
from agent.rules.people import RELATIONS, contact_named, payers_named
from agent.rules.scene import Clause, Scene

_SPOT = r"(?:们)?的?(?:那边|那儿|那里|家里|家|公司|单位|办公室|那(?!个|些|种|边|家|款|双|杯|份|件|天|趟))"
_PRONOUN = re.compile(rf"(?:送去|送到|送往|送|寄去|寄到|寄|给|到|往|去|在)?[她他]{_SPOT}去?")
_NAMED_SPOT = re.compile(rf"{_SPOT}去?")
_LEAD = re.compile(r"(?:送去|送到|送往|送|寄去|寄到|寄|给|到|往|去|回|在)$")
_LABEL_ENDS = ("家", "那", "那儿", "那边", "家里")


def their_places(clause: Clause, scene: Scene) -> list[tuple[int, int, str]]:
    """``(start, end, address_id)`` of the places of other people; the address is empty if nobody knows it."""
    found = []
    for match in _PRONOUN.finditer(clause.low):
        start = clause.start + match.start()
        if match.group()[0] in "她他" and not _stands_so(match.group(), clause.low[match.end() :]):
            continue
        found.append((start, clause.start + match.end(), address_of(somebody(scene, start), scene)))
    for start, end, who in _named(clause, scene):
        spot = _NAMED_SPOT.match(clause.low, end - clause.start)
        if spot is None:
            continue
        lead = _LEAD.search(clause.low[: start - clause.start])
        first = clause.start + lead.start() if lead else start
        if lead is None and not _stands_so(spot.group(), clause.low[spot.end() :]):
            continue
        if not any(a <= first < b for a, b, _ in found):
            found.append((first, clause.start + spot.end(), address_of(who, scene)))
    return sorted([*found, *_english(clause, scene), *_of_name(clause, scene)])


_AT_NAME = re.compile(
    r"\b(?:ke|di)\s+(?:rumah|tempat|kos|kosan|kost|kantor|apartemen)(?:nya)?\s+"
    r"(?:(?:si|kak|bang|mas|mbak|pak|bu|om|tante)\s+)?(?P<who>[A-Z]\w+)"
)
"""ke tempat Budi: where a contact lives."""


def _of_name(clause: Clause, scene: Scene) -> list[tuple[int, int, str]]:
    found = []
    for match in _AT_NAME.finditer(clause.text):
        contact = contact_named(match["who"], scene)
        if contact is not None:
            start, end = clause.start + match.start(), clause.start + match.end()
            found.append((start, end, str(contact["address_id"] or "")))
    return found


_HER_PLACE = re.compile(
    r"\b(?:(?:over |round |straight )?(?:to|at) )?(?:her|his|their)s? (?:place|home|house|flat|apartment"
    r"|office|work|door|address)\b"
)
_GIFT = re.compile(
    r"\b(?:get|buy|order|send|bring)\s+(?P<who>(?:my\s)?[a-z]+"
    r"|[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?)\s+(?=(?:an?|some|the|two|three|\d+|flowers|lunch|dinner|breakfast"
    r"|something|her|his)\b)"
)


def _english(clause: Clause, scene: Scene) -> list[tuple[int, int, str]]:
    """ "to her place", and "get mum some flowers": who gets something has it brought to them."""
    found = []
    for match in _HER_PLACE.finditer(clause.low):
        start = clause.start + match.start()
        found.append((start, clause.start + match.end(), address_of(somebody(scene, start), scene)))
    gift = _GIFT.search(clause.text) if scene.language == "en" and not _ELSEWHERE.search(clause.low) else None
    if gift is not None and not found:
        who = gift["who"].casefold()
        relation = next(
            (
                c
                for cue in clause.cues
                for c in cue.concepts
                if c.startswith("rel.") and who in (cue.form, f"my {cue.form}")
            ),
            "",
        )
        address = address_of(relation or (gift["who"] if gift["who"][:1].isupper() else ""), scene)
        if address:
            found.append((clause.start + gift.start("who"), clause.start + gift.end("who"), address))
    return found


_ELSEWHERE = re.compile(
    r"\bto (?:my|our|the|me|us|home|work)\b|\b(?:home|office|my place)\b|\b(?:her|his|their) (?:place"
    r"|home|house|flat|office)\b"
)


def _stands_so(words: str, rest: str) -> bool:
    """Whether a place without a preposition is one to send to: 我妈那边来两箱奶, but not 她家的蛋糕."""
    return not rest.startswith("的") and (words.rstrip("去")[-1] in "边儿里" or not rest.strip(" ,.。!~"))


def _named(clause: Clause, scene: Scene) -> list[tuple[int, int, str]]:
    rows = []
    for cue in clause.cues:
        relation = next((c for c in cue.concepts if c.startswith("rel.")), "")
        if relation and not cue.form.isascii():
            rows.append((cue.start, cue.end, relation))
    if not _NAMED_SPOT.search(clause.low):
        return rows
    for name in payers_named(clause.text, scene):
        for word in _calls(name, scene):
            at = clause.low.find(word)
            if at >= 0:
                rows.append((clause.start + at, clause.start + at + len(word), name))
                break
    return rows


def _calls(name: str, scene: Scene) -> list[str]:
    contact = contact_named(name, scene)
    return [w.casefold() for w in (contact["name"], contact["nickname"]) if w] if contact else []


def somebody(scene: Scene, before: int) -> str:
    """Whom 她 or 他 means: the last person that the words name before, else the first behind."""
    named = [
        (cue.start, concept)
        for clause in scene.clauses
        for cue in clause.cues
        for concept in cue.concepts
        if concept.startswith("rel.")
    ]
    for name in payers_named(scene.text, scene):
        at = next((scene.low.find(word) for word in _calls(name, scene) if word in scene.low), -1)
        if at >= 0:
            named.append((at, name))
    earlier = [row for row in sorted(named) if row[0] < before]
    chosen = earlier[-1:] or sorted(named)[:1]
    return chosen[0][1] if chosen else ""


def address_of(who: str, scene: Scene) -> str:
    """Where a contact lives, by name or ``rel.…``: of the contacts, else of the person's own address book."""
    if not who:
        return ""
    contact: dict[str, Any] | None = contact_named(who, scene)
    if contact is not None and contact["address_id"]:
        return str(contact["address_id"])
    calls = {contact["name"], contact["nickname"]} if contact else set()
    calls |= set(RELATIONS.get(who.removeprefix("rel."), ()))
    for address in scene.me.addresses:
        label = str(address["label"])
        meant = {c for cue in find_cues(label.casefold(), ()) for c in cue.concepts}
        bare = label
        for end in sorted(_LABEL_ENDS, key=len, reverse=True):
            bare = bare.removesuffix(end) or bare
        if who in meant or (calls - {""}) & {bare, label} or str(address.get("recipient", "")) in calls - {""}:
            return str(address["address_id"])
    return ""
