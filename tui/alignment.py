"""Two episodes side by side: which event of one stands for which of the other. Data only, no screen.

Events are matched by what they mean: their kind, the tool and its arguments, whatever the clock showed and however
they are numbered. What is left between two matches is matched again by the kind and the tool alone, so that the same
step taken otherwise stands beside itself and not below.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from mock_services.trace import Event

SLACK_S = 60
"""Two times are the same if they lie as far apart as their events do, give or take a minute: many are told to the
minute."""

_TITLES = frozenset(("scenario", "plan", "agent", "seed", "base", "start"))
"""What the beginning of an episode says of the run it is in, not of what happened."""


class Pair(msgspec.Struct, frozen=True):
    """A line of the two side by side: the index of the event in each, None where one has nothing.

    ``same``: both are there, and nothing but the time tells them apart.
    """

    a: int | None
    b: int | None
    same: bool


class Alignment(msgspec.Struct, frozen=True):
    """Two episodes, line by line. Every event of each stands in exactly one line, and each side keeps its order.

    ``first`` is the first line that is not the same on both sides; None if there is none.
    """

    pairs: tuple[Pair, ...]
    first: int | None

    def next_difference(self, line: int, way: int = 1) -> int | None:
        """The nearest line after (``way`` 1) or before (-1) a line that is not the same on both sides."""
        lines = range(line + 1, len(self.pairs)) if way > 0 else range(line - 1, -1, -1)
        return next((n for n in lines if not self.pairs[n].same), None)

    def line_of_a(self, index: int) -> int:
        """The line of an event of the first episode."""
        return _line_of(index, [pair.a for pair in self.pairs])

    def line_of_b(self, index: int) -> int:
        """The line of an event of the second episode."""
        return _line_of(index, [pair.b for pair in self.pairs])


def align(a: Sequence[Event], b: Sequence[Event]) -> Alignment:
    """Align two traces."""
    pairs = []
    for i, j in _matched(a, b):
        same = i is not None and j is not None and is_same(a[i], b[j])
        pairs.append(Pair(i, j, same))
    return Alignment(tuple(pairs), next((n for n, pair in enumerate(pairs) if not pair.same), None))


def is_same(a: Event, b: Event) -> bool:
    """Whether two events are the same but for the time that they came at, and the times that follow from it."""
    return a.kind == b.kind and _alike(_content(a), _content(b), (b.at - a.at) / 1000)


def _line_of(index: int, side: list[int | None]) -> int:
    lines = [n for n, found in enumerate(side) if found is not None]
    return lines[bisect_left(lines, index, key=lambda n: side[n] or 0)]


# --- matching --------------------------------------------------------------------------------------------------


def _matched(a: Sequence[Event], b: Sequence[Event]) -> Iterator[tuple[int | None, int | None]]:
    for i0, i1, j0, j1, met in _runs([_meaning(event) for event in a], [_meaning(event) for event in b]):
        if met:
            yield from zip(range(i0, i1), range(j0, j1), strict=True)
            continue
        loose_a, loose_b = ([_sort(event) for event in part] for part in (a[i0:i1], b[j0:j1]))
        for k0, k1, l0, l1, near in _runs(loose_a, loose_b):
            if near:
                yield from zip(range(i0 + k0, i0 + k1), range(j0 + l0, j0 + l1), strict=True)
            else:
                yield from ((i, None) for i in range(i0 + k0, i0 + k1))
                yield from ((None, j) for j in range(j0 + l0, j0 + l1))


def _runs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int, int, bool]]:
    """The longest common subsequence as runs (from, to, from, to, are they equal); what lies between is one run."""
    from rapidfuzz.distance import LCSseq

    found: list[tuple[int, int, int, int, bool]] = []
    for op in LCSseq.opcodes(a, b):
        met = op.tag == "equal"
        if found and not met and not found[-1][4]:
            found[-1] = (found[-1][0], op.src_end, found[-1][2], op.dest_end, False)
        else:
            found.append((op.src_start, op.src_end, op.dest_start, op.dest_end, met))
    return found


def _meaning(event: Event) -> str:
    """What is done, with what."""
    data = event.data
    if event.kind == "tool_called":
        told = [data["tool"], data["args"]]
    elif event.kind == "note":
        told = [data["kind"], data["data"]]
    elif event.kind == "world_moved":
        told = [data["service"], data["event"], data["about"]]
    else:
        told = []
    return msgspec.json.encode([event.kind, *told], order="sorted").decode()


def _sort(event: Event) -> str:
    """What sort of thing is done."""
    data = event.data
    if event.kind == "tool_called":
        told = [data["tool"]]
    elif event.kind == "note":
        # To enter another node is no other way of entering this one.
        node = data["data"].get("node", "") if data["kind"] == "node" and isinstance(data["data"], dict) else ""
        told = [data["kind"], node]
    elif event.kind == "world_moved":
        told = [data["service"], data["event"]]
    else:
        told = []
    return msgspec.json.encode([event.kind, *told]).decode()


# --- comparing -------------------------------------------------------------------------------------------------


def _content(event: Event) -> Any:
    data = event.data
    if event.kind == "tool_called":
        return [data[name] for name in ("tool", "args", "ok", "data", "error", "fault", "replayed")]
    if event.kind == "world_moved":
        return [data[name] for name in ("service", "event", "about")]
    if event.kind == "episode_started":
        return {name: value for name, value in data.items() if name not in _TITLES}
    return data


def _alike(a: Any, b: Any, apart_s: float) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(value, b[name], apart_s) for name, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_alike(one, other, apart_s) for one, other in zip(a, b, strict=True))
    if type(a) is not type(b):
        return False
    return bool(a == b) or (isinstance(a, str) and _as_far_apart(a, b, apart_s))


def _as_far_apart(a: str, b: str, apart_s: float) -> bool:
    if not (a[:4].isdigit() and b[:4].isdigit() and "T" in a and "T" in b):
        return False
    try:
        between = (datetime.fromisoformat(b) - datetime.fromisoformat(a)).total_seconds()
    except (ValueError, TypeError):
        return False
    return abs(between - apart_s) <= SLACK_S
