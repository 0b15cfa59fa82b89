"""Our tools as LangChain tools, for chat models and graphs that know only those."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from agent.interface import Episode, ToolSpec


class EpisodeTool(BaseTool):
    """One tool of one episode.

    ``content`` of the message that answers a call is the whole reply as JSON, ``artifact`` the reply itself (see
    :meth:`agent.interface.Episode.call`). Arguments go to the service as they come, which refuses what does not fit
    with ``INVALID_ARGUMENT``: the model reads which one and why. ``EpisodeOver`` passes through.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    episode: Any
    """The :class:`agent.interface.Episode`."""

    def _to_args_and_kwargs(
        self, tool_input: str | dict[str, Any], tool_call_id: str | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # As one argument: a model may invent one called `self` or `config`, and that is the service's to refuse.
        return (), {"given": tool_input}

    def _run(self, given: Any) -> tuple[str, dict[str, Any]]:
        reply: dict[str, Any] = self.episode.call(self.name, given)
        return json.dumps(reply, ensure_ascii=False, separators=(",", ":")), reply

    async def _arun(self, given: Any) -> tuple[str, dict[str, Any]]:
        # In the loop and not in a thread: calls that a graph makes at once come in the order in which it made them.
        return self._run(given)


def tools_of(episode: Episode, only: Sequence[str] | None = None) -> list[BaseTool]:
    """The episode's tools as LangChain tools; ``only`` those of these names, in the order of the episode.

    The arguments' schema is the JSON Schema of the tool as it is; nothing is built anew for an episode.
    """
    chosen = episode.tools if only is None else [tool for tool in episode.tools if tool.name in set(only)]
    return [_tool(episode, spec) for spec in chosen]


def _tool(episode: Episode, spec: ToolSpec) -> BaseTool:
    return EpisodeTool(
        name=spec.name,
        description=spec.description,
        args_schema=spec.parameters,
        response_format="content_and_artifact",
        metadata={"service": spec.service, "access": spec.access, "key": spec.key},
        episode=episode,
    )
