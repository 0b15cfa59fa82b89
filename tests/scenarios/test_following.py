"""A run is watched while it is written: what is remembered and what is new add up to what is there."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scenarios.runs.following import Follower
from scenarios.runs.housekeeping import remove
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.store import Store, pack
from tests.tui.app_samples import LOST_ACK, core_results, episode, record

MANIFEST = Manifest("0.1.0", ("core",), "core", "0" * 64, "rules", {}, 0, Selection())


def test_what_is_new_is_added_to_what_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    results = core_results()
    now = [0.0]
    with Store(path, write=True) as store:
        run = store.start(MANIFEST, 10)
        follower = Follower(path, run, clock=lambda: now[0])
        assert follower.look().run.done == 0
        store.append(run, [pack(result) for result in results[3:]])
        now[0] = 2.0
        seen = follower.look()
        assert {family.name: family.n for family in seen.families} == {"hostile": 1, "infeasible": 1, "travel": 1}
        assert [row.id for row in seen.failures] == ["en-hostile-review/clean", "en-train-to-suzhou/clean"]
        assert (seen.rate, seen.left_s) == (1.5, 7 / 1.5)
        store.append(run, [pack(result) for result in results[:3]])
        seen = follower.look()
        assert seen.failures[0].id == "zh-books/lost-ack"  # the newest comes first, whatever its number
        assert {family.name: family.succeeded for family in seen.families} == {
            "hostile": 0, "infeasible": 1, "order": 2, "travel": 0,
        }  # fmt: skip
        (reaction,) = seen.fallback
        assert (reaction.fault, reaction.phase, reaction.reaction) == ("timeout", "lost_ack", "query")
        assert (reaction.fired, reaction.resolved, reaction.harm) == (1, 1, 0)
        assert (seen.success.k, seen.harmful.k, seen.success.n) == (3, 1, 6)
        again = Follower(path, run, clock=lambda: now[0]).look()
    assert again.families == seen.families
    assert again.fallback == seen.fallback
    assert {row.id for row in again.failures} == {row.id for row in seen.failures}


def test_numbers_that_are_given_again_hide_nothing(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    with Store(path, write=True) as store:
        run = store.start(MANIFEST, 10)
        store.append(run, [pack(episode(0, "zh-a", "clean", "completed"))])
        other = record(path, [episode(n, "zh-x", f"p{n}", "completed") for n in range(5)])
        follower = Follower(path, run)
        follower.look()
        remove(store, other)
        store.append(run, [pack(episode(1, "zh-b", "clean", "failed_safe", fallback=(LOST_ACK,)))])
        seen = follower.look()
    assert sum(family.n for family in seen.families) == 2
    assert [row.scenario for row in seen.failures] == ["zh-b"]
    assert [reaction.fired for reaction in seen.fallback] == [1]


def test_another_run_beside_it_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    with Store(path, write=True) as store:
        run = store.start(MANIFEST, 10)
        store.append(run, [pack(core_results()[0])])
        follower = Follower(path, run)
        follower.look()
        other = store.start(msgspec.structs.replace(MANIFEST, seed=1), 10)
        store.append(other, [pack(result) for result in core_results()])
        store.append(run, [pack(core_results()[1])])
        seen = follower.look()
    assert [(family.name, family.n) for family in seen.families] == [("order", 2)]
    assert seen.pid
