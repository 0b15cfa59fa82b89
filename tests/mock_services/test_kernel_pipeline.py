"""The road of a call: each fault phase, idempotency, and that a failing call changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import HOUR, MINUTE, SECOND
from mock_services.errors import InternalError, UsageError
from mock_services.faults import KINDS, Fault, check
from mock_services.pipeline import TIMEOUT_SECONDS
from mock_services.world import World
from tests.mock_services.kernel_stall import ORDERS, START, TEAS, stall_world

ORDER = {"tea": "green", "request_no": "r1"}


def stock(world: World, tea: str = "green") -> int:
    row = world.state.get(TEAS, tea)
    assert row is not None
    return row.stock


def orders(world: World) -> int:
    return len(list(world.state.scan(ORDERS)))


def code(world: World, tool: str, args: dict[str, Any]) -> str:
    reply = world.call(tool, args)
    return "" if reply.error is None else str(reply.error["code"])


# --- idempotency ----------------------------------------------------------------------------------------------


def test_the_same_request_number_gives_the_first_result() -> None:
    world = stall_world()
    first, second = world.call("stall_order", ORDER), world.call("stall_order", ORDER)
    assert first.data == second.data
    assert orders(world) == 1
    assert [event.data["replayed"] for event in world.recorder.events] == [False, True]


def test_a_request_number_cannot_be_used_for_another_request() -> None:
    world = stall_world()
    world.call("stall_order", ORDER)
    assert code(world, "stall_order", ORDER | {"tip": "1"}) == "IDEMPOTENCY_CONFLICT"
    assert code(world, "stall_order", ORDER | {"tip": "0.00"}) == ""
    assert orders(world) == 1


def test_a_failed_request_does_not_use_up_its_number() -> None:
    world = stall_world()
    world.call("stall_order", {"tea": "black", "request_no": "x"})
    assert code(world, "stall_order", {"tea": "black", "request_no": "r1"}) == "SOLD_OUT"
    world.arrange("stall", "restock", {"tea": "black"})
    assert code(world, "stall_order", {"tea": "black", "request_no": "r1"}) == ""


def test_two_orders_without_a_number_are_two_orders() -> None:
    world = stall_world()
    world.call("stall_order", {"tea": "green"})
    world.call("stall_order", {"tea": "green"})
    assert orders(world) == 2


# --- the phases of a fault ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["timeout", "connection_reset", "server_error", "rate_limited", "outage"])
def test_before_the_effect_nothing_happened(kind: str) -> None:
    world = stall_world(Fault(kind, tool="stall_order"))
    assert code(world, "stall_order", ORDER) == KINDS[kind].code
    assert (orders(world), stock(world)) == (0, 3)
    world.advance(START + HOUR)
    assert code(world, "stall_order", ORDER) == ""
    assert orders(world) == 1


@pytest.mark.parametrize(("tool", "made"), [("stall_order", 1), ("stall_shout", 2)])
def test_after_a_lost_acknowledgement_only_a_key_makes_a_retry_safe(tool: str, made: int) -> None:
    world = stall_world(Fault("timeout", tool=tool, phase="lost_ack"))
    assert code(world, tool, ORDER) == "TIMEOUT"
    assert orders(world) == 1
    assert world.now >= START + TIMEOUT_SECONDS * SECOND
    assert code(world, tool, ORDER) == ""
    assert orders(world) == made


def test_a_ghost_success_leaves_nothing_and_keeps_no_number() -> None:
    world = stall_world(Fault("ghost_success", tool="stall_order"))
    before = world.state.digest()
    ghost = world.call("stall_order", ORDER)
    assert ghost.ok
    assert world.state.digest() == before
    real = world.call("stall_order", ORDER)
    assert real.ok
    assert not world.recorder.events[-1].data["replayed"]
    assert orders(world) == 1


@pytest.mark.parametrize(("tool", "made"), [("stall_order", 1), ("stall_shout", 2)])
def test_a_request_delivered_twice_meets_the_same_rules(tool: str, made: int) -> None:
    world = stall_world(Fault("duplicate_delivery", tool=tool))
    assert code(world, tool, ORDER) == ""
    assert orders(world) == made


def test_the_second_delivery_may_be_refused_without_undoing_the_first() -> None:
    world = stall_world(Fault("duplicate_delivery", tool="stall_shout"))
    assert code(world, "stall_shout", {"tea": "black"}) == ""
    assert (orders(world), stock(world, "black")) == (1, 0)


def test_a_late_effect_comes_after_the_caller_gave_up_and_is_the_one_that_was_asked_for() -> None:
    world = stall_world(Fault("timeout", tool="stall_order", phase="late", params={"delay_s": 120}))
    assert code(world, "stall_order", ORDER | {"tip": "2.50"}) == "TIMEOUT"
    assert orders(world) == 0
    world.advance(world.now + 2 * MINUTE)
    (order,) = world.state.scan(ORDERS)
    assert order.tip == 250
    assert code(world, "stall_order", ORDER | {"tip": "2.50"}) == ""
    assert orders(world) == 1


def test_of_a_read_that_nobody_waits_for_nothing_comes_later() -> None:
    world = stall_world(Fault("timeout", tool="stall_tea", phase="late"))
    assert code(world, "stall_tea", {"tea": "green"}) == "TIMEOUT"
    assert world.next_due() is None


def test_a_change_of_the_world_is_honest() -> None:
    world = stall_world(Fault("sold_out", tool="stall_order"))
    assert code(world, "stall_order", ORDER) == "SOLD_OUT"
    assert stock(world) == 0
    moved, called = world.recorder.events
    assert (moved.kind, moved.data["event"]) == ("world_moved", "fault:sold_out")
    assert called.data["fault"] == {"kind": "sold_out", "phase": "world", "params": {}}


def test_a_disruption_that_finds_nothing_did_not_fire() -> None:
    world = stall_world(Fault("sold_out", tool="stall_order"), Fault("price_change", tool="stall_tea"))
    assert code(world, "stall_order", {"tea": "none"}) == "TEA_NOT_EXIST"
    world.call("stall_tea", {"tea": "green"})
    assert [event.data["fault"] for event in world.recorder.events] == [None, None]


@pytest.mark.parametrize(("kind", "tags"), [("partial_response", 2), ("empty_response", 0)])
def test_an_incomplete_answer_says_so(kind: str, tags: int) -> None:
    world = stall_world(Fault(kind, tool="stall_tea"))
    reply = world.call("stall_tea", {"tea": "green"})
    assert (len(reply.data["tags"]), reply.complete) == (tags, False)
    assert world.call("stall_tea", {"tea": "green"}).complete


def test_a_stale_answer_shows_its_age() -> None:
    world = stall_world(Fault("stale_read", tool="stall_tea", params={"by_s": 900}))
    world.advance(START + 20 * MINUTE)
    world.arrange("stall", "restock", {"tea": "green"})
    reply = world.call("stall_tea", {"tea": "green"})
    assert reply.data["stock"] == 3
    assert reply.as_of < world.ctx.iso(world.now - 14 * MINUTE)
    assert world.call("stall_tea", {"tea": "green"}).data["stock"] == 13


def test_a_fault_is_keyed_by_object_and_attempt_so_that_reads_do_not_move_it() -> None:
    fault = Fault("server_error", tool="stall_order", object="green", attempts=(2,))
    plain, busy = stall_world(fault), stall_world(fault)
    for _ in range(5):
        busy.call("stall_tea", {"tea": "green"})
        busy.call("stall_order", {"tea": "black"})
    for world in (plain, busy):
        assert [code(world, "stall_order", {"tea": "green"}) for _ in range(3)] == ["", "SERVER_ERROR", ""]


def test_an_outage_is_a_window_that_the_first_call_opens() -> None:
    world = stall_world(Fault("outage", service="stall", params={"seconds": 60}))
    assert code(world, "stall_tea", {"tea": "green"}) == "SERVICE_UNAVAILABLE"
    assert code(world, "stall_order", ORDER) == "SERVICE_UNAVAILABLE"
    world.advance(world.now + MINUTE)
    assert code(world, "stall_order", ORDER) == ""


def test_no_fault_strikes_where_no_service_is_in_between() -> None:
    world = stall_world(Fault("outage", service="stall"), Fault("timeout", service="clock"))
    assert code(world, "stall_sign", {"tea": "green"}) == ""
    assert code(world, "clock_now", {}) == ""


@pytest.mark.parametrize(
    "fault",
    [
        Fault("time_out", tool="stall_tea"),
        Fault("rate_limited", tool="stall_tea", phase="lost_ack"),
        Fault("timeout"),
        Fault("timeout", tool="stall_tea", service="stall"),
    ],
)
def test_a_fault_that_cannot_be_carried_out_is_refused(fault: Fault) -> None:
    with pytest.raises(UsageError, match="plan"):
        check(fault, "plan")


FAULTS = st.builds(
    lambda pair, service, attempts, limit: Fault(
        pair[0], service=service, phase=pair[1], attempts=tuple(attempts), limit=limit
    ),
    st.sampled_from([(kind, phase) for kind, row in KINDS.items() for phase in row.phases]),
    st.just("stall"),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.integers(1, 3),
)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["stall_order", "stall_shout", "stall_tea", "stall_clumsy"]),
        st.sampled_from(["green", "black", "none"]),
        st.sampled_from(["", "r1", "r2"]),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(st.lists(FAULTS, max_size=3), CALLS)
def test_under_any_faults_stock_and_orders_agree_and_failures_leave_no_trace(
    faults: list[Fault], calls: list[tuple[str, str, str]]
) -> None:
    world = stall_world(*faults)
    for tool, tea, request_no in calls:
        args = {"tea": tea} if tool in ("stall_tea", "stall_clumsy") else {"tea": tea, "request_no": request_no}
        reply = world.call(tool, args)
        called = world.recorder.events[-1]
        if not reply.ok and (called.data["fault"] or {}).get("phase") not in ("lost_ack", "late"):
            assert called.data["changes"] == []
        assert reply.ok == (reply.error is None)
    world.advance(world.now + HOUR)
    # Whatever was not paid has expired by now, and what was reserved is back, unless a fault sold the shelf out.
    if not any(event.data.get("event") == "fault:sold_out" for event in world.recorder.events):
        assert (stock(world, "green"), stock(world, "black")) == (3, 1)
    assert all(order.state == "expired" for order in world.state.scan(ORDERS))


# --- wrong calls ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "args", "wanted", "said"),
    [
        ("stall_ordr", {}, "UNKNOWN_TOOL", "stall_order"),
        ("stall_order", {}, "INVALID_ARGUMENT", "tea"),
        ("stall_order", {"tea": "green", "sugar": 1}, "INVALID_ARGUMENT", "sugar"),
        ("stall_order", {"tea": "green", "tip": -1}, "INVALID_ARGUMENT", "tip"),
        ("stall_order", {"tea": "green", "tip": "1.005"}, "INVALID_ARGUMENT", "two places"),
        ("stall_order", {"tea": "none"}, "TEA_NOT_EXIST", "no such tea"),
    ],
)
def test_a_wrong_call_gets_a_typed_error_and_changes_nothing(
    tool: str, args: dict[str, Any], wanted: str, said: str
) -> None:
    world = stall_world()
    before = world.state.digest()
    reply = world.call(tool, args)
    assert reply.error is not None
    assert reply.error["code"] == wanted
    assert said in reply.error["message"] + reply.error["hint"]
    assert world.state.digest() == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["tea", "tip", "request_no", "x"]), JSON, max_size=4))
def test_any_arguments_give_a_result_or_a_typed_error(args: dict[str, Any]) -> None:
    world = stall_world()
    before = world.state.digest()
    reply = world.call("stall_order", args)
    if not reply.ok:
        assert reply.error is not None
        assert set(reply.error) == {"code", "message", "retryable", "retry_after", "hint"}
        assert world.state.digest() == before


def test_a_read_tool_that_writes_is_our_own_mistake() -> None:
    with pytest.raises(InternalError, match="read tool"):
        stall_world().call("stall_broken_read", {"tea": "green"})
