"""An episode that can be stepped through: what there is to see at each of its events. Data only, no screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from agent.edges import EDGES
from mock_services.clock import local
from mock_services.trace import Event, decode
from scenarios.results import EpisodeResult
from scenarios.runs.money_trail import changes
from scenarios.runs.plaintext import plain
from scenarios.runs.row_history import RowHistory
from scenarios.runs.story import Line, tell, utc_offset_min
from tui import coming, holdings
from tui.plan import STAGES, Plan, Plans

NODES = tuple(EDGES)
"""The nodes of the agent's graph, in the order in which an errand without trouble meets them."""

_SPOKEN = frozenset(("words", "asks", "person"))


class Step(msgspec.Struct, frozen=True):
    """One event. ``role`` is one of :data:`scenarios.runs.story.ROLES`, ``text`` its first line, ``lines`` all of it.

    ``clock`` is the time on the person's wall; from the second day on it is the days passed and the minute.
    """

    event: Event
    clock: str
    role: str
    text: str
    lines: tuple[Line, ...]


class Playback:
    """A recorded episode. Steps are numbered from 0; every question about one is answered without replaying.

    Raises:
        msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError: the trace is damaged.
    """

    def __init__(self, result: EpisodeResult) -> None:
        self.result = result
        self.events = decode(result.trace)
        self.story = tell(result)
        self._offset = utc_offset_min(self.events)
        started = next((event.data for event in self.events if event.kind == "episode_started"), {})
        self._person = str(started.get("person", ""))
        told: dict[int, list[Line]] = {}
        for line in (*self.story.lines, *self.story.later):
            told.setdefault(line.seq, []).append(line)
        self.steps = tuple(self._step(event, told.get(event.seq, [])) for event in self.events)
        self._index = {event.seq: i for i, event in enumerate(self.events)}
        self._visits = [(at, node) for at, event in enumerate(self.events) if (node := _node(event))]
        self._engines = _engines(self.events)
        self._plans = Plans(self.events)
        self.history = RowHistory(self.events)
        self._haystacks: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.steps)

    # --- one step --------------------------------------------------------------------------------------------

    def moment(self, at: int) -> datetime:
        """The person's wall clock at step ``at``."""
        return local(self.events[at].at, self._offset)

    def local(self, instant: int) -> datetime:
        """The person's wall clock at an instant."""
        return local(instant, self._offset)

    def elapsed_s(self, at: int) -> int:
        """Virtual seconds since the first event."""
        return (self.events[at].at - self.events[0].at) // 1000

    def visits(self, at: int) -> list[str]:
        """The nodes of the graph in the order in which they were entered up to a step."""
        return [node for entered, node in self._visits if entered <= at]

    def node(self, at: int) -> str:
        """The node of the graph that is at work at a step; empty for an agent that tells none."""
        return next((node for entered, node in reversed(self._visits) if entered <= at), "")

    @property
    def tells_graph(self) -> bool:
        """Whether the agent says which node of a graph it is in."""
        return bool(self._visits)

    def engine(self, at: int) -> str:
        """The engine in charge at a step, where there are several; empty where there is one."""
        return next((engine for taken, engine in reversed(self._engines) if taken <= at), "")

    def plan(self, at: int) -> Plan:
        """The agent's plan after a step."""
        return self._plans.at(at)

    @property
    def tells_plan(self) -> bool:
        """Whether the agent tells a plan."""
        return self._plans.told

    def coming(self, at: int) -> list[coming.Coming]:
        """What is scheduled after a step, soonest first."""
        return coming.coming(self.history, self.events, at)

    def happened(self, at: int) -> list[Step]:
        """What happened by itself while a step lasted."""
        return [self.steps[self._index[event.seq]] for event in coming.happened(self.events, at)]

    def conversation(self, at: int) -> list[Line]:
        """All that the person and the agent have said to each other up to a step."""
        return [line for step in self.steps[: at + 1] for line in step.lines if line.role in _SPOKEN]

    def money(self, at: int) -> list[holdings.Holding]:
        """The person's accounts, and escrow and transfers of their orders as long as they hold something."""
        return holdings.holdings(self.history, self._person, at)

    def transactions(self, at: int) -> list[holdings.Transaction]:
        """The double entries that a step posted."""
        return holdings.transactions(self.history, self.events, at)

    # --- moving ----------------------------------------------------------------------------------------------

    def index_of(self, seq: int) -> int | None:
        """The step of a trace event."""
        return self._index.get(seq)

    def seek(self, start: int, way: int, wanted: Callable[[Event], bool]) -> int | None:
        """The nearest step after (``way`` 1) or before (-1) ``start`` whose event is wanted."""
        i = start + way
        while 0 <= i < len(self.events):
            if wanted(self.events[i]):
                return i
            i += way
        return None

    def matches(self, needle: str) -> list[int]:
        """The steps in whose text or data every word of ``needle`` occurs, whatever its case."""
        words = needle.casefold().split()
        return [i for i in range(len(self.steps)) if all(word in self._haystack(i) for word in words)] if words else []

    def _haystack(self, at: int) -> str:
        if at not in self._haystacks:
            step = self.steps[at]
            data = msgspec.json.encode(step.event.data).decode()
            told = " ".join(line.text for line in step.lines)
            self._haystacks[at] = f"{step.event.kind} {step.text} {told} {data}".casefold()
        return self._haystacks[at]

    def _step(self, event: Event, lines: list[Line]) -> Step:
        moment = self.local(event.at)
        days = (moment.date() - self.local(self.events[0].at).date()).days
        clock = f"{days:+d} {moment:%H:%M}" if days else f"{moment:%H:%M:%S}"
        role, text = (lines[0].role, lines[0].text) if lines else _untold(event)
        return Step(event, clock, role, text, tuple(lines))


def is_call(event: Event) -> bool:
    """A tool call."""
    return event.kind == "tool_called"


def is_fault(event: Event) -> bool:
    """A call that a fault struck."""
    return is_call(event) and bool(event.data["fault"])


def is_consent(event: Event) -> bool:
    """The agent asked the person to agree to something."""
    return is_call(event) and event.data["tool"] == "user_confirm"


def is_fallback(event: Event) -> bool:
    """The agent says what it does about a failure, or that it gives up."""
    return event.kind == "note" and event.data["kind"] == "fallback"


def is_write(event: Event) -> bool:
    """A call that was to change the world."""
    return is_call(event) and event.data["access"] == "write"


def _node(event: Event) -> str:
    if event.kind != "note" or event.data["kind"] != "node":
        return ""
    data = event.data["data"]
    return str(data.get("node", "")) if isinstance(data, dict) else ""


def _engines(events: list[Event]) -> list[tuple[int, str]]:
    """(event, engine) wherever another engine takes over; the first entry is who begins."""
    taken: list[tuple[int, str]] = []
    for at, event in enumerate(events):
        data = event.data.get("data") if event.kind == "note" else None
        if not isinstance(data, dict):
            continue
        engine = {"node": data.get("engine"), "escalated": data.get("to")}.get(event.data["kind"])
        if engine and (not taken or taken[-1][1] != engine):
            taken.append((at, plain(engine)))
    return taken


def _untold(event: Event) -> tuple[str, str]:
    """Role and text of an event that has no line in the story."""
    if node := _node(event):
        engine = event.data["data"].get("engine")
        return "agent", f"enters {plain(node)}" + (f", decided by {plain(engine)}" if engine else "")
    if event.kind == "note" and event.data["kind"] == "step" and isinstance(event.data["data"], dict):
        told = event.data["data"]
        stage = str(told.get("stage") or "")
        doing = STAGES.get(stage, (stage, ""))[0] or str(told.get("status", ""))
        why = f", {told['why']}" if told.get("why") else ""
        return "agent", plain(f"{told.get('goal', '')}: {doing}{why}")
    if event.kind == "thought":
        cost = f", {event.data['cost_micros'] / 1_000_000:.4f} yuan" if event.data["cost_micros"] else ""
        return "agent", f"thinks for {event.data['ms'] / 1000:.1f} s{cost}"
    if event.kind == "set_up":
        return "world", f"the world is set up: {len(changes(event))} rows"
    return "agent", plain(event.kind.replace("_", " "))
