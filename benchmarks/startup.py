"""How long one waits for the command: its help, and a whole run of the suite smoke, from process start to process end.

Run it as ``python -m benchmarks.startup``. A bare ``python -c pass`` and the import of LangGraph, which every run with
an engine needs, stand beside them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from scenarios.runs.runner import cores

BANSHI = ("-c", "from tui.cli.main import main; main()")
CASES: tuple[tuple[str, tuple[str, ...], float | None], ...] = (
    ("python -c pass", ("-c", "pass"), None),
    ("python -c 'import langgraph.graph'", ("-c", "import langgraph.graph"), None),
    ("banshi --help", (*BANSHI, "--help"), 0.3),
    ("banshi run smoke", (*BANSHI, "run", "smoke"), 4.0),
)
"""What is started, and the seconds that it may take."""

TIMES = 3


def waited(command: tuple[str, ...], home: Path) -> float:
    """Seconds from the start of a process to its end: the best of some, for whatever else the machine does."""
    best = float("inf")
    for _ in range(TIMES):
        started = perf_counter()
        subprocess.run(
            [sys.executable, *command], check=True, capture_output=True, env=os.environ | {"BANSHI_HOME": str(home)}
        )
        best = min(best, perf_counter() - started)
    return best


if __name__ == "__main__":
    load = f", {os.getloadavg()[0]:.1f} processes want one" if hasattr(os, "getloadavg") else ""
    print(f"best of {TIMES}, {cores()} processors{load}")
    with TemporaryDirectory() as folder:
        for name, command, most in CASES:
            took = waited(command, Path(folder))
            allowed = "" if most is None else f"   at most {most} s: {'yes' if took <= most else 'NO'}"
            print(f"{name:36} {took:6.2f} s{allowed}")
