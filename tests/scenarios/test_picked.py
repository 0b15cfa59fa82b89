"""A suite that is picked out of others takes their errands as they are, in its own order, and says what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scenarios
from mock_services.errors import UsageError
from scenarios import loader
from scenarios.families.difficulty import level
from scenarios.loader import Suite, load_suite
from tests.scenarios.runs_samples import SCENARIO


def test_smoke_is_thirty_errands_of_the_hand_written_suites_as_they_are_there() -> None:
    smoke = load_suite("smoke")
    there = {one.id: one for name in ("tiny", "core", "requests", "wild") for one in load_suite(name).scenarios}
    assert len(smoke.scenarios) == 30
    assert all(scenario == there[scenario.id] for scenario in smoke.scenarios)
    for locale in ("zh", "en", "id"):
        assert sum(scenario.locale == locale for scenario in smoke.scenarios) == 10
    assert len({scenario.family for scenario in smoke.scenarios}) == 7
    assert {level(scenario, plan) for scenario in smoke.scenarios for plan in ("clean", *scenario.plans)} == {
        *range(1, 6)
    }
    assert {bool(scenario.plans) for scenario in smoke.scenarios} == {True, False}


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the suite ``all`` of three errands in two files."""
    monkeypatch.setattr(loader, "SUITES", tmp_path)
    (tmp_path / "all").mkdir()
    two = "---".join(SCENARIO.format(id=name, family="order", locale="zh") for name in ("a1", "b1"))
    (tmp_path / "all" / "1.yaml").write_text(two, encoding="utf-8")
    (tmp_path / "all" / "2.yaml").write_text(SCENARIO.format(id="c1", family="pay", locale="zh"), encoding="utf-8")
    (tmp_path / "some").mkdir()
    return tmp_path


def picked(suites: Path, text: str) -> Suite:
    (suites / "some" / "selection.yaml").write_text(text, encoding="utf-8")
    load_suite.cache_clear()
    return load_suite("some")


def test_the_order_is_that_of_the_selection_and_the_hash_is_of_what_is_taken(suites: Path) -> None:
    one = picked(suites, "all: [c1, a1]")
    assert [scenario.id for scenario in one.scenarios] == ["c1", "a1"]
    assert picked(suites, "# why\nall: [c1, a1]").hash == one.hash
    assert picked(suites, "all: [a1, c1]").hash != one.hash
    file = suites / "all" / "1.yaml"
    written = file.read_text(encoding="utf-8")
    file.write_text("# of others\n" + written.replace("id: b1", "id: d1"), encoding="utf-8")
    assert picked(suites, "all: [c1, a1]").hash == one.hash
    file.write_text(written.replace("热拿铁", "冰拿铁"), encoding="utf-8")
    assert picked(suites, "all: [c1, a1]").hash != one.hash


def test_of_a_pinned_suite_its_lines_are_taken(suites: Path) -> None:
    shutil.copytree(Path(scenarios.__file__).parent / "suites" / "consent-v1", suites / "pairs")
    one, other = load_suite("pairs").scenarios[3:5]
    assert picked(suites, f"pairs: [{other.id}, {one.id}]").scenarios == (other, one)
    with (suites / "pairs" / "scenarios.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(UsageError, match="is not what"):
        picked(suites, f"pairs: [{other.id}]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("all: [a1, xx]", r"some/selection\.yaml:1: suite all has no scenario 'xx'"),
        ("all: [a1]\nal: [b1]", r"selection\.yaml:2: there is no suite 'al'.*did you mean all"),
        ("all: [a1, a1]", "a1 is taken twice"),
        ("all: a1", r"selection\.yaml:1: takes a list of ids"),
        ("- a1", "is no selection"),
        ("../all: [a1]", "there is no suite"),
        ("some: [a1]", "there is no suite"),
        ("", "takes nothing"),
    ],
)
def test_a_mistake_in_it_is_one_line(suites: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        picked(suites, text)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_an_errand_is_told_where_it_stands(suites: Path) -> None:
    file = suites / "all" / "1.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("city: hangzhou", "city: atlantis"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"1\.yaml:6"):
        picked(suites, "all: [a1]")
    assert len(picked(suites, "all: [c1]").scenarios) == 1
