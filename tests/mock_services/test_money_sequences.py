"""Whatever an agent does, whatever breaks and however late it comes: the money is right at every step.

Random sequences of real tool calls (orders everywhere, payments single, double, split and within a mandate,
cancellations, refunds, mandates, transfers) under random faults; every rule of :mod:`mock_services.invariants` is
checked after every call and after every event that happens on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.base import base_world
from mock_services.clock import DAY, SECOND, parse_iso
from mock_services.context import Ctx
from mock_services.faults import Fault, PlannedFaults
from mock_services.invariants import check
from mock_services.payables import PAYABLES, PAYMENTS, REFUNDS
from mock_services.person import Decision, Nobody
from mock_services.pipeline import Pipeline
from mock_services.world import World
from tests.mock_services import contract_samples as samples

ORDERS = (
    "flash_order_create",
    "taobao_order_create",
    "amap_ride_order",
    "fliggy_train_book",
    "fliggy_hotel_book",
    "fliggy_ticket_book",
    "fliggy_flight_book",
    "alipay_utility_bill_open",
)
GIVING_UP = {"flash": "flash_order_cancel", "taobao": "taobao_order_cancel", "fliggy": "fliggy_order_cancel"}
MANDATE = {
    "purpose": "things",
    "categories": ["food", "goods", "ride", "travel", "ticket", "bill"],
    "single_limit": "4000",
    "period": "week",
    "period_limit": "6000",
    "count": 3,
    "method_ids": ["card:6222", "wallet"],
    "valid_to": "2026-04-01T00:00",
}


class Easy(Nobody):
    """Approves whatever it is."""

    def approve_mandate(self, ctx: Ctx, terms: dict[str, Any]) -> Decision:
        return Decision("approved", seconds=5)


@lru_cache
def town() -> tuple[World, str, dict[str, Mapping[str, Any]]]:
    """A furnished world, a mandate for everything, and for each order tool arguments that it takes there."""
    world = World(base_world(), start=parse_iso("2026-03-05T09:40:00", 480), person=Easy())
    samples.arrange(world)
    mandate = str(world.arrange("alipay", "mandate", MANDATE))
    args: dict[str, Mapping[str, Any]] = {}
    for tool in ORDERS:
        sample = samples.SAMPLES[tool][0]
        args[tool] = sample(world) if callable(sample) else sample
    return world, mandate, args


which = st.sampled_from((0, 0, 0, 1, 2))
pays = st.tuples(
    st.sampled_from(("pay", "pay", "pay", "pay again", "pay within", "pay within", "prepay")),
    which,
    st.sampled_from(("", "wallet", "wallet", "card:6222", "credit")),
    st.sampled_from(("", "card:6222", "credit")),
)
steps = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(ORDERS)),
    st.tuples(st.just("order"), st.sampled_from(ORDERS)),
    pays,
    pays,
    pays,
    st.tuples(st.sampled_from(("give up", "give up", "refund request", "after sale", "confirm")), which),
    st.tuples(st.just("wait"), st.sampled_from((30, 60, 120, 600, 1800, 7200, 100_000))),
    st.tuples(st.just("wait"), st.sampled_from((30, 60, 120, 600, 1800, 7200, 100_000))),
    st.tuples(st.just("mandate"), st.sampled_from(("apply", "suspend", "resume", "revoke"))),
    st.tuples(st.just("spend"), st.sampled_from((20, 300))),
    st.tuples(st.sampled_from(("transfer", "collect"))),
)
openings = st.tuples(
    st.tuples(st.just("spend"), st.sampled_from((20, 300, 20_000))),
    st.tuples(st.just("order"), st.sampled_from(ORDERS)),
    st.tuples(st.sampled_from(("pay", "pay within")), st.just(0), st.sampled_from(("", "wallet")), st.just("credit")),
    st.one_of(pays, st.tuples(st.just("wait"), st.sampled_from((30, 120, 1800))), st.just(("give up", 0))),
)
PAYING = ("alipay_pay", "alipay_mandate_pay", "alipay_transfer")
faults = st.one_of(
    st.builds(Fault, st.sampled_from(("timeout", "connection_reset")), st.sampled_from((*PAYING, *ORDERS)),
              phase=st.sampled_from(("before", "lost_ack"))),
    st.builds(Fault, st.just("timeout"), st.sampled_from((*PAYING, *ORDERS)), phase=st.just("late")),
    st.builds(Fault, st.sampled_from(("ghost_success", "duplicate_delivery")), st.sampled_from((*PAYING, *ORDERS))),
    st.builds(Fault, st.just("payment_pending"), st.sampled_from(PAYING),
              params=st.fixed_dictionaries({"seconds": st.sampled_from((60, 1200)),
                                            "outcome": st.sampled_from(("success", "failed"))})),
    st.builds(Fault, st.just("payment_declined"), st.sampled_from(PAYING)),
    st.builds(Fault, st.just("duplicate_notification"), st.sampled_from(PAYING[:2])),
    st.builds(Fault, st.just("out_of_order_notification"), st.sampled_from(PAYING),
              params=st.fixed_dictionaries({"missed": st.integers(1, 4)})),
    st.builds(Fault, st.just("mandate_revoked"), st.just("alipay_mandate_pay")),
    st.builds(Fault, st.sampled_from(("merchant_cancels", "delivery_slip", "sold_out", "hotel_overbooked",
                                      "flight_cancelled", "price_change")),
              service=st.sampled_from(("flash", "taobao", "fliggy", "amap")), attempts=st.just((1, 2, 3))),
)  # fmt: skip


class Agent:
    """Acts on what it has ordered; most of what it tries is refused, which is as good a test."""

    def __init__(self, plan: list[Fault]) -> None:
        prepared, self.mandate, self.args = town()
        self.world = prepared.fork()
        self.world.pipeline = Pipeline(self.world, PlannedFaults(tuple(plan)))
        self.before = {payment.id for payment in self.world.state.scan(PAYMENTS)}
        self.trades: list[str] = []
        self.prepaid = {"": ""}
        self.numbers: dict[str, str] = {}
        self.count = 0

    def act(self, step: tuple[Any, ...]) -> None:
        """Do one step; nothing has to succeed."""
        self.count += 1
        kind, *rest = step
        getattr(self, f"_{kind.replace(' ', '_')}")(*rest)
        self.check(step)

    def check(self, step: Any) -> None:
        """Every rule holds."""
        assert check(self.world) == [], step

    def call(self, tool: str, **args: Any) -> Any:
        reply = self.world.call(tool, args)
        return reply.data if reply.ok else None

    def trade(self, back: int) -> str:
        return self.trades[-1 - back] if back < len(self.trades) else "none"

    def _order(self, tool: str) -> None:
        args = dict(self.args[tool])
        if "request_no" in args:
            args["request_no"] = f"o{self.count}"
        self.world.call(tool, args)
        # What was ordered is there, whether it was acknowledged or not.
        known = self.world.state.find(PAYABLES, "payer", self.world.person_id)
        self.trades += [
            row.out_trade_no for row in known if row.out_trade_no not in self.trades and row.state == "open"
        ]

    def _pay(self, back: int, method: str, rest: str) -> None:
        number = self.numbers[self.trade(back)] = f"p{self.count}"
        args = {"out_trade_no": self.trade(back), "request_no": number, "method_id": method, "rest_method_id": rest}
        self.call("alipay_pay", **args, prepay_id=self.prepaid.get(self.trade(back), ""))

    def _pay_again(self, back: int, method: str, rest: str) -> None:
        number = self.numbers.get(self.trade(back), "p0")
        args = {"out_trade_no": self.trade(back), "request_no": number, "method_id": method, "rest_method_id": rest}
        self.call("alipay_pay", **args)

    def _pay_within(self, back: int, method: str, rest: str) -> None:
        args = {"mandate_id": self.mandate, "out_trade_no": self.trade(back), "request_no": f"m{self.count}"}
        self.call("alipay_mandate_pay", **args, method_id=method)

    def _prepay(self, back: int, method: str, rest: str) -> None:
        args = {"out_trade_no": self.trade(back), "method_id": method, "rest_method_id": rest}
        prepared = self.call("alipay_order_prepay", **args)
        if prepared:
            self.prepaid[self.trade(back)] = prepared["prepay_id"]

    def _give_up(self, back: int) -> None:
        payable = self.world.state.get(PAYABLES, self.trade(back))
        if payable is None:
            return
        if payable.service == "amap":
            self.call("amap_ride_cancel", ride_id=payable.ref)
        elif payable.service in GIVING_UP:
            self.call(GIVING_UP[payable.service], order_id=payable.ref)

    def _refund_request(self, back: int) -> None:
        for payment in self.world.state.find(PAYMENTS, "out_trade_no", self.trade(back)):
            self.call("alipay_refund_request", payment_id=payment.id, reason="duplicate")

    def _after_sale(self, back: int) -> None:
        payable = self.world.state.get(PAYABLES, self.trade(back))
        if payable is not None:
            args = {"order_id": payable.ref, "kind": "refund_only", "reason": "late", "request_no": f"a{self.count}"}
            self.call("taobao_after_sale_apply", **args)

    def _confirm(self, back: int) -> None:
        payable = self.world.state.get(PAYABLES, self.trade(back))
        if payable is not None:
            self.call("taobao_confirm_receipt", order_id=payable.ref)

    def _wait(self, seconds: int) -> None:
        until = self.world.now + seconds * SECOND
        while (due := self.world.next_due()) is not None and due <= until:
            self.world.advance(due)
            self.check("on its own")
        self.world.advance(until)

    def _mandate(self, operation: str) -> None:
        if operation == "apply":
            applied = self.call("alipay_mandate_apply", **MANDATE, request_no=f"apply{self.count}")
            self.mandate = applied["mandate_id"] if applied else self.mandate
            self._wait(60)
        else:
            self.call(f"alipay_mandate_{operation}", mandate_id=self.mandate)

    def _spend(self, left: int) -> None:
        # So little is left in the wallet that another method has to pay the rest.
        wallet = f"wallet:{self.world.person_id}"
        more = self.world.ctx.ledger.available(wallet) - left * 100
        if more > 0:
            self.world.arrange("alipay", "spend", {"method_id": "wallet", "amount": f"{more / 100:.2f}"})

    def _transfer(self) -> None:
        self.call("alipay_transfer", payee_account="wangfang", amount="200", request_no=f"t{self.count}")

    def _collect(self) -> None:
        self.call("alipay_collect_request", contact_ids=[samples.contact(self.world)], amount_each="114.00")

    def reached(self) -> set[str]:
        """What the sequence came to, so that one can see that the test looks at what it should."""
        state = self.world.state
        payments = [payment for payment in state.scan(PAYMENTS) if payment.id not in self.before]
        paid = [payment for payment in payments if payment.state == "success"]
        found = {f"paid for {state.get(PAYABLES, p.out_trade_no).service}" for p in paid}  # type: ignore[union-attr]
        found |= {"refunded"} & {"refunded" for refund in state.scan(REFUNDS) if refund.state == "arrived"}
        found |= {"failed" for payment in payments if payment.state == "failed"}
        found |= {"split" for payment in paid if len(payment.sources) > 1}
        found |= {"split and refunded" for payment in paid if len(payment.sources) > 1 and payment.refunded_fen}
        found |= {"part came back" for payment in paid if 0 < payment.refunded_fen < payment.fen}
        found |= {"within a mandate" for payment in paid if payment.mandate_id}
        twice = [payment.out_trade_no for payment in paid]
        return found | {"paid twice" for trade in twice if twice.count(trade) > 1}


def test_the_money_is_right_at_every_step() -> None:
    seen: set[str] = set()

    @settings(max_examples=250, deadline=None, derandomize=True, database=None)
    @given(st.lists(faults, max_size=4), openings, st.lists(steps, min_size=8, max_size=25))
    def sequences(plan: list[Fault], opening: tuple[Any, ...], taken: list[tuple[Any, ...]]) -> None:
        agent = Agent(plan)
        for step in (*opening, *taken):
            agent.act(step)
        agent._wait(3 * DAY // SECOND)
        agent.check("three days later")
        seen.update(agent.reached())

    sequences()
    services = {f"paid for {service}" for service in ("flash", "taobao", "fliggy", "amap", "alipay")}
    assert seen >= services | {
        "refunded", "failed", "split", "split and refunded", "part came back", "within a mandate", "paid twice",
    }  # fmt: skip
