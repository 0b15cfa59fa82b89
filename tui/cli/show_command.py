"""``banshi show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.options import json_option, store_option

if TYPE_CHECKING:
    from mock_services.extras import Extra
    from scenarios.results import EpisodeResult


@click.command(name="show", short_help="Tell one episode as a story.")
@click.argument("episode", metavar="EPISODE")
@click.option("--run", default="", metavar="RUN", help="The run; by default the newest that has the episode.")
@click.option("--full", is_flag=True, help="Write out every argument, every answer and every change of the world.")
@json_option
@store_option
def command(episode: str, run: str, full: bool, as_json: bool, store: Path | None) -> None:
    """Tell what happened in an episode, step by step, what it cost and how it is judged.

    EPISODE is SCENARIO/PLAN (SCENARIO alone is its clean run), with #SEED for another seed than 0, or RUN:NUMBER.
    """
    from scenarios.runs.lookup import find_episode
    from scenarios.runs.store import Store
    from tui.cli.output import print_json, print_out
    from tui.cli.story_layout import lay_out

    with Store(store) as opened:
        row = find_episode(opened, episode, run)
        result = opened.episode(row.run, row.ordinal)
        services = opened.run(row.run).services
    if as_json:
        print_json(_data(row.run, result, services))
    else:
        from scenarios.runs.story import tell

        print_out(*lay_out(tell(result, full=full, services=services), row.run, full=full))


def _data(run: str, result: EpisodeResult, services: tuple[Extra, ...]) -> dict[str, Any]:
    import msgspec

    from mock_services.trace import decode

    data: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(result, trace=b""))
    events = msgspec.to_builtins(decode(result.trace))
    used = msgspec.to_builtins(services)
    return {"run": run, "episode": result.id, "services": used, **data, "trace": events}
