"""The memory of a process with a world, and what a worker forked from it has of its own; prints both as JSON.

Run as ``python -m benchmarks._memory SIZE``, so that nothing else is in the process.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import sys
from pathlib import Path
from time import process_time
from typing import Any

from mock_services.base import Base, base_world
from mock_services.registry import default_registry


def resident_kib(field: str, file: str) -> int:
    """A figure of ``/proc/self``, in KiB."""
    for line in Path("/proc/self", file).read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise LookupError(field)


def _work(base: Base, pipe: Any) -> None:
    # As in a worker of a run: the world came with the fork, and then calls are made.
    from benchmarks._cases import cases

    calls = 0
    for case in cases(base, lambda _: None):
        for _ in range(20):
            world = case.world.fork()
            for args in case.args[: None if case.group != "write" else 1]:
                world.call(case.tool, args)
                calls += 1
    pipe.send((calls, resident_kib("Private_Dirty", "smaps_rollup")))


def main(size: str) -> None:
    """Build, measure, fork, measure."""
    started = process_time()
    default_registry()
    imported = process_time()
    base = base_world(1, size)
    built = process_time()
    own = resident_kib("VmRSS", "status")
    gc.collect()
    gc.freeze()
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(base, theirs))
    worker.start()
    calls, dirty = ours.recv()
    worker.join()
    print(
        json.dumps(
            {
                "imported_s": imported - started,
                "built_s": built - imported,
                "resident_kib": own,
                "calls": calls,
                "worker_kib": dirty,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
