"""act: ask the model what to do next, check what it wants, and do it.

One question a superstep, and the calls of its answer. What would spend or take back goes to the consent node first;
a call that got no proper answer goes to the fallback ladder, and to the model once that is at its end.
"""

from __future__ import annotations

import json
from typing import Any, Final

from agent.desk import ToolFailure
from agent.engine import EngineFailure
from agent.llm.caller import Caller
from agent.llm.chat import Answer, Made, Message
from agent.llm.mind import Mind, kept, mind_of
from agent.llm.outcomes import laddered, tell
from agent.llm.prompts import prompt
from agent.llm.talk import ask, failed
from agent.llm.toolbox import FINISH, MORE, Toolbox, table, toolbox_of
from agent.llm.wording import as_data, city_name, clip
from agent.nodes.common import failure_of
from agent.pay import PAYING
from agent.state import Context, State
from agent.steps.base import Me

MOST_SLIPS = 2
"""Answers in a row that are of no use before the engine has failed."""

MOST_REPEATS = 3
MOST_CALLS_AT_ONCE = 8

_MAY_REPEAT: Final = frozenset({"clock_wait", "clock_now", "user_notices", "flash_order_status", "amap_ride_status"})


def act(caller: Caller, state: State, context: Context) -> State:
    """One turn of the model, and what follows from it."""
    mind = mind_of(state)
    locale = context.desk.episode.locale
    box = toolbox_of(context.desk.episode.tools)
    failure = state.get("failure")
    if failure is not None and mind.queue:
        tell(mind, mind.queue[0], failure["code"], failure["message"], failure["access"], locale)
    while not mind.queue:
        # Until something can be done: only what was done ends a turn.
        _think(caller, mind, state, context, box)
    while mind.queue:
        call = mind.queue[0]
        if call.name == FINISH:
            mind.final, mind.queue = call.args, []
            return {"mind": kept(mind), "failure": None, "goto": "settle"}
        if _to_be_shown(call, mind):
            return {"mind": kept(mind), "failure": None, "goto": "consent"}
        try:
            _carry_out(call, mind, context, box)
        except ToolFailure as error:
            if laddered(error.code):
                return {"mind": kept(mind), "failure": failure_of(call.id, "act", error), "goto": "recover"}
            tell(mind, call, error.code, error.message, error.access, locale, error.hint)
    return {"mind": kept(mind), "failure": None, "goto": "act"}


# --- what the model wants ------------------------------------------------------------------------------------------


def _think(caller: Caller, mind: Mind, state: State, context: Context, box: Toolbox) -> None:
    """Ask, and put what is sensible of the answer into the queue.

    Raises:
        EngineFailure: nothing was, several times in a row, or there have been too many questions.
    """
    locale = context.desk.episode.locale
    if mind.asked >= caller.most_calls:
        raise failed(mind, EngineFailure("stuck", f"{mind.asked} questions, and no end"))
    names = box.chosen(mind.sets, mind.services)
    answer = ask(caller, mind, context, "act", _system(caller, mind, state, context), box.functions(names))
    if not answer.calls:
        mind.transcript.append(Message("assistant", clip(answer.text, 2000, locale)))
        mind.say(prompt(locale, "no_call"))
        _slip(mind, "malformed", f"no call of a tool: {clip(answer.text, 80, locale)}")
        return
    made = _made(mind, answer)
    mind.transcript.append(Message("assistant", clip(answer.text, 2000, locale), calls=made))
    for call, asked in zip(made, answer.calls, strict=False):
        mistake = box.mistake(asked.name, asked.args, names)
        if mistake is None:
            mind.queue.append(call)
            continue
        mind.transcript.append(
            Message("tool", prompt(locale, "mistake", why=mistake.text), call_id=call.id, name=call.name)
        )
        _slip(mind, mistake.kind, mistake.text)
    _dissuade(mind, locale)


def _made(mind: Mind, answer: Answer) -> tuple[Made, ...]:
    """The calls of an answer under ids of our own: those of providers differ from run to run."""
    made = []
    for call in answer.calls[:MOST_CALLS_AT_ONCE]:
        mind.made += 1
        made.append(Made(f"c{mind.made}", call.name[:64] or "?", call.args or {}))
    return tuple(made)


def _slip(mind: Mind, kind: str, text: str) -> None:
    mind.slips += 1
    if mind.slips > MOST_SLIPS:
        mind.slips, mind.queue = 0, []
        raise failed(mind, EngineFailure(kind, text[:200]))


def _dissuade(mind: Mind, locale: str) -> None:
    """Answer calls that were made before from what is known.

    Raises:
        EngineFailure: the model goes round in circles.
    """
    for call in list(mind.queue):
        if call.name == FINISH:
            continue
        fingerprint = _fingerprint(call)
        if mind.seen.get(fingerprint) == -1:
            mind.result(call, prompt(locale, "done_already"))
            _slip(mind, "stuck", f"{call.name} again and again, although it is done")
            continue
        times = mind.seen[fingerprint] = mind.seen.get(fingerprint, 0) + 1
        if times > MOST_REPEATS * (4 if call.name in _MAY_REPEAT else 1):
            mind.result(call, prompt(locale, "again", times=str(times - 1)))
            _slip(mind, "stuck", f"{call.name} with the same arguments, {times} times")


def _fingerprint(call: Made) -> str:
    return f"{call.name} {json.dumps(call.args, sort_keys=True, ensure_ascii=False)}"[:600]


def _system(caller: Caller, mind: Mind, state: State, context: Context) -> str:
    me = Me(**state["me"])
    locale = context.desk.episode.locale
    key = "act_small" if caller.spec.local else "act"
    # When it began and not the time of now: a prompt that stays the same can be cached by the endpoint.
    return prompt(locale, key, name=me.name, city=city_name(me, locale), now=mind.began)


# --- doing it ------------------------------------------------------------------------------------------------------


def _to_be_shown(call: Made, mind: Mind) -> bool:
    """Whether the person has to see this call before it is made."""
    if call.id in mind.agreed:
        return False
    if call.name in PAYING and call.name != "alipay_mandate_pay":
        return True
    shown = table()["shown_before"].get(call.name)
    return shown is not None and call.args.get(shown["target"]) not in mind.ours


def _carry_out(call: Made, mind: Mind, context: Context, box: Toolbox) -> None:
    """Make a call, with our own request number, and put its result into the transcript.

    Raises:
        ToolFailure: it did not do what it should.
    """
    locale = context.desk.episode.locale
    if call.name == MORE:
        service = call.args["service"]
        mind.services = list(dict.fromkeys([*mind.services, service]))
        mind.result(call, prompt(locale, "more", service=service))
        return
    tool = box.tools[call.name]
    args: dict[str, Any] = {**call.args, **mind.agreed.get(call.id, {})}
    fingerprint = _fingerprint(call)
    if tool.key:
        args[tool.key] = mind.numbers.setdefault(fingerprint, f"{context.desk.episode.episode_id}-{call.id}"[:64])
    data = context.desk.call(call.name, args)
    if call.name in PAYING:
        data = _looked_at(call.name, str(args[tool.key]), data, context)
    if tool.access == "write" and tool.service not in ("user", "clock"):
        mind.seen[fingerprint] = -1
        released = table()["released_by"].get(call.name)
        if released is not None and data.get(released["id"]):
            mind.ours = [*mind.ours, str(data[released["id"]])]
    mind.slips = 0
    mind.result(call, as_data(call.name, data, locale))


def _looked_at(tool: str, number: str, data: dict[str, Any], context: Context) -> dict[str, Any]:
    """What is really there of a payment that was acknowledged.

    Raises:
        ToolFailure: ``NO_EFFECT`` if nothing is.
    """
    try:
        return {**data, **context.desk.call("alipay_payment_query", {"request_no": number}, need=("state",))}
    except ToolFailure as error:
        if error.code == "PAYMENT_NOT_EXIST":
            raise ToolFailure(
                tool, "NO_EFFECT", "acknowledged, but there is no such payment", access="write"
            ) from error
        return data
