"""The invariants of money: nothing to find in a world that was only used, and each of them finds what breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mock_services.clock import HOUR, MINUTE
from mock_services.errors import InternalError
from mock_services.invariants import RULES, check, check_state, ensure
from mock_services.ledger import ACCOUNTS, POSTINGS
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS, Line
from mock_services.tables import Table
from mock_services.world import World
from tests.mock_services.alipay_world import city_world, ok, order


def lived_in() -> World:
    """A world with a payment, a double payment of which one comes back, and escrow."""
    world = city_world()
    ok(world, "alipay_pay", out_trade_no=order(world), request_no="tea")
    ok(world, "alipay_transfer", payee_account=friend(world), amount="20", request_no="rent")
    twice = order(world, "30")
    for number in ("one", "two"):
        ok(world, "alipay_pay", out_trade_no=twice, request_no=number, method_id="card:6222")
    second = ok(world, "alipay_payment_query", request_no="two")["payment_id"]
    ok(world, "alipay_refund_request", payment_id=second, reason="duplicate")
    world.advance(world.now + 12 * MINUTE)
    held = world.ctx.payables.open(
        service="stall",
        ref="SHELF",
        payee="stall",
        payee_name="Tea stall",
        subject="a pot",
        category="goods",
        lines=(Line("pot", 1, 9_000),),
        expires_at=world.now + HOUR,
        escrow=True,
    )
    ok(world, "alipay_pay", out_trade_no=held.out_trade_no, request_no="pot")
    return world


def friend(world: World) -> str:
    return str(world.arrange("alipay", "payee", {"name": "王芳", "account": "wangfang"}))


def test_a_world_that_was_only_used_breaks_no_rule() -> None:
    world = lived_in()
    assert [refund.state for refund in world.state.scan(REFUNDS)] == ["in_transit"]
    for minutes in (0, 1, 30, 600):
        world.advance(world.now + minutes * MINUTE)
        assert check(world) == []
    assert [refund.state for refund in world.state.scan(REFUNDS)] == ["arrived"]


# --- each rule finds what breaks it --------------------------------------------------------------------------


def overwrite(world: World, table: Table[Any], row: Any, **fields: Any) -> None:
    """Write what no move leads to, in two steps that the state machine does not see as one."""
    world.ctx.delete(table, table.key_of(row))
    world.ctx.put(table, msgspec.structs.replace(row, **fields))


def money_from_nowhere(world: World) -> None:
    account = world.ctx.ledger.account("wallet:U1")
    world.ctx.put(ACCOUNTS, msgspec.structs.replace(account, fen=account.fen + 1))


def lame_transaction(world: World) -> None:
    posting = next(row for row in world.state.scan(POSTINGS) if row.account == "wallet:U1")
    world.ctx.put(POSTINGS, msgspec.structs.replace(posting, fen=posting.fen - 1))


def overdrawn(world: World) -> None:
    account = world.ctx.ledger.account("card:U1:6222")
    world.ctx.put(ACCOUNTS, msgspec.structs.replace(account, floor=account.fen + 1))


def paid_and_open(world: World) -> None:
    trade = world.ctx.payables.get(world.ctx.scan(PAYMENTS)[0].out_trade_no)
    overwrite(world, PAYABLES, trade, state="open")


def settled_without_payment(world: World) -> None:
    trade = world.ctx.payables.get(order(world))
    overwrite(world, PAYABLES, trade, state="settled")


def request_done_twice(world: World) -> None:
    first, second = (row for row in world.state.scan(PAYMENTS) if row.request_no in ("one", "two"))
    world.ctx.put(PAYMENTS, msgspec.structs.replace(second, request_no=first.request_no))


def payment_without_a_trade(world: World) -> None:
    world.ctx.delete(PAYABLES, world.ctx.scan(PAYMENTS)[0].out_trade_no)


def more_back_than_paid(world: World) -> None:
    refund = world.ctx.scan(REFUNDS)[0]
    account, fen = refund.sources[0]
    world.ctx.put(REFUNDS, msgspec.structs.replace(refund, fen=fen + 1, sources=((account, fen + 1),)))


def back_to_another_method(world: World) -> None:
    refund = world.ctx.scan(REFUNDS)[0]
    world.ctx.put(REFUNDS, msgspec.structs.replace(refund, sources=(("wallet:U1", refund.fen),)))


def refund_lost_on_the_way(world: World) -> None:
    refund = world.ctx.scan(REFUNDS)[0]
    world.ctx.put(REFUNDS, msgspec.structs.replace(refund, state="arrived"))


def escrow_of_others(world: World) -> None:
    world.ctx.ledger.post("mix-up", "x", [("escrow:P0", 500), ("merchant:stall", -500)])


def money_gone_without_a_receipt(world: World) -> None:
    world.ctx.ledger.post("mix-up", "x", [("wallet:U1", -500), ("merchant:stall", 500)])


def charged_more_than_the_receipt(world: World) -> None:
    trade = next(row for row in world.state.scan(PAYMENTS) if row.request_no == "tea").out_trade_no
    world.ctx.ledger.post("mix-up", trade, [("wallet:U1", -1), ("merchant:stall", 1)])


PLANTED: list[tuple[Callable[[World], None], str]] = [
    (money_from_nowhere, "zero_sum"),
    (lame_transaction, "balanced"),
    (overdrawn, "floor"),
    (money_from_nowhere, "balance"),
    (paid_and_open, "trade"),
    (settled_without_payment, "trade"),
    (request_done_twice, "paid_once"),
    (payment_without_a_trade, "payment"),
    (more_back_than_paid, "refund"),
    (back_to_another_method, "refund"),
    (refund_lost_on_the_way, "in_transit"),
    (escrow_of_others, "escrow"),
    (money_gone_without_a_receipt, "receipt"),
    (charged_more_than_the_receipt, "receipt"),
]


@pytest.mark.parametrize(("break_it", "rule"), PLANTED)
def test_each_rule_finds_what_breaks_it(break_it: Callable[[World], None], rule: str) -> None:
    world = lived_in()
    break_it(world)
    found = [violation for violation in check_state(world.state) if violation.rule == rule]
    assert found
    assert all(violation.rows for violation in found)
    with pytest.raises(InternalError, match=":"):
        ensure(world)


def test_no_rule_is_without_a_world_that_breaks_it() -> None:
    assert {name for name, _, _ in RULES} == {rule for _, rule in PLANTED}


def test_the_page_on_metrics_lists_every_rule_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
    for name, holds, _ in RULES:
        assert f"| `{name}` | {holds} |" in page
