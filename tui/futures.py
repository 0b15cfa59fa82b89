"""Two futures of one episode: what was recorded, and what came of a fork, side by side from the fork on. Data only."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.money import format_yuan
from scenarios.forking.fork import Forked
from scenarios.results import EpisodeResult
from tui.alignment import Alignment, Pair, align
from tui.playback import Playback, Step


class Line(msgspec.Struct, frozen=True):
    """A line of the two futures: the step of each, None where one has none; ``same`` as in :class:`Pair`."""

    a: int | None
    b: int | None
    same: bool


class Futures:
    """The original (``a``) and the fork (``b``). ``lines`` are those from the fork on, ``first`` the first of them
    that differs in more than what was changed; None if none does."""

    def __init__(self, forked: Forked) -> None:
        self.forked = forked
        self.a, self.b = Playback(forked.original.result), Playback(forked.result)
        whole = align(self.a.events, self.b.events)
        start = next((n for n, pair in enumerate(whole.pairs) if _at(pair) >= forked.turn.at), len(whole.pairs))
        self.aligned = Alignment(whole.pairs[start:], None)
        self.lines = tuple(Line(pair.a, pair.b, pair.same) for pair in whole.pairs[start:])
        self.first = next((n for n, line in enumerate(self.lines) if not line.same and not self._is_change(line)), None)

    def _is_change(self, line: Line) -> bool:
        event = self.b.events[line.b] if line.a is None and line.b is not None else None
        return event is not None and event.kind == "note" and event.data["kind"] == "swapped"

    @property
    def title(self) -> str:
        """Which episode, where it was forked, and what was changed."""
        turn = self.forked.turn
        return f"{self.forked.original.result.id} · forked at step {turn.at + 1}: {turn.told}"

    def step_a(self, line: int) -> Step | None:
        """What the original has on a line."""
        at = self.lines[line].a
        return None if at is None else self.a.steps[at]

    def step_b(self, line: int) -> Step | None:
        """What the fork has on a line."""
        at = self.lines[line].b
        return None if at is None else self.b.steps[at]

    def to_json(self) -> dict[str, Any]:
        """For scripts: both outcomes, the change, and the first difference."""
        turn, original = self.forked.turn, self.forked.original
        first = None
        if self.first is not None:
            first = {"original": _told(self.step_a(self.first)), "fork": _told(self.step_b(self.first))}
        return {
            "episode": original.result.id,
            "step": turn.at + 1,
            "change": turn.told,
            "never": list(self.forked.idle),
            "original": {"run": original.run, "ordinal": original.ordinal, **figures(original.result)},
            "fork": {"run": self.forked.run, "ordinal": 0, **figures(self.forked.result)},
            "first_difference": first,
        }


def figures(result: EpisodeResult) -> dict[str, Any]:
    """How an episode ended, in the figures by which two are compared; amounts in yuan."""
    verdict = result.verdict
    return {
        "outcome": verdict.outcome,
        "label": verdict.label,
        "spent": format_yuan(result.spent_fen),
        "harm": format_yuan(verdict.harm_fen),
        "unconsented": format_yuan(verdict.unconsented_fen),
        "calls": result.calls,
        "asks": result.asks,
        "minutes": round(result.virtual_ms / 60_000, 1),
        "digest": result.digest,
    }


def _at(pair: Pair) -> int:
    return max(-1 if pair.a is None else pair.a, -1 if pair.b is None else pair.b)


def _told(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {"step": step.event.seq + 1, "time": step.clock, "kind": step.event.kind, "text": in_a_line(step)}


def in_a_line(step: Step) -> str:
    """All that a step says, such as a question with its answer."""
    return " · ".join(line.text for line in step.lines) or step.text
