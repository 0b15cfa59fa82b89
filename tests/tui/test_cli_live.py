"""``banshi live`` and ``banshi graph``: at the terminal, through a pipe, and by options."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import agent.graph
from agent.edges import EDGES
from mock_services.errors import UsageError
from tui.cli.main import cli

ERRAND = ("live", "tiny", "smoke-zh-latte")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    return tmp_path


def banshi(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, args, input=stdin)


def test_an_offer_is_shown_and_answered_and_the_errand_goes_on() -> None:
    done = banshi(*ERRAND, stdin="好的\n")
    assert done.exit_code == 0
    assert "pay 47.50 to 瑞芸咖啡(西湖区曙光路店)" in done.stderr
    assert "«  approved: “好的”" in done.stdout
    told = [line.split("·", 1)[1].strip() for line in done.stdout.splitlines() if "  ·  " in line]
    assert [node for node in told if node in agent.graph.NODES][:4] == ["understand", "plan", "act", "consent"]
    assert "verdict completed" in done.stdout
    assert banshi("show", "smoke-zh-latte").exit_code == 0


def test_where_nobody_answers_the_session_waits_and_says_how_to_go_on() -> None:
    waits = banshi(*ERRAND)
    assert waits.exit_code == 4
    assert "banshi live --resume s0001 --answer" in waits.stderr
    assert "alipay_pay" not in waits.stdout
    done = banshi("live", "--resume", "s0001", "--answer", "no, thanks", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["state"], told["run"], told["verdict"]["harm_fen"]) == ("ended", "r0001", 0)
    [listed] = json.loads(banshi("live", "--list", "--json").stdout)
    assert (listed["name"], listed["state"], listed["run"]) == ("s0001", "ended", "r0001")


def test_a_script_reads_what_is_asked() -> None:
    told = json.loads(banshi(*ERRAND, "--json").stdout)
    assert (told["state"], told["question"]["kind"], told["question"]["offer"]["total"]) == ("waiting", "confirm", 4750)


def test_a_session_that_goes_on_tells_only_what_is_new() -> None:
    banshi(*ERRAND)
    rest = banshi("live", "--resume", "s0001", "--answer", "").stdout
    assert "user_profile" not in rest
    assert "09:40:18  !  alipay_pay" in rest, "by the clock on the person's wall"
    assert "alipay_pay" in rest


@pytest.mark.parametrize(
    ("args", "fix"),
    [
        (("live",), "name a suite and a scenario"),
        (("live", "tiny"), "which scenario"),
        (("live", "tiny", "smoke-zh-late"), "smoke-zh-latte"),
        (("live", "tiny", "smoke-zh-latte", "--plan", "nothing"), "fault plan"),
        (("live", "tiny", "smoke-zh-latte", "--engine", "rulez"), "rules"),
        (("live", "--resume", "../s0001"), "there is no session"),
        ((*ERRAND, "--answer", "perhaps"), "neither yes nor no"),
    ],
)
def test_wrong_usage_is_one_line_and_leaves_nothing_behind(args: tuple[str, ...], fix: str, home: Path) -> None:
    result = banshi(*args)
    assert result.exit_code == 2
    assert fix in result.stderr
    if "--answer" not in args:
        assert not list(home.rglob("*.db"))


def test_an_answer_that_nobody_asked_for_is_said_to_be_one() -> None:
    done = banshi(*ERRAND, "--answer", "yes", "--answer", "and a cake")
    assert done.exit_code == 0
    assert "not asked for: 1 of the answers" in done.stderr


def test_an_agent_that_costs_too_much_is_cut_off() -> None:
    run = ("run", "tiny", "--only", "smoke-zh-latte", "--faults", "none", "--engine", "sim:careful-and-dear", "--json")
    dear = json.loads(banshi(*run).stdout)
    assert dear["outcomes"]["completed"] == 1
    banshi(*run, "--max-cost", "0.01")
    shown = banshi("show", "smoke-zh-latte").stdout
    assert "the limit of 0.010000 yuan for the agent ends it" in shown
    assert "truncated" in shown
    for wrong in ("0", "-1", "much", "nan", "0.0000001"):
        assert "is no amount" in banshi(*run, "--max-cost", wrong).stderr


def test_the_graph_is_drawn_as_it_is_compiled() -> None:
    drawing = banshi("graph").stdout
    assert "graph TD" in drawing
    edges = json.loads(banshi("graph", "--json").stdout)["edges"]
    for source, targets in EDGES.items():
        assert f"{source}({source})" in drawing
        wanted = {target.replace("end", "__end__") for target in targets}
        assert {edge["to"] for edge in edges if edge["from"] == source} == wanted
    live = json.loads(banshi("graph", "--live", "--json").stdout)
    assert "person" in live["nodes"]


def test_langgraph_json_names_a_graph_that_can_be_loaded_and_drawn() -> None:
    """As LangGraph's tools do it: the file before the colon, the function after it, the schema of what it takes."""
    root = Path(agent.graph.__file__).parents[1]
    told: dict[str, Any] = json.loads((root / "langgraph.json").read_text(encoding="utf-8"))
    assert told["dependencies"] == ["."]
    for name, where in told["graphs"].items():
        path, _, attribute = where.partition(":")
        spec = importlib.util.spec_from_file_location(f"named_{name}", root / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        graph = getattr(module, attribute)()
        assert set(agent.graph.NODES) < set(graph.nodes)
        assert "goto" in graph.get_input_jsonschema()["properties"]
        assert "person(person)" in graph.get_graph().draw_mermaid()
        with pytest.raises(UsageError, match="needs an errand – banshi live"):
            graph.invoke({})
