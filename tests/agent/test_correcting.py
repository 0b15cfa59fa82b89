"""Who refuses an offer and says what is wrong with it is offered the right thing; who says no is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from agent.rules import besides, corrected, objections
from agent.rules.correcting import said_again
from agent.task import AnyGoal, Buy, Item, Part, Task, Trip
from mock_services import trace
from scenarios.episode import run_episode
from scenarios.loader import load_text
from scenarios.results import EpisodeResult
from tests.agent.errand_town import town

LATTES = Buy(id="g1", items=(Item("latte", (Part(2),), "two lattes"),), channel="flash")
SHOES = Buy(id="g1", items=(Item("running shoes", (Part(1),), "running shoes"),), channel="taobao")


@pytest.mark.parametrize(
    ("said", "aspects"),
    [
        ("数量不对。", ("qty",)),
        ("不是这个,我要的是美式", ("items",)),
        ("No, that's the wrong day.", ("date",)),
        ("Wrong size, it should be 42", ("options",)),
        ("Bukan, jumlahnya salah.", ("qty",)),
        ("Alamatnya salah, ke kantor ya", ("to",)),
        ("make it three instead", ("",)),
    ],
)
def test_a_refusal_names_what_is_wrong(said: str, aspects: tuple[str, ...]) -> None:
    assert objections(said) == aspects


@pytest.mark.parametrize(
    "said",
    ["不要了。", "算了,数量也不对", "No.", "I didn't ask for that, no.", "Too expensive, no.", "Kemahalan, nggak usah.",
     "Wrong size. Leave it.", "涨价了就不买了。", "太贵了，不要。", ""],
)  # fmt: skip
def test_a_plain_no_names_nothing(said: str) -> None:
    assert objections(said) == ()


def test_a_complaint_by_itself_is_no_wish() -> None:
    assert besides("不是这个,我要的不是这些东西。") == ""
    assert besides("Bukan, bukan jenis yang kuminta.") == ""
    assert besides("No, the number is wrong, I said three").strip() == "I said three"


def test_what_is_said_again_comes_without_the_reproach() -> None:
    assert said_again("刚才不是说过了吗？两杯拿铁送公司") == "两杯拿铁送公司"
    assert said_again("I already told you. Two lattes") == "Two lattes"
    assert said_again("Two lattes. To the office") == "Two lattes. To the office"


def now(goal: AnyGoal, aspects: tuple[str, ...], words: str, *beside: AnyGoal) -> Any:
    me, desk, _ = town(words, "en", now="2026-03-10T10:00", city="hangzhou")
    desk.call("clock_now", {})
    return corrected(goal, aspects, words, Task("en", (goal, *beside)), me, desk)


def test_the_field_that_was_wrong_is_corrected_and_no_other() -> None:
    assert now(LATTES, ("qty",), "three lattes").items[0].quantity == 3
    assert now(LATTES, ("price",), "30 yuan at most").budget_fen == 3000
    assert "42" in now(SHOES, ("options",), "size 42").items[0].text
    trip = Trip(id="g1", destination="上海", date="2026-03-12")
    assert now(trip, ("date",), "on 14 March").date == "2026-03-14"
    assert now(trip, ("time",), "leaving after 2pm").depart_after == "2026-03-12T14:00:00+08:00"
    assert now(LATTES, ("qty",), "no idea") == LATTES


def test_a_part_of_an_errand_takes_nothing_that_another_part_holds() -> None:
    cakes = Buy(id="g2", items=(Item("cheesecake", (Part(1),)),))
    assert [i.words for i in now(cakes, ("items",), "two lattes and one tiramisu", LATTES).items] == ["tiramisu"]


def test_a_seat_that_there_is_already_is_not_bought_a_second_time() -> None:
    moved = Trip(id="g1", words="the train I booked for the 12th", destination="上海", date="2026-03-12")
    assert now(moved, ("date",), "on 14 March") == moved


ERRAND = """
id: correction
family: order
locale: en
now: 2026-03-05T09:40
city: hangzhou
words: {words}
person: {{name: Dana Wells, at: home, addresses: {{home: 武林广场, office: 杭州大厦}}{refuse}}}
answers: {{quantity: three}}
goal: [{{flash_order: {{item: 拿铁, qty: 3, to: home}}}}]
limits: {{budget: 200}}
"""


def episode(words: str, refuse: str = "") -> EpisodeResult:
    from agent import build_agent

    scenario = load_text(ERRAND.format(words=words, refuse=refuse))[0]
    return run_episode(scenario, "clean", build_agent("rules"), agent_name="rules")


def offers(result: EpisodeResult) -> list[dict[str, Any]]:
    """What was shown, in order, with what the person decided."""
    return [
        {"lines": e.data["args"]["offer"]["charges"][0]["lines"], **e.data["data"]}
        for e in trace.decode(result.trace)
        if e.kind == "tool_called" and e.data["tool"] == "user_confirm"
    ]


def test_four_lattes_that_should_be_three_are_offered_again_as_three() -> None:
    result = episode("four lattes home please")
    first, second = offers(result)
    assert (first["decision"], first["lines"][0]["quantity"]) == ("refused", 4)
    assert (second["decision"], second["lines"][0]["quantity"]) == ("approved", 3)
    assert result.verdict.success, result.verdict.findings


def test_who_simply_refuses_is_asked_once() -> None:
    result = episode("three lattes home please", ", refuse: {above: 1, text: 'Too expensive, no.'}")
    (only,) = offers(result)
    assert only["decision"] == "refused"
