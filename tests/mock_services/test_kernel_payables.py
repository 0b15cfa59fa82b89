"""Payables: what is paid, paid twice, refunded and held in escrow, and that no fen is lost on the way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.clock import DAY, HOUR, MINUTE, SECOND
from mock_services.errors import InternalError, Rejected, Unavailable
from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.past import paid_before
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS, Line, Payable
from mock_services.world import World
from tests.mock_services.kernel_stall import ORDERS, START, stall_world

WALLET, CARD, CREDIT = "wallet:U1", "card:U1:6222", "credit:U1"


def owe(world: World, fen: int = 1000, *, escrow: bool = False, ref: str = "R1") -> Payable:
    return world.ctx.payables.open(
        service="stall",
        ref=ref,
        payee="stall",
        payee_name="Tea stall",
        subject="tea",
        category="food",
        lines=(Line("tea", 1, fen),),
        expires_at=world.now + 15 * MINUTE,
        escrow=escrow,
    )


def balance(world: World, account: str) -> int:
    return world.ctx.ledger.balance(account)


def in_total(world: World) -> int:
    return sum(account.fen for account in world.state.scan(ACCOUNTS))


def test_a_second_payment_is_taken_until_the_payee_has_heard_of_the_first() -> None:
    world = stall_world()
    payable = owe(world)
    pay = world.ctx.payables.pay
    pay(payable, request_no="a", sources=[(WALLET, 1000)])
    pay(world.ctx.payables.get(payable.out_trade_no), request_no="b", sources=[(WALLET, 1000)])
    assert balance(world, "merchant:stall") == 2000
    world.advance(world.now + 90 * SECOND)
    with pytest.raises(Rejected) as refused:
        pay(world.ctx.payables.get(payable.out_trade_no), request_no="c", sources=[(WALLET, 1000)])
    assert refused.value.code == "TRADE_HAS_SUCCESS"
    assert balance(world, WALLET) == 8000


def test_the_service_hears_once_of_a_trade_paid_twice() -> None:
    world = stall_world()
    made = world.call("stall_order", {"tea": "green"}).data
    for request_no in ("a", "b"):
        payable = world.ctx.payables.get(made["out_trade_no"])
        world.ctx.payables.pay(payable, request_no=request_no, sources=[(WALLET, 1250)])
    world.advance(world.now + HOUR)
    order = world.state.get(ORDERS, made["order_id"])
    assert order is not None
    assert (order.state, order.heard) == ("paid", 1)


def test_what_is_not_paid_in_time_closes_and_is_restocked() -> None:
    world = stall_world()
    made = world.call("stall_order", {"tea": "black"}).data
    assert world.call("stall_tea", {"tea": "black"}).data["stock"] == 0
    world.advance(world.now + 15 * MINUTE)
    assert world.call("stall_tea", {"tea": "black"}).data["stock"] == 1
    with pytest.raises(Unavailable) as refused:
        world.ctx.payables.pay(world.ctx.payables.get(made["out_trade_no"]), request_no="a", sources=[(WALLET, 800)])
    assert refused.value.code == "TRADE_HAS_CLOSE"


def test_a_trade_of_somebody_else_does_not_exist() -> None:
    world = stall_world()
    payable = owe(world)
    world.ctx.person_id = "U2"
    with pytest.raises(Rejected) as refused:
        world.ctx.payables.get(payable.out_trade_no)
    assert refused.value.code == "TRADE_NOT_EXIST"


@pytest.mark.parametrize("success", [True, False])
def test_a_pending_payment_holds_the_money_until_the_bank_answers(success: bool) -> None:
    world = stall_world()
    payable = owe(world)
    payment = world.ctx.payables.pay(payable, request_no="a", sources=[(WALLET, 1000)], pending_s=180)
    assert (balance(world, WALLET), balance(world, "merchant:stall")) == (9000, 0)
    assert balance(world, f"transit:{payment.id}") == 1000
    if success:
        world.advance(world.now + 180 * SECOND)
    else:
        world.ctx.payables.clear(payment.id, success=False)
        world.advance(world.now + HOUR)
    found = world.state.get(PAYMENTS, payment.id)
    assert found is not None
    assert found.state == ("success" if success else "failed")
    assert balance(world, f"transit:{payment.id}") == 0
    assert (balance(world, WALLET), balance(world, "merchant:stall")) == ((9000, 1000) if success else (10_000, 0))


def test_a_pending_payment_that_comes_too_late_goes_back() -> None:
    world = stall_world()
    payable = owe(world)
    world.ctx.payables.pay(payable, request_no="a", sources=[(WALLET, 1000)], pending_s=1000)
    world.advance(world.now + HOUR)
    assert balance(world, WALLET) == 10_000
    assert world.ctx.payables.get(payable.out_trade_no).state == "closed"


def test_escrow_is_released_once_and_refunded_from_whoever_holds_it() -> None:
    world = stall_world()
    payables = world.ctx.payables
    payable = owe(world, 1000, escrow=True)
    payment = payables.pay(payable, request_no="a", sources=[(WALLET, 1000)])
    escrow = f"escrow:{payable.out_trade_no}"
    assert (balance(world, escrow), balance(world, "merchant:stall")) == (1000, 0)
    payables.refund(payment, 300, "scratched")
    assert payables.release(payable.out_trade_no) == 700
    assert payables.release(payable.out_trade_no) == 0
    rest = world.state.get(PAYMENTS, payment.id)
    assert rest is not None
    payables.refund(rest, 700, "returned")
    assert (balance(world, escrow), balance(world, "merchant:stall")) == (0, 0)
    world.advance(world.now + HOUR)
    assert balance(world, WALLET) == 10_000
    assert payables.get(payable.out_trade_no).state == "refunded"


SPLITS = st.lists(st.integers(1, 4000), min_size=1, max_size=3)


@given(SPLITS, st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_a_refund_returns_to_each_source_its_share_and_in_the_end_exactly_what_it_gave(
    parts: list[int], weights: list[int]
) -> None:
    world = stall_world()
    payables = world.ctx.payables
    gave = dict(zip((WALLET, CARD, CREDIT), parts, strict=False))
    fen = sum(parts)
    before = {account: balance(world, account) for account in gave}
    payment = payables.pay(owe(world, fen), request_no="a", sources=list(gave.items()))
    # Cuts the amount into pieces in the proportion of the weights.
    marks = sorted({fen * sum(weights[:i]) // sum(weights) for i in range(len(weights) + 1)})
    returned = dict.fromkeys(gave, 0)
    for low, high in pairwise(marks):
        current = world.state.get(PAYMENTS, payment.id)
        assert current is not None
        refund = payables.refund(current, high - low, "part")
        assert sum(share for _, share in refund.sources) == high - low
        for account, share in refund.sources:
            returned[account] += share
            assert share > 0
            assert returned[account] <= gave[account]
            # Rounding moves a source by less than one fen for each of the sources.
            assert abs(returned[account] - high * gave[account] / fen) < len(gave)
    assert returned == gave
    world.advance(world.now + HOUR)
    assert {account: balance(world, account) for account in gave} == before
    assert in_total(world) == 0
    done = world.state.get(PAYMENTS, payment.id)
    assert done is not None
    with pytest.raises(InternalError):
        payables.refund(done, 1, "too much")


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["owe", "pay", "pending", "refund", "release", "close", "wait", "clear", "fail"]),
        st.integers(0, 5),
        st.integers(1, 3000),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(ACTIONS)
def test_no_order_of_events_loses_or_makes_money(actions: list[tuple[str, int, int]]) -> None:
    world = stall_world()
    payables = world.ctx.payables
    for turn, (action, which, fen) in enumerate(actions):
        trades = list(world.state.scan(PAYABLES))
        payments = list(world.state.scan(PAYMENTS))
        if action == "owe":
            owe(world, fen, escrow=which % 2 == 0, ref=f"R{turn}")
        elif action == "wait":
            world.advance(world.now + fen * SECOND)
        elif action in ("pay", "pending") and trades:
            trade = trades[which % len(trades)]
            pending_s = fen if action == "pending" else 0
            mark, before = len(world.state.journal), world.state.digest()
            try:
                payables.pay(trade, request_no=f"{turn}", sources=[(WALLET, trade.fen)], pending_s=pending_s)
            except (Rejected, Unavailable):
                world.undo(mark)
                assert world.state.digest() == before
        elif action in ("release", "close") and trades:
            getattr(payables, action)(trades[which % len(trades)].out_trade_no)
        elif action == "refund" and trades:
            payables.refund_order(trades[which % len(trades)].ref, fen, "sorry")
        elif payments:
            payables.clear(payments[which % len(payments)].id, success=action == "clear")
        assert in_total(world) == 0
        assert balance(world, WALLET) >= 0
    world.advance(world.now + DAY)
    for payment in world.state.scan(PAYMENTS):
        refunds = [row for row in world.state.scan(REFUNDS) if row.payment_id == payment.id]
        assert payment.state in ("success", "failed")
        assert payment.refunded_fen == sum(row.fen for row in refunds) <= payment.fen
        assert all(row.state == "arrived" for row in refunds)
    kept = sum(p.fen - p.refunded_fen for p in world.state.scan(PAYMENTS) if p.state == "success")
    assert balance(world, WALLET) == 10_000 - kept
    assert all(a.fen == 0 for a in world.state.scan(ACCOUNTS) if a.kind == "transit")


def test_a_trade_of_the_past_leaves_balances_as_they_are_and_nothing_scheduled() -> None:
    world = stall_world()
    due = world.next_due()
    made = paid_before(
        world.ctx,
        times=(START - DAY, START - DAY + MINUTE),
        service="stall",
        ref="R9",
        payee="stall",
        payee_name="Tea stall",
        subject="tea",
        category="food",
        lines=(Line("tea", 2, 2500),),
        account=WALLET,
    )
    assert [payment.at for payment in made] == [START - DAY, START - DAY + MINUTE]
    assert (balance(world, WALLET), balance(world, "merchant:stall")) == (10_000, 5000)
    trade = world.ctx.payables.get(made[0].out_trade_no)
    assert (trade.state, trade.created_at) == ("settled", START - DAY)
    stamps = {posting.at for posting in world.state.find(POSTINGS, "ref", trade.out_trade_no)}
    assert stamps == {START - DAY, START - DAY + MINUTE}
    assert world.next_due() == due
    assert in_total(world) == 0
