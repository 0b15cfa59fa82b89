"""``banshi runs``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import json_option, store_option, tags_option


@click.group(name="runs", short_help="List the runs, tag some, or take some out.", invoke_without_command=True)
@tags_option("Only runs that have all of these tags.")
@json_option
@store_option
@click.pass_context
def command(ctx: click.Context, tags: tuple[str, ...], as_json: bool, store: Path | None) -> None:
    """List the runs, newest first; `banshi runs tag RUN +x` labels one, `banshi runs rm RUN` takes one out."""
    if ctx.invoked_subcommand is None:
        _list(tags, as_json, store)


@command.command(
    name="tag",
    short_help="Put tags on a run, or take some off.",
    # What begins with a sign is a tag and never an option in short form.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("run", metavar="RUN")
@click.argument("changes", metavar="+TAG|-TAG...", nargs=-1, required=True, type=click.UNPROCESSED)
@store_option
def tag(run: str, changes: tuple[str, ...], store: Path | None) -> None:
    """Put tags on a run (`+nightly`) or take some off (`-nightly`)."""
    from scenarios.runs.store import Store
    from scenarios.runs.tags import read_tags
    from tui.cli.output import talk

    wrong = next((change for change in changes if change[0:1] not in ("+", "-")), None)
    if wrong is not None:
        raise click.UsageError(f"{wrong!r} says neither + nor - – e.g. +{wrong}")
    added = read_tags(change[1:] for change in changes if change.startswith("+"))
    gone = read_tags(change[1:] for change in changes if change.startswith("-"))
    with Store(store, write=True) as opened:
        tags = {*opened.run(run).tags, *added} - {*gone}
        opened.tag(run, tags)
        talk(f"{run}: {', '.join(sorted(tags)) or 'no tags'}")


@command.command(name="rm", short_help="Take runs out of the store.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@store_option
def rm(runs: tuple[str, ...], store: Path | None) -> None:
    """Take runs out of the store, with all that was recorded of them. `banshi gc` then makes the file smaller."""
    from scenarios.runs.housekeeping import remove
    from scenarios.runs.store import Store
    from tui.cli.output import talk

    with Store(store, write=True) as opened:
        for name in dict.fromkeys(runs):
            opened.run(name)
        for name in dict.fromkeys(runs):
            row = remove(opened, name)
            talk(f"{name} is gone: {row.done} episodes of {row.suite} by {row.agent}")


def _list(tags: tuple[str, ...], as_json: bool, store: Path | None) -> None:
    from msgspec import to_builtins

    from scenarios.runs.database import default_path
    from scenarios.runs.store import RunRow, Store
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    path = store or default_path()
    runs: list[RunRow] = []
    if path.exists():
        with Store(path) as opened:
            runs = opened.runs(tags=tags)
    if as_json:
        print_json([{**to_builtins(run), "services": to_builtins(run.services)} for run in runs])
        return
    rows = [
        [
            run.run,
            run.created_at.replace("T", " ").removesuffix("Z"),
            shorten(run.suite, 30),
            shorten(run.agent, 30),
            str(run.seed),
            "running" if run.live else "stopped" if run.state == "running" else run.state,
            f"{run.done}/{run.planned}",
            f"{run.succeeded / run.done * 100:.1f} %" if run.done else "·",
            f"{run.wall_s:.1f} s",
            run.digest[:8] or "·",
            shorten(", ".join(run.tags) or "·", 40),
            shorten(", ".join(extra.name for extra in run.services) or "·", 40),
        ]
        for run in runs
    ]
    columns = ["run", "made (UTC)", "suite", "agent", "seed", "state", "episodes", "success", "took", "digest"]
    columns += ["tags", "with"]
    for name in ("with", "tags"):
        at = columns.index(name)
        if all(row[at] == "·" for row in rows):
            columns, rows = columns[:at] + columns[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    print_out(PlainTable(f"{len(runs)} runs", columns, rows, right=["seed", "episodes", "success", "took"]))
