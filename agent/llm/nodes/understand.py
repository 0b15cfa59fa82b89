"""understand: the model says what kind of errand it is, what the goals and the limits are, and what has to be asked."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.desk import ToolFailure
from agent.engine import EngineFailure
from agent.llm.caller import Caller
from agent.llm.chat import Call, Function, Message
from agent.llm.mind import Mind, kept, mind_of
from agent.llm.prompts import prompt
from agent.llm.talk import ask, failed
from agent.llm.toolbox import Toolbox, slim, toolbox_of
from agent.llm.wording import city_name, clip
from agent.nodes.common import failure_of
from agent.nodes.understand import read_person
from agent.rules.delegated import delegated_fen
from agent.state import Context, State
from agent.steps.base import Me
from agent.task import Task, to_json

PLAN = "plan_errand"
MOST_SETS = 4
MOST_QUESTIONS = 3
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
        mind.sets = list(dict.fromkeys(plan["kinds"]))[:MOST_SETS]
        # What was said so far was about the plan; the errand itself begins with its words.
        mind.transcript = [Message("user", prompt(locale, "errand", words=words))]
        for key in ("goals", "limits"):
            if plan.get(key):
                mind.say(prompt(locale, key, **{key: "\n".join(f"- {one}" for one in plan[key])}))
        mind.waiting = list(plan.get("ask", []))[:MOST_QUESTIONS]
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
    # What may be paid without asking is read from the words by the guard's own reading, and not taken from the model.
    task = Task(locale, pay_up_to_fen=delegated_fen(words, locale))
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
    function = _function(box, small, locale, _topics(context))
    mind.transcript = [Message("user", episode.instruction)]
    mistake = ""
    for _ in range(TRIES):
        answer = ask(caller, mind, context, "understand", system, (function,))
        call = answer.calls[0] if answer.calls else Call("", None)
        mistake = _mistake(call, box)
        if not mistake:
            assert call.args is not None
            return call.args
        mind.transcript = [*mind.transcript[:1], Message("assistant", clip(answer.text, 500, locale) or "…")]
        mind.say(prompt(locale, "mistake", why=mistake))
    mind.transcript = []
    raise failed(mind, EngineFailure("malformed", mistake))


def _mistake(call: Call, box: Toolbox) -> str:
    """What is wrong with a plan, in a few words."""
    if call.name != PLAN or call.args is None:
        return f"call {PLAN}"
    args = call.args
    kinds = args.get("kinds")
    if not isinstance(kinds, list) or not kinds:
        return "kinds is an empty list or none"
    strange = [kind for kind in kinds if kind not in box.kinds]
    if strange:
        return f"{str(strange[0])[:40]!r} is no kind; there are: {', '.join(box.kinds)}"
    for key in ("goals", "limits"):
        value = args.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return f"{key} is no list of texts"
    asks = args.get("ask", [])
    if not isinstance(asks, list) or not all(
        isinstance(one, dict) and isinstance(one.get("topic"), str) and isinstance(one.get("text"), str) and one["text"]
        for one in asks
    ):
        return "ask is no list of {topic, text}"
    return ""


def _topics(context: Context) -> dict[str, Any]:
    tool = next((tool for tool in context.desk.episode.tools if tool.name == "user_ask"), None)
    topic: dict[str, Any] = slim(tool.parameters)["properties"].get("topic", {}) if tool is not None else {}
    return topic or {"type": "string"}


def _function(box: Toolbox, small: bool, locale: str, topic: dict[str, Any]) -> Function:
    texts = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 3 if small else 12}
    properties: dict[str, Any] = {
        "kinds": {
            "type": "array",
            "items": {"type": "string", "enum": list(box.kinds)},
            "minItems": 1,
            "maxItems": 2 if small else MOST_SETS,
        },
        "goals": texts,
    }
    if not small:
        question = {
            "type": "object",
            "properties": {"topic": topic, "text": {"type": "string"}},
            "required": ["topic", "text"],
        }
        properties |= {"limits": texts, "ask": {"type": "array", "items": question, "maxItems": MOST_QUESTIONS}}
    schema = {"type": "object", "properties": properties, "required": ["kinds", "goals"]}
    return Function(PLAN, prompt(locale, "plan_tool"), schema)

