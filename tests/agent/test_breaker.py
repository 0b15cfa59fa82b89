"""The circuit breaker: a service that keeps failing is left alone for a while, and tried again after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent.desk import Desk, ToolFailure
from agent.fallback.breaker import Breaker, BreakerSettings
from agent.fallback.policy import load_policy
from agent.interface import ToolSpec
from mock_services.errors import UsageError

NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
SETTINGS = BreakerSettings(failures=3, cooldown_s=60)
TOOLS = {"taobao_cart_list": "taobao", "taobao_item_search": "taobao", "flash_shop_list": "flash", "user_ask": "user"}


def breaker() -> Breaker:
    return Breaker(SETTINGS, TOOLS)


def test_it_opens_after_so_many_failures_in_a_row_and_closes_after_the_cooldown():
    circuits = breaker()
    assert not circuits.saw("taobao_cart_list", "TIMEOUT", NOON)
    assert not circuits.saw("taobao_item_search", "SERVER_ERROR", NOON)
    assert circuits.remaining_s("taobao_cart_list", NOON) == 0
    assert circuits.saw("taobao_cart_list", "RATE_LIMITED", NOON)
    assert circuits.remaining_s("taobao_item_search", NOON) == 60
    assert circuits.remaining_s("taobao_item_search", NOON + timedelta(seconds=59)) == 1
    assert circuits.remaining_s("taobao_item_search", NOON + timedelta(seconds=60)) == 0
    assert circuits.remaining_s("flash_shop_list", NOON) == 0


def test_half_open_one_failure_opens_it_again_and_one_answer_closes_it():
    circuits = breaker()
    for _ in range(3):
        circuits.saw("taobao_cart_list", "TIMEOUT", NOON)
    later = NOON + timedelta(seconds=61)
    assert circuits.saw("taobao_cart_list", "TIMEOUT", later)
    assert circuits.remaining_s("taobao_cart_list", later) == 60
    assert not circuits.saw("taobao_cart_list", "", later + timedelta(seconds=61))
    assert not circuits.saw("taobao_cart_list", "TIMEOUT", later + timedelta(seconds=62))


def test_an_answer_that_says_no_is_an_answer():
    circuits = breaker()
    for _ in range(10):
        circuits.saw("taobao_cart_list", "TIMEOUT", NOON)
        circuits.saw("taobao_cart_list", "SOLD_OUT", NOON)
    assert circuits.remaining_s("taobao_cart_list", NOON) == 0


def test_the_way_to_the_person_is_never_cut():
    circuits = breaker()
    assert not any(circuits.saw("user_ask", "TIMEOUT", NOON) for _ in range(10))
    assert circuits.remaining_s("user_ask", NOON) == 0


class Down:
    """An episode of which one service does not answer; every call takes five seconds."""

    episode_id, instruction, locale = "e", "", "en"
    tools = tuple(ToolSpec(name, service, "", {}, "read") for name, service in TOOLS.items())

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.noted: list[str] = []

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        self.sent.append(tool)
        as_of = (NOON + timedelta(seconds=5 * len(self.sent))).isoformat()
        if TOOLS[tool] == "taobao":
            error = {"code": "TIMEOUT", "message": "no answer", "retryable": True, "retry_after": None, "hint": None}
            return {"ok": False, "error": error, "as_of": as_of}
        return {"ok": True, "data": {}, "as_of": as_of, "complete": True}

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        self.noted.append(kind)

    def think(self, ms: int, cost_micros: int = 0) -> None:
        raise AssertionError("nobody thinks here")

    def done(self) -> None:
        raise AssertionError("nobody ends here")


def test_while_it_is_open_nothing_is_sent_and_the_failure_says_when_to_come_back():
    episode = Down()
    desk = Desk(episode, SETTINGS)
    for _ in range(3):
        with pytest.raises(ToolFailure, match="TIMEOUT"):
            desk.call("taobao_cart_list", {})
    with pytest.raises(ToolFailure, match="CIRCUIT_OPEN") as caught:
        desk.call("taobao_item_search", {})
    assert caught.value.retry_after == 60
    assert episode.sent == ["taobao_cart_list"] * 3
    assert episode.noted == ["breaker"]
    assert desk.call("flash_shop_list", {}) == {}


def test_the_full_policy_has_one_and_a_mistake_in_one_is_one_line(tmp_path):
    assert load_policy("full").breaker is not None
    assert load_policy("retry").breaker is None
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nbreaker: {failures: 0, cooldown_s: 60}")
    with pytest.raises(UsageError, match=r"mine\.yaml: breaker\.failures"):
        load_policy(str(path))
