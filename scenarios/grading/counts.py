"""Plain counts over a trace."""

from __future__ import annotations

from mock_services.trace import Event


def calls(events: list[Event]) -> int:
    """How many tool calls an episode made."""
    return sum(1 for event in events if event.kind == "tool_called")


def asks(events: list[Event]) -> int:
    """How often the person was asked something or to confirm something."""
    return sum(
        1 for event in events if event.kind == "tool_called" and event.data["tool"] in ("user_ask", "user_confirm")
    )


def cost_micros(events: list[Event]) -> int:
    """What the agent's decisions cost as it declared them, in millionths of a yuan."""
    return sum(event.data["cost_micros"] for event in events if event.kind == "thought")
