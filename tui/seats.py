"""What the screens of the seats do with sessions: which errands there are, starting one, going on with one.

Called from worker threads. Data and deeds only, no screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mock_services.errors import UsageError
from mock_services.trace import digest, encode
from scenarios.results import EpisodeResult, Verdict
from tui.playback import Playback

if TYPE_CHECKING:
    from pydantic import BaseModel

    from scenarios.session.session import Session

PERSON, AGENT = "the person", "the agent"
"""The seats, as they are chosen."""


class Errand(msgspec.Struct, frozen=True):
    """A scenario to take a seat in. ``plans`` are its fault plans, ``clean`` the first; ``haystack`` is for filters."""

    suite: str
    id: str
    family: str
    locale: str
    level: int
    person: str
    words: str
    plans: tuple[str, ...]
    haystack: str


def suites() -> list[str]:
    """The suites that one can choose from, the small ones first."""
    from scenarios.loader import suite_names

    first = ("tiny", "smoke", "core")
    return sorted(suite_names(), key=lambda name: (first.index(name) if name in first else len(first), name))


def errands(suite: str) -> list[Errand]:
    """The errands of a suite.

    Raises:
        UsageError: there is no such suite.
    """
    from scenarios.families.difficulty import level
    from scenarios.loader import load_suite

    found = []
    for one in load_suite(suite).scenarios:
        plans = ("clean", *one.plans)
        haystack = " ".join((one.id, one.family, one.locale, one.person.name, one.words, *plans)).casefold()
        told = (one.id, one.family, one.locale, level(one), one.person.name, one.words)
        found.append(Errand(suite, *told, plans, haystack))
    return found


def seat_form(errand: Errand) -> type[BaseModel]:
    """The model of the form by which a seat is taken in an errand."""
    from pydantic import ConfigDict, Field, create_model

    from agent.build import ENGINES
    from agent.fallback.policy import SHIPPED

    fields: dict[str, Any] = {
        "seat": (Literal[PERSON, AGENT], Field(description="whom you are: you answer, or you call the tools")),
        "faults": (Literal[errand.plans], Field("clean", description="the fault plan: what will break")),
        "engine": (Literal[ENGINES], Field("rules", description="the agent's mind, where you are the person")),
        "fallback": (Literal[SHIPPED], Field("full", description="the agent's fallback policy")),
        "guard": (bool, Field(True, description="whether the agent's writes are checked before they leave")),
        "seed": (int, Field(0, ge=0, lt=2**31, description="redraws what is left to chance")),
    }
    return create_model("Seat", __config__=ConfigDict(extra="forbid"), **fields)


def take_seat(store: Path | None, errand: Errand, values: Mapping[str, Any]) -> Session:
    """Start a session, as the form says. It has not gone on yet.

    Raises:
        UsageError: the form names something that there is not.
        StoreError: the session cannot be kept.
    """
    from scenarios.session.desk import AgentSeat
    from scenarios.session.session import HUMAN, Session
    from scenarios.session.shelf import new_path
    from tui.cli.run_plan import manifest_of

    human_acts = values["seat"] == AGENT
    options: dict[str, Any] = {}
    if not human_acts:
        options = {"fallback": values.get("fallback", "full"), "guard": bool(values.get("guard", True))}
    path = new_path(store)
    options["session"] = path.stem
    selection = {"faults": values.get("faults", "clean"), "only": (errand.id,)}
    agent = HUMAN if human_acts else values.get("engine", "rules")
    kind = AgentSeat if human_acts else Session
    try:
        draws = {"seed": int(values.get("seed", 0))}
        manifest, suite = manifest_of((errand.suite,), (), agent, options, draws, selection)
        return kind.start(manifest, suite, path, store)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def reopen(store: Path | None, name: str, *, human_acts: bool) -> Session:
    """Open a session by its name.

    Raises:
        UsageError: there is none, or its suite has changed.
        StoreError: it cannot be used, or another process has it open.
    """
    from scenarios.session.desk import AgentSeat
    from scenarios.session.session import Session
    from scenarios.session.shelf import folder

    if not name.startswith("s") or not name[1:].isdigit():
        raise UsageError(f"{name!r} is no session")
    return (AgentSeat if human_acts else Session).open(folder(store) / f"{name}.db", store)


def so_far(session: Session) -> Playback:
    """A session as an episode to look at, though it has not ended and nobody has judged it."""
    if session.result is not None:
        return Playback(session.result)
    trace = encode(session.events)
    scenario = session.scenario
    nothing = Verdict("", "", (), 0, 0)
    return Playback(
        EpisodeResult(
            ordinal=0,
            scenario=scenario.id,
            family=scenario.family,
            locale=scenario.locale,
            plan="",
            agent="",
            seed=0,
            verdict=nothing,
            terminated=False,
            truncated=False,
            error="",
            calls=0,
            asks=0,
            spent_fen=0,
            virtual_ms=0,
            fallback=(),
            trace=trace,
            digest=digest(trace),
        )
    )
