"""A model in an interactive errand: what it said before a kill is not asked for again, be it an answer or a failure."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mock_services.trace import decode
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.session import file as session_file
from scenarios.session.session import Session
from scenarios.session.shelf import new_path
from tests.agent.llm.endpoint import Said, endpoint, fails, results_in, says, shopper, shopping, tools_in
from tui.cli.main import cli

SMOKE = load_sources(("tiny",))


class Killed(BaseException):
    """Stands for a process that is gone."""


def test_it_is_not_asked_again_and_pays_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    turns = itertools.count()

    def moody(body: dict[str, Any], number: int) -> Said:
        """It never says the same twice, and fails at its third question."""
        turn = next(turns)
        if turn == 2:
            return fails(400, f"not today ({turn})")
        if tools_in(body) == ["plan_errand"]:
            return shopper(body, number)
        return says(f"for the {turn}th time:", shopping(results_in(body)), tokens=(100 + turn, 20))

    write = session_file.ErrandJournal.write
    written = itertools.count(1)

    def dying(self: Any, position: int, entry: Any) -> None:
        write(self, position, entry)
        if next(written) % 4 == 0:
            raise Killed

    with endpoint(moody, monkeypatch) as server:
        asked = {}
        for name in ("undisturbed", "killed"):
            turns = itertools.count()
            before = len(server.asked)
            if name == "killed":
                monkeypatch.setattr(session_file.ErrandJournal, "write", dying)
            result, kills = through(server.url, name)
            asked[name] = len(server.asked) - before, result.digest
        assert kills >= 5
        assert asked["killed"] == asked["undisturbed"]
        paid = [e for e in decode(result.trace) if e.data.get("tool") == "alipay_pay" and e.data["ok"]]
        assert len(paid) == 1


def through(url: str, name: str) -> tuple[Any, int]:
    """A session to its end, opened again whenever it is killed."""
    options = {"fallback": "full", "guard": True, "session": name, "llm": {"base_url": url}}
    selection = Selection(faults="clean", only=("smoke-zh-latte",))
    manifest = Manifest("0", ("tiny",), SMOKE.name, SMOKE.hash, "llm:openai:m", options, 0, selection)
    path, kills = new_path(), 0
    session = Session.start(manifest, SMOKE, path)
    while session.result is None:
        try:
            session.proceed()
            if session.question is not None:
                session.answer(session.question.like)
        except Killed:
            kills += 1
            session.close()
            session = Session.open(path)
    session.close()
    return session.result, kills


def test_at_the_terminal_the_person_answers_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    with endpoint(shopper, monkeypatch) as server:
        args = ("live", "tiny", "smoke-zh-latte", "--engine", "llm:openai:m", "--base-url", server.url)
        done = CliRunner().invoke(cli, args, input="可以\n")
    assert done.exit_code == 0, done.stderr
    assert "verdict completed" in done.stdout
    assert "«  approved: “可以”" in done.stdout


def test_a_model_that_cannot_be_reached_leaves_no_session_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    with endpoint(shopper, monkeypatch) as server:
        gone = server.url
    args = ("live", "tiny", "smoke-zh-latte", "--engine", "llm:openai:m", "--base-url", gone, "--tries", "1")
    done = CliRunner().invoke(cli, args)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.rglob("*.db"))
