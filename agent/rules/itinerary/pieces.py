"""The pieces of an errand: stretches that speak of one thing, each with its topic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.grammar import Count, Day, DayPart, DayRange, Money, Span, Time
from agent.rules.cues import Cue
from agent.rules.itinerary import words as w
from agent.rules.scene import Clause, Scene

ANCHORS = {"goal.flight": "trip", "goal.train": "trip", "goal.stay": "stay", "goal.ride": "ride", "goal.visit": "visit"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_JOIN = re.compile(r"(?:\b(?:and|dan|sama|plus|n)\b|&|\+|和|跟|、|,)\s*(?:the|a)?\s*$")
_VERBS = re.compile(r"\b(?:landing|arriving|leaving|departing|tiba|mendarat|berangkat)\b(?=[^,.;]{0,20}\d)")
"""What a seat does at an hour; in a run of words about other things it begins a piece of its own."""
_STOPS = ("stops.none", "stops.one")


@dataclass(slots=True, frozen=True)
class End:
    """A city at its place in the words. ``role`` is from, to or at."""

    at: int
    role: str
    city: str


@dataclass(slots=True)
class Piece:
    """A stretch of the words. ``topics`` are trip, stay, ride, visit; ``way`` is out, back or empty.

    ``said`` tells that its own words name the topic; otherwise it is that of the piece before. ``ends`` are the
    cities that it names, once they were looked up.
    """

    clause: Clause
    topics: tuple[str, ...] = ()
    way: str = ""
    said: bool = False
    kept: bool = False
    fresh: bool = False
    ends: tuple[End, ...] | None = None

    @property
    def low(self) -> str:
        return self.clause.low

    @property
    def only_when(self) -> bool:
        """Whether it holds a day or an hour and hardly another word."""
        c = self.clause
        taken = sum(s.end - s.start for s in c.spans)
        rest = re.sub(r"[\W_]+|\b(?:on|tanggal|tgl|hari|for|the|pada)\b", "", "".join(
            " " if any(s.start <= i < s.end for s in c.spans) else c.low[i - c.start] for i in range(c.start, c.end)
        ))  # fmt: skip
        return bool(taken) and len(rest) <= 3


def pieces_of(scene: Scene) -> list[Piece]:
    """Cut the sentence and give each piece its topic."""
    found = [Piece(part) for clause in scene.clauses if not clause.aside for part in cut(clause)]
    before: Piece | None = None
    lead: Piece | None = None
    named = {topic for piece in found for *_, topic in _anchors(piece.clause)}
    seats = "trip" in named
    for piece in found:
        piece.fresh = _opens(piece.clause, scene)
        _name(piece, before, seats=seats, cars="ride" in named, follows=lead is not None and bool(lead.topics))
        if piece.kept and not piece.said and lead is not None and lead.kept:
            piece.topics = lead.topics
        lead = piece
        # What stays as it is, is not what the next words speak of.
        before = before if (piece.kept or not piece.topics) and before is not None else piece
    return found


def _opens(clause: Clause, scene: Scene) -> bool:
    """Whether a new sentence begins with it."""
    head = scene.low[: clause.start].rstrip()
    return not head or head[-1] in ".!?。!?~"


def cut(clause: Clause) -> Iterable[Clause]:
    """A clause at the words for another thing: "hotel near X car to the airport" speaks of a room and of a car."""
    marks: list[int] = []
    rows = sorted(_anchors(clause))
    for i, (start, _, topic) in enumerate(rows):
        joined = _JOIN.search(clause.low[: start - clause.start])
        if i and topic != rows[i - 1][2] and not (joined and start - rows[i - 1][1] <= 12) and _latin(clause, start):
            marks.append(_begin(clause, start))
    if rows and rows[0][2] != "trip" and _ROUTE.search(clause.text[: rows[0][0] - clause.start]):
        # "me Chongqing to Kunming there by 11 2 rooms": a way before the word for another booking.
        marks.append(_begin(clause, rows[0][0]))
    for match in w.BACK.finditer(clause.low):
        at = clause.start + match.start()
        if w.ROUND.search(clause.low[max(0, match.start() - 2) :][:24]) or _inside(clause, at):
            continue
        if _latin(clause, at):
            if clause.low[: match.start()].strip():
                marks.append(at)
        else:
            joins = [
                clause.start + m.end()
                for m in re.finditer(r"[和及、]|以及|再(?=订|买|从)", clause.low[: match.start()])
            ]
            days = [s.start for s in when_spans(clause) if s.end <= at and at - s.end <= 6]
            marks += joins[-1:] or (days[-1:] if len(when_spans(clause)) > 1 else [])
    for match in re.finditer(r"\bout(?=[: ])(?=.*\bback\b)|\bplus\b", clause.low):
        if match.group() == "out" or not clause.of(Money):
            marks.append(clause.start + match.start())
    for match in _VERBS.finditer(clause.low) if any(topic != "trip" for *_, topic in rows) else ():
        if clause.low[: match.start()].strip():
            marks.append(clause.start + match.start())
    for match in w.KEEP.finditer(clause.low):
        if _latin(clause, clause.start + match.start()) and len(clause.low) - match.end() > 12:
            marks.append(clause.start + match.end())
    at = clause.start
    for mark in [*sorted({m for m in marks if clause.start < m < clause.end}), clause.end]:
        if re.search(r"\w", clause.text[at - clause.start : mark - clause.start]):
            yield Clause(
                at, mark, clause.text[at - clause.start : mark - clause.start],
                clause.low[at - clause.start : mark - clause.start],
                tuple(s for s in clause.spans if at <= s.start < mark),
                tuple(c for c in clause.cues if at <= c.start < mark),
            )  # fmt: skip
        at = mark


_ROUTE = re.compile(r"\b[A-Z][\w'’]+\s+(?:to|ke)\s+[A-Z][\w'’]+")


def _inside(clause: Clause, at: int) -> bool:
    return any(s.start <= at < s.end for s in clause.spans)


def _latin(clause: Clause, at: int) -> bool:
    return not _HAN.match(clause.text[at - clause.start : at - clause.start + 1])


def _begin(clause: Clause, start: int) -> int:
    """Where the phrase of an anchor begins: its article and count go with it."""
    head = clause.low[: start - clause.start]
    match = re.search(r"(?:\b(?:a|an|the|one|two|my|also|and|plus|book|pesan|juga|2|3|leave|keep)\s+)+$", head)
    return clause.start + match.start() if match else start


def _anchors(clause: Clause) -> list[tuple[int, int, str]]:
    """Words for seats, rooms, cars and tickets, where they stand."""
    rows = [
        (cue.start, cue.end, topic)
        for cue in clause.cues
        for concept, topic in (*ANCHORS.items(), ("hotel", "stay"))
        if concept in cue.concepts and not _place_word(clause, cue)
    ]
    if not any(topic == "ride" for *_, topic in rows):
        rows += [(clause.start + m.start(), clause.start + m.end(), "ride") for m in w.CAR.finditer(clause.low)]
    rows += [(c.start, c.end, "stay") for c in clause.spans if isinstance(c, Count) and c.unit in ("night", "room")]
    return rows


def _place_word(clause: Clause, cue: Cue) -> bool:
    """ "to the hotel", "in time for the flight": where a car goes to, and no room or seat to book."""
    head = clause.low[: cue.start - clause.start]
    if {"goal.stay", "hotel"}.intersection(cue.concepts) and re.search(
        r"(?:\b(?:to|from|ke|dari)\s+(?:the|my|our)?\s*|[到从回去])$", head
    ):
        return True
    if {"goal.flight", "goal.train"}.intersection(cue.concepts):
        stretch = w.IN_TIME.search(clause.low)
        return stretch is not None and -1 <= cue.start - clause.start - stretch.start() <= 24
    return False


def _name(piece: Piece, before: Piece | None, *, seats: bool, cars: bool, follows: bool) -> None:
    """Give a piece its topic.

    Args:
        piece: The piece.
        before: The last piece that had a topic.
        seats: Whether the errand speaks of a seat at all; without one, leaving and arriving is that of a car.
        cars: Whether it speaks of a car.
        follows: Whether the piece right before has a topic.
    """
    clause, low = piece.clause, piece.low
    topics = list(dict.fromkeys(topic for *_, topic in sorted(_anchors(clause))))
    in_time = cars and w.IN_TIME.search(low) and not clause.of(Time)
    if (in_time and not {"trip"} & set(topics) and "stay" not in topics) or (
        _to_airport(clause) and "trip" not in topics
    ):
        topics = ["ride"]
    if "trip" in topics and "visit" in topics:
        topics.remove("visit")
    if "stay" not in topics and "trip" not in topics and "ride" not in topics and w.STAY.search(low):
        topics = [t for t in topics if t != "visit"] + ["stay"]
    if not topics and (clause.has(*_STOPS) or clause.all("cabin") or (seats and w.LEAVE.search(low))):
        topics = ["trip"]
    if not topics and seats and clause.of(Time) and w.ARRIVE.search(low):
        topics = ["trip"]
    if not topics and clause.has("free_cancel", "breakfast_included"):
        topics = ["stay"]
    if not topics and clause.has("accessible"):
        topics = ["ride"]
    if not topics and w.SIGHT.search(low):
        topics = ["visit"]
    if seats and topics == ["visit"] and not clause.has("goal.visit"):
        topics = ["trip"]
    piece.said = bool(topics)
    piece.kept = bool(w.KEEP.search(low))
    back = w.BACK.search(w.ROUND.sub(" ", low))
    piece.way = "back" if back else "out" if w.OUT.search(low) else ""
    if not topics and back and before is not None and before.topics[:1] != ("stay",):
        topics = [t for t in before.topics if t in ("trip", "ride")]
    if not topics and before is not None and ((not piece.fresh and follows) or _detail(clause)):
        topics = list(before.topics)
    if not piece.way and before is not None and piece.only_when and not piece.fresh:
        piece.way = before.way if before.way else ""
    elif not piece.way and before is not None and before.way and not before.clause.spans and not piece.fresh:
        piece.way = before.way
    piece.topics = tuple(topics)


def _detail(clause: Clause) -> bool:
    """Whether a sentence that names no booking says how one should be."""
    told = any(isinstance(span, Money | Time) for span in clause.spans)
    return (
        told
        or bool(clause.all("seat") or clause.all("cabin"))
        or clause.has("cheapest", "fastest", "earliest", "prep.near", "near_after")
    )


def _to_airport(clause: Clause) -> bool:
    cue = clause.cue("airport", "station")
    if cue is None:
        return False
    head = clause.low[: cue.start - clause.start]
    return bool(re.search(r"(?:\b(?:to|ke|from|dari)\s+(?:the\s+)?|[去到从])$", head)) and not clause.has(
        "goal.flight", "goal.train"
    )


def when_spans(clause: Clause) -> list[Span]:
    """The days of a piece."""
    return [
        s
        for s in clause.spans
        if isinstance(s, Day | DayRange) or (isinstance(s, DayPart | Time) and s.day is not None)
    ]


def money_of(clause: Clause) -> list[Money]:
    """Limits on what is paid, in yuan."""
    return [m for m in clause.of(Money) if m.currency == "CNY" and m.bound != "above"]
