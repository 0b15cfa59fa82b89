"""Cassettes: a recorded run is repeated offline to the byte, a gap is an error, and no key is on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.interface import RunStopped
from mock_services.errors import UsageError
from tests.agent.llm.endpoint import KEY, Said, endpoint, fails, says, shopper
from tests.agent.llm.errands import run


def test_a_recorded_errand_is_the_same_without_model_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        recorded = run(server, "lost-ack-pay", cassette=f"record:{tape}")
    monkeypatch.delenv("OPENAI_API_KEY")
    replayed = run(None, "lost-ack-pay", cassette=f"replay:{tape}")
    assert replayed.result.trace == recorded.result.trace
    assert replayed.result.verdict.outcome == "completed"


def test_failures_are_recorded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"

    def shaky(body: dict[str, Any], number: int) -> Said:
        return says("", stop="content_filter") if number == 2 else fails(500) if number == 4 else shopper(body, number)

    with endpoint(shaky, monkeypatch) as server:
        recorded = run(server, cassette=f"record:{tape}", tries=1)
    replayed = run(None, cassette=f"replay:{tape}")
    assert replayed.result.trace == recorded.result.trace
    assert b"engine_call" in recorded.result.trace


def test_what_was_not_recorded_stops_the_run_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        run(server, "clean", cassette=f"record:{tape}")
    with pytest.raises(RunStopped, match=r"question 0 of episode .* is not on the cassette") as stopped:
        run(None, "order-503", cassette=f"replay:{tape}")
    assert "\n" not in str(stopped.value)


def test_a_changed_question_is_told_from_a_missing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        run(server, cassette=f"record:{tape}")
    monkeypatch.setattr("agent.llm.nodes.understand.prompt", lambda *_, **__: "another prompt")
    with pytest.raises(RunStopped, match="asked something else then"):
        run(None, cassette=f"replay:{tape}")


def test_a_cassette_of_another_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"
    with endpoint(shopper, monkeypatch) as server:
        run(server, cassette=f"record:{tape}")
    from agent.llm.check import check_models

    with pytest.raises(UsageError, match="was recorded by llm:openai:qwen-plus, not llm:openai:qwen-max"):
        check_models("llm:openai:qwen-max", {"cassette": f"replay:{tape}"})
    tape.write_text("no tape\n")
    with pytest.raises(UsageError, match="is no cassette"):
        check_models("llm:openai:qwen-plus", {"cassette": f"replay:{tape}"})


def test_no_key_is_on_a_cassette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tmp_path / "tape.jsonl"

    def babbles(body: dict[str, Any], number: int) -> Said:
        return says(f"my key is {KEY}") if number % 2 else fails(400, f"bad key {KEY}")

    with endpoint(babbles, monkeypatch) as server:
        story = run(server, cassette=f"record:{tape}", tries=1)
    assert KEY not in tape.read_text()
    assert KEY.encode() not in story.result.trace
