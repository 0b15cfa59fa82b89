"""``banshi fork``: two futures of one recorded episode at the terminal and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_services.trace import decode
from scenarios.forking.fork import Original
from scenarios.runs.store import Store
from tests.scenarios.forking.fork_samples import LATTE, record
from tui.cli.main import cli


@pytest.fixture(autouse=True)
def latte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Original:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    return record(None)


def banshi(*args: str) -> Result:
    return CliRunner().invoke(cli, ("fork", *args))


def runs() -> int:
    with Store() as store:
        return len(store.runs())


def test_both_outcomes_are_told_and_where_they_part() -> None:
    done = banshi("r0001", "0", "--at", "alipay_pay", "--fault", "timeout@alipay_pay:lost_ack", "--fallback", "none")
    assert done.exit_code == 0
    told = done.stdout
    assert f"{LATTE}/clean · forked at step" in told
    assert "timeout@alipay_pay:lost_ack, fallback none" in told
    rows = {line.split()[0]: line for line in told.splitlines() if line[1:6] in ("r0001", "r0002")}
    assert "completed" in rows["r0001:0"]
    assert "failed" in rows["r0002"]
    assert "as it was  step" in told
    assert "TIMEOUT" in told.partition("the fork  ")[2]
    with Store() as store:
        assert store.run("r0002").tags == ("fork",)


def test_a_script_gets_figures_and_the_first_difference(latte: Original) -> None:
    told = json.loads(
        banshi("r0001", f"{LATTE}/clean", "--at", "user_confirm", "--answer", "不要，太贵了", "--json").stdout
    )
    assert (told["original"]["outcome"], told["fork"]["spent"]) == ("completed", "0.00")
    assert (told["fork"]["run"], told["fork"]["ordinal"], told["never"]) == ("r0002", 0, [])
    first = told["first_difference"]
    assert first["original"]["step"] == first["fork"]["step"] == told["step"]
    assert "approved" in first["original"]["text"]
    assert "不要，太贵了" in first["fork"]["text"]
    with Store() as store:
        kept = decode(store.episode("r0002", 0).trace)
    assert kept[: told["step"] - 1] == list(latte.events[: told["step"] - 1])


def test_a_dry_run_records_nothing_and_no_difference_is_told_as_such() -> None:
    done = banshi("r0001", "0", "--at", "5", "--engine", "rules", "--dry-run", "--fault", "outage@fliggy")
    assert done.exit_code == 0
    assert "but outage struck nothing" in done.stdout
    assert "no difference: both futures are the same" in done.stdout
    assert runs() == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--at", "5"), "nothing is to change"),
        (("--at", "flash_pay", "--no-faults"), "has no call 'flash_pay' – did you mean"),
        (("--at", "alipay_pay:2", "--no-faults"), "has no call 'alipay_pay:2'"),
        (("--at", "0", "--no-faults"), "there is no step 0"),
        (("--at", "9999", "--no-faults"), "there is no step 9999"),
        (("--at", "5", "--fault", "timeout@nowhere"), "no tool and no service 'nowhere'"),
        (("--at", "5", "--fallback", "brave"), "unknown fallback policy 'brave'"),
        (("--at", "5", "--engine", "liar"), "cannot take an errand over"),
        (("--at", "5", "--engine", "rules", "--tries", "3"), "is for engines with a model"),
    ],
)
def test_what_cannot_be_is_told_in_one_line_and_nothing_is_recorded(args: tuple[str, ...], says: str) -> None:
    done = banshi("r0001", "0", *args)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert runs() == 1
