"""``banshi runs`` and names of runs on the command line, over made-up episodes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.runs import workers
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
    from scenarios.runs.store import Store

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
