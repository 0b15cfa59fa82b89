"""Faults of the answer: the effect was right, what the caller reads is late, partial, empty, stale or reshaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_services.clock import SECOND, Instant
from mock_services.errors import ServiceError
from mock_services.faults import Fault
from mock_services.service import Args, Tool

if TYPE_CHECKING:
    from mock_services.world import World


def shape(world: World, tool: Tool, args: Args, data: Any, fault: Fault) -> tuple[Any, bool, Instant | None]:
    """Apply a response fault; returns (data, complete, as_of or None for now)."""
    if fault.kind == "latency_spike":
        world.advance(world.now + int(fault.params.get("seconds", 20)) * SECOND)
        return data, True, None
    if fault.kind == "partial_response":
        return _cut(data, keep_half=True), False, None
    if fault.kind == "empty_response":
        return _cut(data, keep_half=False), False, None
    if fault.kind == "schema_drift":
        return _camel(data), True, None
    if fault.kind == "stale_read":
        at = world.now - int(fault.params.get("by_s", 900)) * SECOND
        past = world.as_of(at)
        try:
            return tool.method(past.ctx, args).model_dump(mode="json"), True, past.now
        except ServiceError:
            # What is asked about did not exist yet: a cache that never saw it has nothing to serve.
            return data, True, None
    return data, True, None


def _cut(data: Any, *, keep_half: bool) -> Any:
    if not isinstance(data, dict):
        return data
    lists = [name for name, value in data.items() if isinstance(value, list)]
    if lists:
        return {
            name: value[: len(value) // 2 if keep_half else 0] if isinstance(value, list) else value
            for name, value in data.items()
        }
    names = list(data)
    return {name: data[name] for name in (names[: (len(names) + 1) // 2] if keep_half else [])}


def _camel(data: Any) -> Any:
    if isinstance(data, dict):
        return {_camel_name(str(name)): _camel(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_camel(value) for value in data]
    return data


def _camel_name(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
