"""A refund returns to the sources that paid, each its share, however often and in whatever parts it comes back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import HOUR
from mock_services.invariants import check
from mock_services.payables import PAYMENTS, REFUNDS
from mock_services.world import World
from tests.mock_services.alipay_world import balances, city_world, ok, order

amounts = st.integers(1250, 40_000)
parts = st.lists(st.one_of(st.integers(1, 50), st.integers(1, 40_000)), max_size=12)


def paid_from_both(fen: int, in_wallet: int) -> tuple[World, str]:
    """A trade paid from the wallet as far as that goes (``in_wallet`` fen), and the rest of it on credit."""
    world = city_world()
    world.arrange("alipay", "spend", {"method_id": "wallet", "amount": f"{(50_000 - in_wallet) / 100:.2f}"})
    trade = order(world, f"{fen / 100:.2f}")
    args = {"out_trade_no": trade, "request_no": "r1", "method_id": "wallet", "rest_method_id": "credit"}
    return world, str(ok(world, "alipay_pay", **args)["payment_id"])


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(amounts, st.integers(1, 39_999), parts)
def test_partial_refunds_of_two_sources_keep_the_split(fen: int, in_wallet: int, asked: list[int]) -> None:
    world, payment_id = paid_from_both(fen, in_wallet)
    before = balances(world)
    wanted = [*asked, fen]  # whatever is left in the end comes back too
    for most in wanted:
        payment = world.state.get(PAYMENTS, payment_id)
        assert payment is not None
        part = min(most, payment.fen - payment.refunded_fen)
        if part == 0:
            continue
        refund = world.ctx.payables.refund(payment, part, "came back")
        assert sum(share for _, share in refund.sources) == part
        returned = dict.fromkeys((account for account, _ in payment.sources), 0)
        for row in world.state.find(REFUNDS, "out_trade_no", payment.out_trade_no):
            for account, share in row.sources:
                returned[account] += share
        so_far = sum(returned.values())
        for account, gave in payment.sources:
            assert 0 <= returned[account] <= gave
            assert abs(returned[account] * fen - so_far * gave) < fen * len(payment.sources), "its share, to the fen"
        assert check(world) == []
    world.advance(world.now + HOUR)
    gained = {kind: now - before[kind] for kind, now in balances(world).items()}
    assert gained == {"wallet": min(in_wallet, fen), "card": 0, "credit": fen - min(in_wallet, fen)}
    assert check(world) == []


def test_the_receipt_shows_where_each_part_went_back_to() -> None:
    world, payment_id = paid_from_both(30_000, 10_000)
    for fen in (100, 14_900, 15_000):
        payment = world.state.get(PAYMENTS, payment_id)
        assert payment is not None
        world.ctx.payables.refund(payment, fen, "came back")
    shown = ok(world, "alipay_receipt", payment_id=payment_id)
    split = [[(source["method_id"], source["amount"]) for source in refund["sources"]] for refund in shown["refunds"]]
    assert split == [
        [("wallet", "0.34"), ("credit", "0.66")],
        [("wallet", "49.66"), ("credit", "99.34")],
        [("wallet", "50.00"), ("credit", "100.00")],
    ]
