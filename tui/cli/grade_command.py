"""``banshi grade``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from scenarios.runs.regrade import Regraded


@click.command(name="grade", short_help="Grade a recorded run again, without running it.")
@click.argument("run", metavar="RUN")
@click.argument("sources", metavar="[SUITE|FILE...]", nargs=-1)
@json_option
@store_option
def command(run: str, sources: tuple[str, ...], as_json: bool, store: Path | None) -> None:
    """Grade the stored traces of a run with the graders and scenarios of today, and say what changed.

    The scenarios are those of the run's own suite as it is now, or of the suites and files named after it. Nothing
    is run and nothing is written. Episodes whose trace was not kept are listed with the reason.
    """
    from scenarios.runs.manifest import read_manifest
    from scenarios.runs.plan import load_sources, resolve_sources
    from scenarios.runs.regrade import regrade_run
    from scenarios.runs.store import Store
    from tui.cli.output import print_json, print_out
    from tui.cli.progress import Meter

    with Store(store) as opened:
        manifest = read_manifest(opened.run(run).manifest)
        suite = load_sources(resolve_sources(sources) or manifest.sources, manifest.services)
        meter = Meter(sys.stderr)
        try:
            found = regrade_run(
                opened,
                run,
                suite,
                same_suite=suite.hash == manifest.suite_hash,
                on_progress=meter.update,
            )
        finally:
            meter.close()
    if as_json:
        print_json(found)
    else:
        print_out(*_tables(found))


def _tables(found: Regraded) -> list[Any]:
    from tui.cli.tables import PlainTable
    from tui.text import literal, shorten

    items: list[Any] = []
    if found.changed:
        rows = [[shorten(change.episode, 60), _told(change.what)] for change in found.changed]
        items.append(PlainTable(f"{len(found.changed)} graded otherwise", ["episode", "before → now"], rows))
    if found.skipped:
        rows = [[shorten(one.episode, 60), shorten(one.why, 100)] for one in found.skipped]
        items.append(PlainTable(f"{len(found.skipped)} not to be graded again", ["episode", "why"], rows))
    scenarios = "the scenarios that it was run with" if found.same_suite else "scenarios that have changed since"
    items.append(literal(f"{found.run}: {found.regraded} of {found.episodes} episodes graded again, by {scenarios}"))
    n = found.regraded
    items.append(
        literal(
            f"{len(found.changed)} changed · success {found.succeeded_before}/{n} before, {found.succeeded}/{n} now"
        )
    )
    return items


def _told(what: dict[str, tuple[Any, Any]]) -> str:
    from scenarios.runs.plaintext import plain

    lines = []
    for name, (before, now) in what.items():
        if name == "findings":
            lines += [f"− {plain(text)}" for text in before] + [f"+ {plain(text)}" for text in now]
        else:
            lines.append(f"{name} {plain(before) or '·'} → {plain(now) or '·'}")
    return "\n".join(lines)
