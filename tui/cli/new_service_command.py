"""``banshi new-service``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="new-service", short_help="Write a working service to start from.")
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Where its folder is made; by default here.",
)
def command(name: str, folder: Path) -> None:
    """Write a package for the service NAME: two tools, tables, seed data, a test that passes, a scenario, a page."""
    from mock_services.scaffolding import write_service
    from tui.cli.output import talk

    for path in write_service(name, folder):
        click.echo(str(path))
    home = folder / name
    talk(f"try it: banshi tools {name} --service {home / f'banshi_{name}' / 'service.py'}")
    talk(f"test it: cd {home} && python -m pytest")
