"""What a process and those that it started have used of the processors, while they still run.

``os.times`` knows of children only once they have ended, and a run's workers end with it.
"""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def processor_s() -> float:
    """Seconds of processor time of this process and its children, those that have ended and those that run.

    Children that run are found in Linux's ``/proc``; elsewhere they count once they have ended.
    """
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system + sum(map(_of, _children()))


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path("/proc/self/task", str(os.getpid()), "children").read_text("ascii").split()]
    except OSError:
        return []


def _of(pid: int) -> float:
    try:
        # What follows the name, which may hold anything, from the third field on.
        fields = Path("/proc", str(pid), "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
