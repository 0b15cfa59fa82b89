"""Makes a store as the checked out version of banshi writes it, to be kept for the tests of migrations.

    git worktree add --detach OLD COMMIT        # the last commit before scenarios/runs/schema.py gets a migration more
    cd tests/scenarios/old_stores
    PYTHONPATH=OLD python make.py vN.db.xz

It records a finished run with fallback rows and traces, one that was stopped after an episode and can be resumed
(its suite is the file beside this one), and one that was stopped and cannot: its suite has changed since.
"""

from __future__ import annotations

import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store

HERE = "./errands.yaml"
"""Not an absolute path, as the command would write it: the tests are not where this ran."""


def record(store: Store, source: str, agent: str, episodes: int, **chosen: str) -> None:
    """A run of a source by an agent that is stopped after so many episodes, if there are more."""
    suite = load_sources((source,))
    options = {"fallback": "full", "guard": True}
    manifest = Manifest("0.1.0", (source,), suite.name, suite.hash, agent, options, 7, Selection(**chosen))
    asked: Iterator[int] = iter(range(episodes))
    carry_out(store, open_job(store, manifest, suite), worker_count=1, stop=lambda: next(asked, None) is None)


def main(target: Path) -> None:
    """Write the store, compressed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        with Store(path, write=True) as store:
            record(store, HERE, "rules", 100)
            record(store, HERE, "oracle", 1)
            record(store, "smoke", "oracle", 1, faults="none")
            store.db.execute("VACUUM")
        target.write_bytes(lzma.compress(path.read_bytes(), preset=9))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
