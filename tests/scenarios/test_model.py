"""What a scenario file may say, and what its parts mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from mock_services.geo import Airport, Station
from scenarios.grading.forms import GoodsLine
from scenarios.grading.goal import readings
from scenarios.grading.goods import lines_problems
from scenarios.loader import load_text, references, resolve
from scenarios.naming import ends, location, says, terminal
from scenarios.wants import OrderWant, Want, atoms

ERRAND = """\
id: kopi
family: order
locale: id
now: 2026-03-05T08:15
city: jakarta
words: pesen kopi
person: {name: Sari}
goal: [{flash_order: {item: kopi}}]
"""


def test_times_are_those_of_the_city() -> None:
    (scenario,) = load_text(ERRAND)
    assert datetime.fromtimestamp(scenario.start / 1000, UTC) == datetime(2026, 3, 5, 1, 15, tzinfo=UTC)
    assert scenario.when("09:00") - scenario.start == 45 * 60_000
    assert scenario.when("+45m") == scenario.when("2026-03-05 09:00")


def test_consent_is_asked_for_unless_the_words_delegate() -> None:
    assert load_text(ERRAND)[0].consent.up_to == 0
    assert load_text(ERRAND + "consent: ask\n")[0].consent.up_to == 0
    assert load_text(ERRAND + "consent: {up_to: 50}\n")[0].consent.up_to == 5000


def test_a_want_is_one_thing() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Want.model_validate({"total_at_most": 5, "unchanged": ["$x"]})


def test_portions_have_to_add_up() -> None:
    with pytest.raises(ValidationError, match="do not add up"):
        OrderWant.model_validate({"item": "teh", "qty": 3, "split": [{"qty": 1}, {"qty": 1}]})


def test_alternatives_multiply_out_and_their_atoms_are_all_there() -> None:
    two = {"any_of": [{"total_at_most": 1}, {"all_of": [{"total_at_most": 2}, {"total_at_most": 3}]}]}
    goal = (Want.model_validate(two), Want.model_validate({"total_at_most": 4}))
    assert [[want.value for want in reading] for reading in readings(goal)] == [[100, 400], [200, 300, 400]]
    assert [want.value for want in atoms(goal)] == [100, 200, 300, 400]


def test_references_are_found_and_filled_in_at_any_depth() -> None:
    value = {"a": ["$x", {"b": "$y"}], "c": "plain"}
    assert list(references(value)) == ["x", "y"]
    assert resolve(value, {"x": "1", "y": "2"}) == {"a": ["1", {"b": "2"}], "c": "plain"}


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phrase", "there"),
    [
        ("热拿铁 Hot Latte", "拿铁", True),
        ("热拿铁 Hot Latte", "latte", True),
        ("Beef Steak", "tea", False),
        ("USB-C 65W charger", "65w usb-c charger", True),
        ("USB-C 6.5W charger", "65W", False),
        ("Oat Flat Whites", "flat white", True),
        ("西湖龙井 茶", "龙井茶", True),
        ("Kopi Susu Gula Aren", "kopi gula", True),
    ],
)
def test_phrases_are_found_as_whole_words_in_latin_and_as_written_elsewhere(
    text: str, phrase: str, there: bool
) -> None:
    assert says(text, phrase) is there


def test_a_place_is_looked_for_in_its_own_city_only() -> None:
    assert location("外滩", "shanghai") is not None
    assert location("外滩", "beijing") is None
    assert location("120.5,30.25", "beijing") == (120.5, 30.25)


def test_a_code_that_an_airport_and_a_station_share_means_what_the_vehicle_says() -> None:
    assert isinstance(terminal("flight", "HGH"), Airport)
    assert isinstance(terminal("train", "HGH"), Station)


def test_a_trip_ends_in_a_city_or_at_a_named_station() -> None:
    assert ends("上海") == ("shanghai", frozenset())
    city, codes = ends("上海虹桥站")
    assert (city, len(codes)) == ("", 1)


# --- portions ------------------------------------------------------------------------------------------------


def line(quantity: int, ice: str, sugar: str = "normal") -> GoodsLine:
    options = {"ice": frozenset({ice}), "sugar": frozenset({sugar})}
    return GoodsLine(frozenset(), "milk tea", frozenset(), options, quantity)


def test_lines_may_serve_the_portions_in_any_arrangement_that_works_out() -> None:
    split = [{"qty": 2, "ice": "less"}, {"qty": 2, "ice": "less", "sugar": "none"}, {"qty": 1}]
    want = OrderWant.model_validate({"item": "milk tea", "qty": 5, "split": split})
    # The undemanding portion has to leave the sugarless cups to the one that needs them.
    assert lines_problems(want, [line(2, "less", "none"), line(3, "less")]) == ()
    assert lines_problems(want, [line(1, "hot"), line(4, "less", "none")]) == ()
    assert lines_problems(want, [line(1, "less", "none"), line(4, "less")]) != ()
    assert lines_problems(want, [line(2, "hot"), line(3, "less", "none")]) != ()
    assert lines_problems(want, [line(2, "less", "none"), line(2, "less")]) != ()
