"""A chat model of LangChain's over a :class:`agent.llm.caller.Caller`: for graphs that are not ours.

What goes through it is charged to the episode, noted in its trace and kept on its cassette as with our own nodes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from agent.llm.caller import useful
from agent.llm.chat import Function, Made, Message, Request


class Metered(BaseChatModel):
    """One episode's way to a model. Failures are raised as :class:`agent.engine.EngineFailure`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    caller: Any
    episode: Any
    asked: int = 0
    cost_micros: int = 0
    made: int = 0

    @property
    def _llm_type(self) -> str:
        return "metered"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools in any form that LangChain knows."""
        functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
        return self.bind(functions=functions, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        functions = tuple(
            Function(one["name"], one.get("description", ""), one.get("parameters") or {"type": "object"})
            for one in kwargs.get("functions", ())
        )
        system = "\n".join(str(message.content) for message in messages if isinstance(message, SystemMessage))
        turns = tuple(_turn(message) for message in messages if not isinstance(message, SystemMessage))
        number, self.asked = self.asked, self.asked + 1
        request = Request(system, turns, functions, must=False)
        answer, cost = self.caller.ask(self.episode, number, "react", request, self.cost_micros)
        self.cost_micros += cost
        answer = useful(answer)
        calls = []
        for call in answer.calls:
            # Under ids of our own: those of providers differ from run to run.
            self.made += 1
            args = call.args if call.args is not None else {}
            calls.append({"name": call.name, "args": args, "id": f"c{self.made}", "type": "tool_call"})
        return ChatResult(generations=[ChatGeneration(message=AIMessage(answer.text, tool_calls=calls))])


def _turn(message: BaseMessage) -> Message:
    text = message.content if isinstance(message.content, str) else json.dumps(message.content, ensure_ascii=False)
    if isinstance(message, ToolMessage):
        return Message("tool", text, call_id=message.tool_call_id, name=message.name or "")
    if isinstance(message, AIMessage):
        calls = tuple(Made(str(call["id"]), call["name"], call["args"]) for call in message.tool_calls)
        return Message("assistant", text, calls)
    return Message("user", text)
