"""A fallback policy: from failure class to an ordered ladder of strategies. Policies are data, not code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from agent.fallback.breaker import BreakerSettings
from agent.fallback.failures import CLASSES
from mock_services.errors import UsageError

RUNGS = ("wait", "retry", "query", "alternative", "method", "reconsent", "ask")
"""What can be tried after a failure of a service, of a payment or of the person's luck."""

RUNGS_OF_MIND = ("wait", "retry", "swap", "hand_over")
"""What can be tried after a failure of an engine."""

SHIPPED = ("none", "retry", "full")


class ByAccess(BaseModel):
    """A ladder for reads and another for writes: after a failed write one has to look before one repeats."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


class Policy(BaseModel):
    """A named set of ladders. A class without a ladder has no fallback; ``breaker`` is the circuit breaker, if any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    breaker: BreakerSettings | None = None
    ladders: dict[str, tuple[str, ...] | ByAccess] = {}

    def ladder(self, failure: str, access: str) -> tuple[str, ...]:
        """The rungs for a failure of a call with this access, in order."""
        found = self.ladders.get(failure, ())
        if isinstance(found, ByAccess):
            return found.write if access == "write" else found.read
        return found


def rungs_for(failure: str) -> tuple[str, ...]:
    """The rungs that a ladder of this failure class can have."""
    return RUNGS_OF_MIND if failure.startswith("engine_") else RUNGS


@lru_cache(maxsize=32)
def load_policy(name: str) -> Policy:
    """A shipped policy by name, or one's own by the path of a YAML file.

    Raises:
        UsageError: no such policy, or a file with a mistake; names the field.
    """
    path = Path(__file__).parent / "policies" / f"{name}.yaml" if name in SHIPPED else Path(name)
    if name not in SHIPPED and path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"unknown fallback policy {name!r}", fix=f"one of {', '.join(SHIPPED)}, or a YAML file")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        policy = Policy.model_validate(raw)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}", fix="give a readable YAML file") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{name} is no YAML: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(first["msg"], where=f"{name}: {'.'.join(map(str, first['loc']))}") from error
    for failure, ladder in policy.ladders.items():
        if failure not in CLASSES:
            raise UsageError(f"unknown failure class {failure!r}", where=name, fix=f"one of {', '.join(CLASSES)}")
        rungs = (*ladder.read, *ladder.write) if isinstance(ladder, ByAccess) else ladder
        known = rungs_for(failure)
        for rung in rungs:
            if rung not in known:
                raise UsageError(f"unknown rung {rung!r}", where=f"{name}: {failure}", fix=f"one of {', '.join(known)}")
    return policy
