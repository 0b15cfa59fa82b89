"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[F], F]


def micros(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """An amount above zero in yuan, in millionths of it."""
    if value is None:
        return None
    try:
        micros = Decimal(value) * 1_000_000
    except InvalidOperation:
        micros = Decimal(0)
    if not micros.is_finite() or not 0 < micros <= 10**15 or micros != int(micros):
        raise click.BadParameter(f"{value!r} is no amount – e.g. 0.05", ctx, param)
    return int(micros)


json_option: Option[Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

service_option: Option[Any] = click.option(
    "--service",
    "services",
    multiple=True,
    metavar="FILE.py",
    help="A service of yours beside the built-in and the installed ones; repeatable.",
)

world_option: Option[Any] = click.option(
    "--world",
    default="",
    metavar="SETTINGS",
    help="The scratch world to try tools in, e.g. seed=7,size=city*4,city=hangzhou,now=2026-03-05T09:40.",
)

store_option: Option[Any] = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="The store's file; by default banshi.db in $BANSHI_HOME or in your data folder.",
)

max_cost_option: Option[Any] = click.option(
    "--max-cost",
    callback=micros,
    default=None,
    metavar="YUAN",
    help="What the agent may cost in an errand, e.g. 0.05.",
)


def _tags(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    from scenarios.runs.tags import split_tags

    return split_tags(value)


def tags_option(told: str) -> Option[Any]:
    """Tags of runs, joined by commas."""
    return click.option("--tags", callback=_tags, default="", metavar="TAG,…", help=told)


tracing_option: Option[Any] = click.option(
    "--tracing", is_flag=True, help="Let LangSmith trace, as its own variables say; without it nothing is sent."
)
