"""``banshi import``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import json_option, store_option


@click.command(name="import", short_help="Take in a run or a sweep that was exported elsewhere.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@store_option
def command(file: Path, as_json: bool, store: Path | None) -> None:
    """Take in a run, or a sweep, that `banshi export` wrote as JSON lines, under a number of its own.

    A damaged archive is refused, and nothing of it is kept.
    """
    from mock_services.errors import UsageError
    from scenarios.runs.archive import take_in
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import SweepRow, is_sweep, sweep
    from tui.cli.output import print_json, talk

    try:
        with file.open("rb") as lines, Store(store, write=True) as opened:
            name = take_in(opened, lines)
            row = sweep(opened, name) if is_sweep(name) else opened.run(name)
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror}", where=str(file)) from error
    if as_json:
        print_json({"sweep" if is_sweep(name) else "run": name, "episodes": row.done, "digest": row.digest})
    else:
        what = f"in {row.cells} runs" if isinstance(row, SweepRow) else f"of {row.suite} by {row.agent}"
        talk(f"{name}: {row.done} episodes {what}")
        click.echo(name)
