"""The figures of a run."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from scipy.stats import binomtest

from scenarios.runs.store import Store, pack
from scenarios.runs.summary import Summary, run_digest, summarise
from scenarios.stats.intervals import wilson
from tests.scenarios.runs_samples import LOST_ACK, manifest, result


def recorded(tmp_path: Path) -> Summary:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 5)
        # in the order in which workers happen to end
        store.append(run, [pack(result(4, scenario="z", family="pay", outcome="failed_harmful", harm_fen=2500))])
        store.append(
            run,
            [
                pack(result(1, plan="pay_lost", outcome="completed_with_fallback", fallback=(LOST_ACK,))),
                pack(result(0)),
                pack(result(3, scenario="y", family="pay", outcome="error")),
                pack(result(2, plan="sold_out", outcome="failed_safe", fallback=(LOST_ACK,))),
            ],
        )
        return summarise(store, store.run(run))


@pytest.mark.parametrize("n", [1, 2, 7, 40, 141, 123_457])
def test_wilson_agrees_with_scipy(n: int) -> None:
    for k in {0, 1, n // 3, n // 2, n - 1, n}:
        known = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
        rate = wilson(k, n)
        assert (rate.low, rate.high) == pytest.approx((known.low, known.high), abs=1e-6)
    assert wilson(0, 0).rate == 0.0


def test_every_episode_is_in_the_denominator(tmp_path: Path) -> None:
    summary = recorded(tmp_path)
    assert (summary.success.k, summary.success.n) == (2, 5)
    assert summary.outcomes == {
        "completed": 1,
        "completed_with_fallback": 1,
        "declined_correctly": 0,
        "failed_safe": 1,
        "failed_harmful": 1,
        "error": 1,
    }
    assert [(family.family, family.success.k, family.success.n) for family in summary.families] == [
        ("order", 2, 3),
        ("pay", 0, 2),
    ]
    assert summary.harm_fen == 2500
    assert [failure.episode for failure in summary.failures] == ["a-one/sold_out", "y/clean", "z/clean"]


def test_faults_are_grouped_by_kind_phase_and_first_reaction(tmp_path: Path) -> None:
    (group,) = recorded(tmp_path).fallback
    assert (group.fault, group.phase, group.reaction, group.fired, group.resolved) == (
        "timeout",
        "lost_ack",
        "query",
        2,
        2,
    )
    assert (group.extra_calls, group.extra_ms) == (4, 62_000)


def test_the_digest_is_over_the_traces_in_scenario_order(tmp_path: Path) -> None:
    in_order = [
        result(0),
        result(1, plan="pay_lost"),
        result(2, plan="sold_out"),
        result(3, scenario="y"),
        result(4, scenario="z"),
    ]
    expected = sha256("".join(f"{r.digest}\n" for r in in_order).encode()).hexdigest()
    assert recorded(tmp_path).digest == expected
    assert run_digest(r.digest for r in reversed(in_order)) != expected


def test_success_by_difficulty_and_what_running_the_agent_cost(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run = store.start(manifest(), 5)
        each = [(5, "failed_safe"), (1, "completed"), (5, "completed"), (5, "failed_safe"), (0, "completed")]
        for n, (level, outcome) in enumerate(each):
            one = result(n, scenario=f"s-{n}", outcome=outcome, level=level, cost_micros=1_500)
            store.append(run, [pack(one)])
        summary = summarise(store, store.run(run))
        kept = store.episode(run, 1)
    assert [(found.level, found.success.k, found.success.n) for found in summary.levels] == [(1, 1, 1), (5, 1, 3)]
    assert summary.levels[1].success == wilson(1, 3)
    assert summary.figures.cost_micros == 7_500
    assert (kept.level, kept.cost_micros) == (1, 1_500)
