"""How soon the app is painted, beside a bare Textual app and in the same run, and what memory it has then.

Run it as ``python -m benchmarks.tui``. Each app is started as a process of its own on a terminal of 120 × 40 (a pty);
what is timed is from the start of the process to the words that it paints. Beside the time on the clock stands the
processor time of the process, which is what it takes where nothing else runs. The long lists and the stepper are then
measured by their own scripts.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store

TIMES = 5
MOST_S = 0.8
LINES, COLUMNS = 40, 120
PATIENCE_S = 60.0

BARE = """
from textual.app import App
from textual.widgets import Footer, Static

class Bare(App):
    def compose(self):
        yield Static("painted, and nothing else")
        yield Footer()

Bare().run()
"""
BANSHI = "from tui.cli.main import main; main()"

OTHERS = ("tui_lists", "tui_stepper")


def painted(command: tuple[str, ...], words: bytes, home: Path) -> tuple[float, float, float]:
    """Seconds on the clock and of the processor until ``words`` are painted, and the memory by then in MiB."""
    started = perf_counter()
    child, terminal = pty.fork()
    if child == 0:  # the other process: it is the app from here on
        os.environ |= {"BANSHI_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execv(sys.executable, (sys.executable, *command))  # noqa: S606 - our own interpreter, no shell
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    seen = b""
    try:
        while words not in seen:
            if not select.select([terminal], [], [], PATIENCE_S)[0]:
                raise TimeoutError(f"nothing was painted: {seen[-500:]!r}")
            seen += os.read(terminal, 65536)
        took = perf_counter() - started
        return took, processor_s(child), resident_mib(child)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def processor_s(process: int) -> float:
    """Processor seconds of a process so far, its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(process: int) -> float:
    """The most memory that a process has had, in MiB."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


def main() -> None:
    """Paint both, in turns, and print the best of each."""
    suite = load_suite("smoke")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with Store(home / "banshi.db", write=True) as store:
            made = Manifest("0", ("smoke",), suite.name, suite.hash, "noop", {}, 0, Selection())
            carry_out(store, open_job(store, made, suite), worker_count=1)
        apps: dict[str, tuple[tuple[str, ...], bytes]] = {
            "a bare Textual app": (("-c", BARE), b"painted, and nothing else"),
            "banshi tui: the board with its runs": (("-c", BANSHI, "tui"), b"r0001"),
        }
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in apps}
        for _ in range(TIMES):
            for name, (command, words) in apps.items():
                found[name].append(painted(command, words, home))
    print(f"best of {TIMES} in turns, {os.getloadavg()[0]:.1f} processes want a processor")
    for name, runs in found.items():
        clock, processor, memory = (min(run[i] for run in runs) for i in range(3))
        most = f"   at most {MOST_S:g}" if "banshi" in name else ""
        print(f"{name:40} {clock:7.2f} s  {processor:7.2f} s processor  {memory:5.0f} MiB{most}")
    for name in OTHERS:
        print(flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
