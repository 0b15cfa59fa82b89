"""Asking a model on behalf of one engine: cassette, cost, virtual time, a note in the trace, and what is no answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from agent.durable import once
from agent.engine import EngineFailure
from agent.interface import Episode
from agent.llm.cassette import Cassette, open_cassette
from agent.llm.chat import Answer, Request
from agent.llm.options import LlmOptions, Spec
from agent.llm.prices import tariff_of
from agent.llm.reading import MOST_CHARACTERS
from agent.llm.secrets import Redactor

MOST_CALLS, MOST_CALLS_LOCAL = 40, 8
"""Questions in one errand, unless the options say otherwise."""

SHOWN = 600
"""So many characters of what a model says are kept in the trace."""


class Caller:
    """One engine's way to its model. Shared by all episodes of a process, and by their threads."""

    def __init__(self, name: str, spec: Spec, options: LlmOptions) -> None:
        self.name, self.spec, self.options = name, spec, options
        self.tariff = tariff_of(spec, options)
        self.most_calls = options.most_calls or (MOST_CALLS_LOCAL if spec.local else MOST_CALLS)
        self._lock = threading.Lock()
        self._ask: Callable[[Request], Answer] | None = None
        self._cassette: Cassette | None = None
        self._ready = False

    def ask(self, episode: Episode, number: int, node: str, request: Request, spent_micros: int) -> tuple[Answer, int]:
        """Ask the model, and charge for it.

        Args:
            episode: It is charged, and its trace keeps a note.
            number: The how-many-th question of this engine in the episode.
            node: Who asks.
            request: What is asked.
            spent_micros: What this engine has cost in this episode so far.

        Returns:
            The answer, and what it cost in millionths of a yuan.

        Raises:
            EngineFailure: there is no answer, or none that could be of use.
            RunStopped: the cassette does not hold it.
        """
        most = self.options.engine_cost
        if most is not None and spent_micros >= most * 1_000_000:
            raise EngineFailure("over_cost", f"this errand has cost {spent_micros / 1_000_000:.4f} yuan of {most:g}")
        if not self._ready:
            self._prepare()
        try:
            answer = self._remembered(episode, number, request)
        except EngineFailure as failure:
            asked = {"engine": self.name, "node": node, "number": number}
            episode.note("engine_call", {**asked, "failed": failure.kind, "why": failure.message[:SHOWN]})
            raise
        cost = self.tariff.cost_micros(answer.tokens_in, answer.tokens_out)
        ms = self.tariff.latency_ms(answer.tokens_in, answer.tokens_out)
        episode.note(
            "engine_call",
            {
                "engine": self.name,
                "node": node,
                "number": number,
                "tokens_in": answer.tokens_in,
                "tokens_out": answer.tokens_out,
                "cost_micros": cost,
                "ms": ms,
                "calls": [call.name[:64] for call in answer.calls[:20]],
                "text": answer.text[:SHOWN],
            },
        )
        episode.think(ms, cost)
        return answer, cost

    def _remembered(self, episode: Episode, number: int, request: Request) -> Answer:
        """What the model says, once: in an interactive errand that is gone on with, what it said then."""

        def made() -> dict[str, Any]:
            try:
                if self._cassette is not None:
                    answer = self._cassette.answer(episode.episode_id, number, request, self._really)
                else:
                    answer = self._really(request)
            except EngineFailure as failure:
                return {"failed": [failure.kind, failure.message, failure.retry_after_s]}
            return {"answer": msgspec.to_builtins(answer)}

        said = once(episode, [self.name, number], made)
        if "failed" in said:
            raise EngineFailure(*said["failed"])
        return msgspec.convert(said["answer"], Answer)

    def _really(self, request: Request) -> Answer:
        assert self._ask is not None
        answer = self._ask(request)
        if len(answer.text) > MOST_CHARACTERS:
            # Neither a cassette nor a trace is to hold it.
            raise EngineFailure("malformed", f"an answer of {len(answer.text)} characters")
        return answer

    def _prepare(self) -> None:
        """Build what is needed, once, in the process that uses it: a local model does not survive a fork."""
        with self._lock:
            if self._ready:
                return
            redactor = Redactor()
            if not self.options.replays:
                from agent.llm.backend import Backend, chat_model

                model, redactor = chat_model(self.spec, self.options)
                self._ask = Backend(model, self.spec, self.options, redactor)
            if self.options.cassette:
                self._cassette = open_cassette(self.options.cassette, self.name, redactor)
            self._ready = True


def useful(answer: Answer) -> Answer:
    """The answer, if it is one.

    Raises:
        EngineFailure: it breaks off, refuses, or is empty.
    """
    if answer.stop == "length":
        raise EngineFailure("truncated", f"the answer breaks off after {answer.tokens_out} tokens")
    if answer.stop == "refusal":
        raise EngineFailure("refusal", answer.text[:200] or "the model will not answer")
    if not answer.calls and not answer.text:
        raise EngineFailure("empty", "the model answered nothing")
    return answer
