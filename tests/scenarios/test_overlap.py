"""Errands that wait for a model overlap; a run ends where its money does, and stops where it cannot go on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from agent.interface import RunStopped
from mock_services.errors import UsageError
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import load_sources
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store
from tests.agent.llm.endpoint import Said, endpoint, fails, shopper

SPEC = "llm:openai:qwen-plus"


def job_of(store: Store, **llm: Any) -> Any:
    """The lattes in four epochs, clean and with their faults."""
    suite = load_sources(("tiny",))
    manifest = Manifest(
        version="0",
        sources=("tiny",),
        suite=suite.name,
        suite_hash=suite.hash,
        agent=SPEC,
        options={"fallback": "full", "guard": True, "llm": llm},
        seed=0,
        selection=Selection(only=("smoke-zh-latte",)),
        epochs=2,
    )
    return open_job(store, manifest, suite)


def test_errands_wait_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody is answered before three are waiting: one after the other they would wait for ever.
    together = threading.Barrier(3, timeout=20)

    def only_together(body: dict[str, Any], number: int) -> Said:
        if 0 < number <= 3:
            together.wait()
        return shopper(body, number)

    with Store(tmp_path / "s.db", write=True) as store, endpoint(only_together, monkeypatch) as server:
        job = job_of(store, base_url=server.url)
        assert carry_out(store, job, worker_count=1, concurrency=3)
        overlapped = list(store.digests(job.run))
        again = job_of(store, base_url=server.url, tries=4)
        assert carry_out(store, again, worker_count=1, concurrency=1)
        assert list(store.digests(again.run)) == overlapped
        assert store.run(job.run).succeeded == 6


def test_a_run_stops_at_its_cost_and_goes_on_with_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    with Store(tmp_path / "s.db", write=True) as store, endpoint(shopper, monkeypatch) as server:
        job = job_of(store, base_url=server.url)
        assert not carry_out(store, job, worker_count=1, concurrency=1, most_micros=800, say=told.append)
        # 720 is less, 1440 is enough; one more had begun by then.
        assert store.run(job.run).done in (2, 3)
        assert "may cost 0.0008" in told[0]
        assert job_of(store, base_url=server.url).run == job.run
        assert carry_out(store, job, worker_count=1, concurrency=2)
        assert store.run(job.run).done == 6


def test_a_gap_on_the_cassette_stops_the_run_and_records_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tmp_path / "tape.jsonl"
    with Store(tmp_path / "s.db", write=True) as store:
        with endpoint(shopper, monkeypatch) as server:
            job = job_of(store, base_url=server.url, cassette=f"record:{tape}")
            assert carry_out(store, job, worker_count=1)
        lines = tape.read_text().splitlines(keepends=True)
        tape.write_text("".join(lines[:-1]))
        again = job_of(store, cassette=f"replay:{tape}")
        with pytest.raises(RunStopped, match="is not on the cassette"):
            carry_out(store, again, worker_count=1, concurrency=2)
        assert store.run(again.run).state == "stopped"
        assert store.run(again.run).done < 6
        tape.write_text("".join(lines))
        assert job_of(store, cassette=f"replay:{tape}").run == again.run
        assert carry_out(store, again, worker_count=1)
        assert list(store.digests(again.run)) == list(store.digests(job.run))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (fails(401, "bad key"), r"refuses the key.*look at \$OPENAI_API_KEY"),
        (fails(404, "no such model"), "'qwen-plus' its name there"),
        (fails(400, "model not exist"), "refuses the request"),
        (fails(500, "down"), "answers with 500"),
    ],
)
def test_a_wrong_key_or_model_is_a_line_before_the_first_episode(
    said: Said, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(body: dict[str, Any], number: int) -> Said:
        return said

    with Store(tmp_path / "s.db", write=True) as store, endpoint(always, monkeypatch) as server:
        with pytest.raises(UsageError, match=told) as error:
            job_of(store, base_url=server.url)
        assert store.runs() == []
    assert "\n" not in str(error.value)
