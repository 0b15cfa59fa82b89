"""plan: the tools that an errand of this kind needs, and what was done of it before."""

from __future__ import annotations

import json

from agent.llm.mind import kept, mind_of
from agent.llm.prompts import prompt
from agent.llm.toolbox import toolbox_of
from agent.llm.wording import clip
from agent.state import Context, State


def plan(state: State, context: Context) -> State:
    """Choose the tools. A model in the middle of somebody else's errand is told what that one has done."""
    mind = mind_of(state)
    locale = context.desk.episode.locale
    names = toolbox_of(context.desk.episode.tools).chosen(mind.sets, mind.services)
    done = [deed for deed in state.get("deeds", []) if deed["ok"]]
    if done and not mind.made:
        deeds = json.dumps([{"tool": deed["tool"], "data": deed["data"]} for deed in done], ensure_ascii=False)
        mind.say(prompt(locale, "deeds", deeds=clip(deeds, 3000, locale)))
    context.desk.note("plan", {"kinds": mind.sets, "tools": list(names)})
    return {"mind": kept(mind), "steps": [], "goto": "act"}
