"""What docs/running.md says can be typed, can be typed."""

from __future__ import annotations

import re
import shlex
import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scenarios.runs.events import Event
from tui.cli.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
QUERIES = re.findall(r'^sqlite3 banshi\.db "(.+)"$', PAGE, re.M)
COMMANDS = re.findall(r"^banshi (run .+?|runs .+?|report .+?|compare .+?|export .+?)(?:\s{2,}#.*|\s\|.*)?$", PAGE, re.M)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a sweep of two small runs, in which something fails and faults strike."""
    path = tmp_path_factory.mktemp("docs") / "banshi.db"
    args = ("tiny", "--agents", "rules,noop", "--tags", "nightly", "--workers", "1", "--store", str(path))
    assert CliRunner().invoke(cli, ["run", *args]).exit_code == 0
    return path


def test_the_page_has_queries_and_commands() -> None:
    assert (len(QUERIES), len(COMMANDS) > 10) == (5, True)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_page_finds_something(store: Path, query: str) -> None:
    with sqlite3.connect(store) as db:
        # the runs of the page are examples: the second one is where something fails
        found = db.execute(query.replace("r0001", "r0002") if "NOT success" in query else query).fetchall()
    assert found
    assert all(value is not None for row in found for value in row)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_understood(command: str) -> None:
    context = click.Context(cli, info_name="banshi")
    words = shlex.split(command)
    found: click.Command | None = cli
    while isinstance(found, click.Group) and words and (sub := found.get_command(context, words[0])) is not None:
        found, words = sub, words[1:]
    assert found is not None
    # only read: what it would do is not done
    found.make_context("banshi", words)


def test_the_page_names_every_event_and_no_other() -> None:
    kinds = {kind.__struct_config__.tag for kind in Event.__args__}
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Following a run")[2].partition("```")[0], re.M))
    assert told == kinds | {"event"}  # the heading of the table
