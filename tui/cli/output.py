"""How commands print: JSON for scripts, tables for people, talk on stderr."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPED_WIDTH = 140
"""Columns where stdout is no terminal: a file has no width, and a table that is cut there has lost data."""


def print_json(data: Any) -> None:
    """Print one JSON document. Control characters are escaped, so that showing it on a terminal is safe."""
    import msgspec

    from scenarios.runs.plaintext import escape_json

    click.echo(escape_json(json.dumps(msgspec.to_builtins(data), ensure_ascii=False, indent=2)))


def console() -> Console:
    """A console on stdout that takes text as it is: no markup, no emoji codes, no guessing of colours in it."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else max(PIPED_WIDTH, shutil.get_terminal_size().columns)
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def print_out(*items: RenderableType) -> None:
    """Print what rich can show to stdout, lines without the blanks at their ends."""
    out = console()
    if sys.stdout.isatty():
        for item in items:
            out.print(item)
        return
    with out.capture() as captured:
        for item in items:
            out.print(item)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def talk(text: str) -> None:
    """Say something to the person at the terminal."""
    from scenarios.runs.plaintext import plain

    click.echo(plain(text), err=True)
