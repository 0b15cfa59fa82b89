"""What the person sees on their phone: what they wrote, what the agent says, messages, and what is asked. Data only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.money import format_yuan
from scenarios.runs.money_trail import changes
from scenarios.runs.story import Line
from tui.playback import Playback

if TYPE_CHECKING:
    from scenarios.session.seat import Question

ME, AGENT, PHONE = "me", "agent", "phone"
"""Whose a bubble is: the person's, the agent's, or a message of a service."""

_WHOSE = {"words": ME, "person": ME, "asks": AGENT}


class Bubble(msgspec.Struct, frozen=True):
    """Something on the phone. ``lines`` are shown below each other."""

    whose: str
    clock: str
    lines: tuple[str, ...]


def bubbles(playback: Playback) -> list[Bubble]:
    """All that is on the phone, oldest first; each message once, however often it was delivered."""
    found: list[Bubble] = []
    seen: set[Any] = set()
    for step in playback.steps:
        told: dict[str, list[str]] = {}
        for line in step.lines:
            if line.role in _WHOSE:
                told.setdefault(_WHOSE[line.role], []).append(_unquoted(line))
        found += [Bubble(whose, step.clock, tuple(lines)) for whose, lines in told.items()]
        for change in changes(step.event):
            row = change["after"] or {}
            arrived = change["table"] == "kernel.notices" and change["before"] is None and not row.get("person")
            if arrived and row.get("message") not in seen:
                seen.add(row.get("message"))
                found.append(Bubble(PHONE, step.clock, (f"{row.get('service', '')}: {row.get('text', '')}",)))
    return found


def _unquoted(line: Line) -> str:
    return line.text.strip("“”")


def offered(question: Question) -> Iterator[str]:
    """What would be charged or done if the person agrees, a line each; of a mandate, its terms. Amounts in yuan."""
    if question.kind == "mandate":
        for name, value in question.offer.items():
            if value not in ("", None, []):
                shown = format_yuan(value) if name.endswith("_limit") else value
                yield f"{name.replace('_', ' ')}: {shown}"
    for charge in question.offer.get("charges", []):
        yield f"pay {format_yuan(charge['amount'])} to {charge['payee']} for {charge['subject']}"
    for action in question.offer.get("actions", []):
        fee = f", which costs {format_yuan(action['fee'])}" if action.get("fee") else ""
        yield f"{action.get('kind')} {action.get('target')}{fee} {action.get('text', '')}"


def in_character(question: Question) -> str:
    """What the simulated person would say."""
    like = question.like
    return f"{like.says}{f' “{like.text}”' if like.text else ''}"
