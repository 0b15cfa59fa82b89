"""Several tries of one task: the chance that one of k succeeds, and the chance that all k do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb

import msgspec

from scenarios.stats.intervals import Interval, cluster_bootstrap


class Tries(msgspec.Struct, frozen=True):
    """What became of the epochs of one task at one ε (disorder of the words) and λ (rate of faults).

    ``c`` of ``n`` succeeded.
    """

    task: str
    epsilon: int
    fault_rate: float
    n: int
    c: int


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


MOST_KS = 8
"""Up to this k the table has every k, then 16, 32, 64 …"""


def reliability(tries: Iterable[Tries], ks: Sequence[int] = ()) -> tuple[Reliability, ...]:
    """R(k, ε, λ): for each ε and λ that occur and each k, the mean over tasks of pass^k, and of pass@k.

    Args:
        tries: Of one agent, each (task, ε, λ) once.
        ks: Which k; by default 1, 2 … :data:`MOST_KS` and its doubles, up to the most epochs that every task has.

    Returns:
        Rows by ε, λ and k; a k that no task has enough epochs for is left out.
    """
    cells: dict[tuple[int, float], list[Tries]] = {}
    for one in tries:
        cells.setdefault((one.epsilon, one.fault_rate), []).append(one)
    rows = []
    for (epsilon, rate), tasks in sorted(cells.items()):
        for k in ks or _up_to(min(one.n for one in tasks)):
            enough = [one for one in tasks if one.n >= k]
            if not enough:
                continue
            every = {one.task: [pass_hat_k(one.n, one.c, k)] for one in enough}
            some = {one.task: [pass_at_k(one.n, one.c, k)] for one in enough}
            row = Reliability(epsilon, rate, k, len(enough), cluster_bootstrap(every), cluster_bootstrap(some))
            rows.append(row)
    return tuple(rows)


def _up_to(most: int) -> list[int]:
    found = list(range(1, min(most, MOST_KS) + 1))
    while found[-1] * 2 <= most and found[-1] >= MOST_KS:
        found.append(found[-1] * 2)
    return found
