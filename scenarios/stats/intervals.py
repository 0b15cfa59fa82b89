"""A rate and how sure it is: Wilson's interval, and a bootstrap over clusters where episodes are not independent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import msgspec

RESAMPLES = 10_000
"""How often a bootstrap draws: its ends then move by less than half a point from one seed to another."""

AT_ONCE = 500
"""How many of them are held in memory together."""

SEED = 20_260_305
"""Of every bootstrap, so that the same episodes give the same interval everywhere."""

CONFIDENCE = 0.95


class Rate(msgspec.Struct, frozen=True):
    """``k`` of ``n`` with the 95 % Wilson score interval; all zero for ``n`` = 0."""

    rate: float
    low: float
    high: float
    n: int
    k: int


class Interval(msgspec.Struct, frozen=True):
    """An estimate with its 95 % interval; ``n`` is how many clusters it rests on."""

    value: float
    low: float
    high: float
    n: int


def wilson(k: int, n: int) -> Rate:
    """``k`` successes of ``n`` with the 95 % Wilson score interval (Wilson 1927).

    By the formula and not by ``scipy``: every run ends with it, and importing that takes as long as fifty episodes.
    """
    if n == 0:
        return Rate(0.0, 0.0, 0.0, 0, 0)
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = k + z * z / 2
    half = z * math.sqrt(k * (n - k) / n + z * z / 4)
    low = (middle - half) / (n + z * z) if k else 0.0
    high = (middle + half) / (n + z * z) if k < n else 1.0
    return Rate(round(k / n, 6), round(low, 6), round(high, 6), n, k)


def difference(one: Rate, other: Rate) -> Interval:
    """The rate of one sample less that of another, independent one; ``n`` is the size of the smaller.

    Interval: Newcombe 1998, *Interval estimation for the difference between independent proportions*, method 10, which
    combines the two Wilson intervals.
    """
    value = one.rate - other.rate
    low = value - math.hypot(one.rate - one.low, other.high - other.rate)
    high = value + math.hypot(one.high - one.rate, other.rate - other.low)
    return Interval(round(value, 6), round(low, 6), round(high, 6), min(one.n, other.n))


def cluster_bootstrap(groups: Mapping[str, Sequence[float]], *, seed: int = SEED) -> Interval:
    """The mean over all values, with the percentile interval of a bootstrap that draws whole clusters.

    Epochs of one scenario are alike; drawing them one by one would make an interval that is too narrow (Cameron,
    Gelbach & Miller 2008, *Bootstrap-based improvements for inference with clustered errors*; percentile interval:
    Efron & Tibshirani 1993, ch. 13). Deterministic: the same groups and seed give the same interval.

    Args:
        groups: Cluster → its values (1.0 and 0.0 for success, or differences of them).
        seed: Of the draws.

    Returns:
        All zero for no groups.
    """
    return bootstrap_of_sums({name: (sum(values), len(values)) for name, values in groups.items()}, seed=seed)


def bootstrap_of_sums(groups: Mapping[str, tuple[float, int]], *, seed: int = SEED) -> Interval:
    """As :func:`cluster_bootstrap`, of clusters of which only the sum and the number of values are known."""
    import numpy as np

    names = sorted(name for name, (_, size) in groups.items() if size)
    if not names:
        return Interval(0.0, 0.0, 0.0, 0)
    sums = np.array([groups[name][0] for name in names], dtype=float)
    sizes = np.array([groups[name][1] for name in names], dtype=float)
    chance = np.random.Generator(np.random.PCG64(seed))
    means = np.empty(RESAMPLES)
    for done in range(0, RESAMPLES, AT_ONCE):
        drawn = chance.integers(0, len(names), size=(AT_ONCE, len(names)))
        means[done : done + AT_ONCE] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(round(float(sums.sum() / sizes.sum()), 6), round(float(low), 6), round(float(high), 6), len(names))
