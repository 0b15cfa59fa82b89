"""report: tell the person what was done, what it cost, what was not done and why."""

from __future__ import annotations

from typing import Any

from agent.desk import ToolFailure
from agent.nodes.common import failure_of
from agent.phrases import moment, phrase
from agent.state import Context, State
from agent.steps.base import StepState
from mock_services.money import format_yuan

DECLINED = frozenset({"over_budget", "not_found", "not_possible", "refused_by_person", "too_late", "closed",
                      "suspicious", "sold_out", "needs_person"})  # fmt: skip
"""Reasons for which leaving it is the right answer; the others are failures."""

TOLD_AS = {"undo": "not_possible", "payment_pending": "payment_failed", "engine_down": "other"}
"""Reasons of our own by the code that the report gives them."""


def report(state: State, context: Context) -> State:
    """Put the report together from the steps and deliver it."""
    steps = state.get("steps", [])
    task = state.get("task")
    language = task["language"] if task else context.desk.episode.locale
    args = compose(steps, language, state)
    try:
        context.desk.call("user_report", args)
    except ToolFailure as error:
        return {"failure": failure_of("", "report", error), "goto": "recover"}
    return {"goto": "end", "failure": None, "reported": True}


def compose(steps: list[StepState], language: str, state: State) -> dict[str, Any]:
    """The arguments of ``user_report``."""
    done = [step for step in steps if step["status"] == "done"]
    missed = [step for step in steps if step["status"] != "done"]
    first = next((step for step in missed if step.get("reason") not in (None, "", "undo")), None)
    if first is not None:
        reason, constraint = first["reason"], first.get("constraint", "")
    elif missed or not steps:
        reason, constraint = (state.get("notes") or ["not_possible"])[0], ""
    else:
        reason, constraint = "", ""
    if steps and not missed:
        status = "done"
    elif done:
        status = "partly"
    else:
        status = "declined" if reason in DECLINED else "failed"
    lines = [phrase(language, "done_line", what=title_of(step), facts=fact_text(step, language)) for step in done]
    lines += [
        phrase(
            language, "missed_line", what=title_of(step), why=phrase(language, f"reason_{step.get('reason') or 'undo'}")
        )
        for step in missed
    ]
    if not steps:
        unclear = (state.get("task") or {}).get("unclear", "")
        lines.append(phrase(language, "nothing", why=unclear or phrase(language, f"reason_{reason}")))
    if state.get("handed_over"):
        lines.append(phrase(language, "handed_over"))
    total = sum((step.get("placed") or {}).get("fen", 0) for step in done)
    if total:
        lines.append(phrase(language, "total", total=format_yuan(total)))
    facts = [fact for step in steps for fact in step.get("facts", [])]
    return {
        "status": status,
        "reason_code": TOLD_AS.get(reason, reason),
        "binding_constraint": constraint[:200],
        "facts": facts[:40],
        "text": "\n".join(lines)[:4000],
    }


def title_of(step: StepState) -> str:
    """What a step is about, in words."""
    placed = step.get("placed")
    if placed and placed.get("subject"):
        return str(placed["subject"])
    if step.get("candidates") and "chosen" in step:
        return step["candidates"][step["chosen"]]["title"]
    return str(step.get("result", {}).get("title") or step["kind"])


def fact_text(step: StepState, language: str) -> str:
    """The facts of a step in words: amounts as they stand in the facts, moments as people write them."""
    return ", ".join(
        f"{phrase(language, 'fact_' + fact['name'])} {moment(language, fact['value'])}"
        for fact in step.get("facts", [])
        if fact["name"] != "other"
    )
