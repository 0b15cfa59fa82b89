"""A run on a real Ray cluster of several nodes on loopback, one of which, or the head, is killed while it works."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from mock_services.errors import UsageError
from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.progress import Progress
from scenarios.runs.runner import carry_out, open_job, reopen
from scenarios.runs.store import Store

pytestmark = [pytest.mark.ext, pytest.mark.filterwarnings("ignore")]

SUITE = "requests"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes of one processor each, and a head that works on nothing."""
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "node_ip_address": "127.0.0.1"})
    made.nodes = [made.add_node(num_cpus=1, node_ip_address="127.0.0.1") for _ in range(2)]
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


def job_in(store: Store, epochs: int) -> Any:
    suite = load_suite(SUITE)
    manifest = Manifest("0", (SUITE,), suite.name, suite.hash, "oracle", {}, 0, Selection(), epochs=epochs)
    return open_job(store, manifest, suite)


def digest(tmp_path: Path, name: str, epochs: int, **how: Any) -> str:
    with Store(tmp_path / f"{name}.db", write=True) as store:
        job = job_in(store, epochs)
        assert carry_out(store, job, worker_count=1, **how)
        row = store.run(job.run)
        assert row.done == row.planned
        return row.digest


def test_a_run_on_a_cluster_leaves_what_it_leaves_here_though_a_node_dies(cluster: Any, tmp_path: Path) -> None:
    told: list[str] = []
    killed: list[int] = []

    def on_progress(progress: Progress) -> None:
        if progress.done >= 20 and not killed:
            killed.append(progress.done)
            cluster.remove_node(cluster.nodes[0], allow_graceful=False)

    there = digest(tmp_path, "there", 3, cluster=cluster.address, on_progress=on_progress, say=told.append)
    assert killed, "the node was killed while the run went on"
    assert any("a node is lost" in line for line in told)
    assert there == digest(tmp_path, "here", 3)


def test_a_cluster_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    with Store(tmp_path / "s.db", write=True) as store:
        job = job_in(store, 1)
        with pytest.raises(UsageError, match="cannot join") as caught:
            carry_out(store, job, worker_count=1, cluster="127.0.0.1:1")
        assert "\n" not in str(caught.value)
        assert store.run(job.run).state == "stopped"


@pytest.mark.parametrize("gone", ["its records", "the whole node"])
def test_a_head_that_goes_away_ends_the_run_in_a_line_and_it_is_finished_elsewhere(
    cluster: Any, tmp_path: Path, gone: str
) -> None:
    # A process of its own: left alone, Ray would end it after a minute.
    path, address = tmp_path / "s.db", cluster.address
    command = [sys.executable, "-c", "import sys; from tui.cli.main import main; main()", "run"]
    where = ["--store", str(path), "--cluster", cluster.address]
    run = subprocess.Popen(
        [*command, SUITE, "--engine", "oracle", "--epochs", "6", *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while run.poll() is None and done(path) < 20:
        with suppress(subprocess.TimeoutExpired):
            run.wait(timeout=0.05)
    if gone == "its records":
        cluster.head_node.kill_gcs_server(check_alive=False)
    else:
        cluster.remove_node(cluster.head_node, allow_graceful=False)
    out, said = run.communicate(timeout=50)
    assert (run.returncode, out) == (3, "")
    assert said.count("\n") == 1, said
    assert f"banshi: the head of the cluster, {address}, is gone" in said
    with Store(path, write=True) as store:
        before = store.run("r0001")
        assert (before.state, before.live) == ("stopped", False)
        assert 20 <= before.done < before.planned
        kept = [store.episode("r0001", row.ordinal) for row in store.episodes("r0001")]
        assert carry_out(store, reopen(store, "r0001"), worker_count=2)
        after = store.run("r0001")
        assert (after.state, after.done) == ("finished", after.planned)
        assert all(store.episode("r0001", one.ordinal) == one for one in kept)
        assert after.digest == digest(tmp_path, "calm", 6)


def done(path: Path) -> int:
    """How many episodes are recorded."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM episodes").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
