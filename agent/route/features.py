"""What an errand is like, as far as the agent itself can tell: from the words, and then from the task it understood.

Never from a suite, a family or a goal: those the agent does not see.
"""

from __future__ import annotations

from typing import Any

FORMAT = 1
"""Changes whenever a feature does; a policy learned from others cannot be used."""

_LIMITS = frozenset(
    (
        *("budget_fen", "per_night_fen", "max_fee_fen", "by", "arrive_by", "depart_before", "depart_after", "choice"),
        *("tags", "without", "only_if_free", "if_rain", "ask_above_usual", "stay_dry", "no_queue", "free_cancel"),
    )
)
"""Fields of goals that set a limit."""

_LONG, _VERY_LONG = 60, 140
"""Letters from which words are long; a Chinese character counts as three."""


def features(node: str, words: str, locale: str, task: dict[str, Any] | None) -> tuple[str, ...]:
    """The features that an errand has at a node, each with the value one. Before the words are understood, theirs.

    Args:
        node: The node of the graph.
        words: What the person wrote.
        locale: ``zh``, ``en`` or ``id``.
        task: What was understood, as the graph's state holds it.
    """
    length = sum(1 if sign.isascii() else 3 for sign in words)
    size = "very long" if length >= _VERY_LONG else "long" if length >= _LONG else "short"
    found = ["always", f"language {locale}", f"words {size}"]
    if any(sign.isdigit() for sign in words):
        found.append("words with figures")
    if node == "understand" or not task:
        return tuple(found)
    goals = task.get("goals", [])
    found += sorted({f"goal {goal['kind']}" for goal in goals})
    found += sorted({f"channel {goal['channel']}" for goal in goals if goal.get("channel")})
    found += ["several goals"] if len(goals) > 1 else []
    found += ["limits"] if task.get("budget_fen") or any(_LIMITS & goal.keys() for goal in goals) else []
    found += ["pays without asking"] if task.get("pay_up_to_fen") or task.get("allowance") else []
    return tuple(found)
