"""A human takes the person's seat. The session is kept at every step: killed at any moment, nothing is done twice."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mock_services.errors import UsageError
from mock_services.trace import Event, decode, encode
from scenarios.agents import make_agent
from scenarios.episode import run_episode
from scenarios.results import EpisodeResult
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.schema import StoreError
from scenarios.runs.store import Store
from scenarios.session import file as session_file
from scenarios.session.seat import Question, Reply, read_reply
from scenarios.session.session import Session, SessionDiverged
from scenarios.session.shelf import listed, new_path
from tests.scenarios.forking.fork_samples import MORNING

SMOKE = load_sources(("tiny",))
LATTE, TRAIN = "smoke-zh-latte", "smoke-en-train"

Answer = Callable[[Question], Reply]


class Killed(BaseException):
    """Stands for a process that is gone."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    return tmp_path


def manifest(scenario: str = LATTE, plan: str = "clean", agent: str = "rules", name: str = "s0001") -> Manifest:
    options = {"fallback": "full", "guard": True, "session": name}
    selection = Selection(faults=plan, only=(scenario,))
    return Manifest("0", ("tiny",), SMOKE.name, SMOKE.hash, agent, options, 0, selection)


def in_character(question: Question) -> Reply:
    return question.like


def play(path: Path, answer: Answer = in_character, told: list[Event] | None = None, **which: str) -> EpisodeResult:
    """A session from its start to its end, left and opened again at every question."""
    session = Session.start(manifest(name=path.stem, **which), SMOKE, path)
    while True:
        session.proceed((told if told is not None else []).append)
        if session.result is not None:
            session.close()
            return session.result
        assert session.question is not None
        session.answer(answer(session.question))
        session.close()
        session = Session.open(path)


def batch(scenario: str = LATTE, plan: str = "clean", agent: str = "rules") -> EpisodeResult:
    return run_episode(SMOKE.scenario(scenario), plan, make_agent(agent, {"suite": SMOKE}), agent_name=agent)


def payments(result: EpisodeResult) -> list[str]:
    changes = [change for event in decode(result.trace) for change in event.data.get("changes") or []]
    return [c["key"] for c in changes if c["table"] == "kernel.payments" and c["before"] is None]


@pytest.mark.parametrize("agent", ["rules", "sim:double-clicker", "oracle", "examples.graph_courier:graph"])
def test_played_in_character_it_is_the_episode_that_a_batch_run_has(agent: str) -> None:
    assert play(new_path(), agent=agent).digest == batch(agent=agent).digest


def test_the_human_decides_and_the_agent_goes_by_it() -> None:
    asked: list[Question] = []

    def refuse(question: Question) -> Reply:
        asked.append(question)
        return read_reply(question, "不要，太贵了")

    result = play(new_path(), refuse)
    assert [question.kind for question in asked] == ["confirm"]
    assert asked[0].offer["total"] == 4750
    assert payments(result) == []
    said = next(e.data["data"] for e in decode(result.trace) if e.data.get("tool") == "user_confirm")
    assert (said["decision"], said["text"]) == ("refused", "不要，太贵了")


def test_it_ends_graded_and_recorded_once_like_any_other_episode(home: Path) -> None:
    path = new_path()
    result = play(path)
    with Session.open(path) as again:
        again.proceed()
        assert again.result == result
    with Store() as store:
        [run] = store.runs()
        assert (run.state, run.done, run.succeeded) == ("finished", 1, 1)
        assert store.episode(run.run, 0).digest == result.digest
    assert [(one.name, one.state, one.run) for one in listed()] == [("s0001", "ended", run.run)]


def test_what_happens_is_told_once_and_as_it_happens() -> None:
    told: list[Event] = []
    result = play(new_path(), told=told, scenario=TRAIN, plan="lost-ack-book")
    assert encode(told) == result.trace


@pytest.mark.parametrize("method", ["start", "append", "leave"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_while_it_is_recorded_it_is_recorded_once(
    method: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(Store, method)

    def dying(self: Store, *args: Any, **kwargs: Any) -> Any:
        if after:
            real(self, *args, **kwargs)
        raise Killed

    path = new_path()
    with monkeypatch.context() as patch:
        patch.setattr(Store, method, dying)
        # A process that will be gone, and with it its hold on both files.
        patch.setattr("scenarios.runs.lock.this_process", lambda: f"{platform.node()}/999999/1")
        with pytest.raises(Killed):
            play(path)
    with Session.open(path) as session:
        session.proceed()
        assert session.result is not None
    with Store() as store:
        [run] = store.runs()
        assert (run.state, run.done) == ("finished", 1)
        assert store.episode(run.run, 0).digest == session.result.digest


@pytest.mark.parametrize(("agent", "plan"), [("rules", "lost-ack-pay"), ("sim:careful-and-dear", "clean")])
def test_stopped_at_every_write_it_becomes_the_same_episode(
    agent: str, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it is opened it gets a few steps further, and is stopped before or after the next is written down."""
    write = session_file.ErrandJournal.write
    left = 1
    before = True

    def stopping(self: Any, position: int, entry: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0 and before:
            raise Killed
        write(self, position, entry)
        if left == 0:
            raise Killed

    monkeypatch.setattr(session_file.ErrandJournal, "write", stopping)
    path, kills = new_path(), 0
    session = Session.start(manifest(agent=agent, plan=plan), SMOKE, path)
    while session.result is None:
        try:
            session.proceed()
            if session.question is not None:
                session.answer(session.question.like)
        except Killed:
            kills += 1
            left, before = 1 + kills % 5, kills % 2 == 0
            session.close()
            session = Session.open(path)
    session.close()
    assert kills >= 10
    assert session.result.digest == batch(agent=agent, plan=plan).digest
    assert len(payments(session.result)) == 1


def test_several_errands_are_gone_on_with_where_they_were(tmp_path: Path) -> None:
    """Each is a thread of its own in the checkpoints; one that is over is not begun again."""
    (tmp_path / "morning.yaml").write_text(MORNING, encoding="utf-8")
    sources = (str(tmp_path / "morning.yaml"),)
    suite = load_sources(sources)
    options = {"fallback": "full", "guard": True, "session": "s0001"}
    selection = Selection(faults="clean", only=("morning",))
    plan = Manifest("0", sources, suite.name, suite.hash, "rules", options, 0, selection)
    session = Session.start(plan, suite, path := new_path())
    asked = []
    while session.result is None:
        session.proceed()
        if session.question is not None:
            asked.append(session.question.offer["charges"][0]["subject"])
            session.answer(session.question.like)
            session.close()
            session = Session.open(path)
    session.close()
    assert ["拿铁" in asked[0], "美式" in asked[1]] == [True, True]
    undisturbed = run_episode(suite.scenarios[0], "clean", make_agent("rules"), agent_name="rules")
    assert session.result.digest == undisturbed.digest
    assert len(payments(session.result)) == 2


KILLED = """
import json, os, signal, sys
from pathlib import Path
from scenarios.session.session import Session

path, moments = Path(sys.argv[1]), sys.argv[2].split(",")
# Each process below has these, without a second for every one.
import agent.graph, langgraph.checkpoint.sqlite
from scenarios.episode import base_of
from scenarios.loader import load_suite
base_of(load_suite("tiny").scenarios[0])

def life(moment):
    "One process: it goes on until it has ended, or is killed as the moment comes."
    def tell(event):
        if f"{event.kind}:{event.data.get('tool', '')}" == moment:
            os.kill(os.getpid(), signal.SIGKILL)
    with Session.open(path) as session:
        while session.result is None:
            session.proceed(tell)
            if session.question is not None:
                if moment == "question":
                    os.kill(os.getpid(), signal.SIGKILL)
                session.answer(session.question.like)
                if moment == "answered":
                    os.kill(os.getpid(), signal.SIGKILL)

deaths = []
for moment in (*moments, "never"):
    child = os.fork()
    if child == 0:
        life(moment)
        os._exit(0)
    deaths.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(deaths))
"""


def test_killed_between_consent_and_payment_and_elsewhere_one_payment_is_made(home: Path) -> None:
    path = new_path()
    Session.start(manifest(), SMOKE, path).close()
    moments = [
        "question",  # while the offer is on the table
        "answered",  # once they have said yes, before the agent has heard it
        "tool_called:user_confirm",  # consent is given
        "tool_called:alipay_pay",  # the money has moved
        "tool_called:user_report",
    ]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), ",".join(moments)],
        env={**os.environ, "BANSHI_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert json.loads(done.stdout or "[]") == [-9] * len(moments) + [0], done.stderr
    with Session.open(path) as session:
        result = session.result
    assert result is not None
    assert result.digest == batch().digest
    assert len(payments(result)) == 1
    with Store() as store:
        assert [run.done for run in store.runs()] == [1]


def test_two_processes_do_not_have_it_open_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    path = new_path()
    session = Session.start(manifest(), SMOKE, path)
    monkeypatch.setattr("scenarios.runs.lock.this_process", lambda: "another")
    with pytest.raises(StoreError, match="is open in process"):
        Session.open(path)
    monkeypatch.undo()
    session.close()


FICKLE = """
lives = []
def agent(episode):
    lives.append(1)
    try:
        episode.call(["clock_now", "user_profile"][len(lives) - 1], {})
        episode.call("user_ask", {"topic": "other", "text": "hm?"})
    except Exception:
        episode.done()
"""


def test_an_agent_that_does_something_else_when_it_is_run_again_ends_in_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although it catches every exception that it gets; what is recorded stays as it is."""
    (tmp_path / "fickle.py").write_text(FICKLE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with Session.start(manifest(agent="fickle:agent"), SMOKE, new_path()) as session:
        session.proceed()
        assert session.question is not None
        session.answer(Reply("told", "nothing"))
        with pytest.raises(SessionDiverged, match=r"clock_now.*is now.*user_profile"):
            session.proceed()
        assert session.result is None


def test_a_world_that_answers_otherwise_than_it_is_written_is_noticed() -> None:
    path = new_path()
    with Session.start(manifest(), SMOKE, path) as session:
        session.proceed()
        session.answer(in_character(session.question or pytest.fail("no question")))
    with session_file.closing(session_file.sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE entries SET said = replace(said, '47.50', '4.75') WHERE position = 30 OR asked LIKE '%create%'"
        )
    with Session.open(path) as session, pytest.raises(SessionDiverged, match="was answered otherwise before"):
        session.proceed()


def test_what_is_no_session_is_one_clear_line(home: Path) -> None:
    with pytest.raises(UsageError, match="there is no session 's0007'"):
        Session.open(home / "sessions" / "s0007.db")
    diary = new_path()
    with pytest.raises(UsageError, match="holds no session"):
        Session.open(diary)
    diary.write_text("dear diary, " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="not a SQLite database"):
        Session.open(diary)
    assert [one.state for one in listed()] == ["unreadable"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("yes", "approved"),
        ("Y", "approved"),
        ("好的，可以", "approved"),
        ("oke, lanjut", "approved"),
        ("no, too dear", "refused"),
        ("不可以", "refused"),
        ("nggak ah", "refused"),
        ("", "unclear"),
    ],
)
def test_yes_and_no_are_understood_in_three_languages(typed: str, says: str) -> None:
    offer = Question(0, "confirm", "", "ok?", {}, "", Reply("unclear", "?"))
    assert read_reply(offer, typed).says == says


def test_what_a_terminal_garbled_can_be_written_down() -> None:
    with Session.start(manifest(), SMOKE, new_path()) as session:
        session.proceed()
        assert session.question is not None
        session.answer(read_reply(session.question, "no \udce4\x1b[31m"))
        session.proceed()
        assert session.result is not None


@pytest.mark.parametrize("typed", ["maybe", "yesterday", "now?", "nothing else", "为什么"])
def test_what_is_neither_yes_nor_no_is_not_taken_for_either(typed: str) -> None:
    with pytest.raises(UsageError, match="neither yes nor no"):
        read_reply(Question(0, "confirm", "", "ok?", {}, "", Reply("approved", "")), typed)
