"""Check 6: a planted mistake flips the verdict.

A mutant that survives is a hole in the grading or in the goal, unless the mistake is none: unless SQL that shares no
code with grading finds nothing in the goal that speaks against the changed row.
"""

from __future__ import annotations

from collections.abc import Iterator

from mock_services.errors import InternalError
from mock_services.world import World
from scenarios.grading.case import gather
from scenarios.validity.equivalent import accepts
from scenarios.validity.mutants import Mutant, mutants
from scenarios.validity.outcome import Checked
from scenarios.validity.play import Played
from scenarios.validity.subject import Subject


def mutation(subject: Subject) -> Iterator[Checked]:
    """Every mistake planted into the oracle's end is found."""
    scenario, played = subject.scenario, subject.honest["clean"]
    if not played.verdict.success:
        return
    case = gather(scenario, scenario.plan("clean"), played.events, played.world())
    for mutant in mutants(case):
        survived = _survives(played, case.world.fork(), mutant)
        name = f"{mutant.name} in {mutant.change.table}/{mutant.change.key}"
        if survived and accepts(case, mutant):
            yield Checked("mutation", scenario.id, "clean", name, None, "equivalent: the goal says nothing against it")
            continue
        why = "the verdict stays a success: the goal, or grading, does not look at it" if survived else ""
        yield Checked("mutation", scenario.id, "clean", name, not survived, why)


def _survives(played: Played, world: World, mutant: Mutant) -> bool:
    world.state.apply(mutant.change)
    try:
        return played.graded_as(played.scenario, world).success
    except InternalError:
        # The books do not balance any more: nobody could take that for a success.
        return False
