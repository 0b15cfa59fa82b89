"""Estimators against what they estimate, counted out by hand; intervals against what is known of them."""

from __future__ import annotations

from itertools import combinations

import pytest

from scenarios.stats.intervals import cluster_bootstrap, difference, wilson
from scenarios.stats.paired import compare, mcnemar
from scenarios.stats.repeats import Tries, pass_at_k, pass_hat_k, reliability


@pytest.mark.parametrize(("n", "c"), [(1, 0), (1, 1), (5, 0), (5, 2), (5, 5), (8, 3), (8, 7)])
def test_the_estimators_are_the_mean_over_every_choice_of_k_tries(n: int, c: int) -> None:
    tries = [True] * c + [False] * (n - c)
    for k in range(1, n + 1):
        drawn = list(combinations(tries, k))
        assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, drawn)) / len(drawn))
        assert pass_hat_k(n, c, k) == pytest.approx(sum(map(all, drawn)) / len(drawn))


@pytest.mark.parametrize(("n", "c", "k"), [(3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4)])
def test_tries_that_cannot_be_are_refused(n: int, c: int, k: int) -> None:
    for estimator in (pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match="not 0 ≤ c ≤ n"):
            estimator(n, c, k)


def test_of_independent_tasks_the_bootstrap_agrees_with_wilson() -> None:
    single = cluster_bootstrap({f"t{i}": [float(i < 70)] for i in range(100)})
    known = wilson(70, 100)
    assert single.value == known.rate == 0.7
    assert single.low == pytest.approx(known.low, abs=0.02)
    assert single.high == pytest.approx(known.high, abs=0.02)


def test_epochs_that_always_agree_are_no_more_evidence_than_one() -> None:
    once = cluster_bootstrap({f"t{i}": [float(i < 14)] for i in range(20)})
    ten_times = cluster_bootstrap({f"t{i}": [float(i < 14)] * 10 for i in range(20)})
    assert (ten_times.value, ten_times.low, ten_times.high) == (once.value, once.low, once.high)
    naive = wilson(140, 200)
    assert ten_times.high - ten_times.low > 2 * (naive.high - naive.low)


def test_a_bootstrap_is_the_same_everywhere_and_whatever_the_order() -> None:
    groups = {f"t{i}": [float(i % 3 > 0), 1.0] for i in range(30)}
    backwards = dict(reversed(groups.items()))
    assert cluster_bootstrap(groups) == cluster_bootstrap(backwards)
    assert cluster_bootstrap({}).n == 0
    assert cluster_bootstrap({"only": [1.0, 0.0]}).low == 0.5


def test_mcnemar_is_the_chance_of_a_split_as_uneven_or_more() -> None:
    assert mcnemar(0, 0) == mcnemar(3, 3) == 1.0
    # Six heads of six: 2 · (1/2)^6.
    assert mcnemar(6, 0) == mcnemar(0, 6) == pytest.approx(2 / 64)
    assert mcnemar(8, 2) == pytest.approx(2 * (45 + 10 + 1) / 1024)


def test_two_agents_are_compared_on_what_both_have_run() -> None:
    a = {("s", "clean", seed): seed < 8 for seed in range(10)} | {("other", "clean", 0): True}
    b = {("s", "clean", seed): seed < 4 for seed in range(10)} | {("third", "clean", 0): True}
    found = compare(a, b)
    assert (found.episodes, found.both, found.only_a, found.only_b, found.neither) == (10, 4, 4, 0, 2)
    assert found.p_value == 0.125
    assert (found.difference.value, found.difference.n) == (0.4, 1), "ten epochs of one scenario are one cluster"
    assert compare(b, a).difference.value == -0.4


def test_reliability_falls_with_k_and_is_told_for_each_disorder_and_fault_rate() -> None:
    trials = [
        Tries(f"t{task}", epsilon, rate, n=4, c=good)
        for epsilon, rate, good in ((0, 0.0, 4), (0, 0.2, 2), (3, 0.0, 3))
        for task in range(5)
    ]
    rows = reliability(trials)
    assert [(row.epsilon, row.fault_rate, row.k) for row in rows] == [
        (epsilon, rate, k) for epsilon, rate in ((0, 0.0), (0, 0.2), (3, 0.0)) for k in (1, 2, 3, 4)
    ]
    table = {(row.epsilon, row.fault_rate, row.k): (row.all_k.value, row.any_k.value) for row in rows}
    assert table[0, 0.0, 4] == (1.0, 1.0)
    assert table[0, 0.2, 1] == (0.5, 0.5)
    assert table[0, 0.2, 2] == pytest.approx((1 / 6, 5 / 6), abs=1e-6)
    assert table[3, 0.0, 3] == (0.25, 1.0)


def test_a_k_beyond_the_epochs_of_every_task_is_left_out() -> None:
    trials = [Tries("a", 0, 0.0, n=1, c=1), Tries("b", 0, 0.0, n=3, c=3)]
    assert [row.k for row in reliability(trials)] == [1]
    assert [(row.k, row.tasks) for row in reliability(trials, ks=(1, 3, 5))] == [(1, 2), (3, 1)]


def test_many_epochs_make_no_endless_table() -> None:
    assert [row.k for row in reliability([Tries("a", 0, 0.0, n=100, c=90)])] == [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64]


def test_the_gap_between_two_samples_has_newcombes_interval() -> None:
    # Table II of Newcombe 1998, case (a): 56/70 - 48/80.
    gap = difference(wilson(56, 70), wilson(48, 80))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-4)
    assert gap.n == 70
    mirrored = difference(wilson(48, 80), wilson(56, 70))
    assert (mirrored.low, mirrored.high) == pytest.approx((-gap.high, -gap.low))
