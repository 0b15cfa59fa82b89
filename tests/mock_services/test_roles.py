"""An agent holds the payer's side only; what payees do exists in the world and no tool reaches it."""

from __future__ import annotations

import pytest

from mock_services.base import base_world
from mock_services.errors import InternalError
from mock_services.payables import PAYEE_OPERATIONS, Payables
from mock_services.registry import default_registry
from mock_services.service import Args, Result, Service, write
from tests.mock_services.alipay_world import city_world, ok, order


class Nothing(Args):
    """Nothing."""


class Done(Result):
    """Done."""


def test_every_tool_acts_in_the_name_of_the_payer_and_says_what_it_takes() -> None:
    for tool in default_registry().tools.values():
        assert tool.role == "payer", tool.name
        for name, field in tool.parameters.get("properties", {}).items():
            explained = [field, *field.get("anyOf", ())]
            assert any(part.get("description") for part in explained), f"{tool.name}: {name} is not explained"


def test_a_service_with_a_payees_tool_cannot_be_made() -> None:
    class Till(Service):
        name = "till"

        @write(role="payee")
        def refund(self, ctx: object, args: Nothing) -> Done:
            """Give a payment back."""
            return Done()

    with pytest.raises(InternalError, match="till_refund acts as payee"):
        Till()


@pytest.mark.parametrize(("operation", "method"), PAYEE_OPERATIONS.items())
def test_a_payees_operation_is_there_and_is_no_tool(operation: str, method: str) -> None:
    assert callable(getattr(Payables, method))
    name = operation.replace(".", "_")
    assert name not in default_registry().tools
    world = city_world()
    trade = order(world)
    ok(world, "alipay_pay", out_trade_no=trade, request_no="r1")
    before = world.state.digest()
    for asked in (name, f"alipay_{method}", operation):
        reply = world.call(asked, {"out_trade_no": trade, "fen": 1250, "reason": "please"})
        assert reply.error is not None
        assert reply.error["code"] == "UNKNOWN_TOOL"
    assert world.state.digest() == before


def test_the_base_world_knows_no_tool_beyond_the_catalogue() -> None:
    assert {tool.role for tool in base_world().registry.tools.values()} == {"payer"}
