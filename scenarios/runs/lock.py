"""Who has a run open. A run's owner is written as ``host/pid/born``, and is gone once that process is."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import lru_cache
from pathlib import Path

AWAY_AFTER_S = 120
"""An owner on another machine counts as gone after this long without a heartbeat: we cannot look at its processes.

Its clock may be ahead of ours by as much. Where clocks are further apart an owner may be taken for gone that is not;
it then records nothing more (:meth:`scenarios.runs.store.Store.append`).
"""


def this_process() -> str:
    """The owner mark of this process."""
    return _mark(platform.node(), os.getpid())


@lru_cache(maxsize=4)
def _mark(host: str, pid: int) -> str:
    return f"{host}/{pid}/{_born(pid)}"


def is_alive(owner: str, seconds_since_heartbeat: int) -> bool:
    """Whether the process that wrote the mark still runs. A number that was given to another process is told apart."""
    host, _, rest = owner.partition("/")
    pid, _, born = rest.partition("/")
    if not pid.isdigit():
        return False
    if host != platform.node():
        return abs(seconds_since_heartbeat) < AWAY_AFTER_S
    return _born(int(pid)) == born != ""


def pid_of(owner: str) -> str:
    """The process number in a mark."""
    return owner.split("/")[1] if owner.count("/") == 2 else "?"


def _born(pid: int) -> str:
    """When a process was started, in the system's own terms; empty if there is no such process."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        # The name in brackets may hold spaces; the 20th field after it is the start time in ticks since boot.
        return stat.read_text().rpartition(")")[2].split()[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return ""
    except OSError:
        return ""
    found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return "-".join(found.stdout.split())
