"""The form of a fork: what can be otherwise from a step on, as fields, and what was filled in as a turn. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from agent.build import ENGINES, has_model, is_engine
from agent.engine import FAILURES
from agent.fallback.policy import SHIPPED
from mock_services.errors import UsageError
from mock_services.faults import Fault
from mock_services.registry import Registry
from scenarios.episode import base_of
from scenarios.forking.fork import Original
from scenarios.forking.turn import ENGINE, Turn, read_fault, read_said
from scenarios.runs.trial import strikes


def registry_of(original: Original) -> Registry:
    """The services of an episode's world."""
    return base_of(original.suite.scenario(original.spec.scenario), original.suite.services).registry


def next_tool(original: Original, step: int) -> str:
    """The tool that is called at a step, or next after it; empty if none is."""
    return next((event.data["tool"] for event in original.events[step:] if event.kind == "tool_called"), "")


def offered(original: Original, step: int) -> list[str]:
    """Faults that can strike what comes next and can break, as they are typed: a tool, its service, the engine."""
    registry = registry_of(original)
    for event in original.events[step:]:
        tool = registry.tools.get(event.data["tool"]) if event.kind == "tool_called" else None
        if tool is not None and tool.faults:
            found = [f"{kind}@{tool.name}:{phase}" for kind, phase in strikes(tool, registry)]
            return [*found, f"outage@{tool.service}", *(f"{kind}@{ENGINE}" for kind in FAILURES)]
    return [f"{kind}@{ENGINE}" for kind in FAILURES]


def turn_form(original: Original, step: int) -> type[BaseModel]:
    """The model of the form for a fork at a step."""
    registry = registry_of(original)

    def typed(text: str) -> str:
        for part in _parts(text):
            try:
                read_fault(part, registry)
            except UsageError as error:
                raise ValueError(f"{error.what}; {error.fix}") from error
        return text

    own = original.spec.agent
    engines = (*ENGINES, own) if is_engine(own) and has_model(own) else ENGINES
    fields: dict[str, Any] = {
        "fault": (_one_of(offered(original, step)), Field(None, description="strikes the next call that it fits")),
        "further_faults": (
            Annotated[str, AfterValidator(typed)],
            Field("", description="KIND@TOOL or KIND@SERVICE, then :PHASE and ?NAME=VALUE; commas between them"),
        ),
        "what_was_planned": (
            _one_of(["strikes no more"]),
            Field(None, description="what the fault plan still holds"),
        ),
        "answer": (
            Annotated[str, Field(max_length=1000)],
            Field("", description="what the person says to the next question; approved, refused: …, or their words"),
        ),
        "fallback": (_one_of(SHIPPED), Field(None, description="another fallback policy")),
        "engine": (_one_of(engines), Field(None, description="another mind takes over")),
    }
    return create_model("Turn", __config__=ConfigDict(extra="forbid"), **fields)


def turn_of(original: Original, values: Mapping[str, Any]) -> Turn:
    """What was filled in, as a turn.

    Raises:
        UsageError: nothing was.
    """
    if not any(isinstance(value, str) and value.strip() for value in values.values()):
        raise UsageError("nothing is to change", fix="fill in one of the fields")
    registry = registry_of(original)
    typed = [values.get("fault") or "", *_parts(values.get("further_faults") or "")]
    faults = [read_fault(text, registry) for text in typed if text]
    answer, engine = str(values.get("answer") or "").strip(), str(values.get("engine") or "")
    return Turn(
        0,
        tuple(one for one in faults if isinstance(one, Fault)),
        tuple(one for one in faults if not isinstance(one, Fault)),
        bool(values.get("what_was_planned")),
        str(values.get("fallback") or ""),
        engine,
        read_said(answer) if answer else None,
        dict(original.spec.options.get("llm") or {}) if engine and has_model(engine) else {},
    )


def _one_of(names: Any) -> Any:
    return Literal[tuple(names)] | None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
