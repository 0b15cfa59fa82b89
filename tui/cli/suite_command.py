"""``banshi suite``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui.cli.options import json_option

if TYPE_CHECKING:
    from scenarios.families.makeup import MakeUp


@click.group(name="suite", short_help="List the suites; make a generated one, or one errand of a family.")
def command() -> None:
    """Suites are sets of errands: hand-written ones, and generated ones that are pinned by a hash."""


@command.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the suites that come with the package."""
    from scenarios.loader import load_suite, suite_names
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable

    rows = []
    for suite in map(load_suite, suite_names()):
        families = dict.fromkeys(scenario.family for scenario in suite.scenarios)
        plans = sum(1 + len(scenario.plans) for scenario in suite.scenarios)
        rows.append(
            {
                "suite": suite.name,
                "errands": len(suite.scenarios),
                "episodes": plans,
                "families": len(families),
                "hash": suite.hash,
            }
        )
    if as_json:
        print_json(rows)
        return
    cells = [[str(value)[:12] for value in row.values()] for row in rows]
    columns = ("suite", "errands", "episodes", "families", "hash")
    print_out(PlainTable(f"{len(rows)} suites", columns, cells, right=columns[1:4]))


@command.command(name="make", short_help="Write the errands of a generated suite into a file.")
@click.argument("name", metavar="NAME")
@click.option("--out", "-o", type=click.Path(dir_okay=False), required=True, help="The file, e.g. fresh.jsonl.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that write.")
def make_file(name: str, out: str, workers: int) -> None:
    """Write the errands of NAME, a pinned suite's or fresh:SEED, one a line; `banshi run FILE` takes them.

    A pinned suite is made anew from the generators of today, which may differ from what is pinned.
    """
    from pathlib import Path

    Path(out).write_bytes(_written(_makeup(name), workers))
    click.echo(out)


@command.command(name="pin", short_help="Make a generated suite and pin it, for those who change the generators.")
@click.argument("name", metavar="NAME")
@click.option("--folder", type=click.Path(file_okay=False), help="Where to; the package's own by default.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that write.")
def pin(name: str, folder: str | None, workers: int) -> None:
    """Make a pinned suite anew, and write its files with their hash. Results on it are comparable no longer."""
    from pathlib import Path

    from scenarios.families.pinned import pin as write_files
    from scenarios.loader import SUITES

    makeup = _makeup(name)
    raw = _written(makeup, workers)
    manifest = write_files(makeup, Path(folder) if folder else SUITES / name, raw)
    click.echo(f"{name}: {manifest.scenarios} errands, {manifest.sha256[:12]}")


@command.command(name="errand", short_help="Show one errand of a family.")
@click.argument("family", metavar="FAMILY", default="")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--locale", type=click.Choice(["zh", "en", "id"]), default="zh", show_default=True)
@click.option("--level", type=click.IntRange(1, 5), help="How hard; the family's easiest by default.")
@json_option
def errand(family: str, seed: int, locale: str, level: int | None, as_json: bool) -> None:
    """Write one errand of FAMILY and print it as YAML; without FAMILY list the families."""
    import yaml

    from scenarios.families.generate import generate
    from scenarios.families.registry import families
    from scenarios.families.registry import family as named
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable

    if not family:
        if as_json:
            print_json([{"family": one.name, "levels": one.levels, "pairs": one.pairs} for one in families().values()])
            return
        cells = [[one.name, " ".join(map(str, one.levels))] for one in families().values()]
        print_out(PlainTable(f"{len(cells)} families", ("family", "levels"), cells))
        return
    one = named(family)
    halves = ("allow", "deny") if one.pairs else ("",)
    data = [generate(one, seed, locale, level or one.levels[0], half).data for half in halves]  # type: ignore[arg-type]
    if as_json:
        print_json(data)
        return
    click.echo(yaml.safe_dump_all(data, allow_unicode=True, sort_keys=False, width=110), nl=False)


def _written(makeup: MakeUp, workers: int) -> bytes:
    from rich.console import Console
    from rich.progress import Progress

    from scenarios.families.pinned import make

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(f"writing {makeup.name}", total=makeup.count)
        return make(makeup, workers=workers, progress=lambda done, _: bar.update(task, completed=done))


def _makeup(name: str) -> MakeUp:
    from mock_services.errors import UsageError
    from scenarios.families.makeup import MAKE_UPS, fresh
    from scenarios.loader import FRESH
    from scenarios.runs.naming import did_you_mean

    if name.startswith(FRESH) and name.removeprefix(FRESH).isdigit():
        return fresh(int(name.removeprefix(FRESH)))
    if name not in MAKE_UPS:
        known = [*MAKE_UPS, f"{FRESH}SEED"]
        raise UsageError(
            f"{name!r} is no generated suite", fix=did_you_mean(name, known) or f"one of {', '.join(known)}"
        )
    return MAKE_UPS[name]
