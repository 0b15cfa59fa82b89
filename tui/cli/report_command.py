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
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the pictures alone, as SVG files in this folder.",
)
@store_option
def command(runs: tuple[str, ...], output: Path | None, pictures: Path | None, store: Path | None) -> None:
    """Write one HTML file about one or several runs or sweeps, to read anywhere: it asks nothing of the network."""
    from mock_services.errors import UsageError
    from scenarios.runs.files import written_whole
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import all_runs_of
    from tui.cli.output import talk
    from tui.report.page import drawings, page

    if output and pictures:
        raise click.UsageError("--pictures writes no page – give -o or --pictures")

    with Store(store) as opened:
        names = [row.run for row in all_runs_of(opened, runs)]
        folder = pictures or (output.parent if output else Path())
        default = f"{'-'.join(dict.fromkeys(runs))}.html"
        files = drawings(opened, names) if pictures else {(output or Path(default)).name: page(opened, names)}
    try:
        if pictures:
            folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            with written_whole(folder / file) as out:
                out.write(text.encode())
    except OSError as error:
        where = folder if pictures else folder / next(iter(files))
        raise UsageError(f"cannot write it: {error.strerror}", where=str(where)) from error
    for file, text in files.items():
        talk(f"wrote {folder / file}, {len(text.encode()) / 1000:.0f} kB")
