"""What is scheduled: things that will happen on the virtual clock without anybody calling a tool."""

from __future__ import annotations

import heapq

import msgspec

from mock_services.clock import Instant
from mock_services.tables import State, Table


class Due(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """``service.event`` happens at ``at``; ``data`` is a JSON object in text form, so that the row stays frozen.

    ``person`` is in whose name, if it is not the person whose errand this is.
    """

    id: int
    at: Instant
    service: str
    event: str
    data: str
    person: str = ""


DUE = Table("kernel.agenda", Due, "id")


class Agenda:
    """The order of :data:`DUE`. The rows are the truth; the heap is only their order, and is checked against them."""

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int]] = []

    def push(self, due: Due) -> None:
        """Order a row that was just written."""
        heapq.heappush(self._heap, (due.at, due.id))

    def peek(self, state: State) -> Due | None:
        """The earliest scheduled event, or None."""
        heap = self._heap
        while heap:
            at, key = heap[0]
            due = state.get(DUE, key)
            if due is not None and due.at == at:
                return due
            heapq.heappop(heap)
        return None

    def rebuild(self, state: State) -> None:
        """Order anew from the rows, after an undo or in a fork."""
        self._heap = sorted((due.at, due.id) for due in state.scan(DUE))
