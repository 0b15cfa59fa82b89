"""``banshi compare``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import json_option, store_option


@click.command(name="compare", short_help="Compare two runs episode by episode.")
@click.argument("a", metavar="RUN")
@click.argument("b", metavar="RUN")
@json_option
@store_option
def command(a: str, b: str, as_json: bool, store: Path | None) -> None:
    """Compare two runs on the episodes that both have: scenario, fault plan, ε and seed.

    Says which of them did better, whether that could be chance (McNemar's exact test), and by how much.
    """
    from mock_services.errors import UsageError
    from scenarios.runs.store import Store
    from scenarios.runs.summary import successes
    from scenarios.stats.paired import compare
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import literal, shorten

    with Store(store) as opened:
        first, second = opened.run(a), opened.run(b)
        found = compare(successes(opened, a), successes(opened, b))
    if not found.episodes:
        raise UsageError(f"{a} and {b} have no episode in common", fix="run both over one suite with the same seeds")
    if as_json:
        print_json({"a": first, "b": second, "comparison": found})
        return
    names = [shorten(f"{run.run} {run.agent}", 40) for run in (first, second)]
    rows = [
        ["both", str(found.both)],
        [f"only {names[0]}", str(found.only_a)],
        [f"only {names[1]}", str(found.only_b)],
        ["neither", str(found.neither)],
    ]
    difference = found.difference
    print_out(
        PlainTable(f"{found.episodes} episodes in common", ["succeeded", "episodes"], rows, right=["episodes"]),
        literal(
            f"difference {difference.value:+.1%}, 95 % {difference.low:+.1%} to {difference.high:+.1%}"
            f" over {difference.n} scenarios · McNemar p = {found.p_value:.4f}"
        ),
    )
