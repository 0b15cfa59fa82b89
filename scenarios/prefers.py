"""What a person would like but does not insist on, as data: it never decides an episode, it gives its quality.

A preference takes one of three forms::

    prefers:
      - {of: train, with: {seat: window}, weight: 2}              # the goal's train, with these fields besides
      - {of: train, measure: price, best: 150, worst: 300}        # linear between the two
      - {want: {total_at_most: 200}, because: the month is long}  # any want of its own

``docs/scenario-format.md`` lists the fields for authors, ``docs/metrics.md`` says how they make a score.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from mock_services.argtypes import YuanIn
from scenarios.wants import ITEM_FIELDS, ItemWant, OrderWant, Part, Want, When

_OF = re.compile(r"([a-z_]+)(?:#([1-9]))?\Z")

OF_A_THING = ("price", "arrives", "departs", "minutes", "stops", "metres")
OF_THE_ERRAND = ("spent", "minutes", "asks")
Measure = Literal["", "price", "arrives", "departs", "minutes", "stops", "metres", "spent", "asks"]
"""What can be measured: of a thing that the goal took, or of the whole errand."""

_SCALES: dict[str, Any] = {
    "price": TypeAdapter(YuanIn),
    "spent": TypeAdapter(YuanIn),
    "arrives": TypeAdapter(When),
    "departs": TypeAdapter(When),
}
_COUNT = TypeAdapter(Annotated[int, Field(ge=0)])


class Preference(Part):
    """A soft wish. ``of`` is a kind of want of the goal (``train``; ``train#2`` is its second train).

    ``with`` are fields that the want should have besides; ``measure`` earns everything at ``best``, nothing at
    ``worst``, and in between its share: amounts are yuan in the file and fen here, moments a
    :data:`scenarios.wants.When`, the rest whole numbers. ``want`` stands for itself. ``weight`` is what it counts
    among the others.
    """

    because: str = ""
    weight: int = Field(1, ge=1, le=100)
    of: str = Field("", pattern=r"^[a-z_]+(#[1-9])?$|^$")
    with_: dict[str, Any] = Field({}, alias="with")
    measure: Measure = ""
    best: Any = None
    worst: Any = None
    want: Want | None = None

    @model_validator(mode="before")
    @classmethod
    def _scaled(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not raw.get("measure"):
            return raw
        scale = _SCALES.get(str(raw["measure"]), _COUNT)
        try:
            return raw | {end: scale.validate_python(raw[end]) for end in ("best", "worst") if end in raw}
        except ValidationError as error:
            raise ValueError(f"best and worst of {raw['measure']}: {error.errors()[0]['msg']}") from error

    @model_validator(mode="after")
    def _one_form(self) -> Preference:
        forms = [bool(self.with_), bool(self.measure), self.want is not None]
        if sum(forms) != 1:
            raise ValueError("say one of: with (fields of a want), measure, want")
        if self.want is not None and self.of:
            raise ValueError("want stands for itself: leave of away")
        if self.with_ and not self.of:
            raise ValueError("with needs of: the kind of want that it is about")
        if not self.measure:
            return self
        known = OF_A_THING if self.of else OF_THE_ERRAND
        if self.measure not in known:
            raise ValueError(
                f"{self.measure} is measured {'without' if self.of else 'with'} of; here: {', '.join(known)}"
            )
        if self.best is None or self.worst is None or self.best == self.worst:
            raise ValueError("measure needs best and worst, two different values")
        return self

    @property
    def kind(self) -> str:
        """The kind of want that it is about; empty for the whole errand."""
        return self.of.partition("#")[0]

    @property
    def nth(self) -> int:
        """Which of the goal's wants of the kind, from 0."""
        return int(self.of.partition("#")[2] or 1) - 1

    @property
    def named(self) -> str:
        """What it is called where it is shown."""
        if self.because:
            return self.because
        if self.want is not None:
            return self.want.kind
        what = ", ".join(f"{name} {value}" for name, value in self.with_.items()) or self.measure
        return f"{self.of} {what}".strip()


def sharpened(want: Want, fields: dict[str, Any]) -> Want:
    """A want with further fields, as they are written in a file.

    Raises:
        ValueError: it has no such field, or the field cannot be that.
    """
    value = want.value
    if not isinstance(value, Part):
        raise ValueError(f"{want.kind} has no fields")
    of_item = {name: given for name, given in fields.items() if name in ITEM_FIELDS}
    if of_item and not isinstance(value, OrderWant):
        raise ValueError(f"{want.kind} has no field {next(iter(of_item))}")
    changed = _typed(type(value), {name: given for name, given in fields.items() if name not in of_item})
    if of_item:
        changed["items"] = tuple(
            item.model_copy(update=_typed(ItemWant, of_item))
            for item in value.items  # type: ignore[attr-defined]  # an OrderWant
        )
    return want.model_copy(update={want.kind: value.model_copy(update=changed)})


def _typed(model: type[Part], fields: dict[str, Any]) -> dict[str, Any]:
    known = {info.alias or name: (name, info) for name, info in model.model_fields.items()}
    typed: dict[str, Any] = {}
    for given, value in fields.items():
        if given not in known:
            raise ValueError(f"there is no field {given}; one of {', '.join(sorted(known))}")
        name, info = known[given]
        try:
            form: Any = Annotated[info.annotation, Field(), *info.metadata]
            typed[name] = TypeAdapter(form).validate_python(value)
        except ValidationError as error:
            raise ValueError(f"{given}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    return typed
