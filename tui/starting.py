"""What a run is started with: fields, what is wrong with them, and the equal command line. Data only, no screen."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from threading import Lock

import msgspec

from mock_services.errors import BanshiError, UsageError


class Field(msgspec.Struct, frozen=True):
    """A field: its option (empty for the suite, which has none), what it is given at first, and what to write there.

    ``decides`` says that it decides what is recorded, and not how it is done.
    """

    name: str
    option: str
    default: str
    about: str
    decides: bool = True


FIELDS = (
    Field("suite", "", "core", "a suite, a scenario file, or fresh:SEED"),
    Field("engine", "--engine", "rules", "rules, sim:hasty, oracle, llm:…, module:attribute; several with commas"),
    Field("fallback", "--fallback", "full", "none, retry, full or a policy file; several with commas"),
    Field("faults", "--faults", "all", "all, none, names of plans, or a rate: rate:0.2"),
    Field("limit", "--limit", "", "the first N scenarios, or A-B; empty: all"),
    Field("seed", "--seed", "0", "redraws the chances"),
    Field("workers", "--workers", "", "processes; empty: one per core", decides=False),
    Field("tags", "--tags", "", "labels to find it by, with commas"),
)

_IMPORTING = Lock()
"""Two threads that import the agent at once, each from another end, can meet half of a module."""

LARGEST_SEED, MOST_WORKERS = 2**31 - 1, 256


def arguments(values: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What decides what is recorded, and how it is carried out, as after ``banshi run``; defaults are left away."""
    what: list[str] = []
    how: list[str] = []
    for field in FIELDS:
        text = values.get(field.name, "").strip()
        if not field.option:
            what += [text] if text else []
        elif text and text != field.default:
            (what if field.decides else how).extend(_option(field, text))
    return what, how


def command_line(values: Mapping[str, str]) -> str:
    """The equal ``banshi run …``, for a shell."""
    what, how = arguments(values)
    return shlex.join(["banshi", "run", *what, *how])


def _option(field: Field, text: str) -> list[str]:
    # A value that begins with a dash would be taken for an option.
    return [f"{field.option}={text}"] if text.startswith("-") else [field.option, text]


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field; nothing if the run can be started. Slow the first time: it imports the agent.

    A suite that is right is read; which files and modules are named is looked up, and nothing is run.
    """
    found: dict[str, str] = {}
    with _IMPORTING:
        for name, check in _CHECKS.items():
            try:
                check(values.get(name, "").strip())
            except BanshiError as error:
                found[name] = str(error)
    return found


def known() -> dict[str, list[str]]:
    """Names that can be offered for a field. Slow the first time, as :func:`problems`."""
    with _IMPORTING:
        from scenarios.agents import agent_names
        from scenarios.loader import suite_names

        return {"suite": suite_names(), "engine": agent_names()}


def planned(values: Mapping[str, str]) -> int:
    """How many episodes the run, or each of several runs, will have.

    Raises:
        UsageError: nothing is selected, or the suite cannot be read.
    """
    with _IMPORTING:
        from scenarios.runs.manifest import Selection
        from scenarios.runs.plan import load_sources, resolve_sources, select

        suite = load_sources(resolve_sources([values["suite"].strip()]))
        faults = values.get("faults", "").strip() or "all"
        return len(select(suite, Selection(faults=faults, limit=values.get("limit", "").strip())))


def _suite(text: str) -> None:
    from scenarios.runs.plan import load_sources, resolve_sources

    if not text:
        raise UsageError("say what to run", fix="e.g. core")
    load_sources(resolve_sources([text]))


def _engine(text: str) -> None:
    from agent.build import has_model, is_engine
    from agent.route.spec import split_specs
    from scenarios.agents import make_agent
    from scenarios.references import KNOWING

    for name in split_specs(text):
        # One with a model is built where its keys are, and a reference that knows the goal with its suite.
        if name not in KNOWING and not has_model(name) and (is_engine(name) or ":" not in name):
            make_agent(name)


def _fallback(text: str) -> None:
    from agent.fallback.policy import load_policy

    for name in text.split(","):
        if name.strip():
            load_policy(name.strip())


def _faults(text: str) -> None:
    from scenarios.chance import chances_of

    for name in text.split(","):
        chances_of(name)


def _limit(text: str) -> None:
    from scenarios.runs.plan import parse_limit

    if text:
        parse_limit(text)


def _number(least: int, most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text and not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise UsageError(f"{text!r} is no whole number from {least} to {most}")

    return check


def _tags(text: str) -> None:
    from scenarios.runs.tags import split_tags

    split_tags(text)


_CHECKS: dict[str, Callable[[str], None]] = {
    "suite": _suite,
    "engine": _engine,
    "fallback": _fallback,
    "faults": _faults,
    "limit": _limit,
    "seed": _number(0, LARGEST_SEED),
    "workers": _number(1, MOST_WORKERS),
    "tags": _tags,
}
