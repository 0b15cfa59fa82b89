"""The engines ``llm:<provider>:<model>`` and ``llm:local``: the nodes of the graph, decided by a language model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from agent.desk import Desk
from agent.engine import Node
from agent.interface import Episode
from agent.llm.caller import Caller
from agent.llm.nodes.act import act
from agent.llm.nodes.consent import consent
from agent.llm.nodes.plan import plan
from agent.llm.nodes.report import report
from agent.llm.nodes.settle import settle
from agent.llm.nodes.understand import understand
from agent.llm.options import LlmOptions, parse_spec
from agent.steps.base import Me
from agent.task import Question, Task


class LlmEngine:
    """A model that decides. It holds nothing of an episode: that is in the graph's state, as a :class:`Mind`."""

    def __init__(self, spec: str, options: LlmOptions) -> None:
        self.name = spec
        self.caller = Caller(spec, parse_spec(spec), options)
        self._nodes: dict[str, Node] = {
            "understand": partial(understand, self.caller),
            "plan": plan,
            "act": partial(act, self.caller),
            "consent": consent,
            "settle": settle,
            "report": report,
        }

    def hands(self, episode: Episode) -> Episode:
        """As it is: what a model says is checked before it is sent."""
        return episode

    def nodes(self) -> Mapping[str, Node]:
        """All of them; ``settle`` and ``report`` ask no model."""
        return self._nodes

    def understand(self, words: str, locale: str, me: Me, desk: Desk) -> Task:
        """Not asked: every node that would is this engine's own."""
        raise NotImplementedError

    def answer(self, task: Task, question: Question, reply_kind: str, reply_text: str, me: Me, desk: Desk) -> Task:
        """Not asked either."""
        raise NotImplementedError
