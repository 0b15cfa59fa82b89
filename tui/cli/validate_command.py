"""``banshi validate``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, service_option

if TYPE_CHECKING:
    from scenarios.loader import Suite
    from scenarios.validity.outcome import Report, Tally


@click.command(name="validate", short_help="Put suites or scenario files through the validity gate.")
@click.argument("sources", metavar="SUITE|FILE...", nargs=-1, required=True)
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only so many scenarios of each.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Draws the sample.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes; by default one per processor.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.md", help="Write the report to a file."
)
@service_option
@json_option
def command(
    sources: tuple[str, ...],
    sample: int | None,
    seed: int,
    workers: int | None,
    report: Path | None,
    services: tuple[str, ...],
    as_json: bool,
) -> int:
    """Prove that what suites grade can neither be cheated nor punishes what is right; exit code 1 if one fails.

    The oracle meets every expectation, references that do not try never succeed, vices are caught by name,
    infeasibility is confirmed by SQL, planted mistakes flip the verdict, other right answers pass.
    """
    from mock_services.extras import find_extras
    from scenarios.runs.plan import load_sources, resolve_sources
    from scenarios.runs.runner import cores

    extras = find_extras(services)
    suites = [(load_sources((source,), extras), (source,)) for source in resolve_sources(sources)]
    reports = [_validated(suite, names, sample, seed, workers or cores()) for suite, names in suites]
    if report is not None:
        _write(report, reports, sources, sample, seed)
    _tell(reports, as_json)
    return 0 if all(one.passed for one in reports) else 1


def _validated(suite: Suite, names: Sequence[str], sample: int | None, seed: int, workers: int) -> Report:
    from scenarios.validity.gate import validate

    return validate(suite, names, sample=sample, seed=seed, workers=workers, on_progress=_progress(suite.name))


def _progress(name: str) -> Callable[[int, int], None]:
    """A line that counts, on a terminal only."""
    from time import perf_counter

    started = perf_counter()

    def show(done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        left = (perf_counter() - started) / done * (total - done)
        end = "\r\x1b[K" if done == total else ""
        click.echo(f"\r\x1b[K{name}: {done}/{total} scenarios, {left:.0f} s left{end}", nl=False, err=True)

    return show


def _write(path: Path, reports: list[Report], sources: tuple[str, ...], sample: int | None, seed: int) -> None:
    from mock_services.errors import UsageError
    from scenarios.validity.report import page
    from tui.cli.output import talk

    part = f" --sample {sample} --seed {seed}" if sample is not None else ""
    name = path.name if path.is_absolute() else path
    try:
        path.write_text(page(reports, f"banshi validate {' '.join(sources)}{part} --report {name}"), "utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path), fix="name another file") from error
    talk(f"written: {path}")


def _tell(reports: list[Report], as_json: bool) -> None:
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable

    if as_json:
        print_json([_data(report) for report in reports])
        return
    items: list[Any] = []
    for report in reports:
        part = "" if report.sampled == report.scenarios else f"{report.sampled} of "
        title = (
            f"{report.suite}: {part}{report.scenarios} scenarios, {report.episodes} episodes, {report.seconds:.1f} s"
        )
        columns = ("check", "looked at", "wrong", "skipped", "")
        items.append(PlainTable(title, columns, [_cells(one) for one in report.tallies], right=columns[1:4]))
    print_out(*items)
    for report in reports:
        for row in report.failures:
            click.echo(f"{row.check}: {row.name} – {row.why}")
        click.echo(f"{report.suite}: {'passes' if report.passed else 'does not pass'}")


def _cells(tally: Tally) -> list[str]:
    name = f"{tally.check}: {tally.subject}" if tally.subject else tally.check
    acted = f", acted {tally.acted} times" if tally.check == "vices" else ""
    verdict = ("passes" if tally.passed else "fails") + acted
    return [name, str(tally.looked_at), str(tally.wrong), str(tally.skipped), verdict]


def _data(report: Report) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(report)
    rows = found.pop("rows")
    return {**found, "passed": report.passed, "failures": [row for row in rows if row["ok"] is False]}
