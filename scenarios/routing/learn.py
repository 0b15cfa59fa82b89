"""Learning a policy from episodes in which chance decided who decides: one ridge regression over all of them.

What thinking at a node took is known, and is the engine's price there. The rest of an episode's worth, less what its
scenario is usually worth, is taken as a sum over its nodes: of what the engine that decided there is worth at that node
in general, and of what each feature of the errand changes in that. Both are held near zero, for each node as firmly as
predicts best the scenarios that were left out: where nothing shows that it matters who decides, the price does. This is
the estimate of LinUCB without its bonus: who decided was drawn evenly, and a frozen policy explores nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from agent.route.best import BestPolicy, Source, Worth
from agent.route.features import FORMAT
from scenarios.routing.lessons import Lesson

RIDGES = ((10.0, 100.0), (10.0, 1e3), (10.0, 1e4), (100.0, 1e3), (100.0, 1e4), (1e3, 1e4), (1e6, 1e6))
"""How many episodes weigh as much as the belief that an engine, and a feature of the errand, make no difference at a
node: a feature is held more firmly than what it would stand in for."""

FOLDS = 5

ALWAYS = "always"

Array = np.ndarray[Any, np.dtype[np.float64]]

Column = tuple[str, str, str]
"""(node, engine, feature)."""


class Sums(msgspec.Struct):
    """What a regression needs to know of some of the episodes."""

    squares: Array
    products: Array
    total: float = 0.0


def learn(lessons: Sequence[Lesson], engines: tuple[str, ...], worth: Worth, sources: tuple[Source, ...]) -> BestPolicy:
    """The policy that the lessons give. ``engines`` in the order in which equals are preferred."""
    columns = sorted({column for lesson in lessons for column in _columns(lesson)})
    folds = _folds(lessons, {column: i for i, column in enumerate(columns)})
    ridges = _ridges(folds, columns)
    found = _solve(_added(folds), _held(columns, ridges))
    weights: dict[str, dict[str, dict[str, float]]] = {}
    for (node, engine, feature), value in zip(columns, found, strict=True):
        weights.setdefault(node, {}).setdefault(engine, {})[feature] = round(float(value), 6)
    for node, prices in _prices(lessons).items():
        for engine, price in prices.items():
            weights[node][engine][ALWAYS] = round(weights[node][engine][ALWAYS] - price, 6)
    policy = BestPolicy(FORMAT, engines, worth, weights, sources, ridges)
    return msgspec.structs.replace(policy, chosen=_chosen(policy, lessons))


def _folds(lessons: Sequence[Lesson], place: dict[Column, int]) -> list[Sums]:
    """The episodes in parts, each scenario in one of them."""
    usual, size = _usual(lessons), len(place)
    fold_of = {scenario: i % FOLDS for i, scenario in enumerate(sorted(usual))}
    folds = [Sums(np.zeros((size, size)), np.zeros(size)) for _ in range(FOLDS)]
    for lesson in lessons:
        fold = folds[fold_of[lesson.scenario]]
        at = [place[column] for column in _columns(lesson)]
        target = _outcome(lesson) - usual[lesson.scenario]
        fold.squares[np.ix_(at, at)] += 1.0
        fold.products[at] += target
        fold.total += target * target
    return folds


def _added(folds: Sequence[Sums]) -> Sums:
    squares, products = sum(fold.squares for fold in folds), sum(fold.products for fold in folds)
    return Sums(np.asarray(squares), np.asarray(products), sum(fold.total for fold in folds))


def _ridges(folds: Sequence[Sums], columns: Sequence[Column]) -> dict[str, tuple[float, float]]:
    """For each node how near zero engines, and features, are held: the largest of those that predict best."""
    ridges = dict.fromkeys(sorted({node for node, _, _ in columns}), RIDGES[0])
    others = [_added([fold for j, fold in enumerate(folds) if j != i]) for i in range(len(folds))]

    def error(tried: dict[str, tuple[float, float]]) -> float:
        """The squared error over all scenarios, each predicted from those of the other folds."""
        held, total = _held(columns, tried), 0.0
        for left_out, rest in zip(folds, others, strict=True):
            found = _solve(rest, held)
            total += float(left_out.total - 2 * found @ left_out.products + found @ left_out.squares @ found)
        return total

    for node in ridges:
        ridges = min(({**ridges, node: pair} for pair in reversed(RIDGES)), key=error)
    return ridges


def _held(columns: Sequence[Column], ridges: dict[str, tuple[float, float]]) -> Array:
    return np.array([ridges[node][feature != ALWAYS] for node, _, feature in columns])


def _solve(sums: Sums, held: Array) -> Array:
    return np.asarray(np.linalg.solve(sums.squares + np.diag(held), sums.products))


def _outcome(lesson: Lesson) -> float:
    """What an episode came to, thinking aside."""
    return lesson.worth + sum(at.took for at in lesson.decided)


def _prices(lessons: Sequence[Lesson]) -> dict[str, dict[str, float]]:
    """What thinking takes at each node, by engine: the mean, in worth."""
    seen: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for lesson in lessons:
        for at in lesson.decided:
            seen[at.node][at.engine].append(at.took)
    return {node: {engine: sum(v) / len(v) for engine, v in by.items()} for node, by in seen.items()}


def _columns(lesson: Lesson) -> list[Column]:
    return [(at.node, at.engine, feature) for at in lesson.decided for feature in at.features]


def _usual(lessons: Sequence[Lesson]) -> dict[str, float]:
    """What each scenario is worth on average: how hard an errand is says nothing about who should decide."""
    seen: dict[str, list[float]] = defaultdict(list)
    for lesson in lessons:
        seen[lesson.scenario].append(_outcome(lesson))
    return {scenario: sum(values) / len(values) for scenario, values in seen.items()}


def _chosen(policy: BestPolicy, lessons: Sequence[Lesson]) -> dict[str, dict[str, int]]:
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for lesson in lessons:
        for at in lesson.decided:
            values = policy.values(at.node, at.features)
            count[at.node][max(policy.engines, key=lambda engine: values[engine])] += 1
    return {node: dict(sorted(found.items())) for node, found in sorted(count.items())}
