"""A scenario file with a mistake is refused, and the refusal says where it is and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_services.errors import UsageError
from scenarios import loader
from scenarios.loader import load_file, load_suite, load_text, suite_names

GOOD = """\
id: latte
family: order
locale: zh
now: 2026-03-05T09:40
city: Hangzhou
words: 帮我点两杯热拿铁
person:
  name: 王小雨
  addresses: {home: 武林广场}
setup:
  - {alipay.utility_bill: {kind: water, amount: 30, due: 2026-03-20}, as: water}
goal:
  - flash_order: {item: 拿铁, options: {温度: 热}, qty: 2, to: home, by: 10:30}
  - bill: {bill: $water}
plans:
  down:
    faults: [{kind: timeout, tool: alipay_pay, phase: lost_ack}]
"""


def refusal(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        load_text(text, "errand.yaml")
    return caught.value


def test_a_good_file_is_read_as_written() -> None:
    (scenario,) = load_text(GOOD)
    assert scenario.city == "hangzhou"
    assert scenario.goal[0].value.items[0].qty == 2
    assert scenario.goal[0].value.by == "10:30", "a time is not a number of seconds"
    assert [fault.phase for fault in scenario.plan("down").faults] == ["lost_ack"]
    assert scenario.plan("clean").faults == ()


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("family: order", "family: odrer", "errand.yaml:2: family", "'order'"),
        ("words:", "wrods:", "errand.yaml:6: wrods", "did you mean words"),
        ("qty: 2", "qtty: 2", "errand.yaml:13: goal.0.flash_order.qtty", "qty"),
        ("qty: 2", "qty: none", "errand.yaml:13: goal.0.flash_order.items.0.qty", "integer"),
        ("flash_order", "flash_oder", "errand.yaml:13: goal.0.flash_oder", "did you mean flash_order"),
        ("by: 10:30", "by: 25:30", "errand.yaml:13: goal.0.flash_order.by", "10:30"),
        ("city: Hangzhou", "city: Hangzou", "errand.yaml:5: city", "hangzhou"),
        ("home: 武林广场", "home: 无林广场", "errand.yaml:9: person.addresses.home", "no place"),
        ("kind: timeout", "kind: timout", "errand.yaml:17: plans.down.faults.0", "timeout"),
        ("phase: lost_ack", "phase: lost", "errand.yaml:17: plans.down.faults.0", "lost_ack"),
        ("tool: alipay_pay", "tool: alipay_pey", "errand.yaml:17: plans.down.faults.0.tool", "alipay_pay"),
        ("alipay.utility_bill", "alipay.utilty_bill", "errand.yaml:11: setup.0", "alipay.utility_bill"),
        ("amount: 30", "amuont: 30", "errand.yaml:11: setup.0.alipay.utility_bill.amuont", "did you mean amount"),
        ("$water", "$warter", "errand.yaml:12: goal", "water"),
        ("name: 王小雨", "name: a\n  name: b", "errand.yaml:9", "given twice (first in line 8)"),
        ("id: latte\n", "", "errand.yaml:1: id", "is missing"),
        ("  - bill", "\t- bill", "errand.yaml:14", "not YAML"),
        ("words: 帮我点两杯热拿铁", "words: !!python/name:os.system x", "errand.yaml:6", "not allowed"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(old: str, new: str, where: str, what: str) -> None:
    assert old in GOOD
    error = refusal(GOOD.replace(old, new, 1))
    assert error.where.startswith(where)
    assert what in str(error)
    assert "\n" not in str(error)


def test_an_alias_is_refused_so_that_no_file_can_blow_up() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "anchors" in str(refusal(bomb))


def test_a_plan_must_say_what_is_expected_of_it() -> None:
    assert "reason" in str(refusal(GOOD + "    expect: withhold\n"))
    assert "accepts is empty" in str(refusal(GOOD + "    expect: fallback\n"))


def test_an_unknown_suite_lists_the_near_names() -> None:
    with pytest.raises(UsageError, match="did you mean smoke"):
        load_suite("smok")


def test_no_scenario_of_a_suite_is_usable_when_one_file_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = tmp_path / "mixed"
    suite.mkdir()
    (suite / "a.yaml").write_text(GOOD, encoding="utf-8")
    (suite / "b.yaml").write_text(GOOD.replace("id: latte", "id: tea").replace("qty: 2", "qty: -1"), encoding="utf-8")
    monkeypatch.setattr(loader, "SUITES", tmp_path)
    with pytest.raises(UsageError, match=r"b\.yaml:13"):
        load_suite("mixed")
    (suite / "b.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.yaml: scenario latte is also in a\.yaml"):
        load_suite("mixed")


def test_a_file_that_is_not_there_or_not_text_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        load_file(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        load_file(tmp_path / "bytes.yaml")


def test_every_suite_that_comes_along_can_be_read() -> None:
    for name in suite_names():
        suite = load_suite(name)
        assert suite is load_suite(name), "read once per process"
        assert len(suite.hash) == 64
