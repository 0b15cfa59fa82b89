"""The one road that every tool call takes.

validate → fault before the effect → idempotency → execute in a transaction → fault after the effect → shape the
response → trace. A call that fails leaves no row changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import ValidationError

from mock_services.clock import SECOND, Instant
from mock_services.errors import InternalError, Rejected, ServiceError
from mock_services.faults import KINDS, Fault, FaultSource
from mock_services.service import Args, Tool
from mock_services.shaping import shape
from mock_services.tables import Table
from mock_services.trace import ToolCalled

if TYPE_CHECKING:
    from mock_services.world import World

TIMEOUT_SECONDS = 30
"""How long a caller waits for an answer that does not come."""


class Reply(msgspec.Struct, frozen=True):
    """What the caller gets.

    ``error`` has ``code``, ``message``, ``retryable``, ``retry_after`` (seconds or None) and ``hint``.
    ``as_of`` is when the answer was true, and ``complete`` says whether all of it is there: a careful reader
    looks at both.
    """

    ok: bool
    data: Any
    error: dict[str, Any] | None
    as_of: str
    complete: bool = True

    def wire(self) -> dict[str, Any]:
        """The reply as JSON-safe data."""
        if self.ok:
            return {"ok": True, "data": self.data, "as_of": self.as_of, "complete": self.complete}
        return {"ok": False, "error": self.error, "as_of": self.as_of}


class IdempotencyRecord(msgspec.Struct, frozen=True, gc=False):
    """The first result of a keyed write, as JSON, and a digest of the arguments that made it."""

    id: str
    digest: str
    result: str


KEYS = Table("kernel.idempotency", IdempotencyRecord, "id")

_SORTED = msgspec.json.Encoder(order="sorted")


class Pipeline:
    """Carries out calls on one world and remembers how often each (tool, object) was tried."""

    __slots__ = ("_attempts", "_faults", "_world", "mark", "taken_ms")

    def __init__(self, world: World, faults: FaultSource) -> None:
        self._world, self._faults = world, faults
        self._attempts: dict[tuple[str, str], int] = {}
        self.taken_ms = 0
        # Where the changes of the running call begin in the journal.
        self.mark = 0

    def fork(self, world: World) -> Pipeline:
        """The same memory, on another world."""
        twin = Pipeline(world, self._faults.fork())
        twin._attempts = dict(self._attempts)
        return twin

    # --- the road --------------------------------------------------------------------------------------------

    def call(self, name: str, raw: Mapping[str, Any]) -> Reply:
        """Carry out one call."""
        world = self._world
        started = world.now
        tool = world.base.registry.tools.get(name)
        if tool is None:
            near = get_close_matches(str(name), world.base.registry.tools, n=3, cutoff=0.5)
            hint = f"did you mean {', '.join(near)}?" if near else "see the list of tools"
            return self._refused(
                _encodable(str(name)[:64]), "", raw, Rejected("UNKNOWN_TOOL", "no such tool", hint=hint)
            )
        try:
            args = tool.args.model_validate(raw)
        except ValidationError as error:
            return self._refused(name, tool.access, raw, Rejected("INVALID_ARGUMENT", explain(error)))
        obj = str(getattr(args, tool.obj)) if tool.obj else ""
        attempt = self._attempts.get((name, obj), 0) + 1
        self._attempts[name, obj] = attempt
        fault = self._faults.strike(name, tool.service, tool.access, obj, attempt, world.now) if tool.faults else None
        latency = world.ctx.draws.between(*tool.latency, "latency", name, obj, attempt)
        world.advance(world.now + latency)

        if fault is not None and fault.struck_phase == "world" and not self._disrupt(tool, args, fault):
            fault = None
        phase = fault.struck_phase if fault is not None else ""
        self.mark = len(world.state.journal)
        error_reply: dict[str, Any] | None = None
        data: Any = None
        replayed = False
        complete = True
        as_of: Instant | None = None
        self.taken_ms = 0

        if fault is not None and phase == "late" and tool.access == "write":
            self._postpone(tool, raw, fault)
        if fault is not None and phase in ("before", "late"):
            error_reply = self._failure(fault)
        else:
            try:
                data, replayed = self._execute(tool, args)
                if phase == "duplicated":
                    self._deliver_again(tool, args)
                if phase == "no_effect":
                    world.undo(self.mark)
                elif fault is not None and phase == "lost_ack":
                    error_reply, data = self._failure(fault), None
            except ServiceError as error:
                world.undo(self.mark)
                error_reply = describe(error)
        changes = world.state.journal[self.mark :]
        if tool.access == "read" and changes:
            raise InternalError(f"{name} is a read tool but changed {changes[0].table}")
        world.commit(self.mark)
        effect_at, mark = world.now, self.mark
        effect = [change.compact() for change in changes]
        if self.taken_ms:
            world.advance(world.now + self.taken_ms)
        if fault is not None:
            if phase == "response" and error_reply is None:
                data, complete, as_of = shape(world, tool, args, data, fault)
            if error_reply is not None and fault.kind == "timeout":
                world.advance(world.now + TIMEOUT_SECONDS * SECOND)
        reply = Reply(error_reply is None, data, error_reply, world.ctx.iso(as_of or world.now), complete)
        world.recorder.emit(
            world.now,
            "tool_called",
            ToolCalled(
                tool=name,
                access=tool.access,
                args=plain(raw),
                object=obj,
                attempt=attempt,
                ok=reply.ok,
                data=data,
                error=error_reply,
                fault=None if fault is None else {"kind": fault.kind, "phase": phase, "params": fault.params},
                replayed=replayed,
                started_at=started,
                effect_at=effect_at,
                mark=mark,
                changes=effect,
            ),
        )
        return reply

    def late(self, name: str, raw: dict[str, Any]) -> None:
        """Carry out a call whose caller has long given up on it. What it would be refused for, it is refused for."""
        tool = self._world.base.registry.tools[name]
        mark = len(self._world.state.journal)
        try:
            self._execute(tool, tool.args.model_validate(raw))
        except ServiceError:
            self._world.undo(mark)

    # --- its parts -------------------------------------------------------------------------------------------

    def _execute(self, tool: Tool, args: Args) -> tuple[Any, bool]:
        """Run the tool's method, or answer from its idempotency record; returns (data, was it replayed)."""
        world = self._world
        record_id = digest = ""
        if tool.key and (key := getattr(args, tool.key)):
            record_id = f"{tool.name}|{world.ctx.person_id}|{key}"
            digest = sha256(_SORTED.encode(args.model_dump(mode="json"))).hexdigest()
            known = world.state.get(KEYS, record_id)
            if known is not None:
                if known.digest != digest:
                    raise Rejected(
                        "IDEMPOTENCY_CONFLICT",
                        f"{tool.key} was used before with other arguments",
                        hint="use a new key for a new request",
                    )
                return msgspec.json.decode(known.result), True
        try:
            result = tool.method(world.ctx, args)
        except (ServiceError, InternalError):
            raise
        except Exception as error:  # a service may raise anything by mistake; it ends as a fault of ours, by its name
            raise InternalError(f"{tool.name}: {type(error).__name__}: {error}") from error
        data = result.model_dump(mode="json")
        if record_id:
            world.state.put(KEYS, IdempotencyRecord(record_id, digest, msgspec.json.encode(data).decode()))
        return data, False

    def _deliver_again(self, tool: Tool, args: Args) -> None:
        # The copy of the request meets the same rules as the first: a keyed write is recognised, others happen twice.
        mark = len(self._world.state.journal)
        try:
            self._execute(tool, args)
        except ServiceError:
            self._world.undo(mark)

    def _disrupt(self, tool: Tool, args: Args, fault: Fault) -> bool:
        world = self._world
        handler = world.base.registry.services[tool.service].disruptions.get(fault.kind)
        if handler is None:
            return False
        mark = len(world.state.journal)
        if not handler(world.ctx, tool.name, args.model_dump(mode="json"), fault.params):
            world.undo(mark)
            return False
        world.commit(mark)
        world.record_move(
            tool.service,
            f"fault:{fault.kind}",
            {"tool": tool.name, **fault.params},
            world.state.journal[mark:],
        )
        return True

    def _postpone(self, tool: Tool, raw: Mapping[str, Any], fault: Fault) -> None:
        world = self._world
        delay = int(fault.params.get("delay_s", 45)) * SECOND
        # The arguments as they came: dumped amounts are fen, and would be read as yuan the second time.
        data = {"tool": tool.name, "args": plain(raw)}
        world.ctx.schedule(world.now + delay, "kernel", "late_call", data)

    @staticmethod
    def _failure(fault: Fault) -> dict[str, Any]:
        kind = KINDS[fault.kind]
        retry_after: int | None = None
        if fault.kind == "rate_limited":
            retry_after = int(fault.params.get("retry_after", 20))
        elif fault.kind == "outage":
            retry_after = int(fault.params.get("retry_after", 120))
        return {
            "code": kind.code,
            "message": kind.message,
            "retryable": True,
            "retry_after": retry_after,
            "hint": "",
        }

    def _refused(self, name: str, access: str, raw: Mapping[str, Any], error: ServiceError) -> Reply:
        world = self._world
        described = describe(error)
        now = world.now
        world.recorder.emit(
            now,
            "tool_called",
            ToolCalled(
                tool=name,
                access=access,
                args=plain(raw),
                object="",
                attempt=0,
                ok=False,
                data=None,
                error=described,
                fault=None,
                replayed=False,
                started_at=now,
                effect_at=now,
                mark=len(world.state.journal),
                changes=[],
            ),
        )
        return Reply(False, None, described, world.ctx.iso(now))


def describe(error: ServiceError) -> dict[str, Any]:
    """A typed error as the caller sees it."""
    return {
        "code": error.code,
        "message": error.message,
        "retryable": error.retryable,
        "retry_after": error.retry_after,
        "hint": error.hint,
    }


def explain(error: ValidationError) -> str:
    """One line that says which arguments do not fit and why (three at most)."""
    parts = []
    for found in error.errors(include_url=False, include_context=False, include_input=False)[:3]:
        field = ".".join(map(str, found["loc"])) or "arguments"
        parts.append(f"{field[:60]}: {found['msg'][:160]}")
    return _encodable("; ".join(parts))


def plain(raw: Any) -> dict[str, Any]:
    """Arguments as they came, made JSON-safe: what is no JSON is written as its repr, cut short."""
    if not isinstance(raw, Mapping):
        return {"_": repr(raw)[:200]}
    return {_encodable(str(name)[:100]): _json_safe(value, 6) for name, value in raw.items()}


def _encodable(text: str) -> str:
    if type(text) is str and text.isascii():
        return text
    # Half of a surrogate pair is legal in JSON and in a Python string, but has no UTF-8 form.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _json_safe(value: Any, depth: int) -> Any:
    if type(value) is str and len(value) <= 4000:
        return _encodable(value)
    if value is None or isinstance(value, bool | int | float):
        # Non-finite floats have no JSON form.
        return value if not isinstance(value, float) or value - value == 0 else repr(value)
    if isinstance(value, str):
        return _encodable(value if len(value) <= 4000 else value[:4000])
    if depth == 0:
        # A tuple and a list are the same to whoever reads JSON.
        return repr(list(value) if isinstance(value, tuple) else value)[:200]
    if isinstance(value, Mapping):
        return {_encodable(str(name)[:100]): _json_safe(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_safe(item, depth - 1) for item in value[:1000]]
    return repr(value)[:200]
