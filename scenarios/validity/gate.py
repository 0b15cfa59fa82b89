"""The gate: every check on every scenario of a suite (or on a sample), spread over processes, in a fixed order."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

from mock_services.draws import Draws
from mock_services.errors import UsageError
from mock_services.extras import Extra
from scenarios.episode import base_of
from scenarios.loader import Suite
from scenarios.model import Scenario
from scenarios.runs.plan import load_sources
from scenarios.runs.workers import START_METHOD
from scenarios.validity.agents import idle, oracle, other_answers, vices
from scenarios.validity.certificates import certificate
from scenarios.validity.discover import reveals
from scenarios.validity.invariance import invariance
from scenarios.validity.mutation import mutation
from scenarios.validity.outcome import CHECKS, Checked, Report, tallies
from scenarios.validity.subject import Subject
from scenarios.validity.swaps import goal_swap

_ALL: tuple[tuple[str, Callable[[Subject], Iterator[Checked]]], ...] = tuple(
    zip(
        CHECKS,
        (oracle, certificate, idle, vices, reveals, other_answers, mutation, goal_swap, invariance),
        strict=True,
    )
)

Progress = Callable[[int, int], None]


def examine(suite: Suite, scenario: Scenario) -> list[Checked]:
    """Put one scenario to every test."""
    subject = Subject(suite, scenario)
    return [row for name, check in _ALL for row in _rows(name, check, subject)]


def _rows(name: str, check: Callable[[Subject], Iterator[Checked]], subject: Subject) -> list[Checked]:
    try:
        return list(check(subject))
    except Exception as error:  # one scenario that breaks a check must not hide what the others show
        why = f"the check itself failed: {type(error).__name__}: {error}"[:300]
        return [Checked(name, subject.scenario.id, "clean", "", False, why)]


def validate(
    suite: Suite,
    sources: Sequence[str],
    *,
    sample: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_progress: Progress = lambda *_: None,
) -> Report:
    """Put a suite through the gate.

    Args:
        suite: What is examined.
        sources: The names that it was loaded by, for processes that cannot be forked.
        sample: So many of its scenarios only, drawn by ``seed``; a drawn pair brings its other half.
        seed: Draws the sample.
        workers: In so many processes.
        on_progress: Is told after each scenario how many of how many are done.
    """
    started = perf_counter()
    chosen = drawn(suite, sample, seed)
    rows: list[Checked] = []
    for done, part in enumerate(_examined(suite, tuple(sources), chosen, workers), 1):
        rows += part
        on_progress(done, len(chosen))
    order = {check: i for i, check in enumerate(CHECKS)}
    rows.sort(key=lambda row: order[row.check])
    episodes = sum(1 + len(scenario.plans) for scenario in chosen)
    seconds = perf_counter() - started
    return Report(
        suite.name, suite.hash, len(suite.scenarios), len(chosen), episodes, tuple(rows), tallies(rows), seconds
    )


def drawn(suite: Suite, sample: int | None, seed: int) -> tuple[Scenario, ...]:
    """The scenarios to examine, in suite order.

    Raises:
        UsageError: a sample of none.
    """
    if sample is None or sample >= len(suite.scenarios):
        return suite.scenarios
    if sample < 1:
        raise UsageError(f"a sample of {sample} says nothing", fix="1 or more")
    names = {scenario.id for scenario in Draws(f"validate:{seed}").sample(suite.scenarios, sample, suite.name)}
    pairs = {scenario.pair for scenario in suite.scenarios if scenario.id in names and scenario.pair}
    return tuple(scenario for scenario in suite.scenarios if scenario.id in names or scenario.pair in pairs)


# --- processes -----------------------------------------------------------------------------------------------

_shared: dict[str, Suite] = {}


def _examined(
    suite: Suite, sources: tuple[str, ...], chosen: tuple[Scenario, ...], workers: int
) -> Iterator[list[Checked]]:
    if workers < 2 or len(chosen) < 2:
        for scenario in chosen:
            yield examine(suite, scenario)
        return
    for scenario in chosen[:1]:
        base_of(scenario, suite.services)  # before the fork, so that its pages are shared
    context: Any = multiprocessing.get_context(START_METHOD)
    given = (suite if START_METHOD == "fork" else None, sources, suite.services)
    gc.collect()
    gc.freeze()
    try:
        with context.Pool(min(workers, len(chosen)), _begin, given) as pool:
            yield from pool.imap(_examine, [scenario.id for scenario in chosen], chunksize=1)
    finally:
        gc.unfreeze()


def _begin(suite: Suite | None, sources: tuple[str, ...], services: tuple[Extra, ...]) -> None:
    _shared["suite"] = suite or load_sources(sources, services)


def _examine(scenario_id: str) -> list[Checked]:
    suite = _shared["suite"]
    return examine(suite, suite.scenario(scenario_id))
