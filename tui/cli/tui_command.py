"""``banshi tui``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import service_option, store_option, world_option


@click.command(name="tui", short_help="Look at runs on the whole screen, or in a browser.")
@click.argument("run", metavar="[RUN]", default="")
@store_option
@service_option
@world_option
@click.option("--web", is_flag=True, help="Serve the app to a browser instead.")
@click.option("--web-host", default="127.0.0.1", metavar="ADDRESS", show_default=True, help="Where to listen.")
@click.option("--web-port", default=8000, type=click.IntRange(0, 65535), show_default=True, help="0: any that is free.")
@click.option(
    "--web-name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A further host name that it is reached under, as behind a proxy; repeatable.",
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Take the pictures of the docs instead, as SVG files.",
)
def command(
    run: str,
    store: Path | None,
    services: tuple[str, ...],
    world: str,
    web: bool,
    web_host: str,
    web_port: int,
    names: tuple[str, ...],
    pictures: Path | None,
) -> None:
    """Look at runs, or at one, and step through episodes on the whole screen; try the tools of the services."""
    if pictures is not None:
        from tui.cli.output import talk
        from tui.pictures import take

        take(pictures, talk)
        return
    if not web:
        from tui.app import main_app

        main_app(store, run or None, services, world)
        return
    from mock_services.errors import UsageError
    from tui.cli.output import talk

    try:
        from tui.web.server import serve
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed", where="--web", fix="pip install 'banshi[web]'") from error
    options = {
        "store": None if store is None else str(store.resolve()),
        "run": run or None,
        "services": [str(Path(service).resolve()) for service in services],
        "world": world,
    }
    serve(options, web_host, web_port, names, talk)
