"""Every state machine of the city, lived through: what is drawn happens, and what is not drawn is refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mock_services.base import base_world, machine_tables
from mock_services.lifecycle import Machine
from mock_services.pipeline import Reply
from mock_services.registry import default_registry
from mock_services.tables import Table
from mock_services.world import World
from tests.mock_services.life_stories import STORIES, Story
from tui.cli import drawings

NIGHTS = {"check_in": "2026-03-14", "check_out": "2026-03-16"}
MACHINES = machine_tables(default_registry())
DOCS = Path(__file__).parents[2] / "docs" / "state-machines.md"

CALLS: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("alipay.mandates", "suspend"): ("alipay_mandate_suspend", {}),
    ("alipay.mandates", "revoke"): ("alipay_mandate_revoke", {}),
    ("amap.rides", "cancel"): ("amap_ride_cancel", {}),
    ("flash.orders", "cancel"): ("flash_order_cancel", {}),
    ("fliggy.holds", "book"): ("fliggy_flight_book", {"request_no": "n"}),
    ("fliggy.holds", "release"): ("fliggy_flight_hold_release", {}),
    ("fliggy.orders", "cancel"): ("fliggy_order_cancel", {}),
    ("fliggy.orders", "change"): ("fliggy_order_change", {"new_id": "G1-20260312", "request_no": "n"}),
    ("taobao.orders", "cancel"): ("taobao_order_cancel", {}),
    ("taobao.orders", "confirm_receipt"): ("taobao_confirm_receipt", {}),
    ("taobao.orders", "ask_refund"): ("taobao_after_sale_apply", {"kind": "refund_only", "reason": "quality"}),
    ("taobao.after_sales", "withdraw"): ("taobao_after_sale_cancel", {}),
}
"""How an agent asks for an event of a machine; the row's key goes into the tool's object argument."""

SAID_FIRST = {("taobao.orders", "ask_refund", "refunding"): "AFTER_SALE_EXISTS"}
"""Refusals that say more than that the state is wrong."""

DONE_ALREADY = {
    ("alipay.mandates", "suspend", "SUSPENDED"),
    ("alipay.mandates", "revoke", "CANCELLED"),
    ("alipay.mandates", "revoke", "TERMINATE"),
}
"""What is asked for is so already: the call succeeds and changes nothing."""


class Lived:
    """What happened in all stories: the moves, and a world with a row in each state that it was in."""

    def __init__(self) -> None:
        self.moves: set[tuple[str, str, str, str]] = set()
        self.stops: dict[tuple[str, str], tuple[World, str]] = {}
        self.names = {id(table.machine): name for name, table in MACHINES.items()}

    def watch(self, world: World, table: Table[Any], key: str) -> None:
        row = world.ctx.get(table, key)
        assert table.machine is not None
        self.stops.setdefault((table.name, getattr(row, table.machine.field)), (world.fork(), key))


@cache
def lived() -> Lived:
    """Live through all stories once, with a witness in the machine's own methods."""
    seen = Lived()
    target, shown = Machine.target, Machine.shown

    def witness(machine: Machine, state: str, event: str, to: str = "") -> str:
        found = target(machine, state, event, to)
        seen.moves.add((seen.names[id(machine)], state, event, found))
        return found

    def witness_shown(machine: Machine, state: str, event: str) -> str:
        found = shown(machine, state, event)
        if found != state:
            seen.moves.add((seen.names[id(machine)], state, event, found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "target", witness)
        patch.setattr(Machine, "shown", witness_shown)
        for story in STORIES:
            story(Story(seen.watch))
    return seen


def test_every_move_that_is_declared_happens_in_some_story() -> None:
    declared = {
        (name, arrow.source, arrow.event, arrow.target)
        for name, table in MACHINES.items()
        for arrow in drawings.machine_of(table).arrows
    }
    assert sorted(declared - lived().moves) == []


def refusals() -> Iterator[tuple[str, str, str]]:
    for name, event in CALLS:
        machine = drawings.machine_of(MACHINES[name])
        stored = {arrow.target for arrow in machine.arrows if not arrow.shown} | set(machine.initial)
        for state in machine.states:
            if state in stored and state not in machine.sources(event):
                yield name, event, state


@pytest.mark.parametrize(("name", "event", "state"), sorted(refusals()))
def test_an_agent_that_asks_for_a_move_that_is_not_drawn_is_refused_by_the_machines_code(
    name: str, event: str, state: str
) -> None:
    stop, key = lived().stops[name, state]
    world, table = stop.fork(), MACHINES[name]
    before = world.ctx.get(table, key)
    reply = asked(world, name, event, key, before)
    assert world.ctx.get(table, key) == before
    if (name, event, state) in DONE_ALREADY:
        assert reply.ok
        return
    assert reply.error is not None, reply.data
    code = SAID_FIRST.get((name, event, state), drawings.machine_of(table).refusal)
    assert reply.error["code"] == code


def asked(world: World, name: str, event: str, key: str, row: Any) -> Reply:
    """What an agent is answered that asks for an event of a row."""
    tool, args = CALLS[name, event]
    if (name, event) == ("fliggy.holds", "book"):
        held_for = [guest.traveller_id for guest in row.guests]
        args = {**args, "itinerary_id": row.offer.product_id, "travellers": held_for, "hold_id": key}
    elif (name, event) == ("fliggy.orders", "change") and row.kind == "hotel":
        tool, args = "fliggy_hotel_change", {**NIGHTS, "order_id": key, "request_no": "n"}
    else:
        args = {**args, world.base.registry.tool(tool).obj: key}
    return world.call(tool, args)


def test_every_event_of_an_agent_is_asked_for_here() -> None:
    asked = {
        (name, arrow.event)
        for name, table in MACHINES.items()
        for arrow in drawings.machine_of(table).arrows
        if arrow.who == "agent"
    }
    assert asked == set(CALLS)


def test_no_row_of_the_catalogue_is_in_the_middle_of_its_life() -> None:
    base = base_world()
    assert not [name for name in MACHINES if base.tables.rows[name]]


def test_the_page_of_the_docs_is_what_the_code_says() -> None:
    assert DOCS.read_text(encoding="utf-8") == drawings.page(MACHINES) + "\n", (
        "run: banshi machines --markdown > docs/state-machines.md"
    )
