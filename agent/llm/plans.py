"""The plan that a model makes of the words: the schema that it fills in, what is wrong with one, and the task in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent.llm.chat import Call, Function
from agent.llm.prompts import prompt
from agent.llm.toolbox import Toolbox
from agent.rules.allowance import cut_allowance
from agent.rules.delegated import delegated_fen
from agent.task import (
    AnyGoal,
    Bill,
    Buy,
    Cancel,
    Collect,
    Mandate,
    Ride,
    Stay,
    Task,
    Tell,
    Transfer,
    Trip,
    Visit,
)
from mock_services.money import parse_yuan

PLAN: Final = "plan_errand"
MOST_SETS = 5
MOST_QUESTIONS = 3

_YUAN = {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"}
_TEXTS = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 12}


def plan_function(box: Toolbox, locale: str, topic: dict[str, Any], *, small: bool) -> Function:
    """The one tool that a model has while it reads the words. A small model is asked for the kinds and goals alone."""
    kinds = {"type": "array", "items": {"type": "string", "enum": list(box.kinds)}, "minItems": 1}
    properties: dict[str, Any] = {"kinds": {**kinds, "maxItems": 2 if small else MOST_SETS}, "goals": _TEXTS}
    if not small:
        question = {
            "type": "object",
            "properties": {"topic": topic, "text": {"type": "string"}},
            "required": ["topic", "text"],
        }
        collect = {"people": {"type": "integer", "minimum": 1, "maximum": 100}, "each": _YUAN}
        permission = {"single": _YUAN, "day": _YUAN, "total": _YUAN}
        properties |= {
            "limits": _TEXTS,
            "ask": {"type": "array", "items": question, "maxItems": MOST_QUESTIONS},
            "budget": {**_YUAN, "description": "yuan for everything together, if they named such a limit"},
            "collect": {
                "type": "object",
                "description": "of how many others money is asked, and how much of each",
                "properties": collect,
                "required": ["people", "each"],
            },
            "permission": {
                "type": "object",
                "description": "limits in yuan of a standing permission that they want to give",
                "properties": permission,
            },
        }
    schema = {"type": "object", "properties": properties, "required": ["kinds", "goals"]}
    return Function(PLAN, prompt(locale, "plan_tool"), schema)


def mistake_in(call: Call, function: Function) -> str:
    """What is wrong with a plan, in a few words; empty if nothing is."""
    if call.name != PLAN or call.args is None:
        return f"call {PLAN}"
    from jsonschema import Draft202012Validator

    error = next(iter(Draft202012Validator(function.parameters).iter_errors(call.args)), None)
    if error is None:
        return ""
    where = ".".join(str(part) for part in error.absolute_path) or PLAN
    return f"{where}: {error.message[:300]}"


def task_in(plan: Mapping[str, Any], words: str, locale: str) -> Task:
    """The task that the guard goes by: what a plan wants, within its limits.

    A model can tie its own hands by a plan, and not untie them: what may be paid without asking, and with a permission
    that was given before, is read from the words.
    """
    goals = tuple(_goal(f"g{number}", kind, plan) for number, kind in enumerate(plan["kinds"], 1) if kind in _GOALS)
    _, allowed = cut_allowance(words)
    return Task(
        locale,
        goals=goals,
        budget_fen=parse_yuan(plan.get("budget") or 0),
        pay_up_to_fen=delegated_fen(words, locale),
        allowance=(allowed.purpose or "*") if allowed is not None else "",
        allowance_only=allowed is not None and allowed.only,
    )


_GOALS: Final[dict[str, type[AnyGoal]]] = {
    "food": Buy,
    "goods": Buy,
    "flight": Trip,
    "train": Trip,
    "hotel": Stay,
    "ticket": Visit,
    "ride": Ride,
    "bill": Bill,
    "transfer": Transfer,
    "collect": Collect,
    "orders": Cancel,
    "permission": Mandate,
    "question": Tell,
}
"""What the guard takes a kind of errand to be for."""


def _goal(number: str, kind: str, plan: Mapping[str, Any]) -> AnyGoal:
    if kind == "collect":
        share = plan.get("collect") or {}
        return Collect(id=number, payers=("?",) * share.get("people", 1), each_fen=parse_yuan(share.get("each") or 0))
    if kind == "permission":
        most = {name: parse_yuan(value) for name, value in (plan.get("permission") or {}).items()}
        return Mandate(
            id=number, single_fen=most.get("single", 0), day_fen=most.get("day", 0), total_fen=most.get("total", 0)
        )
    return _GOALS[kind](id=number)
