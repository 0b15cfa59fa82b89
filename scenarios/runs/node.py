"""One machine's share of a run: ``python -m scenarios.runs.node`` takes episodes on stdin and gives results on stdout.

It is a process of its own, started without threads, so that it can build the base once and fork its workers as
:mod:`scenarios.runs.workers` does; whoever distributes a run (:mod:`scenarios.runs.cluster`) talks to one on each
machine. A frame is four bytes of length, most significant first, and MessagePack.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import BinaryIO

import msgspec

from mock_services.errors import BanshiError
from mock_services.extras import Extra
from scenarios.loader import Suite
from scenarios.results import EpisodeSpec
from scenarios.runs import workers
from scenarios.runs.plan import load_sources
from scenarios.runs.store import Finished


class SetUp(msgspec.Struct, frozen=True):
    """The first frame: what is run, and by how many workers. The suite must be the one that the run was planned with.

    ``path`` are folders that somebody's agent may be imported from.
    """

    version: str
    sources: tuple[str, ...]
    suite_hash: str
    services: tuple[Extra, ...]
    workers: int
    path: tuple[str, ...] = ()


class Ready(msgspec.Struct, frozen=True):
    """The answer to it; ``error`` says in a line why it cannot be done here, empty if it can."""

    error: str = ""


def write_frame(file: BinaryIO, raw: bytes) -> None:
    """Send a frame."""
    file.write(len(raw).to_bytes(4, "big") + raw)
    file.flush()


def read_frame(file: BinaryIO) -> bytes:
    """Receive a frame.

    Raises:
        EOFError: the other side is gone.
    """
    head = file.read(4)
    raw = file.read(int.from_bytes(head, "big")) if len(head) == 4 else b""
    if len(head) < 4 or len(raw) < int.from_bytes(head, "big"):
        raise EOFError("the other side is gone")
    return raw


def main() -> None:
    """Serve until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    # An agent that prints must not write into our frames.
    os.dup2(2, 1)
    inside = sys.stdin.buffer
    setup = msgspec.msgpack.decode(read_frame(inside), type=SetUp)
    sys.path[:0] = [folder for folder in setup.path if folder not in sys.path]
    try:
        if setup.version != version("banshi"):
            raise BanshiError(f"banshi is {version('banshi')} here and {setup.version} where the run was started")
        suite = load_sources(setup.sources, setup.services)
        if suite.hash != setup.suite_hash:
            raise BanshiError(f"the suite {suite.name} is another one here")
    except BanshiError as error:
        write_frame(out, msgspec.msgpack.encode(Ready(str(error))))
        return
    write_frame(out, msgspec.msgpack.encode(Ready()))
    warm = False
    decoder = msgspec.msgpack.Decoder(tuple[EpisodeSpec, ...])
    while True:
        try:
            specs = decoder.decode(read_frame(inside))
        except EOFError:
            return
        if not warm:
            workers.warm_up(specs, suite)
            warm = True
        write_frame(out, msgspec.msgpack.encode(_done(setup, suite, specs)))


def _done(setup: SetUp, suite: Suite, specs: Sequence[EpisodeSpec]) -> list[Finished]:
    if setup.workers == 1:
        batches = workers.in_process(suite, specs, lambda: False)
    else:
        crew = workers.Crew(suite, setup.sources, specs, min(setup.workers, len(specs)), _say)
        batches = crew.results(lambda: False)
    return [done for batch in batches for done in batch]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
