"""Days of an errand that lies ahead."""

from __future__ import annotations

import re
from datetime import date, timedelta

from agent.grammar import Span
from agent.rules.scene import Scene
from agent.rules.timing import date_of

_OVER = re.compile(r"昨|前天|上[个周星]|刚|\b(?:last|ago|yesterday|kemarin|lalu|tadi)\b")


def ahead(span: Span, scene: Scene) -> date | None:
    """The day of a span if it is still to come: a weekday of "this week" that is over means the coming one."""
    day = date_of(span)
    if day is None or day >= scene.now.date():
        return day
    if (
        (scene.now.date() - day).days <= 7
        and not _OVER.search(span.words.casefold())
        and not re.search(r"\d", span.words)
    ):
        return day + timedelta(days=7)
    return None
