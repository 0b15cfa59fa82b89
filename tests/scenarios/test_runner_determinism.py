"""The same seed leaves the same bytes, whatever the process, the hash seed, the workers or how they are started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from scenarios.runs import workers
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store
from tests.scenarios.runs_samples import manifest, suite_file

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def in_a_process(home: Path, errands: Path, hash_seed: str, worker_count: str) -> tuple[str, list[str]]:
    """The digest of a run of the command, and those of its traces."""
    command = f"run --engine oracle --json --workers {worker_count}"
    run = subprocess.run(
        [sys.executable, "-c", "from tui.cli.main import main; main()", *command.split(), str(errands)],
        env={**os.environ, "BANSHI_HOME": str(home), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    with Store(home / "banshi.db") as store:
        return json.loads(run.stdout)["digest"], list(store.digests("r0001"))


def test_traces_do_not_depend_on_the_process_or_the_number_of_workers(tmp_path: Path) -> None:
    errands = suite_file(tmp_path, "s-one", "s-two")
    first = in_a_process(tmp_path / "a", errands, "1", "1")
    second = in_a_process(tmp_path / "b", errands, "777", "3")
    assert first == second
    assert len(set(first[1])) == 6


def test_spawned_workers_leave_what_forked_ones_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = (str(suite_file(tmp_path, "s-one")),)
    suite = load_sources(sources)
    planned = msgspec.structs.replace(manifest(sources=sources), suite_hash=suite.hash, agent="oracle", options={})
    digests = []
    for method in dict.fromkeys((workers.START_METHOD, "spawn")):
        monkeypatch.setattr(workers, "START_METHOD", method)
        with Store(tmp_path / f"{method}.db", write=True) as store:
            job = open_job(store, planned, suite)
            assert carry_out(store, job, worker_count=2)
            assert {row.outcome for row in store.episodes(job.run)}.isdisjoint({"error"})
            digests.append(store.run(job.run).digest)
    assert len(set(digests)) == 1
