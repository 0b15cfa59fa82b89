"""Routers learn from runs in which chance decided, are frozen, and are measured beside single engines."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.build import build_router, pins
from agent.route.best import BestPolicy, Worth, policy_hash, read_policy
from agent.route.features import FORMAT, features
from mock_services.errors import UsageError
from mock_services.trace import decode
from scenarios.results import EpisodeResult, Verdict
from scenarios.routing.learn import learn
from scenarios.routing.lessons import At, Lesson, deciders, lessons
from scenarios.routing.table import compare, markdown
from scenarios.runs.manifest import Manifest
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, open_job, reopen
from scenarios.runs.store import Store, pack
from tests.scenarios.runs_samples import manifest

ONE, TWO = "sim:hasty", "sim:careful-and-dear"
WORTH = Worth(harm=3, yuan=0.1, minute=0.002)


# --- learning ----------------------------------------------------------------------------------------------------


def taught(rides: float, meals: float, count: int = 200) -> list[Lesson]:
    """Errands of two sorts, decided by two engines in turn; TWO is worth so much more than ONE at them."""
    made = []
    for i in range(count):
        sort, more = ("goal ride", rides) if i % 2 else ("goal buy", meals)
        for engine, worth in ((ONE, 0.0), (TWO, more)):
            at = (
                At("act", engine, ("always", sort), 0.0),
                At("plan", engine, ("always", sort), 0.05 * (engine == TWO)),
            )
            made.append(Lesson(f"s{i}", worth - at[1].took, at[:1] if engine == ONE else at))
    return made


def test_each_sort_of_errand_goes_to_who_is_better_at_it() -> None:
    policy = learn(taught(rides=0.8, meals=-0.8), (ONE, TWO), WORTH, ())
    rides = policy.values("act", ("always", "goal ride"))
    meals = policy.values("act", ("always", "goal buy"))
    assert rides[TWO] > rides[ONE]
    assert meals[TWO] < meals[ONE]
    assert set(policy.chosen["act"].values()) == {200}


def test_where_it_does_not_matter_who_decides_the_price_does() -> None:
    policy = learn(taught(rides=0.0, meals=0.0), (ONE, TWO), WORTH, ())
    assert policy.values("plan", ("always",))[TWO] == pytest.approx(-0.05, abs=0.01)
    assert max((ONE, TWO), key=policy.values("plan", ("always",)).__getitem__) == ONE


def test_the_same_lessons_give_the_same_file() -> None:
    one, two = (learn(taught(0.3, -0.3), (ONE, TWO), WORTH, ()).encode() for _ in range(2))
    assert one == two


def test_what_an_errand_is_like_is_read_from_words_and_task_alone() -> None:
    task = {"goals": [{"kind": "buy", "channel": "flash", "budget_fen": 3000}, {"kind": "ride"}]}
    before = features("understand", "两杯热拿铁,30 元以内", "zh", task)
    after = features("act", "两杯热拿铁,30 元以内", "zh", task)
    assert before == ("always", "language zh", "words short", "words with figures")
    assert after == (*before, "goal buy", "goal ride", "channel flash", "several goals", "limits")


# --- with a store ------------------------------------------------------------------------------------------------


def run_of(store: Store, agent: str, *, epochs: int = 1, only: tuple[str, ...] = ("en-order-*", "en-pay-*")) -> str:
    suite = load_sources(("core",))
    chosen = msgspec.structs.replace(manifest().selection, faults="none", only=only)
    made: Manifest = msgspec.structs.replace(
        manifest(),
        sources=("core",),
        suite=suite.name,
        suite_hash=suite.hash,
        agent=agent,
        options={},
        selection=chosen,
        epochs=epochs,
        pins=pins(agent),
    )
    job = open_job(store, made, suite)
    assert carry_out(store, job, worker_count=1)
    return job.run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], Path]:
    """A store with a run of exploration, a policy learned from it, and runs of the engines and of that policy."""
    folder = tmp_path_factory.mktemp("routing")
    file = folder / "learned.json"
    with Store(folder / "runs.db", write=True) as store:
        explored = run_of(store, f"route:explore({ONE},{TWO})", epochs=2)
        policy = learn(list(lessons(store, store.run(explored), WORTH)), (ONE, TWO), WORTH, ())
        file.write_bytes(policy.encode())
        made = {agent: run_of(store, agent) for agent in (ONE, TWO, f"route:best({file})")}
    return folder / "runs.db", {"explored": explored, **made}, file


def test_in_exploration_each_node_is_anybodys_and_the_same_at_every_visit(runs) -> None:
    path, made, _ = runs
    with Store(path) as store:
        traces = [
            decode(store.episode(made["explored"], row.ordinal).trace) for row in store.episodes(made["explored"])
        ]
    by_node: dict[str, set[str]] = {}
    for events in traces:
        seen = [
            e.data["data"]
            for e in events
            if e.kind == "note" and e.data["kind"] == "node" and "engine" in e.data["data"]
        ]
        assert len({(note["node"], note["engine"]) for note in seen}) == len({note["node"] for note in seen})
        for note in seen:
            by_node.setdefault(note["node"], set()).add(note["engine"])
    assert by_node["act"] == by_node["understand"] == by_node["consent"] == {ONE, TWO}


def test_a_run_tells_by_what_it_was_routed_and_is_not_resumed_by_anything_else(runs, tmp_path) -> None:
    path, made, file = runs
    agent = f"route:best({file})"
    assert pins(agent) == {"learned.json": policy_hash(file)}
    with Store(path) as store:
        assert policy_hash(file) in store.run(made[agent]).manifest
        single = store.run(made[ONE]).manifest
        assert "pins" not in single
    other = tmp_path / "learned.json"
    other.write_bytes(file.read_bytes())
    with Store(tmp_path / "other.db", write=True) as store:
        suite = load_sources(("core",))
        changed = msgspec.structs.replace(
            manifest(),
            sources=("core",),
            suite_hash=suite.hash,
            agent=f"route:best({other})",
            options={},
            pins=pins(agent),
        )
        run = store.start(changed, 1)
        store.leave(run, state="stopped", wall_s=0)
        other.write_bytes(file.read_bytes() + b"\n")
        with pytest.raises(UsageError, match=r"learned\.json, by which route:best.* changed"):
            reopen(store, run)


def test_the_table_gives_regret_against_hindsight_and_marks_the_frontier(runs) -> None:
    path, made, file = runs
    with Store(path) as store:
        rows = compare(store, [store.run(made[agent]) for agent in made if agent != "explored"], WORTH)
        with pytest.raises(UsageError, match="did not run the same episodes"):
            compare(store, [store.run(made[ONE]), store.run(made["explored"])], WORTH)
        with pytest.raises(UsageError, match="single engine"):
            compare(store, [store.run(made[f"route:best({file})"])], WORTH)
    by_agent = {row.agent: row for row in rows}
    singles = [by_agent[ONE], by_agent[TWO]]
    assert min(row.over_best for row in singles) == 0
    assert all(row.regret >= row.over_best for row in rows)
    assert by_agent[TWO].cost_micros > by_agent[ONE].cost_micros
    assert by_agent[ONE].frontier
    assert f"`{TWO}`" in markdown(rows)


def test_the_frontier_is_who_nobody_beats(tmp_path) -> None:
    with Store(tmp_path / "made.db", write=True) as store:
        made = []
        for agent, good, cost in (("a", 3, 10), ("b", 2, 5), ("c", 2, 20), ("route:x", 4, 15)):
            run = store.start(msgspec.structs.replace(manifest(), agent=agent), 4)
            for i in range(4):
                verdict = Verdict("completed" if i < good else "failed_safe", "goal", (), 0, 0)
                store.append(run, [pack(_episode(i, agent, verdict, cost))])
            store.leave(run, state="finished", wall_s=0)
            made.append(store.run(run))
        rows = {row.agent: row for row in compare(store, made, Worth(harm=0, yuan=0, minute=0))}
    assert {agent for agent, row in rows.items() if row.frontier} == {"a", "b", "route:x"}
    assert rows["a"].regret == 0
    assert rows["b"].regret == 0.25
    assert rows["route:x"].regret == -0.25, "a router can do what no single engine does"
    assert rows["route:x"].over_best == -0.25


def _episode(i: int, agent: str, verdict: Verdict, cost: int) -> EpisodeResult:
    return EpisodeResult(
        i,
        f"s{i}",
        "order",
        "en",
        "clean",
        agent,
        0,
        verdict,
        True,
        False,
        "",
        1,
        0,
        0,
        0,
        (),
        b"",
        "",
        cost_micros=cost,
    )


def test_one_engines_runs_teach_nothing(runs) -> None:
    path, made, _ = runs
    with Store(path) as store, pytest.raises(UsageError, match="one engine decided everything"):
        list(lessons(store, store.run(made[ONE]), WORTH))


# --- the policy that ships ---------------------------------------------------------------------------------------


def test_the_policy_that_ships_can_be_used_and_names_what_it_was_learned_from() -> None:
    router = build_router("route:best")
    assert len(router.members) > 1
    (source,) = read_policy(Path(build_router.__code__.co_filename).parent / "route" / "best.json").learned_from
    assert source.suite == "core-v1"
    assert source.agent.startswith("route:explore(")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is no routing policy"),
        ("{}", "is no routing policy"),
        (BestPolicy(FORMAT + 1, (ONE,), WORTH, {}, ()).encode().decode(), "another version"),
    ],
)
def test_a_file_that_is_no_policy_is_one_clear_line(tmp_path, content, says) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=says) as caught:
        build_router(f"route:best({path})")
    assert "\n" not in str(caught.value)


def test_thinking_is_the_price_of_the_node_that_it_was_for(runs) -> None:
    path, made, _ = runs
    with Store(path) as store:
        row = store.episodes(made["explored"])[0]
        events = decode(store.episode(made["explored"], row.ordinal).trace)
    by_node = {at.node: at for at in deciders(events, WORTH)}
    charged = sum(event.data["cost_micros"] for event in events if event.kind == "thought")
    assert sum(at.took for at in by_node.values()) >= WORTH.yuan * charged / 1e6 > 0
    for at in by_node.values():
        assert at.took >= (0.012 if at.engine == TWO else 0.00005)
