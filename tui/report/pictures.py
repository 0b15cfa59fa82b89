"""The pictures of a report, as SVG: drawn by Matplotlib, the same bytes for the same figures.

Colours are those of Okabe and Ito (2008), which people with any colour vision tell apart; bars differ by hatching too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from mock_services.errors import UsageError
from scenarios.results import OUTCOMES
from scenarios.runs.plaintext import plain
from scenarios.runs.summary import Summary
from scenarios.stats.intervals import Rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
MARKERS = "os^Dv*Ph"
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo", "--")
LINES = ("-", "--", ":", "-.")
INSIDE = 4
"""Runs whose legend has room inside a picture; that of more stands below it."""

OUTCOME_COLOURS = dict(zip(OUTCOMES, ("#009E73", "#56B4E9", "#0072B2", "#E69F00", "#D55E00", "#000000"), strict=True))

_SIZE = re.compile(r'<svg[^>]*?\bviewBox="([^"]+)"[^>]*>', re.DOTALL)


def outcomes(names: Sequence[str], summaries: Sequence[Summary]) -> str:
    """How the episodes of each run ended, as shares of one bar."""
    figure, axes = _figure(0.9 + 0.45 * len(names))
    left = [0.0] * len(names)
    for i, outcome in enumerate(OUTCOMES):
        shares = [summary.outcomes[outcome] / max(1, summary.episodes) for summary in summaries]
        axes.barh(names, shares, left=left, color=OUTCOME_COLOURS[outcome], hatch=HATCHES[i], edgecolor="white",
                  label=outcome.replace("_", " "))  # fmt: skip
        left = [a + b for a, b in zip(left, shares, strict=True)]
    _percent(axes, "share of the episodes")
    axes.invert_yaxis()
    if len(names) > INSIDE:
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    else:
        axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.35), frameon=False, fontsize=8)
    return _svg(figure, "outcomes")


def rates(names: Sequence[str], groups: Sequence[str], found: Sequence[Sequence[Rate | None]], name: str) -> str:
    """Success by group, a bar for each run with its 95 % interval; ``found[run][group]`` is None where it has none."""
    figure, axes = _figure(0.8 + len(groups) * (0.12 + 0.17 * len(names)))
    height = 0.8 / len(names)
    for i, run in enumerate(names):
        shown = [(at, rate) for at, rate in enumerate(found[i]) if rate is not None and rate.n]
        places = [at + (i - (len(names) - 1) / 2) * height for at, _ in shown]
        values = [rate.rate for _, rate in shown]
        # Rounding must not make an interval end on the wrong side of its own value.
        below = [max(0.0, rate.rate - rate.low) for _, rate in shown]
        above = [max(0.0, rate.high - rate.rate) for _, rate in shown]
        axes.barh(places, values, height=height * 0.92, color=COLOURS[i % 8], hatch=_hatch(i), edgecolor="white",
                  xerr=[below, above], error_kw={"elinewidth": 0.8, "ecolor": "#444444"}, label=run)  # fmt: skip
    axes.set_yticks(range(len(groups)), [_text(group) for group in groups], fontsize=8)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    _percent(axes, "success, with 95 % intervals")
    if len(names) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)
    return _svg(figure, name)


def funnel(names: Sequence[str], summaries: Sequence[Summary]) -> str:
    """How far the episodes got, a line for each run."""
    figure, axes = _figure(2.8 + _below(names))
    for i, (name, summary) in enumerate(zip(names, summaries, strict=True)):
        shares = [count / max(1, summary.episodes) for count in summary.stages.values()]
        axes.plot(list(summary.stages), shares, **_line(i), label=name)
    axes.set_ylim(0, 1.03)
    axes.set_ylabel("share of the episodes")
    axes.grid(axis="y", color="#dddddd")
    _legend(figure, axes, names)
    return _svg(figure, "funnel")


def reliability(names: Sequence[str], summaries: Sequence[Summary]) -> str:
    """R(k = 1, ε = 0, λ): success by fault rate, a line for each run with its interval."""
    figure, axes = _figure(2.8 + _below(names))
    for i, (name, summary) in enumerate(zip(names, summaries, strict=True)):
        rows = [row for row in summary.reliability if row.k == 1 and row.epsilon == 0]
        x = [row.fault_rate for row in rows]
        axes.plot(x, [row.all_k.value for row in rows], **_line(i), label=name)
        axes.fill_between(
            x, [row.all_k.low for row in rows], [row.all_k.high for row in rows], color=COLOURS[i % 8], alpha=0.15, lw=0
        )
    axes.set_ylim(0, 1.03)
    axes.set_xlabel("fault rate λ")
    axes.set_ylabel("success")
    axes.grid(axis="y", color="#dddddd")
    _legend(figure, axes, names)
    return _svg(figure, "reliability")


def frontier(names: Sequence[str], summaries: Sequence[Summary]) -> str:
    """Success by what running the agent costs; the line joins those that nobody beats at both."""
    figure, axes = _figure(3.2 + _below(names))
    points = [
        (summary.figures.cost_micros / 1e6 / max(1, summary.episodes), summary.success.rate) for summary in summaries
    ]
    for i, (x, y) in enumerate(points):
        axes.plot([x], [y], _marker(i), color=COLOURS[i % 8], markersize=8, label=names[i])
    best = on_frontier(points)
    axes.plot([points[i][0] for i in best], [points[i][1] for i in best], color="#888888", linewidth=0.8, zorder=0)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel("cost of the agent, yuan an errand")
    axes.set_ylabel("success")
    axes.grid(color="#eeeeee")
    _legend(figure, axes, names)
    return _svg(figure, "frontier")


def flips(families: Sequence[str], better: Sequence[int], worse: Sequence[int], names: tuple[str, str]) -> str:
    """Episodes of each family that only one of two runs got right: the first run's to the left, the second's right."""
    figure, axes = _figure(1.3 + 0.32 * len(families))
    labels = [_text(family) for family in families]
    first, second = (f"only {_text(name)}" for name in names)
    axes.barh(labels, [-count for count in worse], color=COLOURS[1], hatch=HATCHES[1], edgecolor="white", label=first)
    axes.barh(labels, better, color=COLOURS[0], edgecolor="white", label=second)
    for at, (left, right) in enumerate(zip(worse, better, strict=True)):
        for count, x, side in ((left, -left, "right"), (right, right, "left")):
            if count:
                axes.annotate(f" {count} ", (x, at), ha=side, va="center", fontsize=8)
    widest = max([1, *better, *worse]) * 1.15
    axes.set_xlim(-widest, widest)
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda x, _: f"{abs(x):g}")
    axes.set_xlabel("episodes that succeed in one of the two alone")
    axes.invert_yaxis()
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)
    return _svg(figure, "flips")


def alone(svg: str, title: str) -> str:
    """A drawing as a file of its own: on white, with a title for those who cannot see it."""
    opened = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
    body = svg.replace(
        'aria-hidden="true" focusable="false">', f'style="background:#fff"><title>{escape(title)}</title>', 1
    )
    return body.replace("<svg ", opened, 1) + "\n"


def on_frontier(points: Sequence[tuple[float, float]]) -> list[int]:
    """Which (cost, success) points no other one beats, being no dearer and better, or cheaper and as good; cheapest
    first."""
    kept = [
        i
        for i, (cost, success) in enumerate(points)
        if not any(
            (c <= cost and s > success) or (c < cost and s >= success) for j, (c, s) in enumerate(points) if j != i
        )
    ]
    return sorted(kept, key=lambda i: points[i])


# --- drawing -------------------------------------------------------------------------------------------------------


def _figure(height: float) -> tuple[Figure, Axes]:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("a report's pictures need Matplotlib", fix="pip install 'banshi[report]'") from error

    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["svg.hashsalt"] = "banshi"
    mpl.rcParams["text.parse_math"] = False
    mpl.rcParams["font.family"] = "sans-serif"
    figure = Figure(figsize=(7.2, max(1.6, min(height, 40.0))), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _hatch(run: int) -> str:
    """With the colour it tells 64 runs apart, and the first eight by itself."""
    return HATCHES[(run + run // 8) % 8]


def _marker(run: int) -> str:
    return MARKERS[(run + run // 8) % 8]


def _line(run: int) -> dict[str, Any]:
    return {"marker": _marker(run), "color": COLOURS[run % 8], "linestyle": LINES[run // 8 % 4]}


def _below(names: Sequence[str]) -> float:
    """Inches that a legend below the picture takes; none where it has room inside."""
    return 0.2 * ((len(names) + 1) // 2) if len(names) > INSIDE else 0.0


def _legend(figure: Figure, axes: Axes, names: Sequence[str]) -> None:
    if len(names) > INSIDE:
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    else:
        axes.legend(frameon=False, fontsize=8)


def _percent(axes: Axes, label: str) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_xlim(0, 1.0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel(label)
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)


def _text(text: Any) -> str:
    return plain(text)[:60]


def _svg(figure: Figure, name: str) -> str:
    """The drawing as an SVG element that grows and shrinks with the page; ``name`` keeps its ids its own."""
    import matplotlib as mpl

    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": f"banshi-{name}"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawn = out.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    box = _SIZE.match(drawn)
    assert box is not None, "Matplotlib writes a viewBox"
    body = drawn[box.end() :]
    for before in ('id="', "url(#", 'xlink:href="#'):
        body = body.replace(before, f"{before}{name}-")
    return f'<svg viewBox="{box[1]}" aria-hidden="true" focusable="false">{body}'
