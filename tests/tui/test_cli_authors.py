"""The commands for authors: validate, and scenario new, validate, explain, solve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli.main import cli

BROKEN = """\
id: too-dear
family: infeasible
locale: en
now: 2026-03-10T12:00
city: hangzhou
words: a latte to my place for two yuan
person: {name: Dana, addresses: {home: 黄龙体育中心}}
goal:
  - flash_order: {item: 拿铁, to: home, total_at_most: 2}
expect: withhold
reason: over_budget
looked_at: [flash_dish_search]
reveals:
  flash_order: words
  flash_order.to: words "my place"
"""


def banshi(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="banshi")


@pytest.fixture
def too_dear(tmp_path: Path) -> Path:
    path = tmp_path / "too-dear.yaml"
    path.write_text(BROKEN, "utf-8")
    return path


def test_a_suite_that_passes_exits_0_and_writes_its_report(tmp_path: Path) -> None:
    page = tmp_path / "validity.md"
    result = banshi("validate", "tiny", "--workers", "1", "--report", str(page))
    assert result.exit_code == 0
    assert "tiny: passes" in result.stdout
    text = page.read_text("utf-8")
    assert "banshi validate tiny --report validity.md" in text
    assert "| vices: double-pays | 6 | 0 | 0 | passes, acted" in text


def test_a_mistake_is_one_line_that_says_what_to_do_and_exits_1(too_dear: Path) -> None:
    result = banshi("validate", str(too_dear))
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if line.startswith("certificate: ")]
    assert len(lines) == 1
    assert "too-dear/clean" in lines[0]
    assert "say why there is no way" in lines[0]
    proved = BROKEN + "certificate: {kind: price_above_budget}\n"
    too_dear.write_text(proved, "utf-8")
    assert banshi("validate", str(too_dear)).exit_code == 0
    too_dear.write_text(proved.replace("price_above_budget", "no_candidate"), "utf-8")
    wrong = json.loads(banshi("validate", str(too_dear), "--json").stdout)
    assert [(row["check"], row["scenario"]) for row in wrong[0]["failures"]] == [("certificate", "too-dear")]
    assert wrong[0]["passed"] is False


def test_a_sample_is_told_as_one() -> None:
    result = banshi("validate", "core", "--sample", "2", "--workers", "1")
    assert result.exit_code == 0
    assert "2 of 36 scenarios" in result.stdout
    assert banshi("validate", "core", "--sample", "0").exit_code == 2


def test_from_a_new_scenario_to_its_story(tmp_path: Path) -> None:
    made = banshi("scenario", "new", "two-lattes", "--dir", str(tmp_path))
    path = made.stdout.strip()
    assert made.exit_code == 0
    assert banshi("scenario", "validate", path).exit_code == 0
    explained = json.loads(banshi("scenario", "explain", "two-lattes", "--in", path, "--json").stdout)
    assert {fact["part"]: fact["revealed_by"] for fact in explained["facts"]}["flash_order.by"] == "words"
    assert "revealed by" in banshi("scenario", "explain", "two-lattes", "--in", path).stdout
    solved = banshi("scenario", "solve", "two-lattes", "--in", path)
    assert solved.exit_code == 0
    assert "verdict completed" in solved.stdout


def test_a_mistake_of_form_names_file_line_and_field(tmp_path: Path) -> None:
    path = Path(banshi("scenario", "new", "typo", "--dir", str(tmp_path)).stdout.strip())
    path.write_text(path.read_text("utf-8").replace("qty: 2", "qyt: 2"), "utf-8")
    result = banshi("scenario", "validate", str(path))
    assert result.exit_code == 2
    assert "typo.yaml:" in result.stderr
    assert "did you mean qty" in result.stderr


def test_what_stands_in_the_way_is_named(too_dear: Path) -> None:
    result = banshi("scenario", "solve", "too-dear", "--in", str(too_dear))
    # To withhold is what was expected, so it is met; what binds is told all the same.
    assert result.exit_code == 0
    assert "binding: goal.0.flash_order.total_at_most (2.00 yuan) – without it the goal is reached" in result.stdout
    too_dear.write_text(
        BROKEN.replace("expect: withhold\nreason: over_budget\nlooked_at: [flash_dish_search]\n", ""), "utf-8"
    )
    assert banshi("scenario", "solve", "too-dear", "--in", str(too_dear)).exit_code == 1


def test_an_unknown_scenario_is_one_line() -> None:
    assert "name the suite or file that has it with --in" in banshi("scenario", "solve", "nowhere").stderr
    assert "did you mean" in banshi("scenario", "explain", "en-order-cak", "--in", "core").stderr
