"""``banshi runs``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from tui.cli.options import json_option, store_option, tags_option

if TYPE_CHECKING:
    from scenarios.runs.store import RunRow, Store

T = TypeVar("T")


@click.group(name="runs", short_help="List runs and sweeps; show, tag, take out some.", invoke_without_command=True)
@tags_option("Only runs that have all of these tags.")
@click.option("--sweep", default="", metavar="SWEEP", help="Only the runs of this sweep.")
@json_option
@store_option
@click.pass_context
def command(ctx: click.Context, tags: tuple[str, ...], sweep: str, as_json: bool, store: Path | None) -> None:
    """List the runs, newest first. RUN below is r0001 and the like, SWEEP w0001."""
    if ctx.invoked_subcommand is None:
        _list(tags, sweep, as_json, store)


@command.command(
    name="tag",
    short_help="Put tags on a run, or take some off.",
    # What begins with a sign is a tag and never an option in short form.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("name", metavar="RUN|SWEEP")
@click.argument("changes", metavar="+TAG|-TAG...", nargs=-1, required=True, type=click.UNPROCESSED)
@store_option
def tag(name: str, changes: tuple[str, ...], store: Path | None) -> None:
    """Put tags on a run, or on all runs of a sweep (`+nightly`), or take some off (`-nightly`)."""
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import runs_of
    from scenarios.runs.tags import read_tags
    from tui.cli.output import talk

    wrong = next((change for change in changes if change[0:1] not in ("+", "-")), None)
    if wrong is not None:
        raise click.UsageError(f"{wrong!r} says neither + nor - – e.g. +{wrong}")
    added = read_tags(change[1:] for change in changes if change.startswith("+"))
    gone = read_tags(change[1:] for change in changes if change.startswith("-"))
    with Store(store, write=True) as opened:
        for row in runs_of(opened, name):
            tags = {*row.tags, *added} - {*gone}
            opened.tag(row.run, tags)
            talk(f"{row.run}: {', '.join(sorted(tags)) or 'no tags'}")


@command.command(name="show", short_help="Tell the figures of a run or a sweep again.")
@click.argument("name", metavar="RUN|SWEEP")
@json_option
@store_option
def show(name: str, as_json: bool, store: Path | None) -> None:
    """Print what `banshi run` printed at its end: tables, or with --json everything."""
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import is_sweep
    from tui.cli.run_told import tell_run, tell_sweep

    with Store(store) as opened:
        (tell_sweep if is_sweep(name) else tell_run)(opened, name, as_json)


@command.command(name="sweeps", short_help="List the sweeps: runs that were asked for as one.")
@json_option
@store_option
def sweeps(as_json: bool, store: Path | None) -> None:
    """List the sweeps, newest first."""
    from msgspec import to_builtins

    from scenarios.runs.sweeps import sweeps as listed
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    found = _read(store, listed)
    if as_json:
        print_json([{**to_builtins(row), "manifest": row.read()} for row in found])
        return
    rows = [
        [
            row.sweep,
            row.created_at.replace("T", " ").removesuffix("Z"),
            shorten(", ".join(dict.fromkeys(cell.suite for cell in row.read().cells)), 30),
            f"{len(row.runs)}/{row.cells}",
            f"{row.done}/{row.planned}",
            row.state,
            f"{row.wall_s:.1f} s",
            row.digest[:8] or "·",
            f"{row.runs[0]} … {row.runs[-1]}" if row.runs else "·",
        ]
        for row in found
    ]
    columns = ["sweep", "made (UTC)", "suite", "cells", "episodes", "state", "took", "digest", "runs"]
    print_out(PlainTable(f"{len(rows)} sweeps", columns, rows, right=["cells", "episodes", "took"]))


@command.command(name="rm", short_help="Take runs or sweeps out of the store.")
@click.argument("runs", metavar="RUN|SWEEP...", nargs=-1, required=True)
@store_option
def rm(runs: tuple[str, ...], store: Path | None) -> None:
    """Take runs out of the store, with all that was recorded of them; of a sweep all of its runs.

    `banshi gc` then makes the file smaller.
    """
    from scenarios.runs.housekeeping import remove, remove_sweep
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import is_sweep, sweep
    from tui.cli.output import talk

    with Store(store, write=True) as opened:
        names = list(dict.fromkeys(runs))
        for name in names:
            sweep(opened, name) if is_sweep(name) else opened.run(name)
        for name in names:
            if is_sweep(name):
                gone = remove_sweep(opened, name)
                talk(f"{name} is gone: {gone.done} episodes in {len(gone.runs)} runs")
            else:
                row = remove(opened, name)
                talk(f"{name} is gone: {row.done} episodes of {row.suite} by {row.agent}")


def _read(store: Path | None, read: Callable[[Store], list[T]]) -> list[T]:
    """What is there; nothing where nothing has been recorded yet."""
    from scenarios.runs.database import default_path
    from scenarios.runs.store import Store

    path = store or default_path()
    if not path.exists():
        return []
    with Store(path) as opened:
        return read(opened)


def _list(tags: tuple[str, ...], sweep: str, as_json: bool, store: Path | None) -> None:
    from msgspec import to_builtins

    from scenarios.runs.sweeps import sweep as known
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    def wanted(opened: Store) -> list[RunRow]:
        if sweep:
            known(opened, sweep)
        return [run for run in opened.runs(tags=tags) if sweep in ("", run.sweep)]

    runs = _read(store, wanted)
    if as_json:
        print_json([{**to_builtins(run), "services": to_builtins(run.services)} for run in runs])
        return
    rows = [
        [
            run.run,
            run.created_at.replace("T", " ").removesuffix("Z"),
            shorten(run.suite, 30),
            shorten(run.agent, 30),
            shorten(str(run.options.get("fallback", "·")), 20),
            str(run.seed),
            "running" if run.live else "stopped" if run.state == "running" else run.state,
            f"{run.done}/{run.planned}",
            f"{run.succeeded / run.done * 100:.1f} %" if run.done else "·",
            f"{run.wall_s:.1f} s",
            run.digest[:8] or "·",
            run.sweep or "·",
            shorten(", ".join(run.tags) or "·", 40),
            shorten(", ".join(extra.name for extra in run.services) or "·", 40),
        ]
        for run in runs
    ]
    columns = ["run", "made (UTC)", "suite", "agent", "policy", "seed", "state", "episodes", "success", "took"]
    columns += ["digest", "of", "tags", "with"]
    # Columns that say nothing are left away: nobody has it, or all have the same policy.
    for name, most in (("with", "·"), ("tags", "·"), ("of", "·"), ("policy", None)):
        at = columns.index(name)
        if {row[at] for row in rows} <= {most or next((row[at] for row in rows), "")}:
            columns, rows = columns[:at] + columns[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    print_out(PlainTable(f"{len(runs)} runs", columns, rows, right=["seed", "episodes", "success", "took"]))
