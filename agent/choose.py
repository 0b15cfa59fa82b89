"""Choosing among candidates under the budget of the whole errand."""

from __future__ import annotations

from itertools import product

import msgspec

from agent.desk import NoWay
from agent.nodes.common import give_up, goal_of
from agent.steps import executor_for
from agent.steps.base import StepState, Work, fact
from agent.task import Trip
from mock_services.money import format_yuan


def choose(steps: list[StepState], work: Work) -> None:
    """Choose a candidate for every step that has been looked at.

    Candidates come best first. Without a budget over all, each step gets its best one; with it, the combination
    that gives up least (by the sum of ranks, then by price) among those within the budget.
    """
    todo = [step for step in steps if step["status"] == "looked" and "chosen" not in step]
    budget = work.task.budget_fen
    if not budget:
        for step in todo:
            step["chosen"] = 0
        return
    spent = cheapest = left = 0
    for rescue in (None, widen, reopen):
        if rescue is not None and not rescue(todo, work):
            continue
        spent = sum(cost(step) for step in work.steps.values() if step not in todo and "chosen" in step)
        left = budget - spent
        cheapest = sum(min(c["fen"] for c in step["candidates"]) for step in todo)
        if cheapest <= left:
            break
    else:
        facts = [fact("price_floor", format_yuan(cheapest + spent))]
        for step in todo:
            give_up(step, "over_budget", f"budget {format_yuan(budget)}", facts if step is todo[0] else None)
        return
    ranked = [_shortlist(step) for step in todo]
    best: tuple[tuple[int, int], tuple[int, ...]] | None = None
    for combination in product(*ranked):
        fen = sum(step["candidates"][i]["fen"] for step, i in zip(todo, combination, strict=True))
        if fen <= left and (best is None or (sum(combination), fen) < best[0]):
            best = ((sum(combination), fen), combination)
    chosen = best[1] if best is not None else tuple(_cheapest(step) for step in todo)
    for step, index in zip(todo, chosen, strict=True):
        step["chosen"] = index


def widen(steps: list[StepState], work: Work) -> bool:
    """Add the other means of transport where only one was looked at; the person sees it in the offer.

    Raises:
        ToolFailure: the look-up failed.
    """
    found = False
    for step in steps:
        goal = goal_of(work.task, step)
        if not isinstance(goal, Trip) or not goal.mode or goal.only or step.get("widened"):
            continue
        step["widened"] = True
        other = msgspec.structs.replace(goal, mode="train" if goal.mode == "flight" else "flight", cabin="", number="")
        try:
            step["candidates"] = [*step["candidates"], *executor_for(goal)[1].look(other, work)]
        except NoWay:
            continue
        found = True
    return found


def reopen(steps: list[StepState], work: Work) -> bool:
    """Let go of what is chosen or reserved and not paid for, so that everything can be chosen anew together.

    Raises:
        ToolFailure: a reservation could not be released.
    """
    held = [s for s in work.steps.values() if s["status"] in ("looked", "placed") and s not in steps]
    for step in held:
        goal = goal_of(work.task, step)
        placed = step.get("placed")
        if placed is not None:
            executor_for(goal)[1].undo(goal, placed, work)
        step["placed"] = None
        step["status"] = "looked"
        step["attempt"] = step.get("attempt", 0) + 1
        step.pop("chosen", None)
        steps.append(step)
    widen(held, work)
    return bool(held)


def cost(step: StepState) -> int:
    """What a step costs that has been chosen: nothing if it came to nothing."""
    if step["status"] in ("failed", "dropped"):
        return 0
    placed = step.get("placed")
    return placed.get("fen", 0) if placed else step["candidates"][step["chosen"]]["fen"]


def _cheapest(step: StepState) -> int:
    return min(range(len(step["candidates"])), key=lambda i: (step["candidates"][i]["fen"], i))


def _shortlist(step: StepState, most: int = 8) -> list[int]:
    # Only a candidate that is cheaper than every better-ranked one can help to keep a budget.
    kept: list[int] = []
    lowest: int | None = None
    for i, candidate in enumerate(step["candidates"]):
        if lowest is None or candidate["fen"] < lowest:
            kept.append(i)
            lowest = candidate["fen"]
    return kept if len(kept) <= most else [*kept[: most - 1], kept[-1]]
