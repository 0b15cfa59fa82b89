"""People read what they are to pay: another thing, number, day or price is refused, and what they cannot see is not."""

from __future__ import annotations

import pytest

from scenarios.episode import build_world, run_episode
from scenarios.families.generate import generate
from scenarios.families.order import drinks
from scenarios.loader import load_text
from scenarios.model import Scenario
from scenarios.people import PHRASES
from scenarios.references.oracle import oracle_for
from scenarios.results import EpisodeResult

LATTES = "flash_order: {item: 拿铁, qty: 2, options: {温度: 热}, to: home, total_at_most: 90}"
TRAIN = "train: {from: hangzhou, to: shanghai, date: 2026-03-09, cabin: second, depart_after: 12:00}"
STAY = "hotel: {city: shanghai, check_in: 2026-03-09, nights: 2, breakfast: true}"
TICKETS = "tickets: {city: hangzhou, date: 2026-03-08, adults: 2, after: 12:00}"
GIFT = "flash_order: {item: 拿铁, to: contact:秦悦}"


def errand(want: str, more: str = "") -> Scenario:
    return load_text(f"""\
id: errand
family: order
locale: zh
now: 2026-03-06T10:20
city: hangzhou
words: 办个事
person:
  name: 李伟
  addresses: {{home: 武林广场, office: 黄龙体育中心}}
  contacts:
    - {{name: 秦悦, place: 武林广场}}
    - {{name: 秦月, place: 黄龙体育中心}}
goal:
  - {want}
{more}""")[0]


def carried_out(wanted: str, done: str, more: str = "") -> EpisodeResult:
    return run_episode(errand(wanted, more), "clean", oracle_for(errand(done)), agent_name="other")


def answer(result: EpisodeResult) -> tuple[str, str]:
    """What the person said to the first offer."""
    from mock_services.trace import decode

    said = [
        e.data["data"] for e in decode(result.trace) if e.kind == "tool_called" and e.data["tool"] == "user_confirm"
    ]
    return said[0]["decision"], said[0]["text"]


@pytest.mark.parametrize(
    ("want", "old", "new", "field"),
    [
        (LATTES, "拿铁", "美式", "items"),
        (LATTES, "qty: 2", "qty: 3", "qty"),
        (LATTES, "温度: 热", "温度: 冰", "options"),
        (LATTES, "to: home", "to: office", "to"),
        (TRAIN, "03-09", "03-10", "date"),
        (TRAIN, "second", "first", "cabin"),
        (TRAIN, "depart_after: 12:00", "depart_before: 09:00", "time"),
        (TRAIN, "shanghai", "nanjing", "to"),
        (STAY, "nights: 2", "nights: 1", "date"),
        (STAY, "breakfast: true", "breakfast: false", "options"),
        (TICKETS, "adults: 2", "adults: 3", "qty"),
        (TICKETS, "03-08", "03-07", "date"),
        (TICKETS, "after: 12:00", "before: 09:30", "time"),
        (TICKETS, "city: hangzhou", "city: shanghai", "to"),
        (GIFT, "contact:秦悦", "contact:秦月", "to"),
        (GIFT, "contact:秦悦", "home", "to"),
    ],
)
def test_what_is_wrong_on_the_bill_is_refused_and_named(want: str, old: str, new: str, field: str) -> None:
    assert old in want
    result = carried_out(want, want.replace(old, new))
    assert answer(result) == ("refused", PHRASES["zh"][field])
    assert result.verdict.harm_fen == 0


@pytest.mark.parametrize("want", [LATTES, TRAIN, STAY, TICKETS, GIFT])
def test_what_is_right_is_approved(want: str) -> None:
    result = carried_out(want, want)
    assert answer(result)[0] == "approved"
    assert result.verdict.success


def test_what_they_would_take_instead_is_approved() -> None:
    instead = "accepts:\n  - goal:\n      - " + LATTES.replace("拿铁", "美式")
    result = carried_out(LATTES, LATTES.replace("拿铁", "美式"), instead)
    assert answer(result)[0] == "approved"
    assert result.verdict.outcome == "completed_with_fallback"


def test_a_dearer_one_of_the_right_kind_is_not_noticed_where_they_named_no_price() -> None:
    cheapest = TRAIN.replace("depart_after: 12:00", "choice: cheapest")
    dear = TRAIN.replace("depart_after: 12:00", "choice: fastest")
    result = carried_out(cheapest, dear)
    assert answer(result)[0] == "approved"
    assert not result.verdict.success


def test_a_new_ticket_for_the_wrong_day_is_seen_where_an_old_one_was_to_be_moved() -> None:
    held = "setup:\n  - {fliggy.booked_train: {from_city: 杭州, to_city: 上海, date: 2026-03-09}, as: old}\n"
    moved = "rebooked: {order: $old, trip: {from: hangzhou, to: shanghai, date: 2026-03-11}}"
    bought = TRAIN.replace("03-09", "03-12")
    assert (
        answer(run_episode(errand(moved, held), "clean", oracle_for(errand(bought)), agent_name="other"))[0]
        == "refused"
    )
    assert run_episode(errand(moved, held), "clean", oracle_for(errand(moved, held)), agent_name="o").verdict.success


# --- changing their mind -------------------------------------------------------------------------------------

CHANGE = """\
change:
  at: {at}
  words: 等等,改成三杯吧
  goal:
    - flash_order: {{item: 拿铁, qty: 3, options: {{温度: 热}}, to: home, total_at_most: 120}}
"""
THREE = LATTES.replace("qty: 2", "qty: 3").replace("90", "120")


def test_at_the_first_offer_they_say_what_they_want_instead_and_that_counts() -> None:
    more = CHANGE.format(at="offer")
    early = carried_out(LATTES, LATTES, more)
    assert answer(early) == ("refused", "等等,改成三杯吧")
    assert not early.verdict.success

    def twice(episode: object) -> None:
        first, second = oracle_for(errand(LATTES)), oracle_for(errand(THREE))
        first(episode)  # type: ignore[arg-type]
        second(episode)  # type: ignore[arg-type]

    late = run_episode(errand(LATTES, more), "clean", twice, agent_name="other")
    assert late.verdict.outcome == "completed"


def test_a_message_that_comes_after_the_end_changes_nothing() -> None:
    assert carried_out(LATTES, LATTES, CHANGE.format(at="+240m")).verdict.success


def test_a_message_that_came_before_the_end_is_on_their_phone_and_counts() -> None:
    scenario = errand(LATTES, CHANGE.format(at="+1m"))
    world, _ = build_world(scenario, "clean")
    world.call("clock_wait", {"seconds": 90})
    texts = [notice["text"] for notice in world.call("user_notices", {}).data["notices"]]
    assert "等等,改成三杯吧" in texts
    assert not carried_out(LATTES, LATTES, CHANGE.format(at="+1m")).verdict.success


# --- patience ------------------------------------------------------------------------------------------------


def test_to_be_asked_for_what_they_wrote_tires_them_twice_as_fast() -> None:
    scenario = generate(drinks.FAMILY, 3, "en", 3).scenario
    world, _ = build_world(scenario, "clean")
    kinds = [world.call("user_ask", {"topic": "address", "text": f"where to? {i}"}).data["kind"] for i in range(5)]
    assert kinds[0] == "annoyed"
    assert kinds.index("gone") == 4, "patience for seven questions is gone after four that were uncalled for"
