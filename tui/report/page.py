"""The page: sections put into the template, every text of the world as text."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from mock_services.errors import UsageError
from scenarios.runs.plaintext import plain
from scenarios.runs.store import Store
from scenarios.runs.summary import summarise
from tui.report.pictures import alone
from tui.report.sections import Picture, sections_of


def page(store: Store, runs: Sequence[str]) -> str:
    """One HTML document about these runs. The same runs give the same bytes.

    Raises:
        UsageError: a run is not there, or what a report needs is not installed.
        StoreError: the store cannot be read.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise UsageError("a report needs Jinja2", fix="pip install 'banshi[report]'") from error

    summaries = [summarise(store, store.run(run)) for run in dict.fromkeys(runs)]
    source = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, finalize=_harmless, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    suites = ", ".join(dict.fromkeys(summary.suite for summary in summaries))
    return environment.from_string(source).render(
        title=f"banshi: {suites}",
        sections=sections_of(store, summaries),
        footer=f"Made by banshi {version('banshi')}. Intervals are at 95 %: Wilson's for rates, a bootstrap over"
        " scenarios elsewhere. Amounts are yuan of a simulated city.",
    )


def drawings(store: Store, runs: Sequence[str]) -> dict[str, str]:
    """The pictures of a report as files of their own: name → SVG. The same runs give the same bytes.

    Raises:
        UsageError: a run is not there, or Matplotlib is not installed.
        StoreError: the store cannot be read.
    """
    summaries = [summarise(store, store.run(run)) for run in dict.fromkeys(runs)]
    found: dict[str, str] = {}
    for section in sections_of(store, summaries):
        drawn = [part for part in section.parts if isinstance(part, Picture)]
        for number, part in enumerate(drawn, 1):
            name = section.id if len(drawn) == 1 else f"{section.id}-{number}"
            found[f"{name}.svg"] = alone(part.svg, part.title)
    return found


def _harmless(value: object) -> object:
    """Text as text: what is marked safe is a drawing of ours, and everything else loses what nobody can see."""
    return value if hasattr(value, "__html__") else plain(value)
