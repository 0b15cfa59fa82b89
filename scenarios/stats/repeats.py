"""Several tries of one task: the chance that one of k succeeds, and the chance that all k do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb

import msgspec

from scenarios.stats.intervals import Interval, cluster_bootstrap


class Trial(msgspec.Struct, frozen=True):
    """One episode as statistics see it: which task, at which ε (disorder of the words) and λ (rate of faults).

    Epochs of one task are trials with the same ``task``, ``epsilon`` and ``fault_rate``; ``seed`` tells them apart.
    """

    task: str
    epsilon: int
    fault_rate: float
    seed: int
    success: bool


class Reliability(msgspec.Struct, frozen=True):
    """A row of the table R(k, ε, λ): ``all_k`` is the chance that all k runs of a task succeed, ``any_k`` that one of
    them does.

    ``tasks`` have at least ``k`` epochs each. The interval is a bootstrap over tasks.
    """

    epsilon: int
    fault_rate: float
    k: int
    tasks: int
    all_k: Interval
    any_k: Interval


def pass_at_k(n: int, c: int, k: int) -> float:
    """The chance that one of ``k`` tries succeeds, unbiased, from ``c`` successes of ``n`` (Chen et al. 2021, eq. 1).

    Raises:
        ValueError: not 0 ≤ c ≤ n, or not 1 ≤ k ≤ n.
    """
    _check(n, c, k)
    return 1 - comb(n - c, k) / comb(n, k)


def pass_hat_k(n: int, c: int, k: int) -> float:
    """The chance that all ``k`` tries succeed, unbiased, from ``c`` successes of ``n`` (Yao et al. 2024, τ-bench).

    Raises:
        ValueError: not 0 ≤ c ≤ n, or not 1 ≤ k ≤ n.
    """
    _check(n, c, k)
    return comb(c, k) / comb(n, k)


def _check(n: int, c: int, k: int) -> None:
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"{c} successes of {n} tries, k = {k}: not 0 ≤ c ≤ n and 1 ≤ k ≤ n")


def reliability(trials: Iterable[Trial], ks: Sequence[int] = ()) -> tuple[Reliability, ...]:
    """R(k, ε, λ): for each ε and λ that occur and each k, the mean over tasks of pass^k, and of pass@k.

    Args:
        trials: Episodes of one agent.
        ks: Which k; by default 1 up to the most epochs that every task of a cell has.

    Returns:
        Rows by ε, λ and k; a k that no task has enough epochs for is left out.
    """
    cells: dict[tuple[int, float], dict[str, list[bool]]] = {}
    for trial in trials:
        cells.setdefault((trial.epsilon, trial.fault_rate), {}).setdefault(trial.task, []).append(trial.success)
    rows = []
    for (epsilon, rate), tasks in sorted(cells.items()):
        for k in ks or range(1, min(map(len, tasks.values())) + 1):
            enough = {task: tries for task, tries in tasks.items() if len(tries) >= k}
            if not enough:
                continue
            every = {task: [pass_hat_k(len(tries), sum(tries), k)] for task, tries in enough.items()}
            some = {task: [pass_at_k(len(tries), sum(tries), k)] for task, tries in enough.items()}
            row = Reliability(epsilon, rate, k, len(enough), cluster_bootstrap(every), cluster_bootstrap(some))
            rows.append(row)
    return tuple(rows)
