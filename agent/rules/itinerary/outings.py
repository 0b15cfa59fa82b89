"""Tickets of sights from the pieces that speak of them."""

from __future__ import annotations

import re

from agent.grammar import Count, DayPart, Time
from agent.rules.buy import limits
from agent.rules.itinerary import words as w
from agent.rules.itinerary.pieces import Piece, when_spans
from agent.rules.itinerary.towns import ends_of
from agent.rules.itinerary.when import ahead
from agent.rules.nouns import nouns
from agent.rules.places import ground, mentions
from agent.rules.scene import Scene
from agent.task import Visit

_BOOK = re.compile(
    r"\b(?:book|get|buy|pesan(?:kan)?|beli(?:kan)?|tickets? (?:for|to)|tiket(?: masuk)?(?: ke)?)\s+(?:me\s+|us\s+)?(.+)"
)
_NO_NAME = re.compile(r"\b(?:tickets?|tiket|adults?|children|child|slot|for|please|orang|dewasa|anak)\b.*")


def read_outing(pieces: list[Piece], others: list[Piece], scene: Scene, goal_id: str) -> Visit:
    """The tickets that the pieces speak of."""
    every = sorted([*pieces, *others], key=lambda p: p.clause.start)
    counts = [c for p in every for c in p.clause.of(Count)]
    children = sum(c.n for c in counts if c.unit == "child")
    adults = sum(c.n for c in counts if c.unit == "adult") or sum(c.n for c in counts if c.unit == "person")
    tickets = sum(c.n for c in counts if c.unit == "ticket")
    if not (adults or children or tickets) and any(p.clause.has("child") for p in every):
        # "Aku sama anakku": whoever speaks and the one child.
        children = 1
        adults = 1
    low = " ".join(p.low for p in every)
    indoor = any(w.INDOOR.search(p.low) for p in every)
    place = "" if indoor else _named(pieces, others, scene)
    city = next((e.city for p in every for e in ends_of(p, scene)), "")
    days = [d for p in [*pieces, *others] for s in when_spans(p.clause) if (d := ahead(s, scene))]
    days.sort(key=lambda d: d == scene.now.date())
    budget, about = limits([p.clause for p in every])
    return Visit(
        id=goal_id,
        words=" ".join(p.clause.text.strip(" ,.;。") for p in pieces),
        place=place,
        city="" if city.casefold() in {n.casefold() for n in (*scene.me.city_names, scene.me.city)} else city,
        date=days[0].isoformat() if days else scene.now.date().isoformat(),
        after=_after(every),
        adults=adults or max(1, tickets - children),
        children=children,
        indoor=indoor,
        stay_dry=indoor or any(p.clause.has("stay_dry", "rain") for p in every),
        no_queue=bool(w.SHORT_QUEUE.search(low)),
        budget_fen=budget or about,
    )


def _after(pieces: list[Piece]) -> str:
    """From which hour on; a part of the day that will not do is left out."""
    for piece in pieces:
        for span in piece.clause.of(Time):
            if span.role in ("after", "at", "about"):
                return f"{span.time:%H:%M}"
    for piece in pieces:
        for part in piece.clause.of(DayPart):
            behind = piece.low[part.end - piece.clause.start :][:8]
            head = piece.low[: part.start - piece.clause.start][-14:]
            refused = re.match(
                r"(?:起不来|不行|没空|有事|走不开|赶不上|\s*(?:nggak|gak|tidak|is out|doesn|won))", behind
            )
            if refused or re.search(r"\b(?:not|no|can['’]?t|nggak|tidak|bukan)\b", head):
                continue
            if part.name in ("noon", "afternoon"):
                return "12:00"
            if part.name in ("evening", "night"):
                return f"{part.first:%H:%M}"
    return ""


def _named(pieces: list[Piece], others: list[Piece], scene: Scene) -> str:
    """The sight by its name."""
    for piece in [*pieces, *others]:
        for mention in mentions(piece.clause):
            if mention.own or mention.words.casefold() in w.THERE:
                continue
            found = ground(mention, scene, scene.me.city) or ground(mention, scene)
            if found is not None and found.level == "poi":
                return mention.words
    for piece in [*pieces, *others]:
        match = _BOOK.search(piece.clause.text)
        words = [match.group(1)] if match else []
        words += [n.words for n in nouns(piece.clause)]
        for said in words:
            said = _NO_NAME.sub("", said).strip(" ,.;:")
            if len(said) < 2 or (said.isascii() and said.islower()):
                continue
            place = scene.place(said, scene.me.city) or scene.place(said)
            if place is not None and place.level == "poi":
                return said
    for piece in [*pieces, *others]:
        for name in re.findall(r"[\u3400-\u9fff]{3,}", piece.clause.text) if scene.language != "zh" else []:
            return str(name)
    return ""
