"""One question of a node to its model: the transcript goes along, and what it cost is kept even where it failed."""

from __future__ import annotations

from agent.engine import EngineFailure
from agent.llm.caller import Caller, useful
from agent.llm.chat import Answer, Function, Request, estimate_tokens
from agent.llm.mind import Mind, kept
from agent.llm.wording import window
from agent.state import Context

SMALL_WINDOW = 420
"""Tokens of prompt and transcript for a model in this process, which reads a few hundred tokens a second."""


def ask(
    caller: Caller, mind: Mind, context: Context, node: str, system: str, functions: tuple[Function, ...]
) -> Answer:
    """Ask, with the transcript that fits.

    Raises:
        EngineFailure: no answer of use; what the question cost is kept with it.
    """
    episode = context.desk.episode
    most = SMALL_WINDOW if caller.spec.local else caller.options.prompt_tokens
    turns = window(mind.transcript, most - estimate_tokens(system), episode.locale)
    number, mind.asked = mind.asked, mind.asked + 1
    try:
        answer, cost = caller.ask(episode, number, node, Request(system, turns, functions), mind.cost_micros)
        mind.cost_micros += cost
        return useful(answer)
    except EngineFailure as failure:
        raise failed(mind, failure) from failure


def failed(mind: Mind, failure: EngineFailure) -> EngineFailure:
    """The same failure, with the mind as it is now for the state."""
    failure.kept = {"mind": kept(mind)}
    return failure
