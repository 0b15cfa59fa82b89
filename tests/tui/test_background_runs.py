"""Runs in processes of their own, followed from this one: real processes, real episodes, no waiting for the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_services.errors import BanshiError
from scenarios.runs import workers
from scenarios.runs.background import Background
from scenarios.runs.events import Advanced, EpisodeEnded, Event, RunEnded, RunStarted
from scenarios.runs.store import Store

pytestmark = pytest.mark.skipif(workers.START_METHOD != "fork", reason="stopping is by signals")

LONG = ["tiny", "--engine", "noop", "--epochs", "60"]
"""360 episodes, whose events are more than a pipe holds: the run cannot end before it is read."""

HANGS = """
from pathlib import Path
import signal

def agent(episode):
    here = Path(__file__).parent
    if len(list(here.glob("begun-*"))) == 1 and not (here / "mended").exists():
        signal.pause()
    (here / f"begun-{len(list(here.glob('begun-*')))}").touch()
    episode.done()
"""


def all_of(run: Background) -> list[Event]:
    return list(run.events())


def digest_of(store: Path, run: str) -> str:
    with Store(store) as opened:
        return opened.run(run).digest


def test_what_is_told_is_what_the_store_has(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run = Background(["tiny", "--engine", "oracle", "--tags", "watched"], how=["--workers", "2"], store=path)
    told = all_of(run)
    assert (run.state, run.run, run.error) == ("finished", "r0001", "")
    first, last = told[0], told[-1]
    assert isinstance(first, RunStarted)
    assert isinstance(last, RunEnded)
    ended = {event.ordinal: event for event in told if isinstance(event, EpisodeEnded)}
    with Store(path) as store:
        row, episodes = store.run("r0001"), store.episodes("r0001")
        faults = {one.ordinal: store.episode("r0001", one.ordinal).fallback for one in episodes}
    assert (first.planned, first.tags) == (6, ("watched",))
    assert (last.state, last.done, last.digest) == ("finished", 6, row.digest)
    names = ("ordinal", "scenario", "outcome", "success", "label", "spent_fen", "calls", "virtual_ms", "quality")
    assert [[getattr(ended[one.ordinal], name) for name in ("episode", *names)] for one in episodes] == [
        [one.id, *(getattr(one, name) for name in names)] for one in episodes
    ]
    assert {ordinal: event.fallback for ordinal, event in ended.items()} == faults
    assert any(faults.values())
    advanced = [event for event in told if isinstance(event, Advanced)]
    assert (advanced[0].done, advanced[-1].done, advanced[-1].total) == (0, 6, 6)
    assert advanced[-1].succeeded == row.succeeded


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_paused_run_goes_on_and_ends_with_the_digest_of_an_undisturbed_one(tmp_path: Path, count: str) -> None:
    calm = Background(LONG, how=["--workers", "2"], store=tmp_path / "calm.db")
    all_of(calm)
    path = tmp_path / "s.db"
    run = Background(LONG, how=["--workers", count], store=path)
    seen = 0
    for event in run.events():
        seen += isinstance(event, EpisodeEnded)
        if seen == 5:
            run.pause()
            run.pause()  # a second request is no second Ctrl-C
    assert run.state == "paused"
    with Store(path) as store:
        row = store.run("r0001")
        assert (row.state, row.live, row.done) == ("stopped", False, seen)
        assert seen == len(store.episodes("r0001"))
    assert 5 <= seen < 360
    run.resume()
    told = all_of(run)
    assert isinstance(told[0], RunStarted)
    assert (told[0].run, told[0].done, told[0].resumed) == ("r0001", seen, True)
    assert sum(isinstance(event, EpisodeEnded) for event in told) == 360 - seen
    assert run.state == "finished"
    assert digest_of(path, "r0001") == digest_of(tmp_path / "calm.db", "r0001")
    with pytest.raises(BanshiError, match="finished and cannot be resumed"):
        run.resume()


def test_a_run_that_is_stopped_before_it_began_can_still_be_started(tmp_path: Path) -> None:
    run = Background(["tiny", "--engine", "noop"], store=tmp_path / "s.db")
    run.stop()
    all_of(run)
    assert run.state == "stopped"
    run.resume()
    all_of(run)
    assert run.state == "finished"
    with Store(tmp_path / "s.db") as store:
        assert [(row.done, row.state) for row in store.runs()] == [(6, "finished")]


def test_what_cannot_be_run_says_why(tmp_path: Path) -> None:
    run = Background(["tiny", "--engine", "sim:nobody"], store=tmp_path / "s.db")
    assert all_of(run) == []
    assert run.state == "failed"
    assert "sim:nobody" in run.error
    assert "\n" not in run.error


def test_a_run_that_hangs_is_ended_at_once_and_keeps_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    path = tmp_path / "s.db"
    run = Background(["tiny", "--agent", "hangs:agent"], how=["--workers", "1"], store=path)
    seen = 0
    for event in run.events():
        if isinstance(event, EpisodeEnded):
            seen += 1
            run.stop()  # the second episode hangs, so that this alone ends nothing
            run.kill()
    assert (seen, run.state) == (1, "stopped")
    with Store(path) as store:
        assert (store.run("r0001").live, [row.ordinal for row in store.episodes("r0001")]) == (False, [0])
    (tmp_path / "mended").touch()
    run.resume()
    all_of(run)
    assert run.state == "finished"
    with Store(path) as store:
        assert store.run("r0001").done == 6
