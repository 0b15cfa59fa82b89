"""Forks of episodes that a model carried out: from its cassette, with the model asked further, or without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from scenarios.forking.fork import ForkRefused, Original, fork, keep, original_of
from scenarios.forking.turn import Said, Turn
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.plan import plan_episodes
from scenarios.runs.store import Store, pack
from scenarios.runs.workers import Bench
from tests.agent.llm.endpoint import endpoint, shopper
from tests.scenarios.forking.fork_samples import LATTE, SMOKE, at_tool, ended_at

MODEL = "llm:openai:qwen-plus"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSHI_HOME", str(tmp_path))
    return tmp_path


def recorded(url: str, **llm: Any) -> Original:
    options = {"fallback": "full", "guard": True, "llm": {"base_url": url, **llm}}
    selection = Selection(faults="clean", only=(LATTE,))
    manifest = Manifest("0", ("tiny",), SMOKE.name, SMOKE.hash, MODEL, options, 0, selection)
    [spec] = plan_episodes(SMOKE, manifest)
    with Store(write=True) as store:
        run = store.start(manifest, 1)
        store.append(run, [pack(Bench(SMOKE).carry_out(spec))])
        store.leave(run, state="finished", wall_s=0.0, digest="")
    return original_of(None, run, 0)


def test_a_cassette_rebuilds_it_without_the_model_and_is_extended_from_the_fork_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = home / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        original = recorded(server.url, cassette=f"record:{tape}")
        assert original.result.verdict.success
        asked, written = len(server.asked), tape.read_bytes()
        asks = at_tool(original, "user_confirm")
        refused = Turn(0, said=Said("不要，太贵了", "refused"))

        # Nothing new is asked: the same episode, by the cassette alone.
        assert fork(original, ended_at(original), Turn(0)).result.digest == original.result.digest
        with pytest.raises(ForkRefused, match=r"is not on the cassette .*extend:FILE"):
            fork(original, asks, refused)
        assert (len(server.asked), tape.read_bytes()) == (asked, written)

        # Only what is new is asked, and kept behind the rest.
        asking = msgspec.structs.replace(refused, llm={"cassette": f"extend:{tape}"})
        forked = keep(fork(original, asks, asking), None)
        assert forked.events[: forked.turn.at] == original.events[: forked.turn.at]
        assert forked.events[forked.turn.at].data["data"]["decision"] == "refused"
        new = len(server.asked) - asked
        assert 0 < new < asked
        assert tape.read_bytes().startswith(written)

    monkeypatch.delenv("OPENAI_API_KEY")
    again = original_of(None, forked.run, 0)
    assert fork(again, ended_at(again), Turn(0)).result.digest == forked.result.digest


def test_without_a_cassette_another_mind_goes_on_where_the_model_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint(shopper, monkeypatch) as server:
        original = recorded(server.url)
        asked = len(server.asked)
        order = at_tool(original, "flash_order_create")
        forked = fork(original, order + 1, Turn(0, engine="rules"))
        # What the model did is done again from the record; it is not asked.
        assert len(server.asked) == asked
    assert forked.events[: forked.turn.at] == original.events[: forked.turn.at]
    assert not [e for e in forked.events[forked.turn.at :] if e.kind == "note" and e.data["kind"] == "engine_call"]
    assert not any(finding.harm_fen for finding in forked.result.verdict.findings)
    paid = [e for e in forked.events if e.data.get("tool") == "alipay_pay" and e.data["ok"]]
    assert len({event.data["args"]["out_trade_no"] for event in paid}) <= 1
