"""For whom something is bought: whose address it goes to, and which of several things goes to whom."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from agent.rules.cues import find_cues
from agent.rules.people import contacts_named, people_in, told_apart
from agent.rules.questions import ask
from agent.rules.scene import Scene
from agent.task import Buy, Item, Question
from agent.words import fold

_GIVES = re.compile(
    r"送|寄|给|\b(?:send|sent|sending|deliver\w*|ship|mail|gift|for|to)\b|\b(?:kirim\w*|antar\w*|untuk|buat|kado\w*|hadiah\w*|ke)\b",
    re.IGNORECASE,
)
_TO_WHOM = re.compile(
    r"(?:送给?|寄给?|给|带给|捎给)\s*$|\b(?:send|sending|deliver|ship|mail|to|for)\s+(?:my\s+|our\s+)?$"
    r"|\b(?:kirim\w*|untuk|buat|ke|kepada|antar\w*)\s+$",
    re.IGNORECASE,
)
_HIM = re.compile(
    r"[送寄带捎][^,，。;；]{0,12}给[他她](?!们)|(?:送|寄)给?[他她](?!们)"
    r"|\b(?:send|deliver|get|give|buy|order)\s+(?:him|her)\b|\b(?:send|sent|deliver\w*)\b[^,.;]{0,48}\bto (?:him|her)\b"
    r"|\b(?:kirim\w*|antar\w*)\b[^,.;]{2,48}\b(?:ke|buat|untuk) (?:dia|beliau)\b",
    re.IGNORECASE,
)
"""Who gets it is somebody who was named before."""
_NEAR = 24


_SHARE = re.compile(r"(?:\b(?:one|another|more|\d+)|[一两]?[杯份个])\s*(?:for|给)\s*(?:my\s+)?$", re.IGNORECASE)
"""One for Li Wei is a share of the order, and no address."""
_SENDS = re.compile(
    r"(?:送|寄|\b(?:send|sent|sending|deliver\w*|ship|mail)\b|\b(?:kirim\w*|antar\w*)\b)[^,，.;。]{0,48}$",
    re.IGNORECASE,
)


def receivers(text: str, scene: Scene) -> list[tuple[int, dict[str, Any] | None, str]]:
    """Who is named as the one that gets something: the place, the contact if it is known which, and the words."""
    low = text.casefold()
    found: list[tuple[int, dict[str, Any] | None, str]] = []
    for at, words, rows in people_in(text, scene):
        if _TO_WHOM.search(text[max(0, at - _NEAR) : at]) and not _SHARE.search(text[max(0, at - _NEAR) : at]):
            meant = told_apart(rows, scene.text)
            found.append((at, meant[0] if len(meant) == 1 else None, words))
    for cue in find_cues(low, ()):
        relation = next((c for c in cue.concepts if c.startswith("rel.")), "")
        if not relation or any(abs(at - cue.start) < 3 for at, _, _ in found):
            continue
        if _TO_WHOM.search(low[max(0, cue.start - _NEAR) : cue.start]) or _TO_WHOM.search(
            low[: cue.start + 1].rstrip("我")
        ):
            rows = contacts_named(relation, scene)
            found.append((cue.start, rows[0] if len(rows) == 1 else None, cue.form))
    if not found and (about := _HIM.search(text)) is not None:
        # 明天吕强过生日,送束花给他: the one person who was named before.
        named = people_in(text[: about.start()], scene)
        rows = told_apart(named[0][2], scene.text) if len({words for _, words, _ in named}) == 1 else []
        if len(rows) == 1:
            return [(about.start(), rows[0], named[0][1])]
    return sorted((r for r in found if r[1] is not None or _SENDS.search(text[: r[0]])), key=lambda row: row[0])


def _beside(goal: Buy, scene: Scene) -> list[tuple[Item, tuple[int, dict[str, Any] | None, str]]]:
    """The items with who is named behind each of them, before the next one; one who is named before all gets all."""
    everyone = receivers(scene.text, scene)
    low = fold(scene.text)
    places = [low.find(fold(item.words)) if item.words else -1 for item in goal.items]
    found = []
    for i, item in enumerate(goal.items):
        if places[i] < 0:
            continue
        until = next((p for p in places[i + 1 :] if p > places[i]), len(low))
        behind = [row for row in everyone if places[i] <= row[0] < until]
        if behind:
            found.append((item, behind[0]))
    if not found and everyone and everyone[0][0] < min((p for p in places if p >= 0), default=0):
        found = [(item, everyone[0]) for item in goal.items]
    return found


def to_each(goal: Buy, ids: list[str], questions: list[Question], scene: Scene) -> tuple[list[Buy], list[Question]]:
    """A purchase as one for each person who gets some of it, sent to where that person lives."""
    if goal.to or _GIVES.search(goal.words) is None:
        return [goal], questions
    named = _beside(goal, scene)
    if not named:
        others = receivers(goal.words, scene)
        if not others:
            return [goal], questions
        named = [(item, others[0]) for item in goal.items]
    elif len(named) < len(goal.items) and len({fold(who[2]) for _, who in named}) > 1:
        return [goal], questions
    people: dict[str, tuple[dict[str, Any] | None, list[Any]]] = {}
    for item in goal.items:
        who = next((w for i, w in named if i is item), named[-1][1])
        people.setdefault(fold(who[2]), (who[1], []))[1].append(item)
    made: list[Buy] = []
    asked = [q for q in questions if q.field != "to"]
    for goal_id, (words, (contact, items)) in zip(ids, people.items(), strict=False):
        address = contact["address_id"] if contact is not None else ""
        made.append(msgspec.structs.replace(goal, id=goal_id, items=tuple(items), to=address, note=goal.note))
        if not address:
            name = contact["name"] if contact is not None else words
            asked.append(ask(goal_id, "to", "address", scene.language, "address_of", name=name))
    if len(made) > 1 and goal.note:
        made = _one_card(made, goal.note, list(people), scene)
    return made, asked


def _one_card(made: list[Buy], note: str, people: list[str], scene: Scene) -> list[Buy]:
    """The card goes with the thing for the person who is named beside it; with all if nobody is."""
    at = fold(scene.text).find(fold(note)[:20])
    beside = re.split(r"[.;。；\n!?]", fold(scene.text)[:at])[-1] if at > 0 else ""
    meant = [i for i, words in enumerate(people) if words in beside]
    if len(meant) != 1:
        return made
    return [goal if i == meant[0] else msgspec.structs.replace(goal, note="") for i, goal in enumerate(made)]
