"""Deciding: a node as the engine in charge carries it out, and what becomes of it if that engine fails."""

from __future__ import annotations

from agent.desk import ToolFailure
from agent.engine import EngineFailure, Node
from agent.fallback.failures import OF_ENGINE
from agent.nodes.common import failed_mind, failure_of, of_mind
from agent.nodes.opinion import compare, doubted
from agent.route.health import failed, passed
from agent.state import Context, State

MINDLESS = "recover"
"""The node that no engine carries out: it has to work where a mind does not."""


def decide(name: str, standard: Node, state: State, context: Context) -> State:
    """Carry out a node. A mind's failure becomes the state's failure, and ``recover`` is next."""
    if context.swapping is not None:
        changed, goto = context.swapping.before(name, state, context)
        if goto:
            return {**changed, "goto": goto}
        if changed:
            return {**changed, **_decided(name, standard, {**state, **changed}, context)}
    return _decided(name, standard, state, context)


def _decided(name: str, standard: Node, state: State, context: Context) -> State:
    if name == MINDLESS or state.get("unmanned"):
        context.take("" if state.get("unmanned") else state.get("engine", context.router.names[0]))
        context.desk.note("node", {"node": name})
        return standard(state, context)
    engine = context.router.choose(name, state, context.desk.episode, context.desk.now)
    context.take(engine)
    several = len(context.router.members) > 1
    context.desk.note("node", {"node": name, "engine": engine} if several else {"node": name})
    before = len(state.get("deeds", []))
    if len(context.deeds.writes) < before:
        # The errand goes on in another process.
        context.deeds.writes[:0] = state["deeds"]
    try:
        struck = context.desk.episode.decide(engine, name)
        if struck is not None:
            raise EngineFailure(struck["kind"], retry_after_s=struck["retry_after"])
        update = (context.engine.nodes().get(name) or standard)(state, context)
    except EngineFailure as error:
        update = {**error.kept, "failure": failed_mind(name, engine, error), "goto": "recover"}
    except ToolFailure as error:
        # Of a node of the engine's own; the standard ones know which step it was.
        update = {"failure": failure_of("", name, error), "goto": "recover"}
    if len(context.deeds.writes) > before:
        update = {**update, "deeds": list(context.deeds.writes)}
        if of_mind(update):
            # What the node did stands nowhere in the state: whoever goes on looks for it first.
            update["unsure"] = True
    update = {**update, **_health(engine, state, update, context)}
    if of_mind(update):
        return update
    if "climbs" not in update:
        update = {**update, **_calmed(name, state)}
    if name == "understand" and state.get("aside"):
        return compare(state, update, context)
    why = context.router.doubts(name, state, update, context.desk.episode) if several else ""
    return doubted(why, state, update, context) if why else update


def _health(engine: str, state: State, update: State, context: Context) -> State:
    """Who was in charge, and how fit the engines are now, where there are several."""
    if len(context.router.members) == 1:
        return {}
    found: State = {"engine": engine}
    failure, minds = update.get("failure"), state.get("minds", {})
    if of_mind(update):
        assert failure is not None
        kind = failure["code"].removeprefix(OF_ENGINE).lower()
        # Waiting for an answer took time that no tool has told of yet.
        context.desk.call("clock_now", {})
        found["minds"] = failed(minds, engine, kind, context.desk.now, failure["retry_after"])
    elif engine in minds:
        found["minds"] = passed(minds, engine)
    return found


def _calmed(name: str, state: State) -> State:
    """A mind that got through a node starts at the foot of its ladders there the next time."""
    climbs = state.get("climbs", {})
    left = {slot: n for slot, n in climbs.items() if not slot.startswith(f"|{name}|engine_")}
    return {"climbs": left} if len(left) < len(climbs) else {}
