"""What the first picture does not wait for: a real process says what it has imported when the board is drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tui.app_samples import sample_store

PROBE = """
import json, sys
from pathlib import Path
from tui.app import BanshiApp

def on_ready(self):
    # Sent when the first frame is on the screen; what is warmed up comes after it.
    drawn = any("banshi" in "".join(s.text for s in strip) for strip in self.screen._compositor.render_strips())
    print(json.dumps({"drawn": drawn, "modules": sorted(sys.modules)}), flush=True)
    self.exit()

BanshiApp.on_ready = on_ready
BanshiApp(Path(sys.argv[1])).run(headless=True)
"""
HEAVY = (
    "langgraph",
    "langchain_core",
    "pydantic",
    "numpy",
    "scipy",
    "yaml",
    "matplotlib",
    "jinja2",
    "aiohttp",
    "faker",
)


def test_the_board_is_drawn_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    store = sample_store(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(store)], capture_output=True, text=True, timeout=120, check=True
    )
    told = json.loads(done.stdout.splitlines()[0])
    assert told["drawn"]
    loaded = set(told["modules"])
    assert {name for name in HEAVY if name in loaded} == set()
    assert not loaded & {"agent.engine", "agent.graph", "mock_services.service", "tui.screens.stepper"}
