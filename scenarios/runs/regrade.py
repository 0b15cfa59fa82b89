"""Grading stored traces again, without running anything again, and saying what changed.

The world of an episode is rebuilt from its base and the row changes in its trace; then the graders of today read it
under the scenario as it is today. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from mock_services.errors import BanshiError, UsageError
from mock_services.trace import decode
from scenarios.episode import AFTERMATH, base_of
from scenarios.fallback import derive
from scenarios.grading import grade
from scenarios.grading.money import spent_fen
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.reasons import annotated
from scenarios.replay import NotReplayable, rebuild
from scenarios.results import EpisodeResult, Finding
from scenarios.runs.progress import Progress
from scenarios.runs.store import EpisodeRow, Store

SHOWN = ("outcome", "label", "quality", "stage", "harm_fen", "unconsented_fen", "orphaned_fen", "disclosures")
"""Figures of a verdict whose change is told one by one."""


class Change(msgspec.Struct, frozen=True):
    """An episode that is graded otherwise now. ``what`` maps a figure to (before, now)."""

    episode: str
    ordinal: int
    what: dict[str, tuple[Any, Any]]


class Skipped(msgspec.Struct, frozen=True):
    """An episode that cannot be graded again, and why."""

    episode: str
    ordinal: int
    why: str


class Regraded(msgspec.Struct, frozen=True):
    """What grading a run again found. ``same_suite``: the scenarios are those that it was run with."""

    run: str
    episodes: int
    regraded: int
    succeeded: int
    succeeded_before: int
    same_suite: bool
    changed: tuple[Change, ...]
    skipped: tuple[Skipped, ...]


def regrade(result: EpisodeResult, scenario: Scenario, suite: Suite) -> EpisodeResult:
    """A stored episode as it is graded today: verdict, fallback rows and costs are new, the rest is as it was.

    Args:
        result: The episode with its trace.
        scenario: Its scenario, as it is today; the words are those that were said.
        suite: For the services beside the built-in ones.

    Raises:
        NotReplayable: there is no trace, or the world cannot be rebuilt from it.
        UsageError: the scenario has no such fault plan any more.
    """
    if not result.trace:
        raise NotReplayable("its trace was not kept", fix="run it again")
    try:
        events = decode(result.trace)
        started = next(event for event in events if event.kind == "episode_started")
        ended = next(event for event in events if event.kind == "episode_ended")
    except (msgspec.MsgspecError, StopIteration) as error:
        raise NotReplayable("its trace breaks off", fix="run it again") from error
    said = scenario.model_copy(update={"words": started.data["words"]})
    scenario.plan(result.plan)
    world = rebuild(said, events, base_of(scenario, suite.services), until=ended.at + AFTERMATH)
    verdict = grade(said, result.plan, events, world)
    return msgspec.structs.replace(
        result, verdict=verdict, fallback=annotated(derive(events, verdict), events), spent_fen=spent_fen(events, world)
    )


def regrade_run(
    store: Store, run: str, suite: Suite, *, same_suite: bool, on_progress: Callable[[Progress], None] = lambda _: None
) -> Regraded:
    """Grade every episode of a run again, under the scenarios of ``suite``.

    Args:
        store: Where it is recorded.
        run: Its id.
        suite: The scenarios to grade by.
        same_suite: Whether they are those that it was run with, to be told.
        on_progress: Told after each episode.
    """
    rows = store.episodes(run)
    scenarios = {scenario.id: scenario for scenario in suite.scenarios}
    changed: list[Change] = []
    skipped: list[Skipped] = []
    succeeded = before = 0
    for done, row in enumerate(rows, 1):
        try:
            old = _stored(store, row)
            new = regrade(old, _known(scenarios, row), suite)
        except BanshiError as error:
            skipped.append(Skipped(row.id, row.ordinal, str(error)))
        else:
            succeeded += new.verdict.success
            before += row.success
            if what := dict(_differences(old, new)):
                changed.append(Change(row.id, row.ordinal, what))
        on_progress(Progress(done, len(rows), succeeded, 0))
    return Regraded(
        run=run,
        episodes=len(rows),
        regraded=len(rows) - len(skipped),
        succeeded=succeeded,
        succeeded_before=before,
        same_suite=same_suite,
        changed=tuple(changed),
        skipped=tuple(skipped),
    )


def _stored(store: Store, row: EpisodeRow) -> EpisodeResult:
    if row.outcome == "error":
        raise NotReplayable("the simulation failed in it", fix="run it again")
    return store.episode(row.run, row.ordinal)


def _known(scenarios: dict[str, Scenario], row: EpisodeRow) -> Scenario:
    if row.scenario not in scenarios:
        raise UsageError("its scenario is not in the suite any more", fix="name the suite or file that has it")
    return scenarios[row.scenario]


def _findings(result: EpisodeResult) -> list[Finding]:
    """What was found, without the words for what was wanted: those decide nothing."""
    return [msgspec.structs.replace(finding, wanted="") for finding in result.verdict.findings]


def _differences(old: EpisodeResult, new: EpisodeResult) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in SHOWN:
        before, now = getattr(old.verdict, name), getattr(new.verdict, name)
        if before != now:
            yield name, (before, now)
    if old.spent_fen != new.spent_fen:
        yield "spent_fen", (old.spent_fen, new.spent_fen)
    was, is_now = _findings(old), _findings(new)
    if was != is_now:
        gone = [f"{finding.check}: {finding.text}" for finding in was if finding not in is_now]
        come = [f"{finding.check}: {finding.text}" for finding in is_now if finding not in was]
        yield "findings", (gone, come)
    if old.fallback != new.fallback:
        yield "fallback", (len(old.fallback), len(new.fallback))
