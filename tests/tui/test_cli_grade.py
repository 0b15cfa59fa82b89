"""``banshi grade``, epochs and fault rates from the command line, over one small errand that is really run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.runs.database import default_path
from scenarios.runs.store import Store
from tui.cli.main import cli

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
prefers:
  - {of: flash_order, with: {shop: 不存在的店}}
"""


@pytest.fixture
def errand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path / "home"))
    path = tmp_path / "errand.yaml"
    path.write_text(LATTE, encoding="utf-8")
    return path


def banshi(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def data(*args: str) -> dict[str, object]:
    result = banshi(*args, "--json")
    assert result.exit_code == 0, result.stderr
    read: dict[str, object] = json.loads(result.stdout)
    return read


def test_a_run_is_graded_again_and_nothing_has_changed(errand: Path) -> None:
    ran = data("run", str(errand), "--engine", "oracle")
    found = data("grade", str(ran["run"]))
    assert (found["changed"], found["skipped"], found["same_suite"]) == ([], [], True)
    assert (found["regraded"], found["succeeded"]) == (1, 1)
    assert "0 changed · success 1/1 before, 1/1 now" in banshi("grade", str(ran["run"])).stdout


def test_what_the_errand_of_today_would_say_is_told_episode_by_episode(errand: Path) -> None:
    run = str(data("run", str(errand), "--engine", "oracle")["run"])
    errand.write_text(LATTE.replace("qty: 2", "qty: 3"), encoding="utf-8")
    shown = banshi("grade", run).stdout
    assert "latte/clean" in shown
    assert "outcome completed → failed_safe" in shown
    assert "scenarios that have changed since" in shown
    other = errand.with_name("other.yaml")
    other.write_text(LATTE, encoding="utf-8")
    assert data("grade", run, str(other))["changed"] == [], "or by the scenarios that are named"


def test_traces_that_were_not_kept_are_listed(errand: Path) -> None:
    run = str(data("run", str(errand), "--engine", "oracle")["run"])
    with Store(default_path(), write=True) as store:
        store.db.execute("UPDATE traces SET trace = NULL")
    shown = banshi("grade", run).stdout
    assert "1 not to be graded again" in shown
    assert "its trace was not kept" in shown


def test_a_run_that_is_not_there_is_told_in_one_line(errand: Path) -> None:
    data("run", str(errand), "--engine", "noop")
    result = banshi("grade", "r9999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no run 'r9999'" in result.stderr


def test_epochs_and_fault_rates_make_a_table_of_reliability(errand: Path) -> None:
    ran = data("run", str(errand), "--engine", "oracle", "--epochs", "3", "--faults", "rate:0,rate:1", "--seed", "5")
    assert [(row["fault_rate"], row["k"]) for row in ran["reliability"]] == [  # type: ignore[attr-defined]
        (rate, k) for rate in (0.0, 1.0) for k in (1, 2, 3)
    ]
    assert ran["clustered"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    shown = data("show", "latte/rate:1#7")
    assert (shown["plan"], shown["seed"]) == ("rate:1", 7)
    assert "pass^k" in banshi("run", str(errand), "--engine", "oracle", "--epochs", "2").stdout


def test_what_stands_beside_the_rate_is_in_the_lists_too(errand: Path) -> None:
    ran = data("run", str(errand), "--engine", "oracle")
    figures = ran["figures"]
    assert isinstance(figures, dict)
    assert figures["quality"] == 0.0, "it is done, and not from the shop that they like"
    assert figures["spent_fen"] > 0
    assert ran["stages"]["reported"] == 1  # type: ignore[index]
    (listed,) = json.loads(banshi("runs", "--json").stdout)
    assert {name: listed[name] for name in figures} == figures
    shown = banshi("show", "latte").stdout
    assert "got as far as" in shown
    assert "prefers.flash_order shop 不存在的店" in shown


def test_two_runs_are_compared_on_what_both_have(errand: Path) -> None:
    one = str(data("run", str(errand), "--engine", "oracle", "--epochs", "6")["run"])
    other = str(data("run", str(errand), "--engine", "noop", "--epochs", "8", "--seed", "0")["run"])
    found = data("compare", one, other)["compared"]
    assert isinstance(found, dict)
    pairs = found["comparison"]
    assert (pairs["episodes"], pairs["only_a"], pairs["only_b"], pairs["both"]) == (6, 6, 0, 0)
    assert (pairs["p_value"], pairs["difference"]["value"], found["left_out"]) == (0.03125, 1.0, 2)
    assert [flip["episode"] for flip in found["worse"]] == [
        f"latte/clean{s}" for s in ("", "#1", "#2", "#3", "#4", "#5")
    ]
    assert found["better"] == []
    measures = {one["name"]: one for one in found["measures"]}
    assert (measures["success"]["a"], measures["success"]["b"]) == (1.0, 0.0)
    assert measures["calls"]["difference"]["value"] < 0
    shown = banshi("compare", one, other).stdout
    assert "6 got worse" in shown
    assert "success -100.0%" in shown
    assert "6 got better" in banshi("compare", other, one).stdout
    apart = str(data("run", str(errand), "--engine", "noop", "--seed", "99")["run"])
    assert "no episode in common" in banshi("compare", one, apart).stderr


def test_words_that_nobody_can_say_otherwise_are_not_disordered(errand: Path) -> None:
    result = banshi("run", str(errand), "--engine", "oracle", "--epsilon", "0,2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "written by hand" in result.stderr
    assert "no list of levels" in banshi("run", str(errand), "--epsilon", "much").stderr
    assert "names no fault rate" in banshi("run", str(errand), "--faults", "rate:9").stderr


def test_a_trace_that_was_not_kept_is_told_wherever_it_is_missed(errand: Path) -> None:
    kept = data("run", str(errand), "--engine", "oracle")
    run = data("run", str(errand), "--engine", "oracle", "--trace", "failures")
    assert run["digest"] == kept["digest"], "what is kept changes nothing that is recorded"
    shown = banshi("show", "latte", "--run", str(run["run"])).stdout
    assert "its trace was not kept" in shown
    assert "verdict completed" in shown
    assert "no money" not in shown
    assert "its trace was not kept" in banshi("grade", str(run["run"])).stdout
    failed = data("run", str(errand), "--engine", "noop", "--trace", "failures")
    assert "no money" in banshi("show", "latte", "--run", str(failed["run"])).stdout
    assert "was not kept" not in banshi("show", "latte", "--run", str(failed["run"])).stdout


def test_a_comparison_can_be_a_gate(errand: Path) -> None:
    good = str(data("run", str(errand), "--engine", "oracle")["run"])
    bad = str(data("run", str(errand), "--engine", "noop")["run"])
    assert banshi("compare", good, good, "--fail-if", "success<-0.02", "--fail-if", "harmful>0").exit_code == 0
    failed = banshi("compare", good, bad, "--fail-if", "success < -2%")
    assert (failed.exit_code, failed.stderr) == (1, f"banshi: {bad} fails: success < -2%\n")
    assert banshi("compare", bad, good, "--fail-if", "success<-0.02").exit_code == 0
    for text, says in (("succes<0", "success"), ("success=1", "is no condition"), ("luck>1", "one of success")):
        wrong = banshi("compare", good, bad, "--fail-if", text)
        assert (wrong.exit_code, wrong.stdout) == (2, "")
        assert says in wrong.stderr


def test_runs_of_a_suite_that_changed_are_not_compared(errand: Path) -> None:
    one = str(data("run", str(errand), "--engine", "oracle")["run"])
    errand.write_text(LATTE.replace("qty: 2", "qty: 3"), encoding="utf-8")
    other = str(data("run", str(errand), "--engine", "noop")["run"])
    refused = banshi("compare", one, other)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "has changed between them" in refused.stderr
