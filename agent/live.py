"""The graph for interactive errands: interrupted where the person has to answer, kept in SQLite, gone on with later.

LangGraph's checkpoint says at which node to go on; the journal (:mod:`agent.durable`) says what was asked of the world
up to there and within the node, which runs again from its first line. So a process may be killed between any two
instructions, and nothing is done twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent.build import build_router
from agent.desk import ToolFailure
from agent.durable import Journal, NotWritten, PersonNeeded
from agent.fallback.policy import load_policy
from agent.interface import MOST_STEPS, Agent, Episode, OutOfSteps
from agent.state import Context
from agent.task import from_json

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.types import StateSnapshot


class Wire:
    """Takes what happens to whoever watches: through the graph's own stream while a node is at work.

    ``tell`` gets what is given to :meth:`send`, in order. ``writer`` is the stream's, set by the node that runs.
    """

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self.tell = tell
        self.writer: Callable[[Any], None] | None = None

    def send(self, what: Any) -> None:
        """Pass something on."""
        (self.writer or self.tell)(what)


def build_live(
    engine: str,
    *,
    fallback: str,
    guard: bool,
    file: Path,
    journal_of: Callable[[str], Journal],
    answer_to: Callable[[dict[str, Any]], dict[str, Any] | None],
    wire: Wire,
    llm: Mapping[str, Any] | None = None,
) -> Agent:
    """The graph agent of :func:`agent.build.build_agent`, for an errand whose person is a human.

    Args:
        engine: The spec of an engine or a router.
        fallback: A fallback policy.
        guard: Whether writes are checked before they leave.
        file: The SQLite file in which LangGraph keeps its checkpoints, a thread for each errand.
        journal_of: The journal of an errand, by its episode id.
        answer_to: What the person has answered to a question, or None if they have not.
        wire: Where what happens is told.
        llm: Options of engines with a model.

    The agent raises:
        PersonNeeded: the graph is interrupted for a question.
        Diverged: what is kept in the file does not fit what comes out now.

    Raises:
        UsageError: unknown engine or policy.
    """
    router = build_router(engine, llm)
    policy = load_policy(fallback)

    def run(episode: Episode) -> None:
        from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
        from langgraph.checkpoint.sqlite import SqliteSaver
        from langgraph.errors import GraphRecursionError

        from agent.graph import compiled_live
        from agent.tracing import tracing_as_wanted

        context = Context(episode, router, policy, guarded=guard, journal=journal_of(episode.episode_id), wire=wire)
        lasting = context.lasting
        assert lasting is not None
        config: RunnableConfig = {
            "configurable": {"thread_id": episode.episode_id},
            "recursion_limit": MOST_STEPS,
        }
        try:
            with closing(sqlite3.connect(file, check_same_thread=False)) as connection, tracing_as_wanted():
                # The state is JSON-safe: nothing else is to be made out of what a file holds.
                saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
                graph = compiled_live(saver)
                kept = graph.get_state(config)
                to = kept.values.get("position", 0)
                lasting.catch_up(to, lambda kind, given: _again(context, kind, given))
                if kept.values and not kept.next:
                    return
                given = _resumed(kept, answer_to)
                stream = graph.stream(
                    given, config, context=context, stream_mode=["updates", "custom"], durability="sync"
                )
                asked: dict[str, Any] | None = None
                # Closed before all else: a node is at work in a thread of LangGraph's, for which closing waits.
                with closing(cast(Generator[Any], stream)):
                    for mode, chunk in stream:
                        if mode == "custom":
                            wire.tell(chunk)
                        elif isinstance(chunk, dict) and "__interrupt__" in chunk:
                            asked = chunk["__interrupt__"][0].value
        except GraphRecursionError as error:
            raise OutOfSteps from error
        except sqlite3.Error as error:
            raise NotWritten(str(error)) from error
        finally:
            wire.writer = None
        if asked is not None:
            raise PersonNeeded(asked)

    return run


def _resumed(kept: StateSnapshot, answer_to: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Any:
    """What the graph is given: a beginning, the person's answer, or nothing but to go on where it was killed."""
    from langgraph.types import Command

    if not kept.next:
        return {}
    if not any(task.interrupts for task in kept.tasks):
        return None
    question = kept.values["question"]
    answer = answer_to(question)
    if answer is None:
        raise PersonNeeded(question)
    return Command(resume=answer)


def _again(context: Context, kind: str, given: list[Any]) -> None:
    """Ask one thing again, the way that a node asks it, so that all that stands before the world is as it was."""
    if kind == "call":
        with suppress(ToolFailure):
            context.desk.call(*given)
    elif kind == "note":
        context.desk.note(*given)
    elif kind == "think":
        context.desk.episode.think(*given)
    elif kind == "decide":
        context.desk.episode.decide(*given)
    elif kind == "take":
        context.take(*given)
    elif kind == "understood":
        context.understood(from_json(given[0]))
    else:
        context.desk.episode.done()
