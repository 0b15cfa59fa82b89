"""A schema read as fields, and what people type read as values: for every tool there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from mock_services.fuzzing import arguments
from mock_services.registry import default_registry
from tui.schema import fields, problems, read, write

TOOLS = default_registry().tools


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_what_fits_a_tool_can_be_typed_in_and_comes_out_as_it_was(data: st.DataObject) -> None:
    tool = TOOLS[data.draw(st.sampled_from(sorted(TOOLS)))]
    args = data.draw(arguments(tool.parameters, {}))
    try:
        wanted = tool.args.model_validate(args)
    except ValidationError:
        assume(False)
    typed = {}
    for field in fields(tool.parameters):
        value = args.get(field.name)
        if value in (None, "", []) or (isinstance(value, bool) and field.kind != "choice"):
            continue  # an empty field is left out; True is taken for 1, but nobody types it
        if field.kind == "choice":
            same = [choice for _, choice in field.choices if choice == value and type(choice) is type(value)]
            typed |= dict.fromkeys([field.name] if same else [], value)
        else:
            typed[field.name] = read(field, write(field, value))
    given_again = {name: value for name, value in args.items() if name not in typed} | typed
    assert tool.args.model_validate(given_again) == wanted


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_every_argument_of_every_tool_is_a_field_that_can_be_typed_in(name: str) -> None:
    tool = TOOLS[name]
    found = {field.name: field for field in fields(tool.parameters)}
    assert set(found) == set(tool.args.model_fields)
    for field in found.values():
        assert field.required == tool.args.model_fields[field.name].is_required()
        if field.kind == "json":
            assert read(field, field.skeleton) not in (None, "")
        if field.kind == "choice":
            assert field.choices


def test_a_moment_without_an_offset_is_the_persons() -> None:
    field = next(f for f in fields(TOOLS["clock_wait"].parameters) if f.name == "until")
    assert field.kind == "moment"
    assert read(field, "2026-03-05 12:00", offset_min=420) == "2026-03-05T12:00:00+07:00"
    assert read(field, "2026-03-05T12:00:00+08:00", offset_min=420) == "2026-03-05T12:00:00+08:00"
    assert read(field, "tomorrow", offset_min=420) == "tomorrow"  # the model says what is wrong with it


def wrong(tool: str, **values: Any) -> dict[str, str]:
    return problems(TOOLS[tool].args, values)


def test_mistakes_are_told_in_plain_words() -> None:
    assert wrong("alipay_pay") == {"out_trade_no": "needed", "request_no": "needed"}
    assert wrong("clock_wait", seconds=0) == {"seconds": "at least 1"}
    assert wrong("clock_wait", until="noon") == {"until": "a moment is needed, as in 2026-03-05T09:40:00+08:00"}
    order = {"address_id": "A1", "shop_id": "S1"}
    assert wrong("flash_order_create", **order, lines=[]) == {"lines": "needed"}
    assert wrong("flash_order_create", **order, lines=[{"dish_id": ""}]) == {"lines": "[0].dish_id: needed"}
    assert wrong("flash_order_create", **order, lines=[{"dish_id": "D", "quantity": 100}]) == {
        "lines": "[0].quantity: at most 99"
    }
    assert wrong("user_confirm", offer={"total": "x"}) == {
        "offer": "total: an amount in yuan with at most two places, such as 12.50"
    }
    assert wrong("user_report", status="perhaps")["status"] == "one of 'done', 'partly', 'declined' or 'failed'"
    assert wrong("user_profile", surprise=1) == {"surprise": "there is no such field"}


class Several(BaseModel):
    """A model with rules that no tool has."""

    at_least: float = Field(gt=0.5)
    flag: bool
    whole: int = 7
    which: int | list[str] = 1
    itself: Several | None = None


def test_a_schema_that_refers_to_itself_has_an_end() -> None:
    found = {field.name: field for field in fields(Several.model_json_schema())}
    assert found["itself"].kind == "json"
    assert found["which"].kind == "json"
    assert found["flag"].choices == (("yes", True), ("no", False))
    assert found["whole"].default == "7"
    assert problems(Several, {"at_least": 0.5, "flag": True}) == {"at_least": "more than 0.5"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("whole", "1.5"), ("whole", "nine"), ("at_least", "nan"), ("at_least", "inf"), ("itself", "{"),
     ("itself", "[" * 100_000), ("whole", "9" * 5000), ("itself", "9" * 5000)],
    ids=range(8),
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_line(kind: str, text: str) -> None:
    field = next(f for f in fields(Several.model_json_schema()) if f.name == kind)
    with pytest.raises(ValueError, match=r"needed|JSON") as raised:
        read(field, text)
    assert "\n" not in str(raised.value)
