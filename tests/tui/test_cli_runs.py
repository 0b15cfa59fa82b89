"""``banshi runs`` and names of runs on the command line, over made-up episodes."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from scenarios.runs import workers
from scenarios.runs.background import Background
from scenarios.runs.events import EpisodeEnded, RunStarted
from scenarios.runs.plan import load_sources
from scenarios.runs.store import Store
from scenarios.runs.sweeps import runs_of, sweep
from tests.scenarios.runs_samples import result_of, suite_file
from tui.cli.main import cli


@pytest.fixture
def errands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of two scenarios whose episodes are made up, so that the command alone is under test."""
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workers, "warm_up", lambda *_: None)
    monkeypatch.setattr(workers.Bench, "carry_out", lambda _, spec: result_of(spec))
    return str(suite_file(tmp_path))


def banshi(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def listed(*args: str) -> dict[str, list[str]]:
    """The runs that are listed, with their tags."""
    return {run["run"]: run["tags"] for run in json.loads(banshi("runs", *args, "--json").stdout)}


def test_a_tagged_run_is_listed_and_its_tags_can_be_changed(errands: str) -> None:
    banshi("run", errands, "--workers", "1", "--tags", "nightly, prompt=v2")
    banshi("run", errands, "--workers", "1", "--seed", "1")
    assert listed() == {"r0002": [], "r0001": ["nightly", "prompt=v2"]}
    assert banshi("runs", "tag", "r0002", "+nightly", "+ship").stderr == "r0002: nightly, ship\n"
    # -ship holds the letter of -h, and --help stays what it is
    assert banshi("runs", "tag", "r0001", "-nightly", "-ship", "+基线").stderr == "r0001: prompt=v2, 基线\n"
    assert listed("--tags", "nightly") == {"r0002": ["nightly", "ship"]} == listed("--tags", "ship,nightly")
    assert "nightly, ship" in banshi("runs").stdout
    assert "Usage" in banshi("runs", "tag", "--help").stdout


def test_the_same_command_with_other_tags_resumes_and_keeps_both(errands: str, tmp_path: Path) -> None:
    banshi("run", errands, "--workers", "1", "--tags", "a")
    with Store(tmp_path / "home" / "banshi.db", write=True) as store:
        store.leave("r0001", state="stopped", wall_s=0.0)
    banshi("run", errands, "--workers", "1", "--tags", "b")
    assert listed() == {"r0001": ["a", "b"]}


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("tag", "r0001", "nightly"), "'nightly' says neither + nor - – e.g. +nightly"),
        (("tag", "r0001", "+a b"), "'a b' is no tag"),
        (("tag", "r0007", "+a"), "there is no run 'r0007'"),
        (("--tags", "[bold]"), "'[bold]' is no tag"),
    ],
)
def test_wrong_tags_are_one_line(errands: str, args: tuple[str, ...], line: str) -> None:
    banshi("run", errands, "--workers", "1")
    result = banshi("runs", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1


# --- sweeps ------------------------------------------------------------------------------------------------------

SWEEP = ("--agents", "rules,noop,oracle", "--fallback", "none,full", "--workers", "1")


def data(*args: str) -> dict[str, Any]:
    result = banshi(*args, "--json")
    assert result.exit_code == 0, result.stderr
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def test_a_sweep_carries_out_every_combination_and_tells_a_row_for_each(errands: str) -> None:
    shown = banshi("run", errands, *SWEEP, "--faults", "none,rate:0.1,rate:0.2", "--tags", "grid")
    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = [line.split() for line in shown.stdout.splitlines()]
    rows = [line for line in lines if line and line[-1].startswith("r000")]
    grid = [(*line[:3:2], line[3], line[-1]) for line in rows]
    assert grid == [
        (agent, policy, faults, f"r{number:04d}")
        for number, (agent, policy) in enumerate(product(("rules", "noop", "oracle"), ("none", "full")), 1)
        for faults in ("none", "rate:0.1", "rate:0.2")
    ]
    assert "w0001" in shown.stdout.splitlines()[0]
    assert "sweep w0001 · 6 runs" in shown.stdout.splitlines()[-1]
    assert listed() == {f"r{number:04d}": ["grid"] for number in (6, 5, 4, 3, 2, 1)}


def test_a_sweep_as_json_has_its_cells_its_runs_and_its_digest(errands: str) -> None:
    told = data("run", errands, *SWEEP)
    assert (told["sweep"], told["state"], len(told["digest"])) == ("w0001", "finished", 64)
    assert [(cell["run"], cell["agent"], cell["options"]["fallback"]) for cell in told["cells"]] == [
        (run["run"], run["agent"], run["options"]["fallback"]) for run in told["runs"]
    ]
    assert [cell["success"] for cell in told["cells"]] == [run["success"] for run in told["runs"]]
    assert data("runs", "show", "w0001") == told
    assert data("run", errands, *SWEEP)["digest"] == told["digest"]
    [newer, older] = json.loads(banshi("runs", "sweeps", "--json").stdout)
    assert (newer["sweep"], older["sweep"], older["digest"]) == ("w0002", "w0001", told["digest"])
    assert [cell["agent"] for cell in older["manifest"]["cells"]] == [run["agent"] for run in told["runs"]]


def test_options_that_are_given_again_make_runs_apart_and_commas_do_not(errands: str) -> None:
    told = data("run", errands, "--faults", "none, pay_lost", "--faults", "rate:0.2", "--faults", "rate:0.2")
    assert [(cell["run"], cell["faults"], cell["episodes"]) for cell in told["cells"]] == [
        ("r0001", "none", 2),
        ("r0001", "pay_lost", 2),
        ("r0002", "rate:0.2", 2),
    ]
    assert data("run", errands, "--faults", "none,pay_lost")["run"] == "r0003"


def test_nothing_is_run_of_a_sweep_with_a_mistake_in_it(errands: str) -> None:
    result = banshi("run", errands, "--agents", "rules,noop", "--faults", "none", "--faults", "sold_uot")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no selected scenario has a fault plan 'sold_uot'" in result.stderr
    assert listed() == {}


def test_a_stopped_sweep_is_resumed_by_its_name_or_by_the_same_command(errands: str, tmp_path: Path) -> None:
    whole = data("run", errands, *SWEEP, "--store", str(tmp_path / "other.db"))
    for again in (("--resume", "w0001"), (errands, *SWEEP)):
        home = tmp_path / again[0].replace("/", "")
        store = ("--store", str(home / "s.db"))
        banshi("run", errands, *SWEEP, *store)
        banshi("runs", "rm", "r0002", "r0005", *store)
        resumed = banshi("run", *again, "--json", *store)
        assert resumed.stderr == "resuming w0001: 24 of 36 episodes in 6 runs are there\n"
        assert json.loads(resumed.stdout)["digest"] == whole["digest"]
    gone = banshi("run", "--resume", "w0007")
    assert (gone.exit_code, "no sweep 'w0007'" in gone.stderr) == (2, True)


def test_a_sweep_is_tagged_compared_exported_and_taken_out_by_its_name(errands: str, tmp_path: Path) -> None:
    banshi("run", errands, *SWEEP)
    banshi("run", errands, *SWEEP[:4], "--workers", "2")
    assert set(listed("--sweep", "w0001")) == {f"r{number:04d}" for number in range(1, 7)}
    assert "no sweep 'w0009'" in banshi("runs", "--sweep", "w0009").stderr
    told = [line.split() for line in banshi("runs", "--sweep", "w0001").stdout.splitlines() if "w0001" in line]
    assert [(line[0], line[5]) for line in told] == [(f"r{n:04d}", ("full", "none")[n % 2]) for n in range(6, 0, -1)]
    assert "r0007: baseline" in banshi("runs", "tag", "w0002", "+baseline").stderr
    one = banshi("fallback", "w0002")
    assert (one.exit_code, "w0002 is a sweep of several runs – name one of them: r0007, r0008" in one.stderr) == (
        2,
        True,
    )
    assert set(listed("--tags", "baseline")) == {f"r{number:04d}" for number in range(7, 13)}
    compared = data("compare", "w0001", "w0002", "--fail-if", "success<-0.5")
    assert [(pair["a"]["run"], pair["b"]["run"]) for pair in compared["pairs"]] == [
        (f"r{number:04d}", f"r{number + 6:04d}") for number in range(1, 7)
    ]
    assert "oracle · full" in banshi("compare", "r0001", "w0002").stdout
    failed = banshi("compare", "r0001", "w0002", "--fail-if", "success<0.5")
    assert (failed.exit_code, len(failed.stderr.splitlines())) == (1, 6)
    file = tmp_path / "sweep.jsonl"
    banshi("export", "w0001", "-o", str(file))
    taken = data("import", str(file))
    assert (taken["sweep"], taken["episodes"]) == ("w0003", 36)
    cases = banshi("export", "w0001", "--format", "junit").stdout
    assert (cases.count("<testsuite "), cases.count("<testcase ")) == (6, 36)
    assert banshi("runs", "rm", "w0001", "w0003").stderr == (
        "w0001 is gone: 36 episodes in 6 runs\nw0003 is gone: 36 episodes in 6 runs\n"
    )
    assert set(listed()) == {f"r{number:04d}" for number in range(7, 13)}
    assert "of w0001 was" not in banshi("runs").stdout
    assert "w0002" in banshi("runs").stdout


def test_a_fresh_suite_beside_the_pinned_one_is_a_sweep_with_the_gap_between_them(
    errands: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = load_sources((errands,))
    monkeypatch.setattr("scenarios.runs.plan.load_suite", lambda name: msgspec.structs.replace(small, name=name))
    args = ("run", "core-v1", "--agents", "rules,noop", "--fresh", "7", "--workers", "1")
    told = data(*args)
    assert [(run["suite"], run["agent"]) for run in told["runs"]] == list(
        product(("core-v1", "fresh:7"), ("rules", "noop"))
    )
    assert [(gap["agent"], gap["fresh"], gap["value"]) for gap in told["gaps"]] == [
        ("rules", "fresh:7", 0.0),
        ("noop", "fresh:7", 0.0),
    ]
    assert "noop: pinned less fresh:7 +0.0%" in banshi(*args).stdout
    assert "gaps" not in data("run", "core-v1", "--agents", "rules,noop", "--workers", "1")


def test_events_of_a_sweep_name_its_cells_and_count_over_all_of_them(errands: str) -> None:
    run = banshi("run", errands, "--agents", "rules,noop", "--workers", "1", "--events")
    assert (run.exit_code, run.stderr) == (0, "")
    events = [json.loads(line) for line in run.stdout.splitlines()]
    kinds = [event["event"] for event in events if event["event"] != "progress"]
    one = ["run_started", *["episode_ended"] * 6, "run_ended"]
    assert kinds == ["sweep_started", *one, *one, "sweep_ended"]
    assert (events[0]["cells"], events[0]["planned"]) == (2, 12)
    assert [(e["sweep"], e["cell"]) for e in events if e["event"] == "run_started"] == [("w0001", 0), ("w0001", 1)]
    last = [event for event in events if event["event"] == "progress"][-1]
    assert (last["done"], last["total"], last["failures"]) == (12, 12, {"failed_safe": 4})
    assert events[-1]["digest"] == data("runs", "show", "w0001")["digest"]
    both = banshi("run", errands, "--events", "--json")
    assert (both.exit_code, both.stdout) == (2, "")


@pytest.mark.skipif(workers.START_METHOD != "fork", reason="stopping is by signals")
def test_a_sweep_in_the_background_is_paused_in_the_middle_and_goes_on(tmp_path: Path) -> None:
    what = ["tiny", "--agents", "noop,liar", "--epochs", "60"]
    path = tmp_path / "s.db"
    run = Background(what, how=["--workers", "1"], store=path)
    seen = 0
    for event in run.events():
        seen += isinstance(event, EpisodeEnded)
        if isinstance(event, RunStarted) and event.cell == 1:
            run.pause()
    assert (run.state, run.sweep, run.run) == ("paused", "w0001", "r0002")
    with Store(path) as store:
        assert [row.done for row in runs_of(store, "w0001")] == [360, seen - 360]
    run.resume()
    assert all(not isinstance(event, EpisodeEnded) or event.run == "r0002" for event in run.events())
    with Store(path) as store:
        row = sweep(store, "w0001")
    assert (run.state, row.state, row.done) == ("finished", "finished", 720)
