"""Recorded runs are graded again from their traces alone: nothing changes unless the graders or the scenarios did."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_services.agenda import DUE
from mock_services.clock import Instant
from mock_services.trace import decode, encode
from mock_services.world import World
from scenarios import episode as episodes
from scenarios.episode import AFTERMATH, base_of, run_episode
from scenarios.loader import Suite, load_file, load_suite
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.replay import NotReplayable, rebuild
from scenarios.results import Verdict
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.regrade import Regraded, regrade_run
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store

LATTE = """\
id: latte
family: order
locale: en
now: 2026-03-05T13:20
city: hangzhou
words: two hot lattes to the office please
person: {name: Dana, addresses: {company: 黄龙体育中心}}
goal:
  - flash_order: {item: 拿铁, qty: 2, to: company}
plans:
  pay_lost:
    faults: [{kind: timeout, tool: alipay_pay, phase: lost_ack}]
"""


def recorded(store: Store, source: str, agent: str = "oracle", selection: Selection | None = None) -> tuple[str, Suite]:
    suite = load_sources((source,))
    manifest = Manifest("0", (source,), suite.name, suite.hash, agent, {}, 0, selection or Selection())
    job = open_job(store, manifest, suite)
    assert carry_out(store, job, worker_count=1)
    return job.run, suite


def again(store: Store, run: str, source: str) -> Regraded:
    suite = load_sources((source,))
    return regrade_run(store, run, suite, same_suite=True)


def rows(world: World) -> dict[tuple[str, str | int], object]:
    # What was scheduled is not rebuilt: nothing happens any more.
    return {(table, key): row for table, key, row in world.state.changed() if table != DUE.name}


@pytest.mark.parametrize("scenario", load_suite("core").scenarios[::3], ids=lambda scenario: scenario.id)
def test_the_world_that_is_rebuilt_is_the_one_that_was_graded(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[World] = []
    grade = episodes.grade

    def keeping(it: Scenario, plan: str, events: object, world: World) -> Verdict:
        lived.append(world)
        return grade(it, plan, events, world)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(episodes, "grade", keeping)
    for plan in ("clean", *scenario.plans, "rate:1"):
        result = run_episode(scenario, plan, oracle_for(scenario), agent_name="oracle")
        events = decode(result.trace)
        world = lived.pop()
        twin = rebuild(scenario, events, world.base, until=world.now)
        assert rows(twin) == rows(world)
        moments: set[Instant] = {event.at for event in events}
        for at in sorted(moments | {moment - 1 for moment in moments}):
            assert rows(twin.as_of(at)) == rows(world.as_of(at)), (plan, at)
        assert grade(scenario, plan, events, twin) == result.verdict


@pytest.mark.parametrize("agent", ["oracle", "double-pays", "noop", "liar"])
def test_a_run_over_core_with_its_faults_is_graded_again_as_it_was(tmp_path: Path, agent: str) -> None:
    with Store(tmp_path / "s.db", write=True) as store:
        run, _ = recorded(store, "core", agent, Selection(limit="12"))
        found = again(store, run, "core")
    assert (found.changed, found.skipped) == ((), ())
    assert found.regraded == found.episodes > 40
    assert found.succeeded == found.succeeded_before


def test_a_scenario_that_wants_something_else_now_shows_what_changed(tmp_path: Path) -> None:
    source = tmp_path / "errands.yaml"
    source.write_text(LATTE, encoding="utf-8")
    with Store(tmp_path / "s.db", write=True) as store:
        run, _ = recorded(store, str(source))
        assert again(store, run, str(source)).changed == ()
        source.write_text(LATTE.replace("qty: 2", "qty: 3"), encoding="utf-8")
        found = again(store, run, str(source))
        assert (found.succeeded_before, found.succeeded) == (2, 0)
        assert [change.episode for change in found.changed] == ["latte/clean", "latte/pay_lost"]
        what = found.changed[0].what
        assert what["outcome"] == ("completed", "failed_safe")
        assert what["label"] == ("", "untrue_report")
        assert what["stage"] == ("reported", "paid")
        assert any("qty: 2 instead of 3" in text for text in what["findings"][1])
        source.write_text(LATTE + "prefers: [{of: flash_order, with: {shop: nowhere}}]\n", encoding="utf-8")
        found = again(store, run, str(source))
        assert found.changed[0].what["quality"] == (1.0, 0.0)
        assert "outcome" not in found.changed[0].what


def test_what_cannot_be_graded_again_is_listed_with_the_reason(tmp_path: Path) -> None:
    source = tmp_path / "errands.yaml"
    source.write_text(LATTE, encoding="utf-8")
    with Store(tmp_path / "s.db", write=True) as store:
        run, _ = recorded(store, str(source))
        store.db.execute("UPDATE traces SET trace = NULL WHERE ordinal = 0")
        found = again(store, run, str(source))
        assert [(one.episode, one.why.split(" – ")[0]) for one in found.skipped] == [
            ("latte/clean", "its trace was not kept")
        ]
        assert (found.episodes, found.regraded, found.succeeded) == (2, 1, 1)
        source.write_text(LATTE.replace("pay_lost", "pay_slow"), encoding="utf-8")
        assert "no fault plan 'pay_lost'" in again(store, run, str(source)).skipped[1].why
        source.write_text(LATTE.replace("id: latte", "id: mocha"), encoding="utf-8")
        assert all("not in the suite any more" in one.why for one in again(store, run, str(source)).skipped)


def test_a_trace_that_tells_no_order_of_its_changes_or_another_base_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "errands.yaml"
    source.write_text(LATTE, encoding="utf-8")
    (scenario,) = load_file(source)
    events = decode(run_episode(scenario, "clean", oracle_for(scenario), agent_name="oracle").trace)
    base = base_of(scenario)
    until = events[-1].at + AFTERMATH
    with pytest.raises(NotReplayable, match="no beginning"):
        rebuild(scenario, events[1:], base, until=until)
    older = decode(encode(events))
    next(event for event in older if event.kind == "tool_called" and event.data["changes"]).data.pop("mark")
    with pytest.raises(NotReplayable, match="older version"):
        rebuild(scenario, older, base, until=until)
    elsewhere = decode(encode(events))
    elsewhere[0].data["base"] = "city:7"
    with pytest.raises(NotReplayable, match=r"on base city:7, this is small:0"):
        rebuild(scenario, elsewhere, base, until=until)
