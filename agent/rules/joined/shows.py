"""Tickets for something at an hour: its name as the words give it, how many, and which time of day."""

from __future__ import annotations

import re

from agent.grammar import Count, Time
from agent.rules.buy import limits
from agent.rules.itinerary.pieces import when_spans
from agent.rules.itinerary.when import ahead
from agent.rules.joined.parts import Part
from agent.rules.scene import Scene
from agent.task import Visit

_HAN_SHOW = re.compile(
    r"([\u3400-\u9fff·]{0,14}?(?:夜游|画舫|游船|游轮|游江|演出|话剧|音乐剧|音乐会|演唱会|灯光秀|马戏|脱口秀|相声))"
)
_VERBS = re.compile(
    r"^.*(?:想坐|想看|想听|体验一下|体验|参加|去[看听坐]|[订买定][一两]?[张个]?|的|要[看坐听]|坐一?下?|看|听)"
)
_EN_SHOW = re.compile(
    r"((?:(?:[A-Z][\w'’]+|of|night|evening|dinner|sunset|river|harbou?r|lake|city|light)\s+){0,5}"
    r"(?:cruise|boat(?: (?:ride|trip|tour))?|ferry ride|show(?! up)|concert|play|musical|circus|gig)\b"
    r"(?:\s+(?:of|at|in|on)\s+(?:the\s+)?[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)*)?)"
)
_ID_SHOW = re.compile(
    r"((?:pelayaran|perahu|kapal|pertunjukan|konser|teater|sirkus|wahana)"
    r"(?:\s+(?!(?:ini|nanti|jam|pukul|untuk|buat|yang|yg|besok|lusa|hari|tanggal|tgl|dan|di|sama|ya|\d+)\b)[\w'’]+){0,4})",
    re.IGNORECASE,
)
_TONIGHT = re.compile(r"\s+(?:pagi|siang|sore|malam)$", re.IGNORECASE)


def named(text: str) -> str:
    """The name of a show in a text, without the verb that asks for it; empty if there is none."""
    match = _ID_SHOW.search(text)
    if match is not None:
        words = match.group(1)
        this = re.match(r"\s*(?:ini|nanti)\b", text[match.end() :])
        return _TONIGHT.sub("", words) if this else words
    match = _EN_SHOW.search(text)
    if match is not None:
        return re.sub(r"^(?:I|Hi|Hey|Hello|Please|Could|Book|Get)\s+", "", match.group(1))
    match = _HAN_SHOW.search(text)
    return _VERBS.sub("", match.group(1)) if match is not None else ""


def read_show(parts: list[Part], goal_id: str, scene: Scene) -> Visit | None:
    """The parts as tickets for a show; None if they name none."""
    place = ""
    for part in parts:
        text = "".join(
            " " if not char.isascii() and any(s.start <= i < s.end for s in part.clause.spans) else char
            for i, char in enumerate(part.clause.text, part.clause.start)
        )
        place = place or named(text).strip()
    if len(place) < LEAST:
        return None
    counts = [c for p in parts for c in p.clause.of(Count)]
    children = sum(c.n for c in counts if c.unit == "child")
    adults = sum(c.n for c in counts if c.unit == "adult") or sum(c.n for c in counts if c.unit == "person")
    tickets = sum(c.n for c in counts if c.unit == "ticket")
    days = [d for p in parts for s in when_spans(p.clause) if (d := ahead(s, scene)) is not None]
    times = [t for p in parts for t in p.clause.of(Time)]
    exact = next((t for t in times if t.role == "at"), None)
    after = next((t for t in times if t.role in ("after", "about")), None)
    budget, about = limits([p.clause for p in parts])
    return Visit(
        id=goal_id,
        words=" ".join(p.text.strip(" ,.;。，") for p in parts),
        place=place,
        date=(days[0] if days else scene.now.date()).isoformat(),
        at=f"{exact.time:%H:%M}" if exact else "",
        after=f"{after.time:%H:%M}" if after else "",
        adults=adults or max(1, tickets - children),
        children=children,
        budget_fen=budget or about,
    )


LEAST = 2
"""A shorter name is none."""
