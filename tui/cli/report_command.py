"""``banshi report``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import store_option


@click.command(name="report", short_help="Write a page about runs: figures, pictures, the worst stories.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="By default RUN.html."
)
@store_option
def command(runs: tuple[str, ...], output: Path | None, store: Path | None) -> None:
    """Write one HTML file about one or several runs or sweeps, to read anywhere: it asks nothing of the network."""
    from mock_services.errors import UsageError
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import runs_of
    from tui.cli.output import talk
    from tui.report.page import page

    with Store(store) as opened:
        rows = [row for name in runs for row in runs_of(opened, name)]
        written = page(opened, [row.run for row in rows])
    path = output or Path(f"{'-'.join(dict.fromkeys(runs))}.html")
    try:
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(path)) from error
    talk(f"wrote {path}, {len(written.encode()) / 1000:.0f} kB")
