"""What a report says: sections of tables, pictures and stories out of the summaries of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from mock_services.clock import MINUTE
from mock_services.money import format_yuan
from scenarios.results import OUTCOMES, STAGES, Finding
from scenarios.runs.grid import names_of
from scenarios.runs.manifest import read_manifest
from scenarios.runs.plaintext import plain
from scenarios.runs.store import EpisodeRow, Store
from scenarios.runs.story import Line, tell
from scenarios.runs.summary import Summary
from scenarios.stats.intervals import Rate
from tui.report import pictures

WORST = 6
"""Stories of failures that a report tells of each run, the most harmful first."""


class Words(msgspec.Struct, frozen=True):
    """A paragraph."""

    text: str
    kind: Literal["text"] = "text"


class Tiles(msgspec.Struct, frozen=True):
    """The headline numbers of a run: (what, how much, how sure)."""

    title: str
    tiles: tuple[tuple[str, str, str], ...]
    kind: Literal["tiles"] = "tiles"


class Picture(msgspec.Struct, frozen=True):
    """A drawing of ours, as SVG."""

    title: str
    svg: str
    kind: Literal["picture"] = "picture"


class TableOf(msgspec.Struct, frozen=True):
    """A table; ``right`` are the numbers of the columns that stand to the right, ``folded`` opens on demand."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    folded: bool = False
    kind: Literal["table"] = "table"


class Told(msgspec.Struct, frozen=True):
    """An episode's story, folded."""

    title: str
    outcome: str
    label: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    kind: Literal["story"] = "story"


class Section(msgspec.Struct, frozen=True):
    """A part of the page with a heading that one can jump to."""

    id: str
    title: str
    parts: tuple[Any, ...]


def sections_of(store: Store, summaries: Sequence[Summary]) -> list[Section]:
    """All sections, those without anything to say left out.

    Raises:
        UsageError: Matplotlib is not installed.
        StoreError: the store cannot be read.
    """
    runs = [store.run(summary.run) for summary in summaries]
    named = names_of([read_manifest(run.manifest) for run in runs], [run.run for run in runs])
    names = [plain(name)[:64] for name in named]
    made = [
        Section("headline", "Headline", _headline(names, summaries)),
        Section("funnel", "How far they got", _funnel(names, summaries)),
        Section("families", "Success by family", _families(names, summaries)),
        Section("groups", "Success by language and difficulty", _groups(names, summaries)),
        Section("fallback", "Fallback", _fallback(names, summaries)),
        Section("reliability", "Reliability", _reliability(names, summaries)),
        Section("trust", "Trust and consent", _trust(names, summaries)),
        Section("cost", "Cost and success", _cost(names, summaries)),
        Section("failures", "Worst episodes", _worst(store, names, summaries)),
        Section("manifest", "How to repeat it", _manifest(names, summaries)),
    ]
    return [section for section in made if section.parts]


def _headline(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    tiles = [
        Tiles(
            f"{name}, {summary.run}: {plain(summary.suite)}",
            (
                ("success", f"{summary.success.rate:.1%}", _sure(summary.success)),
                ("harmful", str(summary.outcomes["failed_harmful"]), f"{format_yuan(summary.harm_fen)} yuan of harm"),
                ("without consent", format_yuan(summary.unconsented_fen), "yuan"),
                ("quality", f"{summary.figures.quality:.3f}", "mean, failures at 0"),
                ("questions", f"{summary.figures.asks / max(1, summary.episodes):.1f}", "an errand, with offers"),
                ("virtual time", _minutes(summary), "minutes an errand"),
            ),
        )
        for name, summary in zip(names, summaries, strict=True)
    ]  # fmt: skip
    rows = _rows(names, summaries, lambda s: (*(str(s.outcomes[outcome]) for outcome in OUTCOMES), str(s.episodes)))
    columns = ("run", *(outcome.replace("_", " ") for outcome in OUTCOMES), "episodes")
    return (
        *tiles,
        Picture("How the episodes ended", pictures.outcomes(names, summaries)),
        TableOf("how the episodes ended, in numbers", columns, rows, tuple(range(1, len(columns))), folded=True),
    )


def _funnel(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    rows = _rows(names, summaries, lambda s: tuple(str(s.stages[stage]) for stage in STAGES))
    labels: dict[str, list[int]] = {}
    for i, summary in enumerate(summaries):
        for label, count in summary.labels.items():
            labels.setdefault(label, [0] * len(summaries))[i] = count
    why = tuple(
        (plain(label), *(str(count or "·") for count in counts))
        for label, counts in sorted(labels.items(), key=lambda item: (-sum(item[1]), item[0]))
    )
    title = "Episodes that got at least so far"
    parts: list[Any] = [
        Picture(title, pictures.funnel(names, summaries)),
        TableOf(title, ("run", *STAGES), rows, tuple(range(1, len(STAGES) + 1)), folded=True),
    ]
    if why:
        parts.append(TableOf("failures by why", ("label", *names), why, tuple(range(1, len(names) + 1))))
    return tuple(parts)


def _families(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    return _by_group(
        "family", names, [{family.family: family.success for family in summary.families} for summary in summaries]
    )


def _groups(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    locales = [{locale.locale: locale.success for locale in summary.locales} for summary in summaries]
    levels = [{f"level {level.level}": level.success for level in summary.levels} for summary in summaries]
    return (*_by_group("language", names, locales), *_by_group("difficulty", names, levels))


def _by_group(what: str, names: Sequence[str], found: Sequence[dict[str, Rate]]) -> tuple[Any, ...]:
    groups = list(dict.fromkeys(group for rates in found for group in rates))
    if not groups:
        return ()
    table = [[rates.get(group) for group in groups] for rates in found]
    rows = tuple(
        (plain(group), *(_cell(rates[i]) for rates in table)) for i, group in enumerate(groups)
    )  # fmt: skip
    return (
        Picture(f"Success by {what}", pictures.rates(names, groups, table, what)),
        TableOf(f"success by {what}", (what, *names), rows, tuple(range(1, len(names) + 1)), folded=True),
    )


def _fallback(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    columns = ("fault", "phase", "first reaction", "fired", "resolved", "errand done", "harm", "extra calls", "extra s")
    return tuple(
        TableOf(
            f"{name}: what was done about faults; calls and time are the mean per fault",
            columns,
            tuple(
                (
                    *(plain(text) for text in (group.fault, group.phase, group.reaction)),
                    str(group.fired),
                    f"{group.resolved}/{group.fired}",
                    f"{group.finished}/{group.fired}",
                    str(group.harm or "·"),
                    f"{group.extra_calls / group.fired:.1f}",
                    f"{group.extra_ms / group.fired / 1000:.0f}",
                )
                for group in summary.fallback
            ),
            (3, 4, 5, 6, 7, 8),
        )
        for name, summary in zip(names, summaries, strict=True)
        if summary.fallback
    )


def _reliability(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    told = [(name, summary) for name, summary in zip(names, summaries, strict=True) if summary.reliability]
    if not told:
        return ()
    rows = tuple(
        (name, str(row.epsilon), f"{row.fault_rate:g}", str(row.k), str(row.tasks), f"{row.all_k.value:.1%}",
         f"{row.all_k.low:.1%}–{row.all_k.high:.1%}", f"{row.any_k.value:.1%}")
        for name, summary in told
        for row in summary.reliability
    )  # fmt: skip
    columns = ("run", "ε", "λ", "k", "tasks", "all k succeed", "95 %", "one of k does")
    table = TableOf("R(k, ε, λ): the chance that all k runs of an errand succeed", columns, rows, (1, 2, 3, 4, 5, 6, 7))
    several = [(n, s) for n, s in told if len({row.fault_rate for row in s.reliability}) > 1]
    if not several:
        return (table,)
    svg = pictures.reliability([name for name, _ in several], [summary for _, summary in several])
    return Picture("Success by fault rate", svg), table


def _trust(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    columns = ("run", "harm", "without consent", "orphaned", "disclosures", "asks an errand", "pairs right")
    rows = _rows(
        names,
        summaries,
        lambda s: (
            format_yuan(s.harm_fen),
            format_yuan(s.unconsented_fen),
            format_yuan(s.figures.orphaned_fen),
            str(s.figures.disclosures),
            f"{s.figures.asks / max(1, s.episodes):.2f}",
            _cell(s.pairs),
        ),
    )
    return (TableOf("money in yuan and data, in all", columns, rows, tuple(range(1, len(columns)))),)


def _cost(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    if len(summaries) < 2 or not any(summary.figures.cost_micros for summary in summaries):
        return ()
    columns = ("run", "cost an errand, yuan", "success", "harmful", "minutes an errand")
    rows = _rows(
        names,
        summaries,
        lambda s: (
            f"{s.figures.cost_micros / 1e6 / max(1, s.episodes):.4f}",
            _cell(s.success),
            str(s.outcomes["failed_harmful"]),
            _minutes(s),
        ),
    )
    return (
        Picture("What success costs; the line joins those that nobody beats", pictures.frontier(names, summaries)),
        TableOf("what success costs", columns, rows, (1, 2, 3, 4)),
    )


def _worst(store: Store, names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    parts: list[Any] = []
    for name, summary in zip(names, summaries, strict=True):
        rows = _worst_of(store, summary.run)
        if rows:
            parts.append(Words(f"{name}: {len(rows)} of {summary.episodes - summary.success.k} failures"))
        for row in rows:
            result = store.episode(summary.run, row.ordinal)
            story = tell(result, services=summary.services)
            parts.append(
                Told(
                    story.title,
                    row.outcome.replace("_", " "),
                    plain(row.label),
                    tuple((plain(fact), plain(text)) for fact, text in story.facts),
                    tuple(msgspec.structs.replace(line, text=plain(line.text)) for line in story.lines),
                    tuple(msgspec.structs.replace(f, text=plain(f.text), check=plain(f.check)) for f in story.findings),
                )
            )
    return tuple(parts)


def _worst_of(store: Store, run: str) -> list[EpisodeRow]:
    """Failures by harm, then our own faults, then one of each label."""
    rows = store.groups(
        "SELECT ordinal FROM (SELECT ordinal, harm_fen, outcome, row_number() OVER (PARTITION BY label ORDER BY"
        " harm_fen DESC, ordinal) AS nth FROM episodes WHERE run = ? AND success = 0)"
        " ORDER BY (outcome = 'error') DESC, harm_fen > 0 DESC, nth, harm_fen DESC, ordinal LIMIT ?",
        run,
        WORST,
    )
    return [row for found in rows for row in store.episodes(run, ordinal=found["ordinal"])]


def _manifest(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[Any, ...]:
    rows = _rows(
        names,
        summaries,
        lambda s: (
            s.run,
            plain(s.suite),
            str(s.seed),
            plain(", ".join(f"{k}={v}" for k, v in sorted(s.options.items()))),
            s.digest[:16],
        ),
    )
    return (TableOf("runs", ("name", "run", "suite", "seed", "options", "digest"), rows, (3,)),)


def _rows(
    names: Sequence[str], summaries: Sequence[Summary], cells: Callable[[Summary], tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    return tuple((name, *cells(summary)) for name, summary in zip(names, summaries, strict=True))


def _sure(rate: Rate) -> str:
    return f"{rate.k} of {rate.n}, 95 % {rate.low:.1%}–{rate.high:.1%}"


def _minutes(summary: Summary) -> str:
    return f"{summary.figures.virtual_ms / max(1, summary.episodes) / MINUTE:.1f}"


def _cell(rate: Rate | None) -> str:
    return f"{rate.rate:.1%} ({rate.k}/{rate.n})" if rate is not None and rate.n else "·"
