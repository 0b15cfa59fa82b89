"""An episode that can be stepped through: what there is to see at each of its events. Data only, no screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from mock_services.clock import local
from mock_services.ledger import ACCOUNTS
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS
from mock_services.trace import Event, decode
from scenarios.results import EpisodeResult
from scenarios.runs.money_trail import OWN_KINDS, changes
from scenarios.runs.plaintext import plain
from scenarios.runs.story import Line, tell, utc_offset_min

NODES = ("understand", "plan", "act", "recover", "consent", "settle", "report")
"""The nodes of the agent's graph, in the order in which an errand without trouble meets them."""

_FOLDED = frozenset(table.name for table in (ACCOUNTS, PAYABLES, PAYMENTS, REFUNDS))
_SPOKEN = frozenset(("words", "asks", "person"))

_Rows = dict[tuple[str, str], dict[str, Any]]


class Step(msgspec.Struct, frozen=True):
    """One event. ``role`` is one of :data:`scenarios.runs.story.ROLES`, ``text`` its first line, ``lines`` all of it.

    ``clock`` is the time on the person's wall; from the second day on it is the days passed and the minute.
    """

    event: Event
    clock: str
    role: str
    text: str
    lines: tuple[Line, ...]


class Holding(msgspec.Struct, frozen=True):
    """Money of the person after a step, in fen: an account, what escrow holds, or what is on its way."""

    account: str
    title: str
    before: int
    after: int
    own: bool


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
        self._node_at: list[str] = []
        for event in self.events:
            before = self._node_at[-1] if self._node_at else ""
            self._node_at.append(_node(event) or before)
        self._states: list[_Rows] = []
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

    def node(self, at: int) -> str:
        """The node of the graph that is at work at a step; empty for an agent that tells none."""
        return self._node_at[at]

    def conversation(self, at: int) -> list[Line]:
        """All that the person and the agent have said to each other up to a step."""
        return [line for step in self.steps[: at + 1] for line in step.lines if line.role in _SPOKEN]

    def money(self, at: int) -> list[Holding]:
        """The person's accounts, and escrow and transfers of their orders as long as they hold something."""
        before = self._state(at - 1) if at > 0 else {}
        after = self._state(at)
        found = [self._holding(key, before, after) for table, key in after if table == ACCOUNTS.name]
        own = [holding for holding in found if holding is not None and holding.own]
        others = [holding for holding in found if holding is not None and not holding.own]
        return own + [holding for holding in others if holding.before or holding.after]

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

    # --- folding ---------------------------------------------------------------------------------------------

    def _state(self, at: int) -> _Rows:
        while len(self._states) <= at:
            before = self._states[-1] if self._states else {}
            self._states.append(_fold(before, self.events[len(self._states)]))
        return self._states[at]

    def _holding(self, account: str, before: _Rows, after: _Rows) -> Holding | None:
        row = after[ACCOUNTS.name, account]
        old = before.get((ACCOUNTS.name, account), row if not before else {})
        kind, _, ref = account.partition(":")
        own = row.get("owner") == self._person and kind in OWN_KINDS
        title = plain(row.get("title", account))
        if not own:
            told = _held_for(kind, ref, after, self._person)
            if told is None:
                return None
            title = told
        return Holding(account, title, int(old.get("fen", 0)), int(row.get("fen", 0)), own)

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


def is_write(event: Event) -> bool:
    """A call that was to change the world."""
    return is_call(event) and event.data["access"] == "write"


def _node(event: Event) -> str:
    if event.kind != "note" or event.data["kind"] != "node":
        return ""
    data = event.data["data"]
    return str(data.get("node", "")) if isinstance(data, dict) else ""


def _untold(event: Event) -> tuple[str, str]:
    """Role and text of an event that has no line in the story."""
    if node := _node(event):
        return "agent", f"enters {plain(node)}"
    if event.kind == "set_up":
        return "world", f"the world is set up: {len(changes(event))} rows"
    return "agent", plain(event.kind.replace("_", " "))


def _fold(before: _Rows, event: Event) -> _Rows:
    relevant = [change for change in changes(event) if change["table"] in _FOLDED]
    if not relevant:
        return before
    after = dict(before)
    for change in relevant:
        key = change["table"], str(change["key"])
        if change["after"] is None:
            after.pop(key, None)
        else:
            # An update carries only the fields that differ.
            after[key] = after.get(key, {}) | change["after"] if change["before"] is not None else change["after"]
    return after


def _held_for(kind: str, ref: str, rows: _Rows, person: str) -> str | None:
    """What an escrow or transit account of the person's own orders is called; None for anybody else's."""
    trade = ref
    if kind == "transit":
        carried = rows.get((PAYMENTS.name, ref)) or rows.get((REFUNDS.name, ref))
        trade = str(carried["out_trade_no"]) if carried else ""
    elif kind != "escrow":
        return None
    payable = rows.get((PAYABLES.name, trade))
    if payable is None or payable.get("payer") != person:
        return None
    what = "escrow" if kind == "escrow" else "on its way"
    return plain(f"{what} {ref} · {payable.get('payee_name') or payable.get('subject', '')}")
