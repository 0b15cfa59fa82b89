"""Several things for the least in all, and an order that goes to another address: what passes, and what does not."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interface import Episode
from mock_services.money import parse_yuan
from scenarios.episode import build_world, run_episode
from scenarios.families.generate import generate
from scenarios.families.order import basket
from scenarios.grading import baskets
from scenarios.loader import load_text
from scenarios.model import Scenario
from scenarios.references.oracle import oracle_for
from scenarios.results import EpisodeResult
from scenarios.wants import Want

THREE = """\
id: three
family: order
locale: zh
base: city:7
now: 2026-03-05T13:20
city: hangzhou
words: 三样一起买,总价最低
person: {name: 李伟, addresses: {home: 武林广场}}
limits: {calls: 400}
setup:
  - {taobao.campaign: {every: 200, off: 30}}
  - {taobao.coupon: {title: 满100减15, threshold: 100, discount: 15}}
goal:
  - taobao_order:
      items:
        - {item: 行李箱, options: {规格: 20寸}}
        - {item: 保温杯, options: {规格: 500ml}}
        - {item: 护眼学习台灯, options: {规格: 白色}}
      to: home
      choice: cheapest
      tolerance: 1
"""


def three() -> Scenario:
    return load_text(THREE)[0]


def one_by_one(scenario: Scenario) -> Scenario:
    """The same things wanted singly: whoever buys so leaves the sale and the coupon out of account."""
    want = next(want.taobao_order for want in scenario.goal if want.taobao_order is not None)
    single = [want.model_copy(update={"items": (item,), "choice": "", "by": None}) for item in want.items]
    return scenario.model_copy(update={"goal": tuple(Want(taobao_order=one) for one in single)})


def test_the_least_is_what_a_checkout_really_costs_and_no_single_purchases_are_as_cheap() -> None:
    scenario = three()
    want = scenario.goal[0].value
    world, names = build_world(scenario, "clean")

    def read(tool: str, args: Any) -> Any:
        reply = world.call(tool, args)
        return reply.data if reply.ok else None

    address = names["address.home"]
    best = baskets.cheapest(read, want, address, None)
    assert best is not None
    shown = read("taobao_checkout_preview", best.args(address))
    assert best.fen == parse_yuan(shown["total"])
    assert parse_yuan(shown["campaign_discount"]) + parse_yuan(shown["discount"]) > 0
    # The sum that the search works with is the one that the market asks for: else it would search for something else.
    sales, coupons = baskets._sales(read), baskets._coupons(read)
    assert baskets._priced(best.variants, coupons, sales).fen == best.fen


_FEN = st.integers(50, 30_000)
_SHOPS = st.sampled_from(("S1", "S2", "S3"))
_VARIANT = st.builds(
    baskets.Variant,
    sku_id=st.text("abc", min_size=1, max_size=2),
    shop_id=_SHOPS,
    shop_kind=st.sampled_from(("tmall", "individual")),
    quantity=st.just(1),
    fen=_FEN,
    fee_fen=st.integers(0, 1_000),
    free_over_fen=_FEN,
)
_COUPON = st.builds(
    baskets.Coupon, id=st.text("xyz", min_size=3, max_size=6), shop_id=st.sampled_from(("", "S1", "S2")),
    over_fen=_FEN, off_fen=st.integers(1, 9_000),
)  # fmt: skip
_SALE = st.builds(
    baskets.Sale, every_fen=st.integers(5_000, 20_000), off_fen=st.integers(1, 4_000),
    most_fen=st.sampled_from((0, 5_000)),
    kinds=st.sampled_from((frozenset({"tmall"}), frozenset({"tmall", "individual"}))),
)  # fmt: skip


@given(
    choices=st.lists(st.lists(_VARIANT, min_size=1, max_size=4), min_size=1, max_size=3),
    coupons=st.lists(_COUPON, max_size=3, unique_by=lambda coupon: coupon.id),
    sales=st.lists(_SALE, max_size=2),
)
def test_what_the_search_leaves_out_is_never_cheaper(
    choices: list[list[baskets.Variant]], coupons: list[baskets.Coupon], sales: list[baskets.Sale]
) -> None:
    rows = [sorted(row, key=lambda one: (one.fen, one.sku_id)) for row in choices]
    every = [baskets._priced(chosen, coupons, sales).fen for chosen in product(*rows)]
    assert baskets._best(rows, coupons, sales).fen == min(every)


def test_who_buys_the_least_in_one_checkout_passes_and_who_buys_each_alone_does_not() -> None:
    scenario = three()
    assert run_episode(scenario, "clean", oracle_for(scenario), agent_name="oracle").verdict.outcome == "completed"
    singly = oracle_for(one_by_one(scenario))
    assert not run_episode(scenario, "clean", singly, agent_name="other").verdict.success
    # It is the price alone that was wrong with it.
    anyhow = load_text(THREE.replace("      choice: cheapest\n", ""))[0]
    assert run_episode(anyhow, "clean", singly, agent_name="other").verdict.outcome == "completed"


def test_a_basket_is_written_only_where_it_pays_to_reckon() -> None:
    scenario = generate(basket.FAMILY, 2, "en", 4).scenario
    alone = run_episode(scenario, "clean", oracle_for(one_by_one(scenario)), agent_name="other")
    assert not alone.verdict.success


# --- to another address --------------------------------------------------------------------------------------

MOVED = """\
id: moved
family: order
locale: zh
now: 2026-03-05T13:20
city: hangzhou
words: 保温杯改送公司
person: {name: 李伟, addresses: {home: 武林广场, company: 西溪湿地}}
setup:
  - {taobao.past_order: {query: 保温杯, address_id: $address.home, created_at: 2026-03-05T11:00, state: paid}, as: cup}
goal:
  - readdressed: {order: $cup, to: company}
"""


def moved(state: str = "paid") -> Scenario:
    return load_text(MOVED.replace("state: paid", f"state: {state}"))[0]


def other(scenario: Scenario, tool: str | None) -> EpisodeResult:
    def agent(episode: Episode) -> None:
        orders = episode.call("taobao_order_list", {})["data"]["orders"]
        if tool is not None:
            episode.call(tool, {"order_id": orders[0]["order_id"]})
        episode.call("user_report", {"status": "done", "text": ""})

    return run_episode(scenario, "clean", agent, agent_name="other")


def test_an_order_is_sent_elsewhere_while_it_is_not_shipped() -> None:
    assert run_episode(moved(), "clean", oracle_for(moved()), agent_name="oracle").verdict.outcome == "completed"
    shipped = moved("shipped")
    assert not run_episode(shipped, "clean", oracle_for(shipped), agent_name="oracle").verdict.success


@pytest.mark.parametrize("tool", [None, "taobao_order_cancel"])
def test_an_order_that_goes_where_it_went_or_not_at_all_is_not_it(tool: str | None) -> None:
    assert not other(moved(), tool).verdict.success
