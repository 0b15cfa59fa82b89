"""``banshi fallback``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from scenarios.reasons import Reason


@click.command(name="fallback", short_help="What an agent did about faults, and what it says that it did.")
@click.argument("run", metavar="RUN")
@click.option("--differing", is_flag=True, help="Only where the two accounts differ.")
@json_option
@store_option
def command(run: str, differing: bool, as_json: bool, store: Path | None) -> None:
    """Put what the agent noted beside what the harness derived from the journal, for each kind of fault.

    The agent's account is its failure class and the first rung of its ladder. It counts for nothing: figures come
    from the journal. Where the two differ, the agent misread what happened, or did something else than it says.
    """
    from scenarios.runs.store import Store
    from scenarios.runs.summary import reasons_of
    from tui.cli.output import print_json, print_out
    from tui.text import literal

    with Store(store) as opened:
        row = opened.run(run)
        found = [one for one in reasons_of(opened, row.run) if one.differs or not differing]
    if as_json:
        print_json(found)
    elif found:
        print_out(_table(found), literal(_told(found)))
    else:
        print_out(literal(f"{row.run}: no fault fired" + (" of which the accounts differ" if differing else "")))


def _table(found: list[Reason]) -> Any:
    from tui.cli.tables import PlainTable
    from tui.text import shorten

    columns = ["fault", "phase", "first reaction", "took it for", "first rung", "fired", "errand done", "differs"]
    rows = [
        [
            *(
                one.fault,
                one.phase,
                one.reaction,
                shorten(one.said_class or "·", 24),
                shorten(one.said_rung or "·", 24),
            ),
            str(one.fired),
            f"{one.finished}/{one.fired}",
            one.differs or "·",
        ]
        for one in found
    ]
    return PlainTable("what the harness saw, and what the agent says", columns, rows, right=["fired", "errand done"])


def _told(found: list[Reason]) -> str:
    fired = sum(one.fired for one in found)
    differing = sum(one.fired for one in found if one.differs)
    return f"{fired} faults fired; the accounts differ for {differing}"
