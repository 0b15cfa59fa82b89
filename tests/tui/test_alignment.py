"""Two episodes side by side: what stands for what, where they part, and that nothing is lost on either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_services.trace import Event, decode
from tests.tui.app_samples import START, call, note, purchase, real_results
from tui.alignment import Alignment, align, is_same


def events(*told: tuple[str, dict[str, object]], start: int = START) -> list[Event]:
    return [Event(n, start + n * 1000, kind, dict(data)) for n, (kind, data) in enumerate(told)]


def lines(found: Alignment) -> list[tuple[int | None, int | None, bool]]:
    return [(pair.a, pair.b, pair.same) for pair in found.pairs]


def test_an_episode_beside_itself_has_no_difference() -> None:
    told = decode(purchase())
    found = align(told, told)
    assert found.first is None
    assert lines(found) == [(n, n, True) for n in range(len(told))]
    assert found.next_difference(0) is None


def test_a_clean_and_a_broken_coffee_part_at_the_payment_that_was_not_answered() -> None:
    clean, broken = (decode(result.trace) for result in real_results())
    found = align(clean, broken)
    assert found.first is not None
    parted = found.pairs[found.first]
    assert parted.a is not None
    assert parted.b is not None
    assert clean[parted.a].data["tool"] == broken[parted.b].data["tool"] == "alipay_pay"
    assert broken[parted.b].data["fault"]
    assert not clean[parted.a].data["fault"]
    # What the broken one does beyond that has nothing on the other side, and the report stands beside the report.
    alone = [broken[pair.b] for pair in found.pairs if pair.a is None and pair.b is not None]
    assert [event.data["args"]["request_no"] for event in alone if event.data.get("tool") == "alipay_pay"] == ["k2"]
    reports = [pair for pair in found.pairs if pair.a is not None and clean[pair.a].data.get("tool") == "user_report"]
    assert [pair.same for pair in reports] == [True]


def test_the_same_step_with_other_arguments_stands_beside_itself_and_is_marked() -> None:
    one = events(call("search", {"q": "latte"}, {}), call("order", {"n": 1}, {"id": "O1"}), note("node", node="report"))
    other = events(
        call("search", {"q": "latte"}, {}), call("order", {"n": 2}, {"id": "O1"}), note("node", node="report")
    )
    assert lines(align(one, other)) == [(0, 0, True), (1, 1, False), (2, 2, True)]


def test_what_only_one_has_stands_alone_and_to_enter_another_node_is_another_thing() -> None:
    one = events(call("a", {}, {}), note("node", node="act"), call("b", {}, {}))
    other = events(call("a", {}, {}), note("node", node="recover"), call("b", {}, {}))
    assert lines(align(one, other)) == [(0, 0, True), (1, None, False), (None, 1, False), (2, 2, True)]


def test_a_later_clock_is_no_difference_and_another_promise_is() -> None:
    def eta(at: str, start: int) -> Event:
        return events(call("track", {}, {"eta": at, "flight": "2026-03-06T08:00+08:00"}), start=start)[0]

    first = eta("2026-03-05T10:10:00+08:00", START)
    assert is_same(first, eta("2026-03-05T10:12:00+08:00", START + 120_000))
    assert is_same(first, eta("2026-03-05T10:10:00+08:00", START + 120_000))
    assert not is_same(first, eta("2026-03-05T11:10:00+08:00", START + 120_000))


def test_differences_are_walked_in_both_directions() -> None:
    one = events(*(call("step", {"n": n}, {"v": 0}) for n in range(6)))
    other = events(*(call("step", {"n": n}, {"v": int(n in (2, 4))}) for n in range(6)))
    found = align(one, other)
    assert found.first == 2
    assert found.next_difference(2) == 4
    assert found.next_difference(4, -1) == 2
    assert found.next_difference(2, -1) is None


tools = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=12)


@given(tools, tools)
def test_every_event_stands_in_one_line_and_in_its_order(a: list[tuple[str, int]], b: list[tuple[str, int]]) -> None:
    one, other = (events(*(call(tool, {"n": n}, {}) for tool, n in told)) for told in (a, b))
    found = align(one, other)
    assert [pair.a for pair in found.pairs if pair.a is not None] == list(range(len(one)))
    assert [pair.b for pair in found.pairs if pair.b is not None] == list(range(len(other)))
    assert [found.pairs[found.line_of_a(n)].a for n in range(len(one))] == list(range(len(one)))
    assert [found.pairs[found.line_of_b(n)].b for n in range(len(other))] == list(range(len(other)))
    assert (found.first is None) == (a == b)
