"""Runs under way: started from the board, watched, paused, gone on with, stopped; and those of somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from textual.widgets import Input

from mock_services.errors import BanshiError
from scenarios.loader import load_suite
from scenarios.runs.events import Said
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.store import Store, pack
from tests.tui.app_samples import core_results, press, sample_store, settle, shown
from tui import starting
from tui.app import BanshiApp
from tui.jobs import Jobs
from tui.screens.confirm import ConfirmScreen
from tui.screens.live import LiveScreen, bar
from tui.screens.newrun import NewRunScreen
from tui.screens.runs import RunsScreen
from tui.screens.stepper import StepperScreen
from tui.widgets.rows import RowList

MANIFEST = Manifest("0.1.0", ("core",), "core", "0" * 64, "rules", {}, 0, Selection())


class FakeRun:
    """What :class:`scenarios.runs.background.Background` is to its caller, without a process: the test is the run."""

    def __init__(self, run: str = "") -> None:
        self.run, self.sweep, self.error, self.state = run, "", "", "running"
        self.asked: list[str] = []
        self._told: Queue[str] = Queue()

    def events(self) -> Iterator[Said]:
        yield Said("begun")
        self.state = self._told.get()

    def become(self, state: str) -> None:
        self._told.put(state)

    def pause(self) -> None:
        self.asked.append("pause")

    def stop(self) -> None:
        self.asked.append("stop")
        self.become("stopped")

    def resume(self) -> None:
        if self.state == "running":
            raise BanshiError("it is running")
        self.asked.append("resume")
        self.state = "running"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return sample_store(tmp_path)


async def ended(app: BanshiApp) -> None:
    """Until every job has ended and the app knows it."""
    await asyncio.to_thread(app.jobs.wait)


async def look(app: BanshiApp, pilot: object) -> None:
    assert isinstance(app.screen, LiveScreen)
    app.screen.look()
    await settle(pilot)  # type: ignore[arg-type]


async def test_a_run_is_started_from_the_board_and_watched_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "banshi.db"
    Store(path, write=True).close()
    first = load_suite("smoke").scenarios[0]
    count = 1 + len(first.plans)
    app = BanshiApp(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, NewRunScreen)
        for name, text in (("suite", "smoke"), ("engine", "noop"), ("limit", "1"), ("tags", "from-the-board")):
            app.screen.query_one(f"#field-{name}", Input).value = text
        await settle(pilot)
        assert "$ banshi run smoke --engine noop --limit 1 --tags from-the-board" in shown(app.screen)
        assert f"✓ {count} episodes" in shown(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, LiveScreen)
        await ended(app)
        await look(app, pilot)
        await look(app, pilot)
        page = shown(app.screen)
        assert "live · r0001 · smoke · noop · finished" in page
        assert f"{count}/{count} 100 %" in page
        assert first.id in shown(app.screen.query_one("#failures"))
        await press(pilot, "enter")
        assert isinstance(app.screen, StepperScreen)
        await press(pilot, "q", "q")
        assert isinstance(app.screen, RunsScreen)
        await settle(pilot)
        assert f"{count}/{count}" in shown(app.screen.query_one("#runs"))
        assert "#from-the-board" in shown(app.screen.query_one("#detail"))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_failure_is_opened_while_the_run_goes_on(store: Path, size: tuple[int, int]) -> None:
    results = core_results()
    app = BanshiApp(store)
    with Store(store, write=True) as writer:
        run = writer.start(MANIFEST, 6)
        writer.append(run, [pack(result) for result in results[:2]])
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await press(pilot, "l")
            await settle(pilot)
            assert "live · r0003 · core · rules · running" in shown(app.screen)
            assert "2/6 33 %" in shown(app.screen.query_one("#progress"))
            assert "success 50.0 %" in shown(app.screen.query_one("#figures"))
            assert "lost_ack" in shown(app.screen.query_one("#fallback"))
            await press(pilot, "enter")
            assert isinstance(app.screen, StepperScreen)
            writer.append(run, [pack(result) for result in results[2:]])
            writer.leave(run, state="finished", wall_s=1.5, digest="d")
            await press(pilot, "q")
            await look(app, pilot)
            assert "finished in 1.5 s" in shown(app.screen.query_one("#progress"))
            failures = app.screen.query_one("#failures", RowList)
            assert [row.scenario for row in failures.rows] == ["en-hostile-review", "en-train-to-suzhou", "zh-books"]
            families = shown(app.screen.query_one("#families"))
            assert all(name in families for name in ("order", "travel", "infeasible", "hostile"))


async def test_a_run_of_this_app_is_paused_gone_on_with_and_stopped(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = BanshiApp(store)
    job = FakeRun()
    monkeypatch.setattr("scenarios.runs.background.Background", lambda *_, **__: job)
    with Store(store, write=True) as writer:
        run = writer.start(MANIFEST, 6)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "n", "enter")
            assert "starting" in shown(app.screen)
            job.run = run
            await look(app, pilot)
            assert "live · r0003" in shown(app.screen)
            await press(pilot, "space")
            assert job.asked == ["pause"]
            writer.leave(run, state="stopped", wall_s=0.0)
            job.become("paused")
            await ended(app)
            await look(app, pilot)
            assert "paused, space goes on" in shown(app.screen)
            assert any("r0003 is paused" in note.message for note in app._notifications)
            await press(pilot, "space")
            assert job.asked == ["pause", "resume"]
            writer.claim(run)
            await look(app, pilot)
            assert "running" in shown(app.screen.query_one("#title"))
            await press(pilot, "s")
            assert job.asked == ["pause", "resume", "stop"]
            writer.leave(run, state="stopped", wall_s=0.0)
            await ended(app)
            await look(app, pilot)
            assert "stopped, space goes on" in shown(app.screen)


async def test_a_run_of_another_process_is_watched_and_not_stopped(store: Path) -> None:
    import os

    app = BanshiApp(store)
    with Store(store, write=True) as writer:
        run = writer.start(MANIFEST, 6)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "l")
            await settle(pilot)
            assert f"by process {os.getpid()}" in shown(app.screen.query_one("#progress"))
            await press(pilot, "s", "space")
            told = [note.message for note in app._notifications]
            assert sum(f"process {os.getpid()} carries it out" in text for text in told) == 2
            assert writer.run(run).live


async def test_the_app_asks_before_it_leaves_a_run_alone(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = FakeRun("r0002")
    monkeypatch.setattr("scenarios.runs.background.Background", lambda *_, **__: job)
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.jobs.start(["core"], [], store)
        await press(pilot, "q")
        assert isinstance(app.screen, ConfirmScreen)
        assert "r0002 is under way" in " ".join(shown(app.screen).split())
        await press(pilot, "n")
        assert isinstance(app.screen, RunsScreen)
        await press(pilot, "q", "y")
    app.jobs.end()
    assert job.asked == ["stop"]
    assert not app.jobs.running


async def test_the_form_says_at_each_field_what_is_wrong(store: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await press(pilot, "tab", *"sim:hsty", "tab", "tab", "tab", *"9-3")
        await settle(pilot)
        page = " ".join(shown(app.screen).split())
        assert "sim:hasty" in page  # what was meant is offered
        assert "'9-3' is no limit" in page
        assert "--engine sim:hsty --limit 9-3" in page
        await press(pilot, "enter")
        assert isinstance(app.screen, NewRunScreen)  # it does not start, and goes to the first mistake
        assert app.focused is app.screen.query_one("#field-engine")
        assert app.jobs.running == []
        await press(pilot, "escape")
        assert isinstance(app.screen, RunsScreen)


def test_the_command_line_is_what_a_shell_takes() -> None:
    given = {"suite": "my suite.yaml", "engine": "rules", "faults": "rate:0.2", "workers": "2", "tags": "a,b"}
    assert starting.command_line(given) == "banshi run 'my suite.yaml' --faults rate:0.2 --tags a,b --workers 2"
    assert starting.arguments(given)[1] == ["--workers", "2"]
    assert starting.command_line({"suite": "core", "engine": "--help"}) == "banshi run core --engine=--help"


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("suite", "coer", "core"),
        ("suite", "", "say what to run"),
        ("engine", "route:failover(", "do not match"),
        ("fallback", "ful", "one of"),
        ("faults", "rate:2", "rate:0"),
        ("seed", "-1", "whole number"),
        ("workers", "0", "from 1 to 256"),
        ("tags", "a b", "is no tag"),
    ],
)
def test_every_field_has_its_check(field: str, text: str, told: str) -> None:
    values = {one.name: one.default for one in starting.FIELDS}
    assert starting.problems(values) == {}
    found = starting.problems(values | {field: text})
    assert list(found) == [field]
    assert told in found[field]


def test_a_job_that_ends_is_told_of_once() -> None:
    told: list[object] = []
    jobs = Jobs(told.append)
    job = FakeRun("r1")
    jobs._all.append(job)  # type: ignore[arg-type]
    jobs._follow(job)  # type: ignore[arg-type]
    assert jobs.of("r1") is job
    job.become("finished")
    jobs.wait()
    assert told == [job]
    assert jobs.running == []


async def test_looks_do_not_pile_up_and_only_the_last_is_drawn(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    real = LiveScreen._look
    monkeypatch.setattr(LiveScreen, "_look", lambda screen, follower: (looks.append(""), real(screen, follower))[1])
    app = BanshiApp(store)
    with Store(store, write=True) as writer:
        run = writer.start(MANIFEST, 6)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "l")
            screen = app.screen
            assert isinstance(screen, LiveScreen)
            before = len(looks)
            for _ in range(50):
                screen.look()
            assert len(looks) == before + 1  # the store is asked again when the last answer is there
            await settle(pilot)
            seen = screen._seen
            assert seen is not None
            drawn: list[int] = []
            monkeypatch.setattr(screen, "_bar", lambda _: drawn.append(1))
            for result in core_results():
                writer.append(run, [pack(result)])
                screen.post_message(LiveScreen.Looked(screen._follower.look()))  # type: ignore[union-attr]
            await pilot.pause()
            assert len(drawn) < 6
            assert screen._seen.run.done == 6


def test_a_bar_has_a_place_for_every_outcome() -> None:
    text = bar({"completed": 9_990, "failed_safe": 9, "failed_harmful": 1, "error": 0}, 20)
    assert text.plain == "✓" * 18 + "✗!"
