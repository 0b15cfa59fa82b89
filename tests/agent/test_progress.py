"""What the agent tells of its plan while it carries it out: who reads the trace sees which step is at work."""

from __future__ import annotations

from tests.agent.scripted import LATTES, TRIP, play


def test_each_stage_is_told_before_its_calls_and_each_step_as_it_ends(monkeypatch):
    story = play(monkeypatch, LATTES)
    told = [note.get("stage") or note["status"] for note in story.notes("step")]
    assert told == ["look", "place", "consent", "commit", "clear", "check", "done"]
    seqs = {n.data["data"].get("stage"): n.seq for n in story.events if n.data.get("kind") == "step"}
    called = {event.data["tool"]: event.seq for event in story.events if event.kind == "tool_called"}
    assert seqs["place"] < called["flash_order_create"] < seqs["consent"] < called["user_confirm"] < seqs["commit"]
    assert seqs["commit"] < called["alipay_pay"] < seqs["clear"]


def test_a_step_that_was_refused_fails_once_with_its_reason_and_what_hangs_on_it_is_dropped(monkeypatch):
    story = play(monkeypatch, TRIP, refuse='{above: 1, text: "too dear"}')
    ends = [note for note in story.notes("step") if "status" in note]
    assert {note["status"] for note in ends} <= {"failed", "dropped"}
    assert next(note["why"] for note in ends if note["status"] == "failed") == "refused_by_person"
    assert len({note["goal"] for note in ends}) == len(ends) == 2


def test_what_is_tried_again_is_told_again(monkeypatch):
    story = play(monkeypatch, LATTES, "[{kind: sold_out, tool: flash_order_create}]")
    stages = [note.get("stage") for note in story.notes("step")]
    assert stages[:4] == ["look", "place", "look", "place"]
