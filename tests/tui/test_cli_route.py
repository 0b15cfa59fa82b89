"""``banshi route`` and routers on the command line, as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.route.best import policy_hash
from tests.tui.test_cli import banshi, home, told

__all__ = ["home"]

ONLY = ("--only", "en-pay-*", "--faults", "none", "--workers", "1", "--json")
ONE, TWO = "sim:hasty", "sim:careful-and-dear"


@pytest.fixture
def routed(home: Path) -> Path:
    """A store with a run of exploration, one of a router, and one of each engine."""
    agents = f"route:explore({ONE},{TWO}), route:failover({ONE},{TWO}),{ONE},{TWO}"
    done = banshi("run", "core", *ONLY, "--agents", agents)
    assert [one["agent"] for one in json.loads(done.stdout)["runs"]] == [
        f"route:explore({ONE},{TWO})",
        f"route:failover({ONE},{TWO})",
        ONE,
        TWO,
    ]
    return home


def test_a_policy_is_learned_shown_run_and_measured(routed: Path, tmp_path: Path) -> None:
    file = tmp_path / "learned.json"
    trained = banshi("route", "train", "r0001", "-o", str(file))
    assert trained.exit_code == 0
    assert policy_hash(file) in trained.stderr
    run = json.loads(banshi("run", "core", *ONLY, "--engine", f"route:best({file})").stdout)["run"]
    shown = json.loads(banshi("route", "show", str(file), run, "r0003", "r0004", "--json").stdout)
    assert shown["sha256"] == policy_hash(file)
    assert [row["agent"] for row in shown["runs"]] == [ONE, TWO, f"route:best({file})"]
    assert all(row["regret"] >= row["over_best"] for row in shown["runs"])
    text = banshi("route", "show", str(file), run, "r0003", "r0004").stdout
    assert "who decides" in text
    assert "regret" in text


def test_the_table_says_who_is_the_best_single_engine(routed: Path) -> None:
    table = banshi("route", "table", "r0002", "r0003", "r0004")
    assert table.exit_code == 0
    assert "best single engine" in table.stdout
    assert "frontier" in table.stdout


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("route", "train", "r0003", "-o", "x.json"), "one engine decided everything"),
        (("route", "table", "r0002"), "no run of a single engine"),
        (("route", "show", "missing.json"), "cannot read missing.json"),
        (("run", "core", "--engine", "route:failover(rules"), "parentheses"),
        (("run", "core", "--engine", "route:failover(rules,sim:hsty)"), "sim:hasty"),
        (("run", "core", "--engine", "route:best(missing.json)"), "cannot read missing.json"),
    ],
)
def test_what_cannot_be_routed_is_one_line(routed: Path, args: tuple[str, ...], says: str) -> None:
    wrong = banshi(*args)
    assert wrong.exit_code == 2
    assert says in told(wrong)
