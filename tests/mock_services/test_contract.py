"""Every tool of every service keeps the contract, in one world with all of them."""

from __future__ import annotations

from functools import lru_cache

import pytest

from mock_services.base import base_world
from mock_services.registry import default_registry
from mock_services.testing import Stage
from tests.mock_services.contract_samples import SAMPLES, arrange


@lru_cache
def stage() -> Stage:
    return Stage(base_world(), arrange=arrange, samples=SAMPLES)


@pytest.mark.parametrize("tool", sorted(default_registry().tools))
def test_the_tool_keeps_the_contract(tool: str) -> None:
    stage().check(tool, examples=16)
