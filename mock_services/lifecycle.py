"""State machines: what can become of an order, a payment or a request, declared once and obeyed on every write.

A :class:`Machine` belongs to a table. ``ctx.move`` is how a row's state changes, and it takes no move that is not
declared; the table's one write path refuses a state that slipped past it. The drawings in ``docs/state-machines.md``
are printed from the same declarations::

    ORDER = Machine(
        OrderState,
        initial="unpaid",
        moves=(
            Move("unpaid", "paid", "paid", "service"),
            Move(("unpaid", "paid"), "cancel", "cancelled", "agent"),
        ),
        refusal="ORDER_STATE",
    )
    ORDERS = Table("cinema.orders", Order, "id", machine=ORDER)

    ctx.move(ORDERS, order, "cancel", cancelled_at=ctx.now)
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from mock_services.errors import InternalError, Rejected

Who = Literal["agent", "person", "service", "clock"]
"""Who causes a move: the person's agent by a tool call, the person themselves (or somebody they know), the other
side (a merchant, a bank, a courier), or time alone."""


class Move(msgspec.Struct, frozen=True):
    """From ``source`` (one state or several), when ``event`` happens, to ``target``; caused by ``who``.

    A move that is only ``shown`` is worked out when somebody looks (a date has passed) and never written.
    """

    source: str | tuple[str, ...]
    event: str
    target: str
    who: Who
    shown: bool = False


class Arrow(msgspec.Struct, frozen=True, order=True):
    """A move from one state."""

    source: str
    event: str
    target: str
    who: Who
    shown: bool


class Machine:
    """What can become of the rows of a table.

    Args:
        states: A ``Literal`` of all states, in the order in which people think of them.
        initial: The state or states in which a row begins.
        moves: Every move. An event is caused by one kind of ``who`` only.
        refusal: The code of the error that an agent gets for a move that is not there.
        field: The row's field that holds the state.
        note: What the drawing cannot say, in a sentence.

    Raises:
        InternalError: a move names an unknown state, an event has two kinds of causes, or a state cannot be reached.
    """

    __slots__ = ("_arrows", "_steps", "_targets", "_who", "field", "initial", "note", "refusal", "states")

    def __init__(
        self,
        states: Any,
        *,
        initial: str | tuple[str, ...],
        moves: tuple[Move, ...],
        refusal: str = "WRONG_STATE",
        field: str = "state",
        note: str = "",
    ) -> None:
        self.states: tuple[str, ...] = get_args(states)
        self.initial = _several(initial)
        self.refusal, self.field, self.note = refusal, field, note
        self._arrows = tuple(
            Arrow(source, move.event, move.target, move.who, move.shown)
            for move in moves
            for source in _several(move.source)
        )
        self._steps = frozenset((arrow.source, arrow.target) for arrow in self._arrows if not arrow.shown)
        self._targets: dict[tuple[str, str], tuple[Arrow, ...]] = {}
        self._who: dict[str, Who] = {}
        for arrow in self._arrows:
            at = arrow.source, arrow.event
            self._targets[at] = (*self._targets.get(at, ()), arrow)
            if self._who.setdefault(arrow.event, arrow.who) != arrow.who:
                raise InternalError(f"{arrow.event!r} is caused by {self._who[arrow.event]} and by {arrow.who}")
        self._check()

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """Every move from a single state, in the declared order."""
        return self._arrows

    @property
    def terminal(self) -> tuple[str, ...]:
        """The states from which nothing leads on."""
        sources = {arrow.source for arrow in self._arrows}
        return tuple(state for state in self.states if state not in sources)

    def sources(self, event: str) -> tuple[str, ...]:
        """The states in which ``event`` can happen."""
        return tuple(state for state in self.states if (state, event) in self._targets)

    def require(self, state: str, event: str, *, hint: str = "") -> None:
        """Refuse an agent's ``event`` that is not possible in ``state``; ``hint`` says what is instead.

        Raises:
            Rejected: the machine's ``refusal``.
        """
        if (state, event) not in self._targets:
            said = event.replace("_", " ")
            hint = hint or f"it is possible while {' or '.join(self.sources(event))}"
            raise Rejected(self.refusal, f"it is {state}: {said} is not possible", hint=hint)

    def target(self, state: str, event: str, to: str = "") -> str:
        """Where ``event`` leads from ``state``; ``to`` says which where there are several.

        Raises:
            Rejected: the machine's ``refusal``: an agent asks for a move that is not there.
            InternalError: our own handler does, or leaves open which.
        """
        if self._who.get(event) == "agent":
            self.require(state, event)
        arrows = [arrow for arrow in self._targets.get((state, event), ()) if not arrow.shown]
        fitting = [arrow.target for arrow in arrows if to in ("", arrow.target)]
        if len(fitting) != 1:
            raise InternalError(f"no single move {event!r} from {state}{' to ' + to if to else ''}")
        return fitting[0]

    def shown(self, state: str, event: str) -> str:
        """What ``state`` is shown as once ``event`` has happened: itself, if the event does not concern it."""
        return next((arrow.target for arrow in self._targets.get((state, event), ()) if arrow.shown), state)

    def check_step(self, before: Any, after: Any) -> None:
        """Refuse to write a row whose state no move leads to.

        Raises:
            InternalError: always ours; what an agent asks for was checked before.
        """
        step = getattr(before, self.field), getattr(after, self.field)
        if step[0] != step[1] and step not in self._steps:
            raise InternalError(f"{type(after).__name__} cannot go from {step[0]} to {step[1]}")

    def _check(self) -> None:
        named = {*self.initial, *(state for arrow in self._arrows for state in (arrow.source, arrow.target))}
        if unknown := sorted(named - set(self.states)):
            raise InternalError(f"the vocabulary has no state {', '.join(unknown)}")
        reached = set(self.initial)
        while more := {arrow.target for arrow in self._arrows if arrow.source in reached} - reached:
            reached |= more
        if lost := [state for state in self.states if state not in reached]:
            raise InternalError(f"no move leads to {', '.join(lost)}")


def _several(states: str | tuple[str, ...]) -> tuple[str, ...]:
    return (states,) if isinstance(states, str) else states
