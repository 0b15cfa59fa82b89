"""A human takes the agent's seat: they call the tools, and the errand is graded and recorded like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_services.errors import UsageError
from mock_services.trace import Event, decode, encode
from scenarios.agents import make_agent
from scenarios.episode import run_episode
from scenarios.forking.fork import ForkRefused, fork, original_of
from scenarios.forking.turn import Turn
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.store import Store
from scenarios.session import file as session_file
from scenarios.session.desk import AgentSeat
from scenarios.session.session import HUMAN, Session
from scenarios.session.shelf import listed, new_path
from tests.scenarios.forking.fork_samples import MORNING
from tests.tui.app_samples import buy_lattes

TINY = load_sources(("tiny",))
LATTE = "smoke-zh-latte"


class Killed(BaseException):
    """Stands for a process that is gone."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    return tmp_path


def start(plan: str = "clean", scenario: str = LATTE) -> AgentSeat:
    path = new_path()
    selection = Selection(faults=plan, only=(scenario,))
    manifest = Manifest("0", ("tiny",), TINY.name, TINY.hash, HUMAN, {"session": path.stem}, 0, selection)
    seat = AgentSeat.start(manifest, TINY, path)
    seat.proceed()
    return seat


class Hands:
    """A human who does what an agent would do, leaving the desk and coming back before every single thing."""

    def __init__(self, seat: AgentSeat, *, away: bool) -> None:
        self.seat, self.away = seat, away
        self.told: list[Event] = []

    def call(self, tool: str, args: dict[str, Any]) -> dict[str, Any]:
        self._back()
        self.seat.call(tool, args, self.told.append)
        answered = self.seat.events[-1].data
        return {"ok": answered["ok"], "data": answered["data"], "error": answered["error"]}

    def note(self, kind: str, data: dict[str, Any]) -> None:
        self._back()
        self.seat.note(str(data), self.told.append)

    def _back(self) -> None:
        if self.away:
            path = self.seat._file.path
            self.seat.close()
            self.seat = AgentSeat.open(path)
            self.seat.proceed(self.told.append)


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("plan", ["clean", "lost-ack-pay"])
def test_what_a_human_does_is_judged_as_what_an_agent_does(plan: str, away: bool) -> None:
    hands = Hands(start(plan), away=away)
    assert hands.seat.waiting
    assert hands.seat.words == TINY.scenario(LATTE).words
    buy_lattes(hands)  # type: ignore[arg-type]
    hands.seat.finish(hands.told.append)
    result = hands.seat.result
    assert result is not None
    twin = run_episode(TINY.scenario(LATTE), plan, buy_lattes, agent_name="buyer")
    assert (result.verdict, result.calls, result.spent_fen) == (twin.verdict, twin.calls, twin.spent_fen)
    assert result.verdict.outcome == ("completed" if plan == "clean" else "failed_harmful")
    assert result.agent == HUMAN
    with Store() as store:
        [row] = store.runs()
        assert (row.agent, row.state, row.tags) == (HUMAN, "finished", ("session",))
        assert store.episode(row.run, 0).digest == result.digest
    # The first event was told when it was first seen, in start().
    assert encode(hands.told) == encode(decode(result.trace)[2:])
    assert [(one.name, one.agent, one.state, one.run) for one in listed()] == [("s0001", HUMAN, "ended", row.run)]


def test_to_do_nothing_is_a_failure_and_not_an_error() -> None:
    seat = start()
    seat.finish()
    assert seat.result is not None
    assert seat.result.verdict.outcome == "failed_safe"
    with pytest.raises(UsageError, match="the errand is over"):
        seat.call("user_profile", {})


def test_a_call_that_fits_no_tool_is_answered_and_not_refused() -> None:
    seat = start()
    seat.call("alipay_pay", {"out_trade_no": "[red]\x1b", "request_no": 5})
    assert seat.events[-1].data["error"]["code"] == "INVALID_ARGUMENT"
    seat.call("no_such_tool", {})
    assert seat.events[-1].data["error"]["code"] == "UNKNOWN_TOOL"
    assert (seat.waiting, seat.calls) == (True, 2)


def test_the_limit_of_calls_ends_the_errand() -> None:
    seat = start()
    for _ in range(seat.most_calls):
        seat.call("clock_now", {})
    assert seat.result is None
    seat.call("clock_now", {})
    assert seat.result is not None
    assert seat.result.truncated


def test_when_one_errand_is_over_the_next_one_is_asked_for(home: Path) -> None:
    source = home / "morning.yaml"
    source.write_text(MORNING, encoding="utf-8")
    suite = load_sources((str(source),))
    path = new_path()
    options = {"session": path.stem}
    manifest = Manifest("0", (str(source),), suite.name, suite.hash, HUMAN, options, 0, Selection("none"))
    with AgentSeat.start(manifest, suite, path) as seat:
        seat.proceed()
        seat.call("clock_now", {})
        assert (seat.words, seat.calls) == ("two hot lattes to my home", 1)
        seat.finish()
    with AgentSeat.open(path) as seat:
        seat.proceed()
        assert seat.waiting
        assert (seat.words, seat.calls) == ("and one americano to my home", 0)
        seat.finish()
        assert seat.result is not None
        assert not seat.result.verdict.success


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_a_call_it_is_made_once(after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seat = start()
    path = seat._file.path
    write = session_file.ErrandJournal.write

    def dying(self: session_file.ErrandJournal, *entry: Any) -> None:
        if after:
            write(self, *entry)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(session_file.ErrandJournal, "write", dying)
        with pytest.raises(Killed):
            seat.call("user_address_add", {"label": "x", "place": "120.1,30.2", "text": "x"})
    seat.close()
    with AgentSeat.open(path) as again:
        again.proceed()
        made = [event for event in again.events if event.data.get("tool") == "user_address_add"]
        # It was never answered; or it was, and that is kept.
        assert len(made) == int(after)
        assert again.calls == int(after)


def test_the_seats_are_not_mixed_up() -> None:
    seat = start()
    seat.close()
    with pytest.raises(UsageError, match="you have the agent's seat"):
        Session.open(seat._file.path)


def test_an_episode_of_a_human_is_gone_on_with_by_an_engine() -> None:
    hands = Hands(start(), away=False)
    buy_lattes(hands)  # type: ignore[arg-type]
    hands.seat.finish()
    original = original_of(None, hands.seat.run, 0)
    order = next(e.seq for e in original.events if e.data.get("tool") == "flash_order_create")
    with pytest.raises(ForkRefused, match="name an engine"):
        fork(original, order, Turn(0))
    taken = fork(original, order, Turn(0, engine="rules"))
    assert taken.events[:order] == original.events[:order]
    assert taken.result.verdict.outcome == "completed"
    assert taken.result.digest != original.result.digest
    assert run_episode(TINY.scenario(LATTE), "clean", make_agent("rules"), agent_name="rules").verdict.success
