"""The agent's seat, with a human in it: they call the tools themselves, and are graded like any agent.

Every call is written down with its answer. To go on after a call, or after a stop, the errand is run again from its
beginning, which takes some milliseconds: the world answers as it did, and the next call is the first one that is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agent.durable import Durable, Suspended
from agent.interface import Agent, Episode
from agent.live import Wire
from mock_services.errors import UsageError
from mock_services.registry import Registry
from scenarios.episode import PersonOf, base_of
from scenarios.loader import Suite
from scenarios.people import SimulatedPerson
from scenarios.results import EpisodeSpec
from scenarios.session.seat import Seat
from scenarios.session.session import Session, Tell


class ActNeeded(Suspended):
    """The human has to say what is to be done next."""


class AgentSeat(Session):
    """A session in which the human is the agent. ``waiting`` says that they have to :meth:`call` or to :meth:`finish`.

    ``words`` is what the person asked for last, ``calls`` how many calls were made in the errand, of ``most_calls``.
    """

    human_acts = True

    waiting = False
    words = ""
    calls = 0
    _act: tuple[str, list[Any]] | None = None

    @classmethod
    def _ready(cls, specs: Sequence[EpisodeSpec], suite: Suite) -> None:
        base_of(suite.scenario(specs[0].scenario), suite.services)

    @property
    def registry(self) -> Registry:
        """What can be called."""
        return base_of(self.scenario, self._suite.services).registry

    @property
    def most_calls(self) -> int:
        """How many calls the errand allows."""
        return self.scenario.limits.calls

    def call(self, tool: str, args: Mapping[str, Any], tell: Tell = lambda _: None) -> None:
        """Call a tool; what came of it is in :attr:`events`.

        Raises:
            UsageError: the errand is over.
            SessionDiverged, StoreError: as :meth:`proceed`.
        """
        self._do("call", [tool, dict(args)], tell)

    def note(self, text: str, tell: Tell = lambda _: None) -> None:
        """Leave a remark in the trace, which is shown and never graded.

        Raises:
            As :meth:`call`.
        """
        self._do("note", ["remark", {"text": text}], tell)

    def finish(self, tell: Tell = lambda _: None) -> None:
        """Say that the errand is over; the next one of the same episode begins, or it is graded.

        Raises:
            As :meth:`call`.
        """
        self._do("done", [], tell)

    def _do(self, kind: str, given: list[Any], tell: Tell) -> None:
        if self.result is not None:
            raise UsageError("the errand is over", where=f"session {self.name}")
        # As it is read back: what is done now and what is done again are the same.
        self._act = kind, msgspec.json.decode(msgspec.json.encode(given))
        try:
            self.proceed(tell)
        finally:
            self._act = None

    def _go_on(self, tell: Tell) -> None:
        self.waiting = False
        super()._go_on(tell)

    def _wait(self, why: Suspended) -> None:
        if not isinstance(why, ActNeeded):
            raise why
        self.waiting = True

    def _person_of(self, seat: Seat) -> PersonOf:
        return SimulatedPerson

    def _agent(self, seat: Seat, wire: Wire) -> Agent:
        def run(episode: Episode) -> None:
            self.words, self.calls = episode.instruction, 0
            journal = self._file.journal(episode.episode_id)
            lasting = Durable(episode, journal)
            while True:
                known = journal.entry(lasting.position)
                if known is not None:
                    kind, given = msgspec.json.decode(known.asked)
                elif self._act is not None:
                    (kind, given), self._act = self._act, None
                else:
                    raise ActNeeded
                if kind == "done":
                    lasting.done()
                    return
                if kind == "call":
                    self.calls += 1
                    lasting.call(*given)
                else:
                    lasting.note(*given)

        return run
