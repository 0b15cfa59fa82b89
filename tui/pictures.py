"""Pictures of the app for the docs: runs of a fixed seed, keys pressed by a script, the toolkit's own SVG export."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from textual.widgets import Input

from mock_services.errors import UsageError
from tui.app import BanshiApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

SIZE = (130, 36)
RUNS: tuple[tuple[str, ...], ...] = (
    ("run", "requests", "--limit", "12", "--tags", "nightly"),
    ("run", "core", "--limit", "40", "--engine", "sim:hasty"),
    ("run", "core", "--limit", "40", "--tags", "nightly"),
)
"""What is recorded before the pictures are taken: commands of ``banshi``."""

WORLD = "seed=7,size=small"
_MADE = "2026-03-05T01:4{}:00Z"

Journey = tuple[str, ...]
PICTURES: dict[str, Journey] = {
    "board": ("space", "j"),
    "new-run": ("n",),
    "matrix": ("space", "space", "m", "j", "l"),
    "compare": ("space", "c"),
    "stories": ("space", "c", "enter"),
    "episodes": ("j", "enter", "x"),
    "stepper": ("j", "enter", "x", "j", "enter", "f"),
    "verdict": ("j", "enter", "x", "j", "enter", "v"),
    "fork": ("j", "enter", "x", "j", "enter", "f", "o"),
    "services": ("f3", "=alipay_pay"),
    "machine": ("f3", "=machine taobao.orders"),
    "trial": ("f3", "=maps_weather", "enter", "~hangzhou", "ctrl+t", "j", "enter", "ctrl+s"),
    "rows": ("f3", "=table taobao.skus", "enter", "j"),
    "errands": ("f4", "n", "enter"),
    "help": ("j", "enter", "question_mark"),
}
"""Name → the keys that lead there from the board; ``=words`` filters by them, ``~words`` types them."""

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def take(folder: Path, told: Callable[[str], None]) -> None:
    """Record the runs, take every picture, and write them as SVG files.

    Raises:
        UsageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder: {error.strerror}", where=f"--pictures {folder}") from error
    with TemporaryDirectory() as made:
        store = Path(made) / "banshi.db"
        for command in RUNS:
            told(f"banshi {' '.join(command)}")
            _banshi(*command, "--store", str(store))
        _date(store)
        for name, svg in asyncio.run(draw(store, PICTURES)):
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
            told(f"{name}.svg {len(svg) // 1000} kB")


async def draw(store: Path, names: Iterable[str]) -> list[tuple[str, str]]:
    """(name, SVG) of pictures of a store."""
    drawn = []
    for name in names:
        app = BanshiApp(store, world=WORLD)
        async with app.run_test(size=SIZE) as pilot:
            await _settle(pilot)
            for key in PICTURES[name]:
                await _press(pilot, key)
            for line in app.screen.query(Input):
                line.cursor_blink = False
            await _settle(pilot)
            drawn.append((name, without_fonts(app.export_screenshot(title=f"banshi · {name}", simplify=True))))
    return drawn


def without_fonts(svg: str) -> str:
    """The picture without the fonts that it would load from somewhere else: any monospaced one will do."""
    svg = _FONT.sub("", svg).replace("Fira Code, monospace", "Menlo, Consolas, 'DejaVu Sans Mono', monospace")
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


async def _press(pilot: Pilot[None], key: str) -> None:
    if key.startswith("="):
        await _press(pilot, "slash")
        pilot.app.screen.query_one("SearchBar > Input", Input).value = key[1:]
        await _press(pilot, "enter")
    elif key.startswith("~"):
        await pilot.press(*("space" if letter == " " else letter for letter in key[1:]))
    else:
        await pilot.press(key)
    await _settle(pilot)


async def _settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def _banshi(*words: str) -> None:
    code = "from tui.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise UsageError(f"banshi {' '.join(words)} failed: {done.stderr.strip()[-300:]}")


def _date(store: Path) -> None:
    """The same dates each time, so that a picture differs only where the app or an agent does."""
    db = sqlite3.connect(store)
    try:
        with db:
            for n, (run,) in enumerate(db.execute("SELECT run FROM runs ORDER BY run").fetchall()):
                db.execute("UPDATE runs SET created_at = ?, wall_s = 1.0 WHERE run = ?", (_MADE.format(n), run))
    finally:
        db.close()
