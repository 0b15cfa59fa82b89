"""``banshi tui``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import service_option, store_option, world_option


@click.command(name="tui", short_help="Look at runs on the whole screen.")
@click.argument("run", metavar="[RUN]", default="")
@store_option
@service_option
@world_option
def command(run: str, store: Path | None, services: tuple[str, ...], world: str) -> None:
    """Look at runs, or at one, and step through episodes on the whole screen."""
    from tui.app import main_app

    main_app(store, run or None, services, world)
