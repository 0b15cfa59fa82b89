"""``banshi world``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.options import json_option, service_option

if TYPE_CHECKING:
    from rich.text import Text


@click.command(name="world", short_help="Say what a world holds.")
@click.option("--size", default="city", show_default=True, metavar="small|city|city*N", help="How large it is.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="What is drawn in it.")
@service_option
@json_option
def command(size: str, seed: int, services: tuple[str, ...], as_json: bool) -> None:
    """Build a world and count what each of its services has: shops, goods, hotels, departures, places."""
    from time import perf_counter

    from mock_services.base import Base
    from mock_services.extras import find_extras
    from mock_services.registry import registry_of
    from tui.cli.output import print_json, print_out, talk
    from tui.cli.tables import PlainTable
    from tui.text import literal

    registry = registry_of(find_extras(services))
    started = perf_counter()
    base = Base(seed, size, registry)
    took = perf_counter() - started
    held = {name: service.holdings(base) for name, service in registry.services.items()}
    held = {name: counts for name, counts in held.items() if counts}
    if as_json:
        print_json({"world": base.id, "holds": held})
        return
    rows: list[list[str | Text]] = [
        [literal(name), literal(what), f"{count:,}"] for name, counts in held.items() for what, count in counts.items()
    ]
    print_out(PlainTable(f"what the world {base.id} holds", ["service", "what", "how many"], rows, right=["how many"]))
    talk(f"built in {took:.1f} s")
