"""Runs the scripts beside it one after the other: ``python -m benchmarks [NAME...]``.

Each is a program of its own (``python -m benchmarks.world``), measures in a size that takes seconds, and prints what
it found. They need nothing but what the project itself needs; the packages that ``peers`` measures beside ours are set
up by ``make bench-peers``, and without them it says so.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

NAMES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))


def main(wanted: list[str]) -> int:
    """Run the named scripts, or all of them; returns the exit code."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"benchmarks: there is no {', '.join(unknown)} – one of {', '.join(NAMES)}", file=sys.stderr)
        return 2
    # tui measures what the scripts beside it do, too.
    sys.argv[1:] = []  # the names are ours, and no arguments of the scripts
    for name in wanted or [name for name in NAMES if not name.startswith("tui_")]:
        print(f"— {name} —")
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
