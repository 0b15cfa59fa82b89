"""``banshi export``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from tui.cli.options import store_option


@click.command(name="export", short_help="Write a run for other tools: JSON lines, Parquet, JUnit XML.")
@click.argument("run", metavar="RUN")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "parquet", "junit"]),
    default="jsonl",
    show_default=True,
    help="parquet writes two tables into a folder.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; without it, stdout.")
@click.option("--no-traces", is_flag=True, help="JSON lines without the traces.")
@store_option
def command(run: str, form: str, output: Path | None, no_traces: bool, store: Path | None) -> None:
    """Write a run, or a sweep with all of its runs, for other tools to read.

    JSON lines hold everything, so that `banshi import` makes the same of it in another store.
    """
    from mock_services.errors import UsageError
    from scenarios.runs.files import written_whole
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import runs_of
    from tui.cli.output import talk

    if form == "parquet" and output is None:
        raise click.UsageError(f"Parquet is two files – name a folder, e.g. -o {run}")
    with Store(store) as opened:
        if form == "parquet":
            from scenarios.runs.tabular import write_parquet

            assert output is not None
            for path in write_parquet(opened, run, output):
                talk(f"wrote {path}")
            return
        runs_of(opened, run)
        try:
            with written_whole(output) if output else nullcontext(sys.stdout.buffer) as file:
                if form == "junit":
                    from scenarios.runs.tabular import junit

                    junit(opened, run).write(file, encoding="utf-8", xml_declaration=True)
                else:
                    from scenarios.runs.archive import lines_of

                    file.writelines(line + b"\n" for line in lines_of(opened, run, traces=not no_traces))
                file.flush()
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise UsageError(f"cannot write it: {error.strerror}", where=str(output or "stdout")) from error
    if output:
        talk(f"wrote {output}")
