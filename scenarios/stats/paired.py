"""Two agents on the same episodes: who does better, and could it be chance."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scenarios.stats.intervals import Interval, cluster_bootstrap


class Comparison(msgspec.Struct, frozen=True):
    """Agent A against agent B over the episodes that both ran.

    ``only_a`` and ``only_b`` are the episodes that one of them alone got right; ``p_value`` is that of McNemar's exact
    test; ``difference`` is the rate of A less that of B, with a bootstrap interval over scenarios.
    """

    episodes: int
    both: int
    only_a: int
    only_b: int
    neither: int
    p_value: float
    difference: Interval


Episode = tuple[str, str, int]
"""What both agents must have in common: scenario, plan (with its ε) and seed."""


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided p-value of McNemar's test, exact: chance splits the episodes that differ in half.

    McNemar 1947, *Note on the sampling error of the difference between correlated proportions*; exact form by
    the binomial distribution. 1.0 where none differ.
    """
    if only_a + only_b == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def compare(a: Mapping[Episode, bool], b: Mapping[Episode, bool]) -> Comparison:
    """Compare two agents over the episodes that both have; the others are left out."""
    shared = sorted(a.keys() & b.keys())
    both = sum(a[key] and b[key] for key in shared)
    only_a = sum(a[key] and not b[key] for key in shared)
    only_b = sum(b[key] and not a[key] for key in shared)
    differences: dict[str, list[float]] = {}
    for key in shared:
        differences.setdefault(key[0], []).append(float(a[key]) - float(b[key]))
    return Comparison(
        episodes=len(shared),
        both=both,
        only_a=only_a,
        only_b=only_b,
        neither=len(shared) - both - only_a - only_b,
        p_value=round(mcnemar(only_a, only_b), 6),
        difference=cluster_bootstrap(differences),
    )
