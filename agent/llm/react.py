"""``react:…``: LangGraph's stock tool-calling agent over the same models, as a baseline of another architecture.

It has all the tools as they are, its own request numbers, and no fallback but its wits. Consent is its own business
too; with the guard on, nothing that nobody agreed to leaves all the same.
"""

from __future__ import annotations

from agent.engine import EngineFailure
from agent.guard import Guard
from agent.interface import Agent, Episode, OutOfSteps
from agent.llm.caller import Caller
from agent.llm.options import LlmOptions, parse_spec
from agent.llm.prompts import prompt
from agent.phrases import phrase
from mock_services.errors import UsageError


def react_agent(spec: str, options: LlmOptions, *, guard: bool) -> Agent:
    """The stock agent of a spec such as ``react:openai:qwen-plus``.

    Raises:
        UsageError: the spec names no model, or langchain is not installed.
    """
    caller = Caller(spec, parse_spec(spec), options)
    try:
        import langchain.agents  # noqa: F401 - half a second that no worker should spend for itself
    except ImportError as error:
        raise UsageError(f"react:… needs langchain: {error}", fix="pip install 'banshi[llm]'") from error

    def run(episode: Episode) -> None:
        from agent.tracing import tracing_as_wanted

        with tracing_as_wanted():
            _run(caller, Guard(episode) if guard else episode)

    return run


def _run(caller: Caller, episode: Episode) -> None:
    from langchain.agents import create_agent
    from langgraph.errors import GraphRecursionError

    from agent.adapters.tools import tools_of
    from agent.llm.metered import Metered

    locale = episode.locale
    now = str(episode.call("clock_now", {})["as_of"])
    model = Metered(caller=caller, episode=episode)
    graph = create_agent(model, tools_of(episode), system_prompt=prompt(locale, "react", now=now))
    turns = {"messages": [{"role": "user", "content": episode.instruction}]}
    # One call after the other: a world is not to be acted on by several threads.
    config = {"recursion_limit": 2 * caller.most_calls + 1, "max_concurrency": 1}
    try:
        graph.invoke(turns, config=config)  # type: ignore[call-overload]  # its input type is its own state's
    except GraphRecursionError as error:
        raise OutOfSteps from error
    except EngineFailure as failure:
        episode.note("engine_failed", {"kind": failure.kind, "why": failure.message[:300]})
        text = phrase(locale, "handed_over")
        episode.call("user_report", {"status": "failed", "reason_code": "other", "text": text})
