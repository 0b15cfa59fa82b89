"""The contract that every service keeps, as a public kit: ours are tested with it, and so can anybody's be.

::

    from mock_services.testing import check_service

    def test_my_service_keeps_the_contract():
        check_service(MyService(), samples={"my_seat_book": [{"seat": "A1", "request_no": "1"}]})

Needs ``hypothesis`` and ``jsonschema``, which banshi itself does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import msgspec

from mock_services import trace
from mock_services.base import Base
from mock_services.clock import DAY, parse_iso
from mock_services.errors import InternalError, ServiceError, UsageError
from mock_services.fuzzing import Pool, arguments, at_the_ends_of_time, gather
from mock_services.invariants import check
from mock_services.pipeline import Reply
from mock_services.registry import Registry
from mock_services.service import COMMON_ERRORS, Service, Tool
from mock_services.strangers import Strangers
from mock_services.world import World

Sample = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]
"""Arguments that a tool must take, or a function that makes calls in a world (an order, a payment) and returns them."""

_Made = tuple[Mapping[str, Any], Reply]
"""A call that was made and its reply."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_LONGEST_DESCRIPTION = 1024
"""What the OpenAI API takes of a function's description."""

_START = parse_iso("2026-03-05T09:40:00", 480)
_EVERYTHING_EXPIRED = 400 * DAY
"""After that nothing of the stage is valid any more: no hold, coupon, mandate or ticket, no day of its timetables."""
_ROWS_SHOWN = 6
_ERROR_FIELDS = {"code", "message", "retryable", "retry_after", "hint"}


class ContractBroken(AssertionError):
    """A tool does not keep a promise. The message says which tool, which promise, and with which arguments."""


def check_service(
    service: Service | Base,
    *,
    tools: Iterable[str] | None = None,
    arrange: Callable[[World], None] | None = None,
    samples: Mapping[str, Sequence[Sample]] | None = None,
    stranger: Callable[[World], None] | None = None,
    examples: int = 25,
) -> None:
    """Prove that the tools of a service, or of every service of a base, keep the contract.

    For each tool: its schema is valid as JSON Schema 2020-12 and as an OpenAI function definition; the same calls
    on two equal worlds give the same replies and the same trace, byte for byte; a failing call and a read leave
    the world as passing time alone would; errors are typed and documented; results fit their schema; a key gives
    the first result again, has one effect, and is refused with other arguments; the invariants of money hold after
    every call; rows of a table with a state machine begin and move as it says; a fork and a rollback restore the
    digest; another person's rows are neither shown nor changed, whatever is asked for; and the same holds 400 days
    later, when everything has expired. Every tool must have succeeded at least once.

    Args:
        service: A service, which is given a small world of its own, or a base.
        tools: Names of the tools to check; all by default.
        arrange: Sets the world up (a person, a wallet, an order).
        samples: Arguments by tool that must succeed.
        stranger: What another person has and did in the same world, acted in their name; by default ``arrange`` and
            the samples, as far as they work for somebody else.
        examples: How many sequences of generated calls are tried per tool.

    Raises:
        ContractBroken: a promise that is not kept.
        UsageError: hypothesis or jsonschema is missing, or a sample is for a tool that is not there.
    """
    stage = Stage(service, arrange=arrange, samples=samples, stranger=stranger)
    for name in stage.base.registry.tools if tools is None else tools:
        stage.check(name, examples=examples)


class Stage:
    """A prepared world with what can be seen in it. Checking many tools on one stage prepares it once."""

    def __init__(
        self,
        service: Service | Base,
        *,
        arrange: Callable[[World], None] | None = None,
        samples: Mapping[str, Sequence[Sample]] | None = None,
        stranger: Callable[[World], None] | None = None,
    ) -> None:
        for package in ("hypothesis", "jsonschema"):
            if find_spec(package) is None:
                raise UsageError(f"the contract kit needs {package}", fix=f"python -m pip install {package}")
        self.base = service if isinstance(service, Base) else Base(0, "small", Registry((service,)))
        self.samples = {self.base.registry.tool(name).name: tuple(given) for name, given in (samples or {}).items()}
        self._alone = World(self.base, start=_START)
        if arrange is not None:
            arrange(self._alone)
        # Samples are proven where nobody else is, as they may name the very seat that another person took.
        self._shared = self._alone.fork()
        self.strangers = Strangers(self._shared, stranger or self._alike(arrange))
        self.pool: Pool = self._look_around()
        self._late = self._shared.fork()
        self._late.advance(_START + _EVERYTHING_EXPIRED)

    def world(self) -> World:
        """A fresh world, equal to every other one from here."""
        return self._alone.fork()

    def _alike(self, arrange: Callable[[World], None] | None) -> Callable[[World], None]:
        """Another person of the same sort: arranged alike, who made every call of the samples."""

        def life(world: World) -> None:
            if arrange is not None and not _lived(arrange, world):
                return
            for name, given in self.samples.items():
                for sample in given:
                    _lived(lambda world: world.call(name, _args(sample, world)), world)  # noqa: B023 - called at once

        return life

    def check(self, name: str, *, examples: int = 25, repeatable: bool = True) -> None:
        """Prove that one tool keeps the contract; see :func:`check_service`.

        ``repeatable`` tries the same calls every time; without it, others each time.
        """
        tool = self.base.registry.tool(name)
        check_schema(tool)
        succeeded = 0
        for sample in self.samples.get(name, ()):
            succeeded += self._check_sample(tool, sample)
            self._check_twisted(tool, sample)
        succeeded += self._check_generated(tool, self._shared, examples, repeatable)
        self._check_generated(tool, self._late, examples // 2, repeatable)
        self._check_no_arguments(tool)
        if not succeeded:
            raise ContractBroken(f"{name}: no call ever succeeded, so nothing is proven: give check_service a sample")

    # --- parts -----------------------------------------------------------------------------------------------

    def _check_sample(self, tool: Tool, sample: Sample) -> int:
        world, twin = self.world(), self.world()
        args = _args(sample, world)
        reply = check_call(world, tool, args)
        if not reply.ok:
            raise ContractBroken(f"{tool.name}: the sample {_short(args)} is refused: {reply.error}")
        again = _check_key_given(world, tool, args, reply)
        same = _args(sample, twin)
        _check_twin(tool, world, twin, [(same, reply), *again])
        return 1

    def _check_twisted(self, tool: Tool, sample: Sample) -> None:
        """The sample with what is somebody else's in place of one's own, and with days that no service has."""
        found: list[Mapping[str, Any]] = []
        world = self._shared.fork()
        _lived(lambda world: found.append(_args(sample, world)), world)
        for args in found:
            for other in (*self.strangers.instead_of(args), *at_the_ends_of_time(args)):
                self._make(world.fork(), tool, other)

    def _check_no_arguments(self, tool: Tool) -> None:
        nothing: tuple[Any, ...] = (None, [], "text", 7, {1: 2})
        for raw in nothing:
            self._make(self.world(), tool, raw)

    def _make(self, world: World, tool: Tool, args: Mapping[str, Any]) -> Reply:
        start = len(world.recorder.events)
        reply = check_call(world, tool, args)
        if told := self.strangers.seen_in(reply, args):
            raise ContractBroken(f"{tool.name}({_short(args)}): shows another person's {told!r}")
        if touched := self.strangers.changed_by(world.recorder.events[start:]):
            raise ContractBroken(f"{tool.name}({_short(args)}): changes another person's {touched}")
        return reply

    def _check_generated(self, tool: Tool, start: World, examples: int, repeatable: bool) -> int:
        from hypothesis import HealthCheck, Phase, given, settings
        from hypothesis import strategies as st

        succeeded = 0

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=repeatable,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(arguments(tool.parameters, self.pool), min_size=1, max_size=3))
        def check(calls: list[dict[str, Any]]) -> None:
            nonlocal succeeded
            world = start.fork()
            made: list[_Made] = []
            for args in calls:
                reply = self._make(world, tool, args)
                succeeded += reply.ok
                made += [(args, reply), *_check_key_given(world, tool, args, reply)]
            _check_twin(tool, world, start.fork(), made)

        check()
        return succeeded

    def _look_around(self) -> Pool:
        """What an agent could know: some rows of every table, and what reads and samples answer."""
        seen: dict[str, list[Any]] = {}
        changed = list(self.world().state.changed())
        for table in self.base.tables.tables().values():
            rows = list(self.base.tables.rows[table.name].values())[:_ROWS_SHOWN]
            rows += [row for name, _, row in changed if name == table.name and row is not None][:_ROWS_SHOWN]
            for row in rows:
                gather(msgspec.to_builtins(row), table.name.rpartition(".")[2], seen)
        for name, given in self.samples.items():
            for sample in given:
                trial = self.world()
                args = _args(sample, trial)
                gather(args, "", seen)
                gather(trial.call(name, args).data, "", seen)
        for name, values in self.strangers.values.items():
            seen.setdefault(name, []).extend(values[:_ROWS_SHOWN])
        return {name: tuple(values) for name, values in seen.items()}


def _args(sample: Sample, world: World) -> Mapping[str, Any]:
    return sample(world) if callable(sample) else sample


def _lived(part: Callable[[World], Any], world: World) -> bool:
    """Whether an author's own code works in a world that it was not written for: with others in it, or as another."""
    try:
        part(world)
    except Exception:
        return False
    return True


def check_schema(tool: Tool) -> None:
    """The schema is one that model providers and validators take, and it says what every argument means."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if not _NAME.fullmatch(tool.name):
        raise ContractBroken(f"{tool.name}: not a function name of 1 to 64 letters, digits, _ and -")
    function = tool.function()["function"]
    if len(function["description"]) > _LONGEST_DESCRIPTION:
        raise ContractBroken(f"{tool.name}: its description has more than {_LONGEST_DESCRIPTION} characters")
    for schema in (tool.parameters, tool.result.model_json_schema(mode="serialization")):
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise ContractBroken(f"{tool.name}: not JSON Schema 2020-12: {error.message}") from error
    if tool.parameters.get("type") != "object" or tool.parameters.get("additionalProperties") is not False:
        raise ContractBroken(f"{tool.name}: its arguments are not a closed object")
    for name, part in tool.parameters.get("properties", {}).items():
        if not _described(part, tool.parameters.get("$defs", {})):
            raise ContractBroken(f"{tool.name}: argument {name} has no description")


def check_call(world: World, tool: Tool, args: Mapping[str, Any]) -> Reply:
    """Make one call and prove that it kept the contract; returns the reply."""
    said = f"{tool.name}({_short(args)})"
    before = world.fork()
    mark, digest = len(world.state.journal), world.state.digest()
    try:
        reply = world.call(tool.name, args)
    except InternalError as error:
        raise ContractBroken(f"{said}: {error}") from error
    if reply.ok:
        _check_result(tool, reply, said)
    else:
        _check_error(tool, reply, said)
    if not reply.ok or tool.access == "read":
        _check_untouched(world, before, tool, said)
    _check_states(world, mark, said)
    if wrong := check(world):
        raise ContractBroken(f"{said}: {wrong[0].line()}")
    twin = world.fork()
    if twin.state.digest() != world.state.digest():
        raise ContractBroken(f"{said}: a fork differs from the world that it was made of")
    twin.undo(mark)
    if twin.state.digest() != digest:
        raise ContractBroken(f"{said}: a rollback does not restore the world")
    return reply


def check_key(world: World, tool: Tool, args: Mapping[str, Any], first: Reply) -> Reply:
    """Prove that a key gives the first result again without an effect, and is refused with other arguments.

    Returns the second reply.
    """
    said = f"{tool.name}({_short(args)})"
    before = world.fork()
    again = world.call(tool.name, args)
    if again.data != first.data:
        raise ContractBroken(f"{said}: the same key and arguments gave another result: {again.data or again.error}")
    _check_untouched(world, before, tool, f"{said} again")
    for name in tool.args.model_fields:
        other = {**args, name: _changed(args.get(name))}
        if name == tool.key or not _differs(tool, args, other):
            continue
        reply = world.fork().call(tool.name, other)
        if reply.error is None or reply.error["code"] != "IDEMPOTENCY_CONFLICT":
            raise ContractBroken(f"{said}: the key was taken again with another {name}: {reply.data or reply.error}")
    return again


def _check_untouched(world: World, before: World, tool: Tool, said: str) -> None:
    # What happens on its own meanwhile is not the call's doing: let the same time pass without the call.
    before.advance(world.now)
    if before.state.digest() != world.state.digest():
        rows = {(name, key): row for name, key, row in before.state.changed()}
        now = {(name, key): row for name, key, row in world.state.changed()}
        moved = sorted(
            {f"{at[0]} {at[1]}" for at in rows.keys() ^ now.keys()}
            | {f"{at[0]} {at[1]}" for at in rows.keys() & now.keys() if rows[at] != now[at]}
        )
        raise ContractBroken(f"{said}: a {tool.access} that should have no effect changed {', '.join(moved[:3])}")


def _check_states(world: World, mark: int, said: str) -> None:
    # Moves are checked where rows are written; what is left is where a row begins.
    tables = world.base.tables.tables()
    for change in world.state.journal[mark:]:
        machine = tables[change.table].machine
        if machine is not None and change.before is None:
            state = getattr(change.after, machine.field)
            if state not in machine.initial:
                raise ContractBroken(f"{said}: a row of {change.table} begins {state}, not {machine.initial[0]}")


def _check_result(tool: Tool, reply: Reply, said: str) -> None:
    from jsonschema import Draft202012Validator

    schema = tool.result.model_json_schema(mode="serialization")
    for problem in Draft202012Validator(schema).iter_errors(reply.data):
        raise ContractBroken(f"{said}: the result does not fit its schema: {problem.json_path} {problem.message[:120]}")


def _check_error(tool: Tool, reply: Reply, said: str) -> None:
    error = reply.error or {}
    if set(error) != _ERROR_FIELDS or not error["message"] or reply.data is not None:
        raise ContractBroken(f"{said}: not a typed error: {error}")
    if error["code"] not in (*COMMON_ERRORS, *tool.errors):
        raise ContractBroken(f"{said}: {error['code']} is not among its documented errors: {error['message']}")


def _check_key_given(world: World, tool: Tool, args: Mapping[str, Any], reply: Reply) -> list[_Made]:
    """Check the key of a call that succeeded with one; returns the calls that this took."""
    if not (reply.ok and tool.key and args.get(tool.key)):
        return []
    return [(args, check_key(world, tool, args, reply))]


def _check_twin(tool: Tool, world: World, twin: World, made: list[_Made]) -> None:
    """An equal world gives the same replies to the same calls, and keeps the same trace."""
    for args, reply in made:
        if (other := twin.call(tool.name, args)) != reply:
            raise ContractBroken(
                f"{tool.name}({_short(args)}): equal worlds gave different replies: {reply.wire()} and {other.wire()}"
            )
    raw = trace.encode(world.recorder.events)
    if trace.encode(twin.recorder.events) != raw:
        raise ContractBroken(f"{tool.name}: the same calls on equal worlds left different traces")
    if trace.encode(trace.decode(raw)) != raw:
        raise ContractBroken(f"{tool.name}: the trace cannot be read back")


def _described(part: Mapping[str, Any], defs: Mapping[str, Any]) -> bool:
    if part.get("description"):
        return True
    if "$ref" in part:
        return _described(defs[part["$ref"].rsplit("/", 1)[1]], defs)
    return any(_described(inner, defs) for several in ("anyOf", "allOf", "oneOf") for inner in part.get(several, ()))


def _changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if value is None or isinstance(value, str):
        # As long as it was: a longer one may not be allowed.
        return f"{(value or '')[:-1]}{'2' if (value or '').endswith('1') else '1'}"
    return value


def _differs(tool: Tool, args: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both are valid and mean different requests."""
    try:
        return tool.args.model_validate(other) != tool.args.model_validate(args)
    except (ValueError, ServiceError):
        return False


def _short(args: Mapping[str, Any]) -> str:
    named = isinstance(args, Mapping)
    text = ", ".join(f"{name}={value!r}" for name, value in args.items()) if named else repr(args)
    return text if len(text) <= 300 else text[:300] + "…"
