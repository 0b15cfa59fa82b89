"""Where a purchase goes: to a place of the person's own, to somebody else, or to a place that the words name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from agent.rules.circumstances import place_of_contact
from agent.rules.cues import find_cues
from agent.rules.domains import Draft
from agent.rules.nouns import nouns
from agent.rules.people import contact_named
from agent.rules.places import Mention, address_named, ground, mentions, own_address
from agent.rules.questions import ask
from agent.rules.scene import Clause, Scene
from agent.rules.theirs import address_of, somebody, their_places
from agent.task import Question

_FOR_SOMEBODY = re.compile(r"给([\u3400-\u9fff]{1,4}?|[A-Za-z][\w ]{0,20}?)(?:送|寄)")
_ROOM = re.compile(r"\d楼|室|层|\d号门|floor|room|lantai|ruang|unit|lobby", re.IGNORECASE)
_STREET = re.compile(r"路|街|道|road|street|jalan|jl\b", re.IGNORECASE)


def destination(
    draft: Draft, goal_id: str, scene: Scene, questions: list[Question]
) -> tuple[str, str, list[tuple[int, int]]]:
    """Where it goes: ``to``, a note for the courier, and the stretches that spoke of it."""
    to = note = ""
    stretches: list[tuple[int, int]] = []
    for clause in draft.clauses:
        if clause.has("running_out"):
            continue
        theirs = their_places(clause, scene)
        for start, end, address in theirs:
            to = to or address
            stretches.append((start, end))
        if theirs:
            questions += [] if to else [ask(goal_id, "to", "address", scene.language, "where_to")]
            continue
        named = mentions(clause) or _place_alone(clause) or _sent_to(clause)
        for mention in named:
            if mention.role not in ("to", "at"):
                continue
            third = _THIRD.match(clause.low, mention.start - clause.start) or _THIRD_BEFORE.search(
                clause.low, 0, mention.end - clause.start
            )
            if third is not None:
                mention.own, mention.end = _somebody(draft) or mention.own, max(mention.end, clause.start + third.end())
                who = address_of(somebody(scene, mention.start), scene) if mention.own in _NOBODY else ""
                if who:
                    to = who
                    stretches.append((mention.start, mention.end))
                    continue
            found = _target(mention, clause, goal_id, scene, questions)
            if found is None:
                continue
            to, note = found[0] or to, found[1] or note
            stretches.append((mention.start, mention.end))
        if not to and _TO_THEM.search(clause.low) and (own := _somebody(draft)):
            contact = contact_named(own, scene)
            to = contact["address_id"] if contact else ""
        if _THEIR_PLACE.search(clause.low) and not to:
            to = _of_theirs("home" if "家" in clause.low else "office", goal_id, scene, questions)
        match = _FOR_SOMEBODY.search(clause.text)
        if (match and not match.group(1).startswith("我")) or (match and match.group(1) in ("我妈", "我爸")):
            rel = next((c for cue in find_cues(match.group(1), ()) for c in cue.concepts if c.startswith("rel.")), "")
            contact = contact_named(rel or match.group(1), scene)
            if contact is None and rel:
                stretches.append((clause.start + match.start(), clause.start + match.end(1)))
                name = match.group(1)
                questions.append(ask(goal_id, "to", "address", scene.language, "address_of", name=name))
            if contact is not None:
                to = contact["address_id"] or to
                stretches.append((clause.start + match.start(), clause.start + match.end(1)))
                if not contact["address_id"]:
                    questions.append(ask(goal_id, "to", "address", scene.language, "address_of", name=contact["name"]))
    return to, note, stretches


_THIRD = re.compile(r"[她他](?:家里?|那里?|公司)?|(?:her|his|their)\s(?:place|home|house|office)|her\b|him\b")
_THIRD_BEFORE = re.compile(
    r"[她他]家$|(?:her|his|their) (?:place|home|house|office)$"
    r"|(?:rumah|kos|kosan|kantor|tempat|apartemen)nya$|\bdia$|\bbeliau$"
)
_NOBODY = ("", "home", "office")


_SHARE = re.compile(r"\b(?:one|another|one more|\d+)\s*$")
"""One for Li Wei is a share of the order, and no address."""
_TO = re.compile(r"(?:to|ke|送到?|寄到?)\b\s*")
_TO_THEM = re.compile(r"(?:送|寄).*给[她他]|给[她他](?:送|寄)|(?:send|deliver|ship) (?:her|him)\b")


def _somebody(draft: Draft) -> str:
    """Whom a draft speaks of, by relation."""
    return next((f"rel.{rel}" for clause in draft.clauses for rel in clause.all("rel")), "")


_BROUGHT = frozenset({"delivered", "deliver", "deliver it", "bring it", "send it", "it", "them"})


def _sent_to(clause: Clause) -> list[Mention]:
    """ "send my mum some fruit": who receives it stands right behind the verb."""
    for verb, person in pairwise(clause.cues):
        relation = next((c for c in person.concepts if c.startswith("rel.")), "")
        if relation and "deliver" in verb.concepts and person.start - verb.end <= 1:
            return [Mention("to", person.form, person.start, person.end, relation)]
    return []


def _place_alone(clause: Clause) -> list[Mention]:
    """ "…, office": a clause that is nothing but a place of the person's own."""
    for before, after in pairwise(clause.cues):
        between = clause.text[before.end - clause.start : after.start - clause.start].strip()
        if before.form in _BROUGHT and not between and {"home", "office"} & set(after.concepts):
            named = "home" if "home" in after.concepts else "office"
            return [Mention("to", after.form, after.start, after.end, named)]
    cue = clause.cue("home", "office")
    if cue is None or clause.kinds or nouns(clause):
        return []
    own = "home" if "home" in cue.concepts else "office"
    rest = clause.low.replace(cue.form, "").strip(" ,.!。，")
    return [Mention("to", cue.form, cue.start, cue.end, own)] if len(rest) <= 6 else []


_NAME = re.compile(r" ([A-Z][\w'’]+)(?=[\s,.!]|$)")


def _whose(mention: Mention, clause: Clause, scene: Scene) -> dict[str, Any] | None:
    """Whose home: "rumah mama", "rumah Budi"; None if it is the person's own."""
    behind = clause.text[mention.end - clause.start :]
    relation = next((c for c in clause.cues if c.start - mention.end in (0, 1) and clause.all("rel")), None)
    for concept in relation.concepts if relation is not None else ():
        if concept.startswith("rel."):
            return contact_named(concept, scene)
    name = _NAME.match(behind)
    return contact_named(name.group(1), scene) if name is not None else None


def _target(
    mention: Mention, clause: Clause, goal_id: str, scene: Scene, questions: list[Question]
) -> tuple[str, str] | None:
    if mention.own == "here":
        return "", ""
    if mention.own in ("home", "office") and scene.text[mention.begin - 1 : mention.begin] in ("她", "他"):
        return _of_theirs(mention.own, goal_id, scene, questions), ""
    if mention.own in ("home", "office", "hotel", "airport", "station"):
        if mention.own == "home" and (whose := _whose(mention, clause, scene)) is not None:
            if not whose["address_id"]:
                questions.append(ask(goal_id, "to", "address", scene.language, "address_of", name=whose["name"]))
            return whose["address_id"], ""
        address = own_address(mention.own, scene)
        if address is None and mention.own in ("airport", "station") and scene.trip:
            return f"@{scene.trip}.origin", ""
        if address is None:
            if mention.own in ("home", "office"):
                questions.append(ask(goal_id, "to", "address", scene.language, f"where_is_{mention.own}"))
                return "", ""
            return mention.words, ""
        return address["address_id"], ""
    if _SHARE.search(clause.low[: mention.start - clause.start]):
        return "", ""
    sends = clause.has("deliver") or bool(_TO.match(clause.low, mention.start - clause.start))
    if mention.own.startswith("rel."):
        contact = contact_named(mention.own, scene) if sends else None
        if contact is None:
            return ("", "") if not sends else None
        if not contact["address_id"]:
            questions.append(ask(goal_id, "to", "address", scene.language, "address_of", name=contact["name"]))
        return contact["address_id"], ""
    if mention.role == "at" and not sends:
        return None
    address = address_named(mention.words, scene)
    if address is not None:
        return address["address_id"], ""
    if not sends and mention.words[:1].islower():
        return None
    contact = place_of_contact(_AT_THEIRS.sub("", mention.words), scene)
    if contact is not None:
        if not contact["address_id"]:
            questions.append(ask(goal_id, "to", "address", scene.language, "address_of", name=contact["name"]))
        return contact["address_id"], ""
    if _ROOM.search(mention.words) and not _STREET.search(mention.words):
        rest = re.split(r"[,;!?。、\n]", clause.text[mention.begin - clause.start :])[0].strip()
        mention.end = mention.begin + len(rest)
        return "", rest
    place = ground(mention, scene)
    if place is not None:
        return mention.words, ""
    if _SENT_TO.match(clause.low, mention.start - clause.start):
        questions.append(ask(goal_id, "to", "address", scene.language, "where_to"))
    return None


def _of_theirs(own: str, goal_id: str, scene: Scene, questions: list[Question]) -> str:
    """她公司: the address of whom the words speak of; asked for where it is not known."""
    relations = [r for clause in scene.clauses for r in clause.all("rel")]
    contact = contact_named(f"rel.{relations[0]}", scene) if relations else None
    if contact is not None and contact["address_id"] and own == "home":
        return str(contact["address_id"])
    if not any(question.field == "to" for question in questions):
        questions.append(ask(goal_id, "to", "address", scene.language, "where_to"))
    return ""


_THEIR_PLACE = re.compile(r"[到去往][她他](?:们)?(?:家|公司|单位|办公室)")
_AT_THEIRS = re.compile(r"(?<=[\u3400-\u9fff])(?:那边|那里|那儿|那)$")
_SENT_TO = re.compile(r"[送寄][到去往至]")
