"""How a service is written: a class whose marked methods are tools, event handlers, fixtures and disruptions.

A tool is a method with one pydantic argument model and one pydantic result model; its docstring and the
fields' descriptions become its schema::

    class Flash(Service):
        name = "flash"
        tables = (SHOPS, ORDERS)

        @read(obj="order_id", errors=("ORDER_NOT_EXIST",))
        def order_detail(self, ctx: Ctx, args: OrderRef) -> OrderView:
            \"\"\"One of your orders with its state and the courier's position.\"\"\"

- :func:`read` and :func:`write` mark what the person's agent can call.
- :func:`on` marks a handler of a scheduled event.
- :func:`fixture` marks what a scenario's set-up and its timed events may do to the world.
- :func:`disruption` marks the world's part of a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict

from mock_services.errors import InternalError
from mock_services.tables import Table

if TYPE_CHECKING:
    from mock_services.base import Base, BaseBuilder
    from mock_services.context import Ctx
    from mock_services.invariants import Violation

Read = Callable[..., dict[str, Any]]
"""``read(tool, **arguments)``: the result of a read tool."""

F = TypeVar("F", bound=Callable[..., Any])


class Args(BaseModel):
    """Base of all tool arguments: closed, frozen, with a bound on every string."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=2000)

    def asked(self, *without: str) -> tuple[Any, ...]:
        """The values but for some, as a key: calls with equal keys ask for the same."""
        return tuple(
            tuple(value) if isinstance(value, list) else value
            for name, value in self.__dict__.items()
            if name not in without
        )


class Result(BaseModel):
    """Base of all tool results."""

    model_config = ConfigDict(extra="forbid", frozen=True)


COMMON_ERRORS = (
    "INVALID_ARGUMENT",
    "UNKNOWN_TOOL",
    "TIMEOUT",
    "CONNECTION_RESET",
    "SERVER_ERROR",
    "RATE_LIMITED",
    "SERVICE_UNAVAILABLE",
    "IDEMPOTENCY_CONFLICT",
)
"""Codes that any tool can answer with; a tool documents only its own."""


Role = Literal["payer", "payee"]
"""In whose name an operation acts: the person who pays, or the one who is paid (ship, close, refund)."""


class _Mark:
    __slots__ = ("access", "errors", "faults", "key", "kind", "latency", "name", "obj", "role")

    def __init__(
        self,
        kind: str,
        *,
        access: str = "",
        name: str = "",
        key: str = "",
        obj: str = "",
        latency: tuple[int, int] = (0, 0),
        errors: tuple[str, ...] = (),
        faults: bool = True,
        role: Role = "payer",
    ) -> None:
        self.role = role
        self.kind, self.access, self.name, self.key, self.obj = kind, access, name, key, obj
        self.latency, self.errors, self.faults = latency, errors, faults


def _mark(mark: _Mark) -> Callable[[F], F]:
    def decorate(method: F) -> F:
        method.__dict__["_banshi_mark"] = mark
        return method

    return decorate


def read(
    *,
    name: str = "",
    obj: str = "",
    latency: tuple[int, int] = (60, 240),
    errors: tuple[str, ...] = (),
    faults: bool = True,
    role: Role = "payer",
) -> Callable[[F], F]:
    """Mark a tool that changes nothing.

    Args:
        name: The tool's name; by default ``<service>_<method>``.
        obj: The argument that names the business object, for keying faults.
        latency: Simulated latency in milliseconds (low, high).
        errors: The error codes that it raises.
        faults: Whether faults can strike it; not where no service is in between (the clock, the person).
        role: In whose name it acts. An agent's tool is the payer's; another role is refused when the service is made.
    """
    mark = _Mark("tool", access="read", name=name, obj=obj, latency=latency, errors=errors, faults=faults, role=role)
    return _mark(mark)


def write(
    *,
    name: str = "",
    key: str = "",
    obj: str = "",
    latency: tuple[int, int] = (120, 600),
    errors: tuple[str, ...] = (),
    faults: bool = True,
    role: Role = "payer",
) -> Callable[[F], F]:
    """Mark a tool that changes the world. ``key`` is the argument that is an idempotency key, if it takes one."""
    return _mark(
        _Mark(
            "tool",
            access="write",
            name=name,
            key=key,
            obj=obj,
            latency=latency,
            errors=errors,
            faults=faults,
            role=role,
        )
    )


def on(event: str) -> Callable[[F], F]:
    """Mark the handler of a scheduled event: ``handler(self, ctx, data: dict)``. It runs in its own transaction."""
    return _mark(_Mark("event", name=event))


def fixture(name: str = "") -> Callable[[F], F]:
    """Mark what a scenario may do to the world: ``fixture(self, ctx, args: Args) -> str | None`` (the new row's id)."""
    return _mark(_Mark("fixture", name=name))


def disruption(kind: str) -> Callable[[F], F]:
    """Mark the world's part of a fault: ``handler(self, ctx, tool: str, args: dict, params: dict) -> bool``.

    It answers whether there was something to disrupt; a fault that finds nothing is recorded as not fired.
    """
    return _mark(_Mark("disruption", name=kind))


class Tool:
    """A tool that the person's agent can call."""

    __slots__ = (
        "_parameters",
        "access",
        "args",
        "description",
        "errors",
        "faults",
        "key",
        "latency",
        "method",
        "name",
        "obj",
        "result",
        "role",
        "service",
    )

    def __init__(self, service: str, method: Callable[..., Any], mark: _Mark) -> None:
        hints = get_type_hints(method)
        self.service, self.method = service, method
        self.name = mark.name or f"{service}_{method.__name__}"
        self.access, self.key, self.obj, self.latency = mark.access, mark.key, mark.obj, mark.latency
        self.errors, self.faults, self.role = mark.errors, mark.faults, mark.role
        self.args: type[Args] = hints["args"]
        self.result: type[Result] = hints["return"]
        self.description = " ".join((method.__doc__ or "").split())
        self._parameters: dict[str, Any] | None = None
        fields = self.args.model_fields
        if self.role != "payer":
            raise InternalError(f"tool {self.name} acts as {self.role}: an agent holds the payer's side only")
        if not self.description:
            raise InternalError(f"tool {self.name} has no docstring")
        for named in (self.key, self.obj):
            if named and named not in fields:
                raise InternalError(f"tool {self.name} has no argument {named}")

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON Schema of the arguments, built once per process."""
        if self._parameters is None:
            self._parameters = self.args.model_json_schema()
        return self._parameters

    def function(self) -> dict[str, Any]:
        """The tool as an OpenAI function definition."""
        errors = f" Errors: {', '.join(self.errors)}." if self.errors else ""
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description + errors,
                "parameters": self.parameters,
            },
        }


class Service:
    """Base class of all services. Instances are stateless: state lives in the world's tables."""

    name: ClassVar[str]
    tables: ClassVar[tuple[Table[Any], ...]] = ()

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.events: dict[str, Callable[..., Any]] = {}
        self.fixtures: dict[str, tuple[Callable[..., Any], type[Args]]] = {}
        self.disruptions: dict[str, Callable[..., Any]] = {}
        for attribute in dir(type(self)):
            mark = getattr(getattr(type(self), attribute), "_banshi_mark", None)
            if not isinstance(mark, _Mark):
                continue
            method = getattr(self, attribute)
            if mark.kind == "tool":
                tool = Tool(self.name, method, mark)
                self.tools[tool.name] = tool
            elif mark.kind == "event":
                self.events[mark.name] = method
            elif mark.kind == "fixture":
                self.fixtures[mark.name or attribute] = (method, get_type_hints(method)["args"])
            else:
                self.disruptions[mark.name] = method

    def seed(self, base: BaseBuilder) -> None:
        """Add this service's rows to the base world. The default adds none."""

    def holdings(self, base: Base) -> dict[str, int]:
        """What the base world has of this service's and how much of it; what is derived counts as what is stored.

        The default counts the base rows of each table that has any.
        """
        counts = {table.name: len(base.tables.rows[table.name]) for table in self.tables}
        return {name: count for name, count in counts.items() if count}

    def violations(self, ctx: Ctx) -> list[Violation]:
        """What must hold of this service's rows and does not, for :func:`mock_services.invariants.check`.

        It only reads. The default knows no rules.
        """
        return []

    def order_calls(self, read: Read, words: tuple[str, ...], quantity: int) -> list[tuple[str, dict[str, Any]]]:
        """How one orders here: what lets the oracle do errands at a service that it does not know.

        Args:
            read: Calls a read tool with its arguments and returns its result.
            words: What is wanted; all of them name it.
            quantity: How many.

        Returns:
            Calls of order tools, the best first, as (tool, arguments without a request number). Each must return an
            ``order_id``, and an ``out_trade_no`` that is yet to be paid. The default knows none.
        """
        return []

    def cancel_calls(self, read: Read, order_id: str) -> list[tuple[str, dict[str, Any]]]:
        """How one gives back here what was ordered: what lets the oracle leave nothing behind of half an errand.

        Args:
            read: Calls a read tool with its arguments and returns its result.
            order_id: An order that was made by one of :meth:`order_calls`.

        Returns:
            The calls to make, one after the other; none if it cannot be given back, or is off already. The default
            knows none.
        """
        return []
