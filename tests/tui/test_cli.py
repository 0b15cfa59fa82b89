"""The command as people and scripts meet it: what it prints where, how it ends, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

from scenarios.live import CHECK_ALWAYS
from scenarios.results import OUTCOMES, STAGES, EpisodeResult, EpisodeSpec
from scenarios.runs import workers
from scenarios.runs.progress import Pace, Progress
from scenarios.runs.summary import Failure, FallbackGroup, Family, Figures, Summary
from scenarios.stats.intervals import Interval, Rate
from scenarios.stats.repeats import Reliability
from tests.scenarios.runs_samples import result_of, suite_file
from tui.cli.main import COMMANDS, cli
from tui.cli.progress import Meter
from tui.cli.run_command import SECTIONS
from tui.cli.run_tables import tables

# The test runner has threads of its own, which the command has not; Python 3.12 warns of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BANSHI_DEBUG", raising=False)
    return tmp_path / "home"


@pytest.fixture
def errands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of two scenarios whose episodes are made up, so that the command alone is under test."""
    monkeypatch.setattr(workers, "warm_up", lambda *_: None)
    monkeypatch.setattr(workers.Bench, "carry_out", lambda _, spec: result_of(spec))
    return str(suite_file(tmp_path))


def banshi(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def told(result: Result) -> str:
    """The one line that a failed command leaves."""
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("banshi: ")
    return lines[0]


# --- run ---------------------------------------------------------------------------------------------------------


def test_a_run_prints_its_tables_on_stdout_and_exits_0(errands: str) -> None:
    run = banshi("run", errands, "--workers", "1")
    assert run.exit_code == 0
    assert "errands · rules · seed 0" in run.stdout
    assert "4/6 66.7%" in run.stdout
    assert "a-one/sold_out" in run.stdout
    assert "run r0001" in run.stdout
    assert run.stderr == ""


def test_checking_the_money_after_every_call_changes_nothing_that_is_recorded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CHECK_ALWAYS, "0")
    args = ("run", "tiny", "--engine", "oracle", "--limit", "2", "--json")
    calm, checked = banshi(*args), banshi(*args, "--check-invariants")
    assert os.environ[CHECK_ALWAYS] == "1"
    assert json.loads(checked.stdout)["success"]["rate"] == 1
    assert json.loads(checked.stdout)["digest"] == json.loads(calm.stdout)["digest"]


def test_a_run_as_json_has_what_a_script_reads(errands: str) -> None:
    data = json.loads(banshi("run", errands, "--json", "--workers", "1", "--seed", "3").stdout)
    assert set(data) >= {
        *("run", "suite", "episodes", "digest", "success", "outcomes", "families", "fallback", "harm_fen"),
        *("unconsented_fen", "wall_s", "agent", "options", "seed", "failures"),
    }
    assert data["success"] == {"rate": 0.666667, "low": 0.299993, "high": 0.903229, "n": 6, "k": 4}
    assert (data["seed"], data["options"]) == (3, {"fallback": "full", "guard": True})
    assert [failure["episode"] for failure in data["failures"]] == ["a-one/sold_out#3", "b-two/sold_out#3"]
    assert len(data["digest"]) == 64


def test_the_tables_of_a_run_fit_a_terminal_of_80_cells() -> None:
    outcomes = dict.fromkeys(OUTCOMES, 88)
    family = Family("underspecified", Rate(1.0, 0.95, 1.0, 100, 100), outcomes, 0, 0)
    group = FallbackGroup("duplicate_notification", "before", "retry_same_key", 12, 12, 12, 0, 24, 9_000_000, 120_000)
    failure = Failure("smoke-en-flight-hotel-coffee/lost-ack-pay", 0, "failed_harmful", "charged_twice")
    summary = Summary(
        *("r0001", "core", "rules", {}, 0, "finished", 100, 100, "0" * 64, family.success, outcomes, (family,)),
        *((group,), 0, 0, (failure,), 9.87, Figures(0.5, 99_999_999, 4, 5, 6, 7, 8, 9)),
        *(dict.fromkeys(STAGES, 100), {"wrong_tool_or_argument": 88, "did_not_verify": 12}),
        reliability=(Reliability(5, 0.25, 10, 100, Interval(1, 1, 1, 9), Interval(1, 1, 1, 9)),),
    )
    console = Console(width=80, color_system=None)
    with console.capture() as shown:
        for item in tables(summary):
            console.print(item)
    text = shown.get()
    assert max(map(cell_len, text.splitlines())) <= 80
    for whole in ("underspecified", "100/100 100.0%", "95–100%", "harm", "12/12", "1200.00", "charged_twice"):
        assert whole in text


@pytest.mark.skipif(workers.START_METHOD != "fork", reason="made-up episodes reach workers by fork alone")
def test_the_workers_do_not_show_in_what_is_printed(errands: str) -> None:
    one, two = (json.loads(banshi("run", errands, "--json", "--workers", n).stdout) for n in ("1", "2"))
    for data in (one, two):
        del data["run"], data["wall_s"]
    assert one == two


def test_a_run_can_be_narrowed(errands: str) -> None:
    data = json.loads(banshi("run", errands, "--json", "--only", "b-*", "--faults", "pay_lost").stdout)
    assert data["episodes"] == 1


@pytest.mark.parametrize(
    ("args", "fix"),
    [
        (("run",), "banshi run core"),
        (("run", "FILE", "--engine", "rules", "--agent", "a:b"), "one of the three"),
        (("run", "FILE", "--agent", "mine"), "MODULE:ATTR"),
        (("run", "FILE", "--only", "a-onne"), "a-one"),
        (("run", "FILE", "--guard", "maybe"), "on"),
        (("run", "FILE", "--workers", "0"), "workers"),
        (("run", "FILE", "--limit", "x"), "10-20"),
        (("run", "no-such-suite"), "unknown suite"),
        (("run", "gone.yaml"), "cannot read"),
        (("run", "--resume", "r0009"), "no run 'r0009'"),
        (("run", "FILE", "--resume", "r0001"), "leave the suite away"),
        (("rnu",), "runs"),
        (("runs", "--jsno"), "--json"),
        (("show", "a-one"), "nothing is recorded"),
        (("tools", "flash_order_creat"), "flash_order_create"),
        (("call", "alipay_pya", "{}"), "alipay_pay"),
        (("call", "alipay_pay", "{"), "no JSON"),
        (("call", "alipay_pay", "[1]"), "no JSON object"),
        (("call", "clock_now", "{}", "--world", "cty=hangzhou"), "city"),
        (("call", "clock_now", "{}", "--world", "city=atlantis"), "hangzhou"),
        (("call", "clock_now", "{}", "--world", "seed=x"), "--world"),
        (("call", "clock_now", "{}", "--world", "size=huge"), "small"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_is_right_and_exits_2(
    errands: str, args: tuple[str, ...], fix: str
) -> None:
    result = banshi(*(errands if arg == "FILE" else arg for arg in args))
    assert result.exit_code == 2
    assert fix in told(result)


def test_a_mistake_in_a_file_names_it_and_nothing_is_run(tmp_path: Path, home: Path) -> None:
    path = suite_file(tmp_path)
    path.write_text(path.read_text("utf-8").replace("locale: zh", "locale: fr", 1), "utf-8")
    result = banshi("run", str(path))
    assert result.exit_code == 2
    assert "errands.yaml:4: locale" in told(result)
    assert not home.exists()
    assert banshi("validate", str(path)).exit_code == 2


def test_an_unknown_engine_starts_no_run(tmp_path: Path) -> None:
    result = banshi("run", str(suite_file(tmp_path)), "--engine", "rulez")
    assert result.exit_code == 2
    assert "rules" in told(result)
    assert json.loads(banshi("runs", "--json").stdout or "[]") == []


def test_our_own_mistake_exits_3_without_a_traceback(errands: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("scenarios.runs.runner.run_digest", broken)
    result = banshi("run", errands, "--workers", "1")
    assert result.exit_code == 3
    assert "ZeroDivisionError: oh" in told(result)
    monkeypatch.setenv("BANSHI_DEBUG", "1")
    assert "Traceback" in banshi("run", errands, "--workers", "1").stderr


def test_episodes_that_we_failed_are_pointed_out_and_the_run_is_finished(
    errands: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(bench: workers.Bench, spec: EpisodeSpec) -> EpisodeResult:
        return bench.failed(spec, "oh") if spec.ordinal == 1 else result_of(spec)

    monkeypatch.setattr(workers.Bench, "carry_out", broken)
    run = banshi("run", errands, "--workers", "1")
    assert run.exit_code == 0
    assert run.stderr == "banshi: 1 of 6 episodes failed by a fault of ours, e.g. banshi show a-one/pay_lost\n"
    assert banshi("show", "a-one/pay_lost").stdout.startswith("a-one/pay_lost  in r0001: error")


def test_a_store_that_cannot_be_used_exits_3_in_one_line(tmp_path: Path, errands: str) -> None:
    (tmp_path / "diary.db").write_text("dear diary, " * 100)
    result = banshi("run", errands, "--store", str(tmp_path / "diary.db"))
    assert result.exit_code == 3
    assert "not a SQLite database" in told(result)


# --- runs, show --------------------------------------------------------------------------------------------------


def test_runs_are_listed_newest_first(errands: str) -> None:
    for seed in ("0", "1"):
        banshi("run", errands, "--seed", seed, "--workers", "1")
    listed = json.loads(banshi("runs", "--json").stdout)
    assert [(run["run"], run["seed"], run["state"], run["done"]) for run in listed] == [
        ("r0002", 1, "finished", 6),
        ("r0001", 0, "finished", 6),
    ]
    assert banshi("runs").stdout.index("r0002") < banshi("runs").stdout.index("r0001")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("b-two/pay_lost", "b-two/pay_lost  in r0001: completed"),
        ("b-two", "b-two/clean  in r0001: completed"),
        ("r0001:5", "b-two/sold_out  in r0001: failed_safe"),
    ],
)
def test_an_episode_is_found_by_what_people_call_it(errands: str, name: str, shown: str) -> None:
    banshi("run", errands, "--workers", "1")
    assert banshi("show", name).stdout.startswith(shown)


@pytest.mark.parametrize(
    ("args", "fix"),
    [
        (("b-tow/pay_lost",), "b-two"),
        (("b-two/pay_lots",), "b-two/pay_lost"),
        (("b-two#7",), "b-two/clean"),
        (("r0001:17",), "0 to 5"),
        (("b-two", "--run", "r0007"), "no run 'r0007'"),
        (("/",), "SCENARIO/PLAN"),
    ],
)
def test_an_unknown_episode_lists_near_names(errands: str, args: tuple[str, ...], fix: str) -> None:
    banshi("run", errands, "--workers", "1")
    result = banshi("show", *args)
    assert result.exit_code == 2
    assert fix in told(result)


def test_an_episode_as_json_has_its_verdict_and_its_trace(errands: str) -> None:
    banshi("run", errands, "--workers", "1")
    data = json.loads(banshi("show", "a-one/sold_out", "--json").stdout)
    assert data["verdict"]["outcome"] == "failed_safe"
    assert [event["kind"] for event in data["trace"]] == ["episode_started", "episode_ended"]


# --- tools, call -------------------------------------------------------------------------------------------------


def test_tools_are_listed_by_service_and_explained_one_by_one() -> None:
    listed = json.loads(banshi("tools", "alipay", "--json").stdout)
    assert {tool["role"] for tool in listed} == {"payer"}
    assert {tool["service"] for tool in listed} == {"alipay"}
    assert "out_trade_no" in banshi("tools", "alipay_pay").stdout
    schema = json.loads(banshi("tools", "alipay_pay", "--schema").stdout)
    assert schema["function"]["parameters"]["required"] == ["out_trade_no", "request_no"]


def test_every_tool_can_be_explained() -> None:
    from mock_services.registry import default_registry

    for name in default_registry().tools:
        assert name in banshi("tools", name).stdout


def test_a_tool_is_called_in_a_world_of_one_s_choice() -> None:
    result = banshi("call", "clock_now", "--world", "city=jakarta,now=2026-08-17T07:30", "--json")
    assert json.loads(result.stdout)["data"] == {"now": "2026-08-17T07:30:00+07:00", "weekday": "Monday"}
    assert result.exit_code == 0


def test_a_refused_call_exits_1_and_says_why() -> None:
    result = banshi("call", "alipay_pay", '{"out_trade_no": "P1", "request_no": "k"}')
    assert (result.exit_code, result.stdout) == (1, "")
    assert "TRADE_NOT_EXIST" in result.stderr


def test_a_new_service_is_written_where_it_is_told_and_never_over_another(tmp_path: Path) -> None:
    made = banshi("new-service", "lockers", "--dir", str(tmp_path))
    assert made.exit_code == 0
    assert all(Path(line).is_file() for line in made.stdout.splitlines())
    assert str(tmp_path / "lockers" / "banshi_lockers" / "service.py") in made.stdout.splitlines()
    assert "is there already" in told(banshi("new-service", "lockers", "--dir", str(tmp_path)))
    assert "cannot be a service's name" in told(banshi("new-service", "../up", "--dir", str(tmp_path)))


@pytest.mark.parametrize("command", [("tools",), ("run", "tiny"), ("call", "clock_now"), ("validate", "tiny")])
def test_a_service_file_that_is_not_there_is_one_line(command: tuple[str, ...]) -> None:
    assert "there is no such Python file" in told(banshi(*command, "--service", "nowhere.py"))


def test_the_help_of_run_tells_every_option_in_a_section_of_its_own() -> None:
    run = cli.get_command(click.Context(cli), "run")
    assert run is not None
    options = {param.name for param in run.params if isinstance(param, click.Option)}
    assert options == {name for names in SECTIONS.values() for name in names}
    shown = banshi("run", "--help").stdout
    assert [title for title in (*SECTIONS, "Other") if f"\n{title}:\n" in shown] == [*SECTIONS, "Other"]
    assert all(shown.count(f"  {flag} ") == 1 for param in run.params if param.name in options for flag in param.opts)


def test_doctor_finds_a_damaged_store(home: Path) -> None:
    assert banshi("doctor").exit_code == 0
    home.mkdir()
    (home / "banshi.db").write_text("dear diary, " * 100)
    result = banshi("doctor", "--json")
    assert result.exit_code == 3
    assert "not a SQLite database" in json.loads(result.stdout)["store"]["problem"]


# --- as a process ------------------------------------------------------------------------------------------------


def run_python(code: str, *args: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=60, check=False, **more
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from tui.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('langgraph', 'langchain_core', 'textual', 'pydantic', 'scipy', 'numpy', 'msgspec', 'yaml', 'faker',\n"
        "         'rich', 'sqlite3', 'mock_services', 'agent', 'scenarios')\n"
        "print('loaded:', [name for name in heavy if name in sys.modules])"
    )
    result = run_python(code, "--help")
    assert result.stdout.rstrip().endswith("loaded: []"), result.stdout + result.stderr
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout


def test_a_run_imports_nothing_that_its_tables_do_not_need() -> None:
    code = (
        "import sys; from tui.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "unneeded = ('scipy', 'textual', 'matplotlib', 'jinja2', 'pyarrow', 'ray', 'openai', 'langchain')\n"
        "print('loaded:', [name for name in unneeded if name in sys.modules])"
    )
    result = run_python(code, "run", "tiny", "--workers", "1")
    assert result.stdout.rstrip().endswith("loaded: []"), result.stdout + result.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    tools = subprocess.Popen(
        [sys.executable, "-c", "from tui.cli.main import main; main()", "tools", "--schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert tools.stdout is not None
    assert tools.stderr is not None
    tools.stdout.close()
    assert tools.stderr.read() == b""
    tools.stderr.close()
    assert tools.wait(30) == 141


SLOW_RUN = """
import signal
from scenarios.runs import workers
from tests.scenarios.runs_samples import result_of
def stuck(self, spec):
    if spec.ordinal >= 3:
        signal.pause()
    return result_of(spec)
workers.warm_up = lambda *_: None
workers.Bench.carry_out = stuck
from tui.cli.main import main
main()
"""


def killed(errands: str, home: Path, *options: str) -> int:
    """How a run ends whose fourth episode never ends, killed once three are recorded."""
    run = subprocess.Popen(
        [sys.executable, "-c", SLOW_RUN, "run", errands, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while _recorded(home) < 3:
        with suppress(subprocess.TimeoutExpired):
            run.wait(timeout=0.02)
            raise AssertionError("it ended before it was killed")
    os.killpg(run.pid, signal.SIGKILL)
    return run.wait(20)


@pytest.mark.parametrize("worker_count", ["1", "2"])
def test_a_killed_run_ends_with_the_rows_of_an_undisturbed_one(
    errands: str, home: Path, tmp_path: Path, worker_count: str
) -> None:
    assert killed(errands, home, "--workers", worker_count) == -signal.SIGKILL
    resumed = json.loads(banshi("run", errands, "--json").stdout)
    whole = json.loads(banshi("run", errands, "--json", "--store", str(tmp_path / "other.db")).stdout)
    for data in (resumed, whole):
        del data["wall_s"]
    assert resumed == whole


def test_the_progress_line_waits_a_second_and_shows_rate_time_and_failures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    clock = [0.0]
    monkeypatch.setenv("COLUMNS", "140")
    shown, piped = Terminal(), StringIO()
    meters = Meter(shown, Pace(lambda: clock[0])), Meter(piped, Pace(lambda: clock[0]))
    for second, done in ((0.5, 20), (2.0, 60)):
        clock[0] = second
        for meter in meters:
            failures = {"wrong_item": done // 3, "over_budget": 3, "no_report": 2, "gave_up": 1}
            meter.update(Progress(done=done, total=120, succeeded=done // 2, before=20, failures=failures), "2/6 rules")
        if second < 1:
            assert shown.getvalue() == ""
    for meter in meters:
        meter.close()
    assert "60/120" in shown.getvalue()
    told = "2/6 rules · 20.0 episodes/s · 3 s left · 50% succeeded · wrong_item 20, over_budget 3, no_report 2"
    assert told in shown.getvalue()
    assert piped.getvalue() == ""


def _recorded(home: Path) -> int:
    from mock_services.errors import BanshiError
    from scenarios.runs.store import Store

    try:
        with Store(home / "banshi.db") as store:
            return sum(run.done for run in store.runs())
    except BanshiError:
        return 0


def test_several_agents_are_run_one_after_the_other_and_stand_beside_one_another(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "s.db")]
    shown = banshi("run", "tiny", "--agents", "noop, liar", *store)
    assert shown.exit_code == 0, shown.output
    assert [line.split()[0] for line in shown.stdout.splitlines() if "0/6" in line] == ["noop", "liar"]
    told = banshi("run", "tiny", "--agents", "noop,liar", "--json", *store)
    assert [run["agent"] for run in json.loads(told.stdout)["runs"]] == ["noop", "liar"]


def test_simulated_engines_stand_beside_rules_by_difficulty_and_cost(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "s.db"), "--workers", "1"]
    agents = "rules,sim:hasty,sim:careful-and-dear"
    told = json.loads(banshi("run", "core", "--limit", "4", "--agents", agents, "--json", *store).stdout)["runs"]
    assert [run["agent"] for run in told] == agents.split(",")
    assert [bool(run["figures"]["cost_micros"]) for run in told] == [False, True, True]
    assert all(sum(level["success"]["n"] for level in run["levels"]) == run["episodes"] for run in told)
    levels = [level["level"] for level in told[0]["levels"]]
    assert len(levels) > 1
    # As tables they have a column for each level and the mean beneath.
    shown = banshi("run", "core", "--limit", "4", "--agents", agents, *store).stdout
    assert all(f"level {level}" in shown for level in levels)
    assert [line for line in shown.splitlines() if line.strip().startswith("mean")]
    wrong = banshi("run", "core", "--engine", "sim:hastty", *store)
    assert (wrong.exit_code, wrong.stderr.strip()) == (
        2,
        "banshi: unknown profile sim:hastty – one of sim:hasty, or sim:FILE.yaml",
    )


def test_several_fallback_policies_and_fault_rates_are_told_beside_one_another(errands: str) -> None:
    done = banshi("run", errands, "--fallback", "none,full", "--faults", "rate:0,rate:0.2", "--workers", "1", "--json")
    none, full = json.loads(done.stdout)["runs"]
    assert (none["options"]["fallback"], full["options"]["fallback"]) == ("none", "full")
    assert [rate["fault_rate"] for rate in none["rates"]] == [0.0, 0.2]
    assert sum(rate["success"]["n"] for rate in none["rates"]) == none["episodes"]
    shown = banshi("run", errands, "--fallback", "none,full", "--faults", "rate:0,rate:0.2", "--workers", "1")
    assert "rules · none" in shown.stdout
    assert "by fault rate" in shown.stdout


def test_the_accounts_of_faults_are_told_for_a_run(errands: str) -> None:
    banshi("run", errands, "--workers", "1")
    assert "r0001" in banshi("fallback", "r0001", "--differing").stdout
    assert "no run" in told(banshi("fallback", "r0099"))


def test_a_run_is_exported_taken_in_and_taken_out(errands: str, tmp_path: Path) -> None:
    banshi("run", errands, "--workers", "1")
    assert told(banshi("export", "r0009")).startswith("banshi: there is no run 'r0009'")
    assert "name a folder" in told(banshi("export", "r0001", "--format", "parquet"))
    shown = banshi("export", "r0001", "--no-traces")
    file = tmp_path / "run.jsonl"
    file.write_text(shown.stdout, encoding="utf-8")
    assert banshi("import", str(file)).stdout.strip() == "r0002"
    assert "is no archive" in told(banshi("import", errands))
    assert "<testcase" in banshi("export", "r0001", "--format", "junit").stdout
    assert "r0001 is gone" in banshi("runs", "rm", "r0001").stderr
    assert "MB now" in banshi("gc").stderr
    assert [run["run"] for run in json.loads(banshi("runs", "--json").stdout)] == ["r0002"]


def test_options_of_models_are_checked_before_anything_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    wrong = [
        (["--base-url", "http://x/v1"], "--base-url is for engines with a model"),
        (["--engine", "llm:openai:m"], "$OPENAI_API_KEY: no key for openai:m"),
        (["--engine", "llm:nothing"], "names no model"),
        (["--engine", "llm:openai:m", "--price", "1"], "--price '1' is no price"),
        (["--engine", "llm:openai:m", "--run-cost", "1"], "no price is known of llm:openai:m"),
        (["--engine", "llm:openai:m", "--cassette", "replay:none.jsonl"], "cannot read none.jsonl"),
    ]
    for options, told in wrong:
        result = banshi("run", "tiny", *options)
        assert result.exit_code == 2
        assert told in result.stderr
        assert result.stderr.count("\n") == 1
    assert banshi("doctor", "--engine", "llm:openai:m").exit_code == 2
    assert json.loads(banshi("doctor", "--engine", "rules", "--json").stdout)["models"] == []
