"""Three ways to have a model call tools, and how a request and its answer look in each.

``native``: the endpoint's own tool calls. ``json``: a JSON schema constrains the answer. ``text``: the model is asked
to answer in JSON, and what it writes is searched for it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.llm.chat import Answer, Call, Message, Request, estimate_tokens, size_of
from agent.llm.reading import call_of, calls_in, without_thoughts

ORDER: Final = ("native", "json", "text")

FORM = 'Answer with one JSON object and nothing else: {"tool": "<name>", "args": {…}}'


def messages_of(request: Request, mode: str) -> list[BaseMessage]:
    """The request's turns for LangChain."""
    if mode == "native":
        return [SystemMessage(request.system), *(_native(message) for message in request.messages)]
    system = f"{request.system}\n\n{catalogue(request)}\n\n{FORM}"
    return [SystemMessage(system), *(_plain(message) for message in request.messages)]


def catalogue(request: Request) -> str:
    """The tools in words, for endpoints that take none."""
    lines = [
        f"- {tool.name}: {tool.description} Arguments: {json.dumps(tool.parameters, ensure_ascii=False)}"
        for tool in request.tools
    ]
    return "\n".join(["Tools:", *lines])


def functions_of(request: Request) -> list[dict[str, Any]]:
    """The tools as OpenAI's API has them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in request.tools
    ]


def schema_of(request: Request) -> dict[str, Any]:
    """The ``response_format`` that lets nothing pass but a call of one of the tools."""
    schema = {
        "type": "object",
        "properties": {
            "tool": {"type": "string", "enum": [tool.name for tool in request.tools]},
            "args": {"type": "object"},
        },
        "required": ["tool", "args"],
    }
    return {"type": "json_schema", "json_schema": {"name": "call", "schema": schema}}


def _native(message: Message) -> BaseMessage:
    if message.role == "user":
        return HumanMessage(message.text)
    if message.role == "tool":
        return ToolMessage(message.text, tool_call_id=message.call_id, name=message.name)
    calls = [{"name": call.name, "args": call.args, "id": call.id, "type": "tool_call"} for call in message.calls]
    return AIMessage(message.text, tool_calls=calls)


def _plain(message: Message) -> BaseMessage:
    if message.role == "user":
        return HumanMessage(message.text)
    if message.role == "tool":
        return HumanMessage(f"<result of={json.dumps(message.name)}>\n{message.text}\n</result>")
    calls = [json.dumps({"tool": call.name, "args": call.args}, ensure_ascii=False) for call in message.calls]
    return AIMessage("\n".join(calls) or message.text)


def answer_of(reply: BaseMessage, request: Request) -> Answer:
    """What LangChain brought back, in our own form. Nothing in it is taken on trust."""
    text = without_thoughts(_text_of(reply.content))
    calls: list[Call] = []
    if isinstance(reply, AIMessage):
        calls += [call_of(call["name"], call["args"]) for call in reply.tool_calls]
        calls += [call_of(str(bad.get("name") or ""), bad.get("args") or "") for bad in reply.invalid_tool_calls]
    found = tuple(calls) or calls_in(text)
    usage = getattr(reply, "usage_metadata", None) or {}
    tokens_in, tokens_out = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
    counted = bool(tokens_in)
    if not counted:
        written = text + "".join(call.raw or json.dumps(call.args) for call in found)
        tokens_in, tokens_out = size_of(request), estimate_tokens(written)
    return Answer(text, found, _stop_of(reply), int(tokens_in), int(tokens_out), counted)


def _stop_of(reply: BaseMessage) -> str:
    reason = reply.response_metadata.get("finish_reason") or reply.response_metadata.get("stop_reason")
    if reason in ("length", "max_tokens"):
        return "length"
    if reason in ("content_filter", "refusal") or reply.additional_kwargs.get("refusal"):
        return "refusal"
    return "stop"


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part if isinstance(part, str) else part.get("text", "") for part in content if part)
        return "".join(part for part in parts if isinstance(part, str))
    return str(content)
