"""``banshi compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from scenarios.runs.comparing import Compared, Flip
    from scenarios.runs.store import RunRow

LISTED = 15
"""Episodes that are named of what got better, and of what got worse; ``--json`` has all."""


@click.command(name="compare", short_help="Compare two runs or sweeps episode by episode.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--fail-if",
    "gates",
    multiple=True,
    metavar="CONDITION",
    help='Exit 1 if the difference B less A is so, e.g. "success<-0.02" or "harmful>0"; repeatable.',
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw what only one of the two got right, by family, into this SVG file.",
)
@json_option
@store_option
def command(a: str, b: str, gates: tuple[str, ...], picture: Path | None, as_json: bool, store: Path | None) -> int:
    """Compare run B with run A on the episodes that both have: scenario, fault plan, ε and seed.

    Says what got better and what got worse, by how much, and whether that could be chance (McNemar's exact test).
    Differences are per episode, B less A, with a 95 % bootstrap interval over scenarios. A run and a sweep are compared
    with each run of the sweep, two sweeps run by run as they were asked for alike.
    """
    from scenarios.runs.comparing import compare_runs, pairs_of, read_gate
    from scenarios.runs.store import Store
    from scenarios.runs.sweeps import is_sweep
    from tui.cli.output import print_json, print_out, talk

    conditions = [read_gate(text) for text in gates]
    with Store(store) as opened:
        found = [compare_runs(opened, *pair) for pair in pairs_of(opened, a, b)]
        runs = [(opened.run(one.a), opened.run(one.b)) for one in found]
    failed = [[gate.text for gate in conditions if gate.fails(one)] for one in found]
    data = [
        {"a": pair[0], "b": pair[1], "compared": one, "failed": wrong}
        for pair, one, wrong in zip(runs, found, failed, strict=True)
    ]
    several = is_sweep(a) or is_sweep(b)
    if picture and len(found) != 1:
        raise click.UsageError("--picture draws two runs – name two")
    if picture:
        _draw(found[0], runs[0], picture)
    if as_json:
        print_json({"a": a, "b": b, "pairs": data} if several else data[0])
    else:
        print_out(*(_beside(found, runs) if several else _told(found[0], runs[0])))
    for one, wrong in zip(found, failed, strict=True):
        for text in wrong:
            talk(f"banshi: {one.b} fails: {text}" + (f" (against {one.a})" if several else ""))
    return 1 if any(failed) else 0


def _draw(found: Compared, runs: tuple[RunRow, RunRow], path: Path) -> None:
    from mock_services.errors import UsageError
    from scenarios.runs.grid import names_of
    from scenarios.runs.manifest import read_manifest
    from tui.cli.output import talk
    from tui.report.pictures import alone, flips

    families = list(dict.fromkeys(flip.family for flip in (*found.better, *found.worse)))
    counts = [
        [sum(flip.family == family for flip in there) for family in sorted(families)]
        for there in (found.better, found.worse)
    ]
    first, second = names_of([read_manifest(run.manifest) for run in runs], [run.run for run in runs])
    drawn = flips(sorted(families), counts[0], counts[1], (first, second))
    try:
        path.write_text(alone(drawn, f"Episodes that only one of {first} and {second} got right"), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(path)) from error
    talk(f"wrote {path}")


def _beside(found: Sequence[Compared], runs: Sequence[tuple[RunRow, RunRow]]) -> list[Any]:
    """A row for each pair of runs."""
    from scenarios.runs.grid import axes_of
    from scenarios.runs.manifest import read_manifest
    from tui.cli.tables import PlainTable
    from tui.text import chance, literal, shorten

    names = axes_of([read_manifest(b.manifest) for _, b in runs])
    rows = []
    for one, name in zip(found, names, strict=True):
        success = next(measure for measure in one.measures if measure.name == "success")
        change = success.difference
        rows.append(
            [
                one.a,
                one.b,
                shorten(name, 40),
                str(one.comparison.episodes),
                f"{success.a:.1%}",
                f"{success.b:.1%}",
                f"{change.value:+.1%}",
                f"{change.low:+.1%} to {change.high:+.1%}",
                str(len(one.better) or "·"),
                str(len(one.worse) or "·"),
                chance(one.comparison.p_value).removeprefix("p = ").removeprefix("p "),
            ]
        )
    columns = ["A", "B", "what B is", "episodes", "A ", "B ", "B less A", "95 %", "better", "worse", "p"]
    return [
        PlainTable("success on the episodes in common", columns, rows, right=columns[3:]),
        literal("Each p is McNemar's for its pair alone: among many pairs some are small by chance."),
    ]


def _told(found: Compared, runs: tuple[RunRow, RunRow]) -> list[Any]:
    from tui.cli.tables import PlainTable
    from tui.text import chance, literal, shorten

    names = [shorten(f"{run.run} {run.agent} {run.options.get('fallback', '')}".rstrip(), 40) for run in runs]
    pairs = found.comparison
    rows = [
        ["both", str(pairs.both)],
        [f"only A, {names[0]}", str(pairs.only_a)],
        [f"only B, {names[1]}", str(pairs.only_b)],
        ["neither", str(pairs.neither)],
    ]
    measures = [
        [one.name, f"{one.a:.4g}", f"{one.b:.4g}", f"{one.difference.value:+.4g}",
         f"{one.difference.low:+.3g} to {one.difference.high:+.3g}"]
        for one in found.measures
        if one.a or one.b
    ]  # fmt: skip
    items: list[Any] = [
        PlainTable(f"{pairs.episodes} episodes in common", ["succeeded", "episodes"], rows, right=["episodes"]),
        PlainTable(
            "a mean episode", ["", "A", "B", "B less A", "95 %"], measures, right=["A", "B", "B less A", "95 %"]
        ),
        *_flips("better", found.better),
        *_flips("worse", found.worse),
    ]
    if found.left_out:
        items.append(literal(f"{found.left_out} episodes that only one of the two has are left out"))
    difference = next(one.difference for one in found.measures if one.name == "success")
    items.append(
        literal(
            f"success {difference.value:+.1%}, 95 % {difference.low:+.1%} to {difference.high:+.1%}"
            f" over {difference.n} scenarios · McNemar {chance(pairs.p_value)}"
        )
    )
    return items


def _flips(what: str, flips: tuple[Flip, ...]) -> list[Any]:
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    if not flips:
        return []
    more = f" (the first {LISTED}; --json has all)" if len(flips) > LISTED else ""
    rows = [
        [
            shorten(flip.episode, 60),
            flip.outcome_a.replace("_", " "),
            flip.outcome_b.replace("_", " "),
            shorten(flip.label, 40),
        ]
        for flip in flips[:LISTED]
    ]
    return [PlainTable(f"{len(flips)} got {what}{more}", ["episode", "A", "B", "failure"], rows)]
