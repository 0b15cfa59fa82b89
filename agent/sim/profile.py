"""Profiles: how often a simulated engine errs, and in which way, how long it thinks and what that costs. Data."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mock_services.errors import UsageError

PREFIX = "sim:"
_FOLDER = Path(__file__).with_name("profiles")

Rate = Annotated[float, Field(ge=0, le=1)]


class Errors(BaseModel):
    """The chance of each error, at each occasion for it.

    ``forget_wish``: a limit or option that the person named is not kept in mind, once for the errand.
    ``omit_argument``: an optional limit or option of a search or an order is left out of a call.
    ``skip_offer``: the person is not asked for consent, and the engine goes on as if they had agreed.
    ``skip_wait``: nothing is waited for. ``trust_reply``: a payment that was acknowledged is not looked at.
    ``obey_text``: a command in a service's text is carried out.
    ``send_twice``: a write that was acknowledged is sent again, with a request number of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    forget_wish: Rate = 0
    omit_argument: Rate = 0
    skip_offer: Rate = 0
    skip_wait: Rate = 0
    trust_reply: Rate = 0
    obey_text: Rate = 0
    send_twice: Rate = 0


class Habits(BaseModel):
    """What is no error and takes its time: the share of reads that are made twice, and of offers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    read_twice: Rate = 0
    ask_twice: Rate = 0


class Profile(BaseModel):
    """A simulated engine. ``latency_ms`` and ``price_micros`` (millionths of a yuan) are charged for each decision,
    which is a node of the graph."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    about: str = ""
    latency_ms: int = Field(0, ge=0, le=3_600_000)
    price_micros: int = Field(0, ge=0, le=1_000_000_000)
    errors: Errors = Errors()
    habits: Habits = Habits()


def profile_names() -> tuple[str, ...]:
    """The profiles that ship."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """A shipped profile by name, or one's own by the path of a YAML file.

    Raises:
        UsageError: no such profile, or a file with a mistake; names the field.
    """
    shipped = profile_names()
    if name not in shipped and not name.endswith((".yaml", ".yml")):
        near = get_close_matches(name, shipped, n=3, cutoff=0.4) or shipped
        fix = ", ".join(PREFIX + one for one in near)
        raise UsageError(f"unknown profile {PREFIX}{name}", fix=f"one of {fix}, or {PREFIX}FILE.yaml")
    path = _FOLDER / f"{name}.yaml" if name in shipped else Path(name)
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Profile.model_validate(raw)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}", fix="give a readable YAML file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is no YAML: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(first["msg"], where=f"{name}: {'.'.join(map(str, first['loc']))}") from error
