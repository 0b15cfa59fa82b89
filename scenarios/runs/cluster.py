"""A run on a Ray cluster: each node carries out its share in a process of its own, and results stream back.

Ray distributes and notices what is lost; what an episode is, and who records it, is as everywhere else: the driver
alone writes to the store. A node holds at most :data:`IN_FLIGHT` shares, so that nothing piles up. What a lost node
held is carried out elsewhere; nodes that join are given work.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from importlib.metadata import version
from itertools import islice
from time import monotonic
from typing import Any

import msgspec

from mock_services.errors import BanshiError, UsageError
from scenarios.loader import Suite
from scenarios.results import EpisodeSpec
from scenarios.runs.node import Ready, SetUp, read_frame, write_frame
from scenarios.runs.store import Finished, pack
from scenarios.runs.workers import POLL_S, Bench, Talk

IN_FLIGHT = 2
"""Shares that a node holds: one is carried out while the other one travels."""

SHARE = 16
"""Episodes in a share for each worker of a node."""

TRIES = 3
"""How many nodes may be lost over a share before its episodes are recorded as errors of ours."""

LOOK_S = 2.0
"""How often it is looked whether nodes have joined."""

JOIN_S = 120.0
"""How long a node may take to load the suite."""

REACH_S = 10.0
"""How long a head may take to answer at all."""

Share = tuple[EpisodeSpec, ...]


class ClusterLost(BanshiError):
    """No node is left; what had ended is recorded."""


class _Node:
    """What runs as a Ray actor on each node: a process of ours, and the pipes to it."""

    def __init__(self, setup: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scenarios.runs.node"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._send(setup)
        self._ready = self._receive()

    def ready(self) -> bytes:
        """What the process said to its set-up."""
        return self._ready

    def carry_out(self, share: bytes) -> bytes:
        """Carry out a share."""
        self._send(share)
        return self._receive()

    def _send(self, raw: bytes) -> None:
        assert self._process.stdin is not None
        write_frame(self._process.stdin, raw)  # type: ignore[arg-type]

    def _receive(self) -> bytes:
        assert self._process.stdout is not None
        return read_frame(self._process.stdout)  # type: ignore[arg-type]


class Cluster:
    """The nodes of a Ray cluster and what each of them holds."""

    def __init__(self, suite: Suite, sources: Sequence[str], address: str, say: Talk) -> None:
        """Join a cluster: ``auto`` is one that runs on this machine, empty starts one here, else ``host:port``.

        Raises:
            UsageError: Ray is not installed, or there is no such cluster.
        """
        self._ray = _ray(address)
        self._suite, self._sources, self._say = suite, tuple(sources), say
        self._actors: dict[str, Any] = {}
        self._held: dict[Any, tuple[str, Share]] = {}
        self._losses: dict[int, int] = {}
        self._refused: set[str] = set()
        self._looked = float("-inf")
        self._head: str = self._ray.get_runtime_context().gcs_address

    def results(self, specs: Iterable[EpisodeSpec], stop: Callable[[], bool]) -> Generator[list[Finished]]:
        """Results in the order in which shares come back.

        Raises:
            ClusterLost: no node is left that could carry out anything, or the head is gone.
        """
        new = iter(specs)
        back: deque[Share] = deque()
        try:
            while not stop():
                self._look_around()
                for node_id, (_, size) in list(self._actors.items()):
                    while sum(holder == node_id for holder, _ in self._held.values()) < IN_FLIGHT:
                        share = back.popleft() if back else tuple(islice(new, SHARE * size))
                        if not share:
                            break
                        self._give(node_id, share)
                if not self._held:
                    return
                ready, _ = self._ray.wait(list(self._held), num_returns=1, timeout=POLL_S)
                for ref in ready:
                    node_id, share = self._held.pop(ref)
                    try:
                        yield msgspec.msgpack.decode(self._ray.get(ref), type=list[Finished])
                    except self._ray.exceptions.RayError as error:
                        lost = self._lose(node_id, error)
                        yield from self._take_back([share, *lost], back)
        except OSError as error:
            # What Ray raises where the part of the head that is on this machine goes away.
            raise self._head_lost(error.strerror or str(error)) from error
        finally:
            self._ray.shutdown()

    def _give(self, node_id: str, share: Share) -> None:
        actor, _ = self._actors[node_id]
        self._held[actor.carry_out.remote(msgspec.msgpack.encode(share))] = (node_id, share)

    def _take_back(self, shares: Sequence[Share], back: deque[Share]) -> Generator[list[Finished]]:
        """Put shares of a lost node back; one that was lost too often is recorded as an error of ours."""
        for share in shares:
            losses = self._losses[share[0].ordinal] = self._losses.get(share[0].ordinal, 0) + 1
            if losses < TRIES:
                back.append(share)
            else:
                bench = Bench(self._suite)
                yield [pack(bench.failed(spec, f"{losses} nodes were lost over it"), spec.traces) for spec in share]

    def _lose(self, node_id: str, error: Exception) -> list[Share]:
        """Forget a node; returns what else it held."""
        self._actors.pop(node_id, None)
        also = [ref for ref, (holder, _) in self._held.items() if holder == node_id]
        self._say(f"a node is lost ({type(error).__name__}): its episodes are run elsewhere")
        self._looked = float("-inf")
        return [self._held.pop(ref)[1] for ref in also]

    def _look_around(self) -> None:
        """Put an actor on every node that has none.

        Raises:
            ClusterLost: there is none at all, or the head is gone.
        """
        if monotonic() - self._looked < LOOK_S:
            return
        self._looked = monotonic()
        self._ensure_head()
        for node in self._ray.nodes():
            node_id, size = node["NodeID"], int(node["Resources"].get("CPU", 0))
            if node["Alive"] and size and node_id not in self._actors and node_id not in self._refused:
                self._join(node_id, size)
        if not self._actors:
            raise ClusterLost("no node of the cluster can carry out anything – banshi run --resume goes on later")

    def _ensure_head(self) -> None:
        """Ray waits a minute for a head that went away, and then ends the whole process without a word of ours.

        Raises:
            ClusterLost: nothing listens where the head was.
        """
        try:
            _reach(self._head)
        except OSError as error:
            raise self._head_lost(error.strerror or str(error)) from error

    def _head_lost(self, why: str) -> ClusterLost:
        return ClusterLost(
            f"the head of the cluster, {self._head}, is gone ({why})"
            " – what had ended is recorded, and banshi run --resume goes on later"
        )

    def _join(self, node_id: str, size: int) -> None:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        setup = SetUp(
            version("banshi"),
            self._sources,
            self._suite.hash,
            self._suite.services,
            size,
            tuple(folder for folder in (os.getcwd(), *sys.path) if folder),  # noqa: PTH109 - sys.path holds strings
        )
        place = NodeAffinitySchedulingStrategy(node_id=node_id, soft=False)
        actor = (
            self._ray.remote(_Node)
            .options(num_cpus=size, scheduling_strategy=place)
            .remote(msgspec.msgpack.encode(setup))
        )
        said, since = actor.ready.remote(), monotonic()
        while monotonic() - since < JOIN_S and not self._ray.wait([said], timeout=LOOK_S)[0]:
            self._ensure_head()
        try:
            ready = msgspec.msgpack.decode(self._ray.get(said, timeout=0), type=Ready)
        except self._ray.exceptions.RayError as error:
            self._say(f"a node does not take part: {type(error).__name__}")
            self._refused.add(node_id)
            return
        if ready.error:
            self._say(f"a node does not take part: {ready.error}")
            self._refused.add(node_id)
            return
        self._actors[node_id] = (actor, size)


def _ray(address: str) -> Any:
    # Its usage reports go to the outside; its own choice of an address leaves loopback where nobody asked for it.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
    except ImportError as error:
        raise UsageError("a run on a cluster needs Ray", fix="pip install 'banshi[ray]'") from error

    _reachable(address)
    started = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"} if not address else {"address": address}
    try:
        ray.init(log_to_driver=False, logging_level=40, configure_logging=False, **started)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        where = address or "a cluster of its own"
        raise UsageError(f"cannot join {where}: {str(error).splitlines()[0][:160]}", fix="ray status") from error
    # It prints what its nodes complain of, pages of it, to stdout, which is data; there is no setting against that.
    ray._private.worker.print_to_stdstream = lambda *_, **__: None
    return ray


def _reachable(address: str) -> None:
    """Ray itself tries for minutes to reach a head that is not there.

    Raises:
        UsageError: nothing listens at ``host:port``.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        _reach(address)
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot join {address}: {error}", fix="`ray status` says where the cluster is") from error


def _reach(address: str) -> None:
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=REACH_S).close()
