"""A command with many options: its help tells them in sections, in the order in which somebody looks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


class Sectioned(click.Command):
    """Takes ``sections``, titles with the names of their parameters; what is in none stands at the end."""

    def __init__(self, *args: Any, sections: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        self._sections = sections
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = {option.name: record for option in options if (record := option.get_help_record(ctx)) is not None}
        told = {name for names in self._sections.values() for name in names}
        rest = [name for name in records if name not in told]
        for title, names in {**self._sections, "Other": rest}.items():
            with formatter.section(title):
                # The section says already what such options are for.
                formatter.write_dl(
                    [(flag, _shorter(text, f"{title}: ")) for flag, text in map(records.__getitem__, names)]
                )


def _shorter(text: str, prefix: str) -> str:
    rest = text.removeprefix(prefix)
    return rest[:1].upper() + rest[1:] if rest != text else text
