"""From a manifest to its suite and its episodes, in scenario order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import get_args, overload

import msgspec

from mock_services.errors import UsageError
from mock_services.extras import Extra
from mock_services.registry import Registry, registry_of
from scenarios.chance import chances_of
from scenarios.families.difficulty import level
from scenarios.loader import Suite, load_file, load_suite
from scenarios.model import FAMILIES, Locale, Scenario
from scenarios.results import EpisodeSpec
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.naming import did_you_mean

_LIMIT = re.compile(r"(?:(\d{1,9})-)?(\d{1,9})\Z", re.ASCII)


# --- suites --------------------------------------------------------------------------------------------------


def resolve_sources(names: Sequence[str]) -> tuple[str, ...]:
    """Names of suites as they are, files as absolute paths, so that a run can be resumed from anywhere."""
    return tuple(str(Path(name).resolve()) if _is_file(name) else name for name in names)


def load_sources(sources: Sequence[str], services: tuple[Extra, ...] = ()) -> Suite:
    """One suite out of suites and files, in the order given, for a world with these further services.

    Raises:
        UsageError: unknown suite, a mistake in a file, one id in two places, or a service that cannot be loaded.
    """
    registry = registry_of(services)
    parts = [_suite_of_file(Path(name), registry) if _is_file(name) else load_suite(name) for name in sources]
    if not parts:
        raise UsageError("no suite is named", fix="e.g. banshi run core")
    if len(parts) == 1:
        return msgspec.structs.replace(parts[0], services=services)
    scenarios: dict[str, Scenario] = {}
    owner: dict[str, str] = {}
    for part in parts:
        for scenario in part.scenarios:
            if scenario.id in owner:
                raise UsageError(
                    f"scenario {scenario.id} is in {owner[scenario.id]} and in {part.name}",
                    fix="name one of them, or rename the scenario",
                )
            owner[scenario.id] = part.name
            scenarios[scenario.id] = scenario
    joined = sha256("\n".join(part.hash for part in parts).encode()).hexdigest()
    return Suite("+".join(part.name for part in parts), tuple(scenarios.values()), joined, services)


def _is_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml", ".jsonl")) or "/" in name or "\\" in name


def _suite_of_file(path: Path, registry: Registry) -> Suite:
    scenarios = _lines_of(path) if path.suffix == ".jsonl" else load_file(path, registry)
    if not scenarios:
        raise UsageError("holds no scenarios", where=str(path), fix="see `banshi validate --help`")
    seen: set[str] = set()
    for scenario in scenarios:
        if scenario.id in seen:
            raise UsageError(f"scenario {scenario.id} is there twice", where=path.name, fix="rename one of them")
        seen.add(scenario.id)
    return Suite(path.stem, scenarios, sha256(path.read_bytes()).hexdigest())


def _lines_of(path: Path) -> tuple[Scenario, ...]:
    from scenarios.families.pinned import read_lines

    try:
        return read_lines(path.read_bytes(), path.name)
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror}", where=str(path)) from error


# --- selection -----------------------------------------------------------------------------------------------


class Episodes(Sequence[EpisodeSpec]):
    """The episodes of a run by their ordinals, each made when it is asked for: a million of them take no room."""

    def __init__(self, manifest: Manifest, chosen: Sequence[tuple[str, str]]) -> None:
        """``chosen`` are the (scenario, plan) pairs in order."""
        self._manifest, self._chosen = manifest, chosen

    def __len__(self) -> int:
        return len(self._chosen) * len(self._manifest.epsilons) * self._manifest.epochs

    @overload
    def __getitem__(self, at: int) -> EpisodeSpec: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[EpisodeSpec, ...]: ...
    def __getitem__(self, at: int | slice) -> EpisodeSpec | tuple[EpisodeSpec, ...]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        ordinal = range(len(self))[at]
        manifest = self._manifest
        rest, epoch = divmod(ordinal, manifest.epochs)
        pair, epsilon = divmod(rest, len(manifest.epsilons))
        scenario, plan = self._chosen[pair]
        return EpisodeSpec(
            ordinal,
            scenario,
            plan,
            manifest.agent,
            manifest.options,
            manifest.seed + epoch,
            manifest.epsilons[epsilon],
            manifest.wording,
            manifest.traces,
        )


def plan_episodes(suite: Suite, manifest: Manifest) -> Episodes:
    """The episodes of a run, in scenario order, each scenario's plans in the order of its file, ``clean`` first.

    Of each plan, every ε in the order given, and of each ε, every epoch.

    Raises:
        UsageError: the selection names something that the suite does not have, selects nothing, or selects a
            scenario whose words cannot be said otherwise.
    """
    chosen = select(suite, manifest.selection)
    if any(manifest.epsilons) or manifest.wording != "main":
        from scenarios.families.perturb import folder_of, perturbed

        folder = folder_of(manifest.wording)
        for scenario in {scenario.id: scenario for scenario, _ in chosen}.values():
            for epsilon in manifest.epsilons:
                perturbed(scenario, epsilon, folder=folder)
    return Episodes(manifest, [(scenario.id, plan) for scenario, plan in chosen])


def select(suite: Suite, selection: Selection) -> list[tuple[Scenario, str]]:
    """The (scenario, plan) pairs that a selection means.

    Raises:
        UsageError: as :func:`plan_episodes`.
    """
    scenarios = list(suite.scenarios)
    ids = [scenario.id for scenario in scenarios]
    for pattern in selection.only:
        if not any(fnmatchcase(scenario_id, pattern) for scenario_id in ids):
            raise UsageError(
                f"no scenario of {suite.name} is called {pattern!r}",
                where="--only",
                fix=did_you_mean(pattern, ids, "a pattern such as 'zh-*' works too"),
            )
    _known("--family", selection.family, dict.fromkeys((*FAMILIES, *(s.family for s in scenarios))))
    _known("--locale", selection.locale, get_args(Locale))
    if selection.only:
        scenarios = [s for s in scenarios if any(fnmatchcase(s.id, pattern) for pattern in selection.only)]
    if selection.family:
        scenarios = [s for s in scenarios if s.family in selection.family or s.kind in selection.family]
    if selection.locale:
        scenarios = [s for s in scenarios if s.locale in selection.locale]
    if selection.limit:
        first, last = parse_limit(selection.limit)
        scenarios = scenarios[first - 1 : last]
    if not scenarios:
        raise UsageError(f"nothing of {suite.name} is selected", fix="take away a filter")
    wanted = conditions_of(selection.faults)
    names = list(dict.fromkeys(name for scenario in scenarios for name in ("clean", *scenario.plans)))
    for one in wanted:
        if chances_of(one) is None and not any(fits(one, name) for name in names):
            raise UsageError(
                f"no selected scenario has a fault plan {one!r}",
                where="--faults",
                fix=did_you_mean(one, names, f"none, all, {', '.join(names[1:])}"),
            )
    pairs = [(scenario, plan) for scenario in scenarios for plan in _plans(scenario, wanted)]
    if not pairs:
        raise UsageError(f"nothing of {suite.name} is selected", fix="take away a filter")
    if not selection.level:
        return pairs
    of_level = [(scenario, plan) for scenario, plan in pairs if level(scenario, plan) in selection.level]
    if not of_level:
        raise UsageError(f"nothing of {suite.name} is selected", where="--level", fix="take away a filter")
    return of_level


def parse_limit(text: str) -> tuple[int, int]:
    """``"10"`` is (1, 10), ``"10-20"`` is (10, 20).

    Raises:
        UsageError: neither form.
    """
    found = _LIMIT.match(text)
    first, last = (int(found[1] or 1), int(found[2])) if found else (0, 0)
    if not 1 <= first <= last:
        raise UsageError(f"{text!r} is no limit", where="--limit", fix="a number such as 10, or a range such as 10-20")
    return first, last


def conditions_of(faults: str) -> tuple[str, ...]:
    """The parts of a selection's ``faults``, each once.

    Raises:
        UsageError: there is none, or one begins like a rate and is none.
    """
    parts = tuple(dict.fromkeys(filter(None, (part.strip() for part in faults.split(",")))))
    if not parts:
        raise UsageError("no fault plan is named", where="--faults", fix="none, all, or names of plans")
    for part in parts:
        chances_of(part)
    return parts


def fits(condition: str, plan: str) -> bool:
    """Whether a part of a selection's ``faults`` means this plan."""
    if condition == "none":
        return plan == "clean"
    if condition == "all":
        return chances_of(plan) is None
    return fnmatchcase(plan, condition)


def _plans(scenario: Scenario, wanted: Sequence[str]) -> list[str]:
    """In the order of the file, ``clean`` first, and after them those of chance as they were given."""
    chosen = [name for name in ("clean", *scenario.plans) if any(fits(one, name) for one in wanted)]
    return chosen + [one for one in wanted if chances_of(one) is not None]


def _known(option: str, given: Sequence[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise UsageError(f"unknown {option[2:]} {name!r}", where=option, fix=f"one of {', '.join(known)}")
