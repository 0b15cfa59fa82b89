"""Two futures of one episode: what was recorded, and what came of a fork, side by side from the fork on. Data only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_services.money import format_yuan
from scenarios.results import EpisodeResult
from tui.alignment import Alignment, Pair, align
from tui.playback import Playback, Step

if TYPE_CHECKING:
    from scenarios.forking.fork import Forked


class Futures:
    """The original (``a``) and the fork (``b``). ``aligned`` is both from the fork on; its first difference is one in
    more than what was changed itself, and in more than how long somebody thought."""

    def __init__(self, forked: Forked) -> None:
        self.forked = forked
        self.a, self.b = Playback(forked.original.result), Playback(forked.result)
        pairs = [pair for pair in align(self.a.events, self.b.events).pairs if _at(pair) >= forked.turn.at]
        first = next((n for n, pair in enumerate(pairs) if not pair.same and not self._is_change(pair)), None)
        self.aligned = Alignment(tuple(pairs), first)

    def _is_change(self, pair: Pair) -> bool:
        alone = [told.events[at] for told, at in ((self.a, pair.a), (self.b, pair.b)) if at is not None]
        return len(alone) == 1 and (
            alone[0].kind == "thought" or (alone[0].kind == "note" and alone[0].data["kind"] == "swapped")
        )

    @property
    def title(self) -> str:
        """Which episode, and where it was forked."""
        return f"{self.forked.original.result.id} · forked at step {self.forked.turn.at + 1}"

    @property
    def parted(self) -> tuple[Step | None, Step | None] | None:
        """What stands in the line of the first difference; None if there is none."""
        if self.aligned.first is None:
            return None
        pair = self.aligned.pairs[self.aligned.first]
        return (
            None if pair.a is None else self.a.steps[pair.a],
            None if pair.b is None else self.b.steps[pair.b],
        )

    def to_json(self) -> dict[str, Any]:
        """For scripts: both outcomes, the change, and the first difference."""
        turn, original = self.forked.turn, self.forked.original
        parted = self.parted
        first = None if parted is None else {"original": _told(parted[0]), "fork": _told(parted[1])}
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
