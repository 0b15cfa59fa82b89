"""A fault as a scenario file writes it: of a service or of an engine."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from mock_services.errors import UsageError
from mock_services.faults import Fault, check
from scenarios.mindfaults import MindFault
from scenarios.mindfaults import check as check_mind
from scenarios.wants import Part


class FaultEntry(Part):
    """A fault of a plan: of a service, with the fields of :class:`mock_services.faults.Fault`, or, where ``engine`` is
    given, of an engine, with those of :class:`scenarios.mindfaults.MindFault`."""

    kind: str
    engine: str = ""
    node: str = ""
    seconds: int = Field(0, ge=0, le=24 * 3600)
    tool: str = ""
    service: str = ""
    object: str = ""
    attempts: tuple[int, ...] = (1,)
    phase: str = ""
    limit: int = Field(1, ge=1)
    params: dict[str, Any] = Field({})

    @model_validator(mode="after")
    def _possible(self) -> FaultEntry:
        if self.engine and (self.tool or self.service or self.object or self.phase or self.params):
            raise ValueError("a fault of an engine has kind, engine, node, attempts, limit and seconds alone")
        if (self.node or self.seconds) and not self.engine:
            raise ValueError("node and seconds are for the faults of an engine; engine: '*' is any")
        try:
            if self.engine:
                check_mind(self.mind_fault())
            else:
                check(self.fault(), "")
        except UsageError as error:
            raise ValueError(f"{error.what}; {error.fix}") from error
        return self

    def fault(self, obj: str | None = None) -> Fault:
        """The fault, on ``obj`` where the file names an object by reference."""
        return Fault(
            kind=self.kind,
            tool=self.tool,
            service=self.service,
            object=self.object if obj is None else obj,
            attempts=self.attempts,
            phase=self.phase,
            limit=self.limit,
            params=self.params,
        )

    def mind_fault(self) -> MindFault:
        """The fault of an engine."""
        return MindFault(
            kind=self.kind,
            engine=self.engine,
            node=self.node,
            attempts=self.attempts,
            limit=self.limit,
            seconds=self.seconds,
        )
