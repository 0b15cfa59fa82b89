"""What is scheduled happens in order, once, in a transaction of its own, and forks and the past agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_services.agenda import DUE
from mock_services.clock import HOUR, MINUTE, SECOND
from mock_services.errors import UsageError
from mock_services.trace import encode
from tests.mock_services.kernel_stall import START, TEAS, stall_world


def restock_at(seconds: int) -> dict[str, object]:
    return {"service": "stall", "name": "restock", "args": {"tea": "green"}, "at": seconds}


@given(st.lists(st.integers(0, 600), max_size=12), st.lists(st.integers(0, 11), max_size=4))
def test_events_happen_in_the_order_of_their_time(delays: list[int], taken_back: list[int]) -> None:
    world = stall_world()
    numbers = [world.ctx.schedule(START + delay * SECOND, "kernel", "arrange", restock_at(delay)) for delay in delays]
    for i in taken_back:
        if i < len(numbers):
            world.ctx.unschedule(numbers[i])
    world.advance(START + HOUR)
    happened = [event for event in world.recorder.events if event.kind == "world_moved"]
    expected = sorted((delay, i) for i, delay in enumerate(delays) if i not in taken_back)
    assert [event.data["about"]["at"] for event in happened] == [delay for delay, _ in expected]
    assert [event.at for event in happened] == [START + delay * SECOND for delay, _ in expected]
    assert world.next_due() is None


def test_the_clock_never_goes_back() -> None:
    world = stall_world()
    world.advance(START + HOUR)
    world.ctx.schedule(START, "kernel", "arrange", restock_at(0))
    world.advance(START)
    assert world.now == START + HOUR
    world.advance(world.now)
    assert world.recorder.events[-1].at == START + HOUR


def test_a_fork_lives_the_same_future() -> None:
    world = stall_world()
    made = world.call("stall_order", {"tea": "green"}).data
    world.ctx.payables.pay(world.ctx.payables.get(made["out_trade_no"]), request_no="a", sources=[("wallet:U1", 1250)])
    twin = world.fork()
    before = world.state.digest()
    twin.advance(START + HOUR)
    assert world.state.digest() == before
    world.advance(START + HOUR)
    assert twin.state.digest() == world.state.digest()
    assert encode(twin.recorder.events) == encode(world.recorder.events[1:]).replace(b'{"seq":1', b'{"seq":0')


def test_the_past_can_be_read_as_it_was() -> None:
    world = stall_world()
    world.advance(START + MINUTE)
    world.arrange("stall", "restock", {"tea": "green"})
    world.advance(START + 5 * MINUTE)
    then = world.as_of(START)
    tea, now = then.state.get(TEAS, "green"), world.state.get(TEAS, "green")
    assert tea is not None
    assert now is not None
    assert (tea.stock, now.stock) == (3, 13)
    assert then.now == START


def test_undo_takes_back_what_was_scheduled() -> None:
    world = stall_world()
    before, due = world.state.digest(), world.next_due()
    reply = world.call("stall_clumsy", {"tea": "green"})
    assert reply.error is not None
    assert reply.error["code"] == "SOLD_OUT"
    assert world.state.digest() == before
    assert world.next_due() == due
    assert list(world.state.scan(DUE)) == []


def test_a_timed_fixture_happens_when_it_is_due_and_its_mistakes_show_at_once() -> None:
    world = stall_world()
    world.plan_event(START + MINUTE, "stall", "restock", {"tea": "green"})
    world.advance(START + MINUTE)
    tea = world.state.get(TEAS, "green")
    assert tea is not None
    assert tea.stock == 13
    with pytest.raises(UsageError, match="no fixture"):
        world.plan_event(START + HOUR, "stall", "restok", {"tea": "green"})
    with pytest.raises(UsageError):
        world.plan_event(START + HOUR, "stall", "restock", {"tee": "green"})


def test_waiting_ends_with_a_notice_and_shows_what_came_in() -> None:
    world = stall_world()
    world.ctx.notify("stall", "old", "", "before")
    world.plan_event(START + 2 * MINUTE, "stall", "restock", {"tea": "green"})
    reply = world.call("clock_wait", {"seconds": 600})
    assert reply.ok
    assert reply.data == {"now": "2026-03-05T09:50:00+08:00", "notices": []}
    tea = world.state.get(TEAS, "green")
    assert tea is not None
    assert tea.stock == 13
    call = world.recorder.events[-1]
    assert call.data["changes"] == []
