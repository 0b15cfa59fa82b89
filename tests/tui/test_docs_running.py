"""What docs/running.md, store.md and report.md show works: queries, commands, exit codes, events."""

from __future__ import annotations

import re
import shlex
import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scenarios.runs.events import Event
from scenarios.runs.store import Store
from tui.cli.main import cli

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("running.md", "store.md", "report.md")}
SHELL = [
    line.strip()
    for page in PAGES.values()
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    if language in ("", "sh")
    for line in block.splitlines()
]
QUERIES = [shlex.split(line)[-1] for line in SHELL if line.startswith("sqlite3")]
COMMANDS = [shlex.split(line.partition(" | ")[0], comments=True)[1:] for line in SHELL if line.startswith("banshi ")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the tiny suite as two agents do it, of which the second one fails, and a tag."""
    path = tmp_path_factory.mktemp("docs") / "banshi.db"
    args = ["run", "tiny", "--agents", "oracle,noop", "--workers", "1", "--tags", "nightly", "--store", str(path)]
    assert CliRunner().invoke(cli, args).exit_code == 0
    return path


def test_the_pages_have_queries_and_commands() -> None:
    assert len(QUERIES) >= 10
    assert len(COMMANDS) >= 20


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_page_finds_something(store: Path, query: str) -> None:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
        found = db.execute(query).fetchall()
        if not found:  # what fails is asked of a run in which everything succeeds
            found = db.execute(query.replace("r0001", "r0002")).fetchall()
    assert found
    assert all(row[0] is not None for row in found)


def test_the_tables_of_the_page_are_those_of_the_store(store: Path) -> None:
    with sqlite3.connect(store) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        rows = re.findall(r"^\| (`[a-z_`, ]+`) \| [^|]+ \| ([^|]+) \|$", PAGES["store.md"], re.MULTILINE)
        assert {name for first, _ in rows for name in re.findall(r"`(\w+)`", first)} == tables
        for first, told in rows[:4]:
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({first.strip('`')})")}
            assert set(re.findall(r"`([a-z_]+)`", told)) <= columns


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_of_the_page_is_understood(command: list[str]) -> None:
    group: click.Command = cli
    context = click.Context(cli)
    while isinstance(group, click.Group) and command and not command[0].startswith("-"):
        found = group.get_command(context, command[0])
        if found is None:
            break
        group, command = found, command[1:]
        context = click.Context(group, parent=context)
    group.make_context("banshi", list(command), parent=context.parent)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("runs",), 0),
        (("compare", "r0001", "r0002", "--fail-if", "success<-0.02"), 1),
        (("show", "nothing-such"), 2),
        (("runs", "--store", "{folder}/no.db"), 3),
    ],
)
def test_the_exit_codes_of_the_page(store: Path, tmp_path: Path, command: tuple[str, ...], code: int) -> None:
    (tmp_path / "no.db").write_text("dear diary, " * 100)
    args = [part.format(folder=tmp_path) for part in command]
    if "--store" not in args:
        args += ["--store", str(store)]
    assert CliRunner().invoke(cli, args).exit_code == code
    assert f"\n| {code} |" in PAGES["store.md"]


def test_what_the_page_says_is_exported_is_there(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    banshi, where = CliRunner(), ["--store", str(store)]
    assert (
        banshi.invoke(cli, ["export", "r0001", "--format", "parquet", "-o", str(tmp_path / "t"), *where]).exit_code == 0
    )
    assert sorted(file.name for file in (tmp_path / "t").iterdir()) == ["episodes.parquet", "fallback.parquet"]
    archive, other = str(tmp_path / "r.jsonl"), tmp_path / "other.db"
    assert banshi.invoke(cli, ["export", "r0001", "-o", archive, *where]).exit_code == 0
    assert banshi.invoke(cli, ["import", archive, "--store", str(other)]).exit_code == 0
    with Store(store) as first, Store(other) as second:
        assert second.run("r0001").digest == first.run("r0001").digest


def test_the_page_names_every_event_and_no_other() -> None:
    kinds = {kind.__struct_config__.tag for kind in Event.__args__}
    told = set(
        re.findall(r"^\| `(\w+)` \|", PAGES["running.md"].partition("## Following a run")[2].partition("```")[0], re.M)
    )
    assert told == kinds | {"event"}  # the heading of the table
