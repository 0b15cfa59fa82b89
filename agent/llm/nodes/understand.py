"""understand: the model says what kind of errand it is, what the goals and the limits are, and what has to be asked."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import ToolFailure
from agent.engine import EngineFailure
from agent.llm.caller import Caller
from agent.llm.chat import Call, Message
from agent.llm.mind import Mind, kept, mind_of
from agent.llm.plans import mistake_in, plan_function, task_in
from agent.llm.prompts import prompt
from agent.llm.talk import ask, failed
from agent.llm.toolbox import Toolbox, slim, toolbox_of
from agent.llm.wording import city_name, clip
from agent.nodes.common import failure_of
from agent.nodes.understand import read_person
from agent.state import Context, State
from agent.steps.base import Me
from agent.task import to_json

TRIES = 3


def understand(caller: Caller, state: State, context: Context) -> State:
    """Ask the model what the errand is, and the person what it says is missing."""
    desk = context.desk
    mind = mind_of(state)
    update: State = {}
    try:
        if "me" not in state:
            update["me"] = msgspec.to_builtins(read_person(context))
        me = msgspec.convert(update.get("me") or state["me"], Me)
        if desk.now is None:
            desk.call("clock_now", {})
        mind.began = mind.began or (desk.now.isoformat(timespec="minutes") if desk.now else "")
    except ToolFailure as error:
        return {**update, "failure": failure_of("", "understand", error), "goto": "recover"}
    words, locale = desk.episode.instruction, desk.episode.locale
    box = toolbox_of(desk.episode.tools)
    if not mind.sets:
        plan = _plan_of(caller, mind, context, box, me)
        mind.plan, mind.sets = plan, list(dict.fromkeys(plan["kinds"]))
        # What was said so far was about the plan; the errand itself begins with its words.
        mind.transcript = [Message("user", prompt(locale, "errand", words=words))]
        for key in ("goals", "limits"):
            if plan.get(key):
                mind.say(prompt(locale, key, **{key: "\n".join(f"- {one}" for one in plan[key])}))
        mind.waiting = list(plan.get("ask", []))
    asked = list(state.get("asked", []))
    try:
        while mind.waiting:
            question = mind.waiting[0]
            # Before the call: it is asked once, whatever becomes of the answer.
            reply = desk.call("user_ask", {"topic": question["topic"], "text": question["text"]}, need=("text",))
            mind.waiting = mind.waiting[1:]
            asked.append(question["topic"])
            told = str(reply["text"])
            mind.say(prompt(locale, "asked_and_told", question=question["text"], answer=told))
    except ToolFailure as error:
        failure = failure_of("", "understand", error)
        return {**update, "mind": kept(mind), "asked": asked, "failure": failure, "goto": "recover"}
    task = task_in(mind.plan, words, locale)
    context.understood(task)
    desk.note("task", {"kinds": mind.sets, "text": [clip(turn.text, 500, locale) for turn in mind.transcript[1:]]})
    return {**update, "task": to_json(task), "mind": kept(mind), "asked": asked, "failure": None, "goto": "plan"}


def _plan_of(caller: Caller, mind: Mind, context: Context, box: Toolbox, me: Me) -> dict[str, Any]:
    """What the model makes of the words.

    Raises:
        EngineFailure: nothing, after some tries.
    """
    episode = context.desk.episode
    locale, small = episode.locale, caller.spec.local
    kinds = ", ".join(box.kinds) if small else "; ".join(f"{name} – {about}" for name, about in box.kinds.items())
    key = "understand_small" if small else "understand"
    system = prompt(locale, key, name=me.name, city=city_name(me, locale), now=mind.began, kinds=kinds)
    function = plan_function(box, locale, _topics(context), small=small)
    mind.transcript = [Message("user", episode.instruction)]
    mistake = ""
    for _ in range(TRIES):
        answer = ask(caller, mind, context, "understand", system, (function,))
        call = answer.calls[0] if answer.calls else Call("", None)
        mistake = mistake_in(call, function)
        if not mistake:
            assert call.args is not None
            return call.args
        mind.transcript = [*mind.transcript[:1], Message("assistant", clip(answer.text, 500, locale) or "…")]
        mind.say(prompt(locale, "mistake", why=mistake))
    mind.transcript = []
    raise failed(mind, EngineFailure("malformed", mistake))


def _topics(context: Context) -> dict[str, Any]:
    tool = next((tool for tool in context.desk.episode.tools if tool.name == "user_ask"), None)
    topic: dict[str, Any] = slim(tool.parameters)["properties"].get("topic", {}) if tool is not None else {}
    return topic or {"type": "string"}
