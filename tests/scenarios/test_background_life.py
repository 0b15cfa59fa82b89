"""Background life is a field of the scenario, and off unless it says so."""

from __future__ import annotations

import pytest

from mock_services.base import base_world
from mock_services.clock import DAY, parse_iso
from mock_services.world import World
from scenarios.loader import load_text
from scenarios.staging import stage

START = parse_iso("2026-03-05T09:40:00", 480)

ERRAND = """
id: life-latte
family: order
locale: zh
now: 2026-03-05T09:40
city: hangzhou
life: {life}
words: 点一杯热拿铁
person: {{name: 林晓, addresses: {{home: {{place: 西湖}}}}}}
goal:
  - flash_order: {{item: 拿铁, to: home}}
reveals: {{goal.0: [words]}}
"""


@pytest.mark.parametrize(("life", "lives"), [("calm", False), ("usual", True)])
def test_a_scenario_says_whether_it_wants_that(life: str, lives: bool) -> None:
    (scenario,) = load_text(ERRAND.format(life=life))
    world = World(base_world(), start=START)
    stage(world, scenario)
    world.advance(START + DAY)
    happened = [event for event in world.recorder.events if event.data.get("event") == "life_happens"]
    assert bool(happened) is lives
