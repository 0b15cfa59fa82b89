"""Errands of the tiny suite with a model of the test's own behind them."""

from __future__ import annotations

from typing import Any

from agent import build_agent
from scenarios.episode import run_episode
from scenarios.loader import load_suite
from tests.agent.llm.endpoint import Endpoint
from tests.agent.scripted import Story

LATTES = "smoke-zh-latte"
MODEL = "llm:openai:qwen-plus"


def run(
    server: Endpoint | None, plan: str = "clean", *, spec: str = MODEL, fallback: str = "full", **llm: Any
) -> Story:
    """The lattes, by a model at a server."""
    options = {**({"base_url": server.url} if server else {}), **llm}
    scenario = next(one for one in load_suite("tiny").scenarios if one.id == LATTES)
    agent = build_agent(spec, fallback=fallback, llm=options)
    return Story(run_episode(scenario, plan, agent, agent_name=spec))


def failures(story: Story) -> list[str]:
    """The kinds of engine failures of an episode, in order."""
    codes = [note["code"] for note in story.notes("fallback") if note.get("code", "").startswith("ENGINE_")]
    return [code.removeprefix("ENGINE_").lower() for code in codes]
