"""What the command says and how it ends when the store is locked, cut off, of a newer version or no store at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.runs import workers
from scenarios.runs.schema import VERSION
from scenarios.runs.store import Store, pack
from tests.scenarios.runs_samples import manifest, result, result_of, rows_of_store, suite_file
from tui.cli.main import cli

COMMANDS = {
    "runs": ("runs",),
    "show": ("show", "r0001:1"),
    "export": ("export", "r0001"),
    "report": ("report", "r0001"),
    "compare": ("compare", "r0001", "r0001"),
    "gc": ("gc",),
    "rm": ("runs", "rm", "r0001"),
    "run": ("run", "errands.yaml", "--workers", "1"),
}
WRITES = ("gc", "rm", "run")

TROUBLES: dict[str, str] = {
    "newer": f"was written by a newer banshi (store version {VERSION + 1}, this one reads {VERSION}) – update banshi",
    "cut off": "is damaged – move it away",
    "another program's": "is not a banshi store – name another file",
    "no database": "is not a SQLite database – move it away",
}


def banshi(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, args)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a finished run; what is run is made up."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    monkeypatch.setattr(workers, "warm_up", lambda *_: None)
    monkeypatch.setattr(workers.Bench, "carry_out", lambda _, spec: result_of(spec))
    suite_file(tmp_path)
    with Store(write=True) as made:
        run = made.start(manifest(), 60)
        made.append(run, [pack(result(i)) for i in range(60)])
        made.leave(run, state="finished", wall_s=1.0)
    return tmp_path / "banshi.db"


def spoil(path: Path, trouble: str) -> None:
    if trouble == "newer":
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA user_version = {VERSION + 1}")
    elif trouble == "cut off":
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 3])
    elif trouble == "another program's":
        path.unlink()
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
    else:
        path.write_text("dear diary, " * 200)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_store_that_cannot_be_used_is_one_line_and_left_alone(store: Path, trouble: str, command: str) -> None:
    spoil(store, trouble)
    before = store.read_bytes()
    code, out, err = banshi(*COMMANDS[command])
    assert (code, out) == (3, "")
    assert err.startswith(f"banshi: {store}: {TROUBLES[trouble]}")
    assert err.count("\n") == 1
    assert store.read_bytes() == before


@pytest.fixture
def greedy(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Somebody who keeps the store locked until they are told to let go; nobody waits for long."""
    monkeypatch.setattr("scenarios.runs.database.BUSY_MS", 50)
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    yield db.close
    db.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_locked_store_is_read_and_who_writes_is_told(store: Path, greedy: Callable[[], None], command: str) -> None:
    before = rows_of_store(store)
    code, out, err = banshi(*COMMANDS[command])
    if command in WRITES:
        assert (code, out) == (3, "")
        assert err == f"banshi: {store}: another process keeps it locked – wait for it to end, then try again\n"
    else:
        assert code == 0
    assert rows_of_store(store) == before
    greedy()
    assert banshi(*COMMANDS[command])[0] == 0


def test_a_store_that_is_locked_while_a_run_goes_on_stops_it_and_the_same_command_finishes_it(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.runs.database.BUSY_MS", 50)
    assert banshi(*COMMANDS["run"])[0] == 0
    expected = rows_of_store(store)
    assert banshi("runs", "rm", "r0002")[0] == 0
    others = sqlite3.connect(store, isolation_level=None)

    def carry_out(_: object, spec: object) -> object:
        made = result_of(spec)  # type: ignore[arg-type]
        if made.ordinal == 4:
            others.execute("BEGIN IMMEDIATE")
        return made

    with monkeypatch.context() as patched:
        patched.setattr(workers.Bench, "carry_out", carry_out)
        code, out, err = banshi(*COMMANDS["run"])
    assert (code, out) == (3, "")
    assert "another process keeps it locked" in err
    assert err.count("\n") == 1
    others.close()
    with Store(store, write=True) as there:
        there.release("r0002")  # the command's process, which is the test's, would have ended
        assert [(row.run, row.done, row.planned) for row in there.runs()] == [("r0002", 4, 6), ("r0001", 60, 60)]
    assert banshi(*COMMANDS["run"])[0] == 0
    assert rows_of_store(store) == expected
