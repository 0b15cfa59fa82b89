"""A store whose log was cut off or damaged, as by a power failure, has whole episodes up to there, and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.runs.store import Store, pack
from tests.scenarios.runs_samples import LOST_ACK, manifest, result, rows_of_store

EPISODES = 12


def append(store: Store, run: str, ordinals: range) -> None:
    for ordinal in ordinals:
        store.append(run, [pack(result(ordinal, fallback=(LOST_ACK,) * (ordinal % 3)))])


@pytest.fixture
def torn(tmp_path: Path) -> tuple[bytes, bytes]:
    """The file and the log of a store, as the disk has them while a run goes on."""
    path = tmp_path / "live.db"
    with Store(path, write=True) as store:
        append(store, store.start(manifest(), EPISODES), range(EPISODES))
        return path.read_bytes(), path.with_name("live.db-wal").read_bytes()


@pytest.fixture
def calm(tmp_path: Path) -> object:
    """The rows of a run that was not disturbed."""
    with Store(tmp_path / "calm.db", write=True) as store:
        append(store, store.start(manifest(), EPISODES), range(EPISODES))
    return rows_of_store(tmp_path / "calm.db")


@pytest.mark.parametrize("damage", ["cut off", "overwritten"])
def test_whatever_is_lost_of_the_log_the_run_ends_as_if_nothing_had_been(
    tmp_path: Path, torn: tuple[bytes, bytes], calm: object, damage: str
) -> None:
    file, log = torn
    found = []
    for part in range(1, 41):
        at = len(log) * part // 40
        path = tmp_path / f"{part}.db"
        path.write_bytes(file)
        kept = log[:at] + (b"" if damage == "cut off" else b"\xff" * 64 + log[at + 64 :])
        path.with_name(f"{part}.db-wal").write_bytes(kept)
        with Store(path, write=True) as store:
            if not store.runs():
                found.append(-1)
                continue
            run = store.runs()[0]
            assert [row.ordinal for row in store.episodes("r0001")] == list(range(run.done))
            found.append(run.done)
            append(store, "r0001", range(run.done, EPISODES))
        assert rows_of_store(path) == calm
    assert found == sorted(found)
    assert len(set(found)) > EPISODES // 2
