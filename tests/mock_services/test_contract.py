"""Every tool of every service keeps the contract, in one world with all of them and somebody else's life in it.

``make fuzz`` does the same with many more calls, other ones each time.
"""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import settings

from mock_services.base import base_world
from mock_services.registry import default_registry
from mock_services.testing import Stage
from tests.mock_services.contract_samples import SAMPLES, arrange, neighbour

FUZZ = settings.get_current_profile_name() == "fuzz"


@lru_cache
def stage() -> Stage:
    return Stage(base_world(), arrange=arrange, samples=SAMPLES, stranger=neighbour)


@pytest.mark.parametrize("tool", sorted(default_registry().tools))
def test_the_tool_keeps_the_contract(tool: str) -> None:
    stage().check(tool, examples=400 if FUZZ else 12, repeatable=not FUZZ)


def test_the_neighbour_has_something_of_everything_that_belongs_to_people() -> None:
    theirs = {table for table, _ in stage().strangers.rows}
    assert theirs >= {
        *("people.people", "people.addresses", "people.contacts", "user.calendar", "user.preferences"),
        *("ledger.accounts", "kernel.payables", "kernel.payments", "kernel.notices", "alipay.methods"),
        *("alipay.mandates", "alipay.collects", "alipay.bills", "amap.rides", "flash.orders", "taobao.orders"),
        *("taobao.carts", "taobao.coupons", "taobao.parcels", "fliggy.orders", "fliggy.holds", "fliggy.travellers"),
    }
