"""understand: from the person's words and what can be looked up to a task; asks for what matters and is missing."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import ToolFailure
from agent.engine import EngineFailure
from agent.nodes.common import failed_mind, failure_of
from agent.state import Context, State
from agent.steps.base import Me
from agent.task import Task, from_json, to_json

MOST_QUESTIONS = 4


def understand(state: State, context: Context) -> State:
    """Read the words, look up what can be looked up, ask for the rest."""
    desk = context.desk
    update: State = {}
    try:
        if "me" not in state:
            update["me"] = msgspec.to_builtins(read_person(context))
        me = msgspec.convert(update.get("me") or state["me"], Me)
        known = state.get("task")
        if known:
            task = from_json(known)
        else:
            task = context.engine.understand(desk.episode.instruction, desk.episode.locale, me, desk)
            update["task"] = understood = to_json(task)
            desk.note("task", understood)
        asked = list(state.get("asked", []))
        replies = dict(state.get("replies", {}))
        while task.questions and len(asked) < MOST_QUESTIONS:
            question = task.questions[0]
            slot = f"{question.goal}.{question.field}"
            if slot in asked:
                task = msgspec.structs.replace(task, questions=task.questions[1:])
                continue
            reply = replies.get(f"{slot} {question.topic}")
            if reply is None:
                reply = desk.call("user_ask", {"topic": question.topic, "text": question.text}, need=("kind", "text"))
                replies[f"{slot} {question.topic}"] = {"kind": reply["kind"], "text": reply["text"]}
                update["replies"] = dict(replies)
            asked.append(slot)
            task = context.engine.answer(task, question, reply["kind"], reply["text"], me, desk)
            task = without_question(task, question.goal, question.field)
            update["task"] = understood = to_json(task)
            update["asked"] = asked
            desk.note("task", understood)
    except ToolFailure as error:
        return {**update, "failure": failure_of("", "understand", error), "goto": "recover"}
    except EngineFailure as error:
        # What was asked already is not asked again.
        return {**update, "failure": failed_mind("understand", context.engine.name, error), "goto": "recover"}
    context.understood(task)
    return {**update, "failure": None, "goto": "plan" if task.goals else "report"}


def without_question(task: Task, goal: str, field: str) -> Task:
    """The task without a question that has been asked."""
    left = tuple(q for q in task.questions if (q.goal, q.field) != (goal, field))
    return msgspec.structs.replace(task, questions=left)


def read_person(context: Context) -> Me:
    """Who the person is and which places they call their own."""
    desk = context.desk
    profile = desk.call("user_profile", {}, need=("person_id", "name", "city", "location"))
    book = desk.call("user_addresses", {}, need=("addresses",))
    addresses: list[dict[str, Any]] = book["addresses"]
    return Me(
        id=profile["person_id"],
        name=profile["name"],
        phone=profile["phone"],
        city=profile["city"],
        city_names=(profile["city_name"], profile["city_name_en"]),
        location=profile["location"],
        addresses=addresses,
    )
