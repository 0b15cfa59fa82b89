"""plan: a step for every goal, with what each has to wait for."""

from __future__ import annotations

from agent.nodes.common import task_of
from agent.state import Context, State
from agent.steps import executor_for
from agent.steps.base import StepState
from agent.task import AnyGoal, Buy, Mandate, Ride, Stay, Task, Trip


def plan(state: State, context: Context) -> State:
    """Make the steps, in an order in which each comes after what it needs."""
    task = task_of(state, context)
    steps: list[StepState] = []
    waiting = list(task.goals)
    made: set[str] = set()
    while waiting:
        # A cycle cannot come from the words; if an engine makes one, the goals run in the order given.
        ready = next((goal for goal in waiting if needs_of(goal, task) <= made), waiting[0])
        waiting.remove(ready)
        made.add(ready.id)
        steps.append(
            StepState(
                goal=ready.id,
                kind=executor_for(ready)[0],
                needs=sorted(needs_of(ready, task)),
                status="todo",
                attempt=0,
                facts=[],
            )
        )
    context.desk.note("plan", {"steps": [{"goal": s["goal"], "kind": s["kind"], "needs": s["needs"]} for s in steps]})
    return {"steps": steps, "goto": "act"}


def needs_of(goal: AnyGoal, task: Task) -> set[str]:
    """The goals that have to be looked at before this one can be."""
    known = {other.id for other in task.goals}
    needs: set[str] = set()
    if isinstance(goal, Trip):
        needs |= {goal.back_of, goal.replaces}
    elif isinstance(goal, Stay):
        needs |= {goal.replaces}
        needs |= {trip.id for trip in task.goals if isinstance(trip, Trip) and not trip.back_of and not goal.check_in}
    elif isinstance(goal, Ride):
        needs |= {goal.before, goal.after}
        needs |= {end.removeprefix("@").partition(".")[0] for end in (goal.origin, goal.destination) if end[:1] == "@"}
    elif isinstance(goal, Buy):
        needs |= {goal.to.removeprefix("@").partition(".")[0]} if goal.to.startswith("@") else set()
        needs |= {other.id for other in task.goals if isinstance(other, Mandate)}
    return (needs & known) - {goal.id}
