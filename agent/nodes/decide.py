"""Deciding: a node as the engine in charge carries it out, and what becomes of it if that engine fails."""

from __future__ import annotations

from agent.engine import EngineFailure, Node
from agent.nodes.common import failed_mind, of_mind
from agent.state import Context, State

MINDLESS = "recover"
"""The node that no engine carries out: it has to work where a mind does not."""


def decide(name: str, standard: Node, state: State, context: Context) -> State:
    """Carry out a node. A mind's failure becomes the state's failure, and ``recover`` is next."""
    context.desk.note("node", {"node": name})
    if name == MINDLESS or state.get("unmanned"):
        return standard(state, context)
    before = len(state.get("deeds", []))
    own = context.engine.nodes().get(name)
    try:
        struck = context.desk.episode.decide(context.engine.name, name)
        if struck is not None:
            raise EngineFailure(struck["kind"], retry_after_s=struck["retry_after"])
        update = (own or standard)(state, context)
    except EngineFailure as error:
        update = {"failure": failed_mind(name, context.engine.name, error), "goto": "recover"}
    done = context.deeds.writes if context.deeds is not None else []
    if len(done) > before:
        update = {**update, "deeds": list(done)}
        if of_mind(update):
            # What the node did stands nowhere in the state: whoever goes on looks for it first.
            update["unsure"] = True
    if not of_mind(update) and "climbs" not in update:
        update = {**update, **_calmed(name, state)}
    return update


def _calmed(name: str, state: State) -> State:
    """A mind that got through a node starts at the foot of its ladders there the next time."""
    climbs = state.get("climbs", {})
    left = {slot: n for slot, n in climbs.items() if not slot.startswith(f"|{name}|engine_")}
    return {"climbs": left} if len(left) < len(climbs) else {}
