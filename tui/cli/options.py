"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[F], F]

json_option: Option[Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

service_option: Option[Any] = click.option(
    "--service",
    "services",
    multiple=True,
    metavar="FILE.py",
    help="A service of yours beside the built-in and the installed ones; repeatable.",
)

store_option: Option[Any] = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="The store's file; by default banshi.db in $BANSHI_HOME or in your data folder.",
)
