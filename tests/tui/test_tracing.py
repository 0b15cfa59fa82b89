"""A stray switch in the environment sends nothing anywhere; our own flag does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

STRAY = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "made-up",
    "LANGCHAIN_API_KEY": "made-up",
}

WATCHED = """
import socket, sys
real = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX:
        print("CONNECTED", address, file=sys.stderr, flush=True)
    return real(self, address)
socket.socket.connect = connect
socket.socket.connect_ex = connect
from tui.cli.main import main
main()
"""


@pytest.fixture
def host() -> Iterator[str]:
    """A host that would take traces: whoever calls is refused nothing and told nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def banshi(
    home: Path, host: str, *args: str, stdin: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCHED, *args],
        env={**os.environ, **STRAY, "LANGSMITH_ENDPOINT": host, "BANSHI_HOME": str(home)},
        input=stdin,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


BATCH = ("run", "tiny", "--only", "smoke-zh-latte", "--faults", "none", "--agents")


@pytest.mark.parametrize(
    ("args", "end"),
    [
        ((*BATCH, "rules,examples.graph_courier:graph"), "100.0%"),
        (("live", "tiny", "smoke-zh-latte"), "verdict completed"),
    ],
    ids=["in batch", "live"],
)
def test_a_stray_switch_sends_nothing(tmp_path: Path, host: str, args: tuple[str, ...], end: str) -> None:
    done = banshi(tmp_path, host, *args, stdin="\n")
    assert end in done.stdout, done.stderr
    assert "CONNECTED" not in done.stderr


def test_whoever_sends_is_noticed(tmp_path: Path, host: str) -> None:
    """So that the silence above says something: the same watch, and an agent that does call somebody."""
    (tmp_path / "caller.py").write_text(
        f"import urllib.request\ndef agent(episode):\n    urllib.request.urlopen({host!r}, timeout=0.1)\n"
    )
    done = banshi(tmp_path, host, *BATCH, "caller:agent", cwd=tmp_path)
    assert "CONNECTED" in done.stderr


def test_our_own_flag_turns_it_on() -> None:
    """Asked of the switch itself: a server that takes a trace, and waits for the rest of it, takes seconds to stop."""
    asked = (
        "from agent.tracing import turn_on, hush, tracing_as_wanted\n"
        "from langsmith.utils import tracing_is_enabled\n"
        "import sys\n"
        "if sys.argv[1:]: turn_on()\n"
        "hush()\n"
        "with tracing_as_wanted(): print(tracing_is_enabled())\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", asked, *flag],
            env={**os.environ, **STRAY},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for flag in ([], ["on"])
    ]
    assert said == ["False", "True"]
