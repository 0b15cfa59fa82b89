"""A server on the loopback that speaks OpenAI's chat completions, and says what a test wants it to say."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY = "sk-loopback-secret-4711"

Brain = Callable[[dict[str, Any], int], "Said"]
"""From the body of a request and how many there were before it to what is said."""


class Said:
    """An answer: a status, headers and a body."""

    def __init__(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.body, self.status, self.headers = body, status, headers or {}


def says(
    text: str | None = None,
    *calls: tuple[str, Any],
    stop: str = "",
    tokens: tuple[int, int] = (100, 20),
    refusal: str | None = None,
) -> Said:
    """A chat completion: a text, tool calls (arguments as an object, or as they are in a text), or both."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if refusal is not None:
        message["refusal"] = refusal
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call_{n}",
                "type": "function",
                "function": {"name": name, "arguments": args if isinstance(args, str) else json.dumps(args)},
            }
            for n, (name, args) in enumerate(calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": stop or ("tool_calls" if calls else "stop")}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return Said(
        {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    )


def fails(status: int, message: str = "no", *, retry_after: str = "0") -> Said:
    """An error as the API has it; by default it may be tried again at once."""
    return Said({"error": {"message": message, "type": "x", "code": None}}, status, {"retry-after": retry_after})


def streamed(body: dict[str, Any]) -> bytes:
    """A completion as a stream of events: thoughts first, then the message in pieces, then what it took."""
    choice = body["choices"][0]
    message = choice["message"]
    text = message["content"] or ""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": None, "reasoning_content": "let me think"}]
    deltas += [{"content": piece} for piece in (text[:5], text[5:]) if piece]
    for index, call in enumerate(message.get("tool_calls", ())):
        name, args = call["function"]["name"], call["function"]["arguments"]
        start = {"index": index, "id": call["id"], "type": "function", "function": {"name": name, "arguments": ""}}
        deltas.append({"tool_calls": [start]})
        deltas += [{"tool_calls": [{"index": index, "function": {"arguments": a}}]} for a in (args[:7], args[7:])]
    head = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    events = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    events.append({**head, "choices": [], "usage": body["usage"]})
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


class Endpoint:
    """The server: ``url`` is its base URL, ``asked`` the bodies that it was sent."""

    def __init__(self, brain: Brain) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self.broken: Exception | None = None
        self._brain = brain
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.keys.add(self.headers.get("authorization", ""))
                number = len(outer.asked)
                outer.asked.append(body)
                try:
                    said = brain(body, number)
                except Exception as error:  # a mistake in a test's model is told by the test, and not waited for
                    outer.broken = outer.broken or error
                    said = fails(400, "the test's own model is broken")
                payload = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                if body.get("stream") and said.status == 200:
                    said.headers["content-type"] = "text/event-stream"
                    payload = streamed(said.body)
                self.send_response(said.status)
                for name, value in {"content-type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: Any) -> None:
                """Nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Endpoint:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self.broken is not None:
            raise self.broken


@contextmanager
def endpoint(brain: Brain, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A server with a brain, and its key in the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Endpoint(brain) as server:
        yield server


def tools_in(body: dict[str, Any]) -> list[str]:
    """The tools that a request offers."""
    return [tool["function"]["name"] for tool in body.get("tools", [])]


def results_in(body: dict[str, Any]) -> dict[str, Any]:
    """The newest result of each tool that a request shows, read as the data that it is."""
    found: dict[str, Any] = {}
    for message in body["messages"]:
        match = re.search(r"<data from=(\w+)>\n(.*)\n</data>", str(message.get("content")), re.DOTALL)
        if match:
            try:
                found[match[1]] = json.loads(match[2])
            except ValueError:
                found[match[1]] = match[2]
    return found


def shopper(body: dict[str, Any], number: int) -> Said:
    """A model that gets two hot lattes to the front desk, one sensible call after the other."""
    if tools_in(body) == ["plan_errand"] or '"plan_errand"' in json.dumps(body.get("response_format", {})):
        return says(
            None, ("plan_errand", {"kinds": ["food"], "goals": ["两杯热拿铁送到公司前台"], "limits": ["10:30"]})
        )
    return says(None, shopping(results_in(body)))


def shopping(seen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The shopper's next call."""
    if "user_addresses" not in seen:
        return "user_addresses", {}
    office = next(a["address_id"] for a in seen["user_addresses"]["addresses"] if a["label"] == "company")
    if "flash_dish_search" not in seen:
        return "flash_dish_search", {"address_id": office, "query": "拿铁"}
    if "flash_order_create" not in seen:
        dish = seen["flash_dish_search"]["dishes"][0]
        line = {"dish_id": dish["dish_id"], "quantity": 2, "options": {"温度": "热"}}
        order = {"address_id": office, "shop_id": dish["shop_id"], "lines": [line]}
        return "flash_order_create", {**order, "deliver_at": "2026-03-05T10:30:00+08:00"}
    order = seen["flash_order_create"]
    if "alipay_pay" not in seen:
        return "alipay_pay", {"out_trade_no": order["out_trade_no"]}
    facts = [{"name": "order_id", "value": order["order_id"]}, {"name": "amount", "value": order["amount"]}]
    return "finish", {"status": "done", "facts": facts, "text": f"两杯热拿铁已下单，{order['amount']} 元。"}
