"""Tables: the overlay reads like a plain dictionary, and undo, redo and forks lead to equal worlds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_services.tables import RowChange, State
from tests.mock_services.kernel_stall import ORDERS, TEAS, Order, Tea, stall_base

KEYS = st.sampled_from(["green", "black", "white", "oolong", "mint"])
PUTS = st.builds(lambda key, fen, stock: ("put", Tea(key, key, fen, stock)), KEYS, st.integers(1, 3), st.integers(0, 2))
DELETES = KEYS.map(lambda key: ("delete", key))
ORDER_PUTS = st.builds(
    lambda key, tea, state: ("order", Order(key, tea, "P1", 0, state, 0)),
    st.sampled_from(["1", "2", "10"]),
    KEYS,
    st.sampled_from(["open", "paid"]),
)
STEPS = st.lists(st.one_of(PUTS, DELETES, ORDER_PUTS), max_size=30)


def carry_out(state: State, steps: list[tuple[str, object]]) -> None:
    for step, what in steps:
        if step == "put":
            assert isinstance(what, Tea)
            state.put(TEAS, what)
        elif step == "order":
            assert isinstance(what, Order)
            state.put(ORDERS, what)
        else:
            state.delete(TEAS, str(what))


@given(STEPS)
def test_an_overlay_reads_like_a_dictionary(steps: list[tuple[str, object]]) -> None:
    state = State(stall_base().tables)
    model = {tea.id: tea for tea in state.scan(TEAS)}
    orders: dict[str, Order] = {}
    carry_out(state, steps)
    for step, what in steps:
        if isinstance(what, Tea):
            model[what.id] = what
        elif isinstance(what, Order):
            orders[what.id] = what
        elif step == "delete":
            model.pop(str(what), None)
    assert {tea.id: tea for tea in state.scan(TEAS)} == model
    for key in ("green", "mint"):
        assert state.get(TEAS, key) == model.get(key)
    for wanted in ("open", "paid"):
        expected = sorted((order for order in orders.values() if order.state == wanted), key=lambda order: order.id)
        assert state.find(ORDERS, "state", wanted) == expected


@given(STEPS, STEPS)
def test_rollback_restores_the_digest_exactly(
    before: list[tuple[str, object]], after: list[tuple[str, object]]
) -> None:
    state = State(stall_base().tables)
    carry_out(state, before)
    digest, mark = state.digest(), len(state.journal)
    found = [state.find(ORDERS, "state", "open"), state.find(ORDERS, "tea", "green")]
    carry_out(state, after)
    state.rollback(mark)
    assert state.digest() == digest
    assert len(state.journal) == mark
    assert [state.find(ORDERS, "state", "open"), state.find(ORDERS, "tea", "green")] == found
    state.rollback(0)
    assert list(state.changed()) == []


@given(STEPS, STEPS)
def test_a_fork_goes_its_own_way(before: list[tuple[str, object]], after: list[tuple[str, object]]) -> None:
    state = State(stall_base().tables)
    carry_out(state, before)
    digest = state.digest()
    twin = state.fork()
    assert twin.digest() == digest
    carry_out(twin, after)
    assert state.digest() == digest
    carry_out(state, after)
    assert twin.digest() == state.digest()


@given(STEPS)
def test_replaying_a_journal_leads_to_an_equal_world(steps: list[tuple[str, object]]) -> None:
    state = State(stall_base().tables)
    carry_out(state, steps)
    other = State(stall_base().tables)
    for change in state.journal:
        other.apply(change)
    assert other.digest() == state.digest()


def test_equal_worlds_have_equal_digests_whatever_the_road() -> None:
    base = stall_base().tables
    short, long = State(base), State(base)
    green = base.rows["stall.teas"]["green"]
    long.delete(TEAS, "green")
    long.put(TEAS, Tea("mint", "mint", 1, 1))
    long.put(TEAS, Tea("green", green.name, green.fen, green.stock))
    long.delete(TEAS, "mint")
    assert long.digest() == short.digest()


def test_writing_an_equal_row_is_no_change() -> None:
    state = State(stall_base().tables)
    green = state.get(TEAS, "green")
    assert green is not None
    state.put(TEAS, Tea(green.id, green.name, green.fen, green.stock))
    assert state.journal == []


def test_a_compact_change_names_only_what_differs() -> None:
    change = RowChange("stall.teas", "green", Tea("green", "a", 5, 3), Tea("green", "a", 5, 2))
    assert change.compact() == {
        "table": "stall.teas",
        "key": "green",
        "before": {"stock": 3},
        "after": {"stock": 2},
    }


def test_search_finds_new_rows_and_forgets_deleted_ones() -> None:
    state = State(stall_base().tables)
    assert next(tea.id for tea, _ in state.search(TEAS, "green tea")) == "green"
    state.put(TEAS, Tea("new", "jasmine green tea", 1, 1))
    state.delete(TEAS, "green")
    found = [tea.id for tea, _ in state.search(TEAS, "green tea")]
    assert found[0] == "new"
    assert "green" not in found
