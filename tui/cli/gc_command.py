"""``banshi gc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from scenarios.runs.housekeeping import Whose


@click.command(name="gc", short_help="Make the store smaller.")
@click.option("--unfinished", is_flag=True, help="Take out runs that were stopped or whose process died.")
@click.option("--traces", type=click.Choice(["successes", "all"]), help="Forget these traces; rows and digests stay.")
@json_option
@store_option
def command(unfinished: bool, traces: str | None, as_json: bool, store: Path | None) -> None:
    """Give the room of what was taken out back to the disk, and take out more if asked to.

    Runs that are being worked on are left alone.
    """
    from scenarios.runs.housekeeping import tidy
    from scenarios.runs.store import Store
    from tui.cli.output import print_json, talk

    with Store(store, write=True) as opened:
        freed = tidy(opened, unfinished=unfinished, traces=cast("Whose | None", traces))
    if as_json:
        print_json(freed)
        return
    gone = f"{len(freed.runs)} runs and {freed.traces} traces taken out; " if unfinished or traces else ""
    talk(f"{gone}{freed.before / 1e6:.1f} MB before, {freed.after / 1e6:.1f} MB now")
