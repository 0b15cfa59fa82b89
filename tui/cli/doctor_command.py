"""``banshi doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.cli.llm_options import llm_of, llm_options
from tui.cli.options import json_option, store_option

PACKAGES = ("langgraph", "pydantic", "msgspec", "textual", "rich", "click", "scipy", "faker", "pyyaml")
OPTIONAL = ("langchain-openai", "langchain", "xllamacpp")


@click.command(name="doctor", short_help="Say what is installed and whether the store is sound.")
@click.option("--engine", default="", metavar="SPEC", help="Also ask its model for a word, e.g. llm:openai:qwen-plus.")
@llm_options
@json_option
@store_option
def command(engine: str, as_json: bool, store: Path | None, **llm: Any) -> int:
    """Say which versions are installed, where the store is and whether it is sound, and whether a model answers."""
    import platform
    from importlib.metadata import version

    from scenarios.runs.database import default_path
    from scenarios.runs.schema import VERSION
    from tui.cli.output import print_json, print_out
    from tui.cli.tables import PlainTable
    from tui.text import literal

    models = _models(engine, llm)
    path = store or default_path()
    state = _store_state(path)
    found: dict[str, Any] = {
        "banshi": version("banshi"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: version(name) for name in PACKAGES} | _optional(),
        "models": models,
        "store": {"path": str(path), "version": VERSION, **state},
    }
    if as_json:
        print_json(found)
    else:
        rows = [[name, str(found[name])] for name in ("banshi", "python", "system")]
        rows += [[name, number] for name, number in found["packages"].items()]
        rows += [["model", line] for line in models]
        rows += [["store", str(path)], ["", state["problem"] or f"{state['runs']} runs, sound"]]
        print_out(PlainTable("", ["what", "which"], [[name, literal(value)] for name, value in rows]))
    return 3 if state["problem"] else 0


def _optional() -> dict[str, str]:
    """The versions of packages that engines with a model need; those that are not there are said to be missing."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for name in OPTIONAL:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _models(engine: str, given: dict[str, Any]) -> list[str]:
    """What there is to say of an engine's models: each was asked for a word.

    Raises:
        UsageError: one of them cannot be used, and why.
    """
    options = llm_of(given, [engine])
    if not engine:
        return []
    from agent.build import build_agent, has_model

    build_agent(engine, llm=options)
    if not has_model(engine):
        return []
    from agent.llm.check import check_models

    return check_models(engine, options)


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
