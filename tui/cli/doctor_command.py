"""``banshi doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.cli.options import json_option, store_option

PACKAGES = ("langgraph", "pydantic", "msgspec", "textual", "rich", "click", "scipy", "faker", "pyyaml")


@click.command(name="doctor", short_help="Say what is installed and whether the store is sound.")
@json_option
@store_option
def command(as_json: bool, store: Path | None) -> int:
    """Say which versions are installed, where the store is and whether it is sound."""
    import platform
    from importlib.metadata import version

    from scenarios.runs.schema import VERSION
    from scenarios.runs.store import default_path
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import literal

    path = store or default_path()
    state = _store_state(path)
    found: dict[str, Any] = {
        "banshi": version("banshi"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: version(name) for name in PACKAGES},
        "store": {"path": str(path), "version": VERSION, **state},
    }
    if as_json:
        print_json(found)
    else:
        rows = [[name, str(found[name])] for name in ("banshi", "python", "system")]
        rows += [[name, number] for name, number in found["packages"].items()]
        rows += [["store", str(path)], ["", state["problem"] or f"{state['runs']} runs, sound"]]
        print_out(PlainTable("", ["what", "which"], [[name, literal(value)] for name, value in rows]))
    return 3 if state["problem"] else 0


def _store_state(path: Path) -> dict[str, Any]:
    from scenarios.runs.schema import StoreError
    from scenarios.runs.store import Store

    if not path.exists():
        return {"runs": 0, "problem": ""}
    try:
        with Store(path) as opened:
            return {"runs": len(opened.runs()), "problem": opened.check()}
    except StoreError as error:
        return {"runs": 0, "problem": str(error)}
