"""A session: one errand with a human in the person's seat, that can be stopped at any moment and gone on with.

Start one or open one, let it :meth:`~Session.proceed` until it waits for an answer or has ended, answer, and proceed
again. Whoever shows it is told every event of the trace as it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from agent.build import is_engine
from agent.durable import Diverged, NotWritten, PersonNeeded, Suspended, durable
from agent.interface import Agent
from agent.live import Wire, build_live
from mock_services.clock import Instant
from mock_services.errors import UsageError
from mock_services.trace import Event, Recorder
from scenarios.episode import PersonOf, base_of, run_episode
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.results import EpisodeResult, EpisodeSpec
from scenarios.runs.manifest import Manifest
from scenarios.runs.plan import load_sources, plan_episodes
from scenarios.runs.schema import StoreError
from scenarios.runs.single import record_alone
from scenarios.runs.workers import agent_of, costing_at_most, warm_up
from scenarios.session.file import SessionFile
from scenarios.session.seat import Question, Reply, Seat, SeatedPerson

Tell = Callable[[Event], None]

HUMAN = "human"
"""The agent of sessions in which the human has the agent's seat (:mod:`scenarios.session.desk`)."""


class SessionDiverged(UsageError):
    """A session cannot be gone on with: run again, something comes out otherwise than it is written down."""


class Session:
    """An open session. ``question`` is what it waits for, ``result`` how it ended, ``run`` the run in the store.

    ``events`` is the trace as far as it has come.
    """

    human_acts = False
    """Whether the human has the agent's seat, and not the person's."""

    def __init__(self, file: SessionFile, suite: Suite | None = None, store: Path | None = None) -> None:
        self._file, self._store = file, store
        manifest = file.manifest
        self._suite = suite or load_sources(manifest.sources, manifest.services)
        if self._suite.hash != manifest.suite_hash:
            raise UsageError(
                f"suite {manifest.suite} has changed since session {file.path.stem} was started",
                fix="bring it back as it was, or start a new session",
            )
        self._spec: EpisodeSpec = plan_episodes(self._suite, manifest)[0]
        scenario = self._suite.scenario(self._spec.scenario)
        self.scenario: Scenario = costing_at_most(scenario, self._spec.options.get("max_cost_micros"))
        self.question: Question | None = None
        self.result: EpisodeResult | None = file.result()
        self.run = file.said("run")
        self.events: list[Event] = []
        self._told = int(file.said("told") or 0)

    @classmethod
    def start(cls, manifest: Manifest, suite: Suite, path: Path, store: Path | None = None) -> Self:
        """Make a session in a file; it is recorded in ``store`` when it has ended, by default in the user's.

        Raises:
            UsageError: the manifest does not mean exactly one episode, or its agent does not exist or has a model that
                does not answer.
            StoreError: the file cannot be used.
        """
        specs = plan_episodes(suite, manifest)
        if len(specs) != 1:
            raise UsageError(
                f"that means {len(specs)} episodes, a session is one", fix="name one scenario and one plan"
            )
        cls._ready(specs, suite)
        return cls._of(SessionFile(path, manifest), suite, store)

    @classmethod
    def open(cls, path: Path, store: Path | None = None) -> Self:
        """Open a session, to go on with it.

        Raises:
            UsageError: there is none, its human has the other seat, or its suite has changed.
            StoreError: the file cannot be used, or another process has it open.
        """
        return cls._of(SessionFile(path), None, store)

    @classmethod
    def _ready(cls, specs: Sequence[EpisodeSpec], suite: Suite) -> None:
        warm_up(specs, suite)

    @classmethod
    def _of(cls, file: SessionFile, suite: Suite | None, store: Path | None) -> Self:
        try:
            if (file.manifest.agent == HUMAN) != cls.human_acts:
                seat = "the person's" if cls.human_acts else "the agent's"
                raise UsageError(f"in session {file.path.stem} you have {seat} seat", fix="banshi tui, then F4")
            return cls(file, suite, store)
        except BaseException:
            file.close()
            raise

    @property
    def name(self) -> str:
        """What it is called."""
        return self._file.path.stem

    def close(self) -> None:
        """Leave the session; it can be opened again."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- going on ----------------------------------------------------------------------------------------------

    def proceed(self, tell: Tell = lambda _: None) -> None:
        """Go on until the person has to answer (``question``) or the errand has ended (``result``).

        Args:
            tell: Told every event that was not told before, as it happens. It may raise, which stops the errand there.

        Raises:
            SessionDiverged: the session was made by another version, or its agent does not do the same things again.
            StoreError: the file, or the store, takes no more.
        """
        self.question = None
        if self.result is None:
            self._go_on(tell)
        if self.result is not None and not self.run:
            self._record(self.result)

    def answer(self, reply: Reply) -> None:
        """Say what the person says to :attr:`question`. It is kept; :meth:`proceed` goes on from there.

        Raises:
            UsageError: nothing is asked.
        """
        if self.question is None:
            raise UsageError("nothing is asked now", where=f"session {self.name}")
        Seat(self._file).take(self.question, reply)
        self.question = None

    def _go_on(self, tell: Tell) -> None:
        seat, wire = Seat(self._file), Wire(self._teller(tell))
        recorder = _Told(seat, wire)
        self.events = recorder.events
        spec = self._spec
        try:
            result = run_episode(
                self.scenario,
                spec.plan,
                self._agent(seat, wire),
                agent_name=spec.agent,
                seed=spec.seed,
                base=base_of(self.scenario, self._suite.services),
                person_of=self._person_of(seat),
                recorder=recorder,
            )
        except Diverged as error:
            raise SessionDiverged(
                str(error), where=f"session {self.name}", fix="start a new one; this one stays as it is"
            ) from error
        except NotWritten as error:
            raise StoreError(str(error), where=str(self._file.path), fix="make room, and go on with it") from error
        except Suspended as waits:
            self._wait(waits)
            self._file.say(told=str(self._told))
        else:
            self._file.end(result)
            self.result = result

    def _wait(self, why: Suspended) -> None:
        """Take note of what is waited for."""
        if not isinstance(why, PersonNeeded):
            raise why
        self.question = msgspec.convert(why.question, Question)

    def _person_of(self, seat: Seat) -> PersonOf:
        return lambda scenario: SeatedPerson(scenario, seat)

    def _agent(self, seat: Seat, wire: Wire) -> Agent:
        options = self._spec.options
        if not is_engine(self._spec.agent):
            return durable(agent_of(self._spec, self._suite), self._file.journal)
        return build_live(
            self._spec.agent,
            fallback=str(options["fallback"]),
            guard=bool(options["guard"]),
            file=self._file.path,
            journal_of=self._file.journal,
            answer_to=seat.answer_to,
            wire=wire,
            llm=options.get("llm"),
        )

    def _teller(self, tell: Tell) -> Tell:
        def told(event: Event) -> None:
            if event.seq >= self._told:
                self._told = event.seq + 1
                tell(event)

        return told

    def _record(self, result: EpisodeResult) -> None:
        """Put the episode into the store, as a run of its own; once, also if it is killed on the way."""
        self.run = record_alone(self._file.manifest, result, self._store, tags=("session",))
        self._file.say(run=self.run)


class _Told(Recorder):
    """A recorder whose events are sent on as they come; and which notices when the agent is done."""

    __slots__ = ("_seat", "_started", "_wire")

    def __init__(self, seat: Seat, wire: Wire) -> None:
        super().__init__()
        self._seat, self._wire = seat, wire
        self._started = False

    def keep(self, at: Instant, kind: str, data: dict[str, Any]) -> None:
        """Append an event and send it on. What the set-up does before the episode starts is no part of the trace."""
        super().keep(at, kind, data)
        self._started = self._started or kind == "episode_started"
        self._seat.left = self._seat.left or kind == "episode_ended"
        if self._started:
            self._wire.send(self.events[-1])
