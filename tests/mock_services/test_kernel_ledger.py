"""The ledger: every posting balances, no account falls below its floor, and nothing is posted by halves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_services.errors import InternalError, Unavailable
from mock_services.ledger import ACCOUNTS, BANK, POSTINGS
from mock_services.world import World
from tests.mock_services.kernel_stall import stall_world

ACCOUNT = st.sampled_from(["wallet:U1", "card:U1:6222", "credit:U1", "merchant:stall", "escrow:P1"])
MOVES = st.lists(st.tuples(ACCOUNT, ACCOUNT, st.integers(-20_000, 20_000)), max_size=20)


def total(world: World) -> int:
    return sum(account.fen for account in world.state.scan(ACCOUNTS))


@given(MOVES)
def test_all_accounts_together_are_always_zero(moves: list[tuple[str, str, int]]) -> None:
    world = stall_world()
    ledger = world.ctx.ledger
    for source, target, fen in moves:
        before = world.state.digest()
        try:
            ledger.post("move", "M1", [(source, -fen), (target, fen)])
        except Unavailable:
            assert world.state.digest() == before
        assert total(world) == 0
    for account in world.state.scan(ACCOUNTS):
        assert account.floor is None or account.fen >= account.floor
        assert account.fen == sum(posting.fen for posting in world.state.find(POSTINGS, "account", account.id))
    by_txn: dict[str, int] = {}
    for posting in world.state.scan(POSTINGS):
        by_txn[posting.txn] = by_txn.get(posting.txn, 0) + posting.fen
    assert set(by_txn.values()) <= {0}


@given(st.lists(st.integers(-1000, 1000), max_size=4))
def test_legs_that_do_not_balance_are_our_own_mistake(amounts: list[int]) -> None:
    world = stall_world()
    before = world.state.digest()
    legs = [("merchant:stall", fen) for fen in amounts]
    if amounts and sum(amounts) == 0:
        world.ctx.ledger.post("move", "M1", legs)
        return
    with pytest.raises(InternalError, match="unbalanced"):
        world.ctx.ledger.post("move", "M1", legs)
    assert world.state.digest() == before


def test_a_credit_line_goes_down_to_its_limit_and_no_further() -> None:
    ledger = stall_world(wallet=10_000).ctx.ledger
    assert ledger.available("credit:U1") == 10_000
    ledger.post("payment", "P1", [("credit:U1", -10_000), ("merchant:stall", 10_000)])
    assert (ledger.balance("credit:U1"), ledger.available("credit:U1")) == (-10_000, 0)
    with pytest.raises(Unavailable, match="does not cover"):
        ledger.post("payment", "P1", [("credit:U1", -1), ("merchant:stall", 1)])


def test_several_legs_of_one_account_count_together() -> None:
    ledger = stall_world(wallet=1000).ctx.ledger
    with pytest.raises(Unavailable):
        ledger.post("payment", "P1", [("wallet:U1", -600), ("wallet:U1", -600), ("merchant:stall", 1200)])
    assert ledger.balance("wallet:U1") == 1000


def test_an_opening_balance_comes_from_the_bank() -> None:
    ledger = stall_world(wallet=1000).ctx.ledger
    assert ledger.balance(BANK) == -2000
    with pytest.raises(InternalError, match="opened twice"):
        ledger.open("wallet:U1", "U1", "Wallet")
    with pytest.raises(InternalError, match="no account"):
        ledger.balance("wallet:U2")
