"""What a person means to say, apart from how they say it: clauses with slots, from which the words are made.

Generated scenarios carry it, so that the same errand can be said in another language, register or degree of disorder
while everything else of the scenario stays as it is. The wording itself is data: see :mod:`scenarios.families`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mock_services.user.models import Topic
from scenarios.wants import Part

Register = Literal["polite", "curt", "rambling", "typos"]
REGISTERS: tuple[Register, ...] = ("polite", "curt", "rambling", "typos")
"""How people write: with courtesy, in as few words as will do, with much around it, or in haste."""

_KINDS = ("text", "thing", "fen", "day", "clock", "moment", "minutes", "number", "every")


class Text(Part):
    """A name in the three languages; ``en`` and ``id`` are the Chinese one where they are left out."""

    zh: str
    en: str = ""
    id: str = ""

    def get(self, locale: str) -> str:
        """The name in a language."""
        return {"en": self.en, "id": self.id}.get(locale, "") or self.zh


class Thing(Text):
    """So many of something. ``unit`` is the Chinese measure word, ``ens`` the English plural."""

    n: int = Field(1, ge=1)
    unit: str = "个"
    ens: str = ""


class Slot(Part):
    """One value that a clause speaks of: exactly one of these fields is given.

    ``fen`` is an amount, ``day`` a date, ``clock`` a time of an understood day, ``moment`` both, ``every`` a list
    whose members are joined as the language does it.
    """

    text: Text | None = None
    thing: Thing | None = None
    fen: int | None = None
    day: dt.date | None = None
    clock: dt.time | None = None
    moment: dt.datetime | None = None
    minutes: int | None = None
    number: int | None = None
    every: tuple[Slot, ...] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Slot:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a slot has exactly one of: {', '.join(_KINDS)}")
        return self


class Clause(Part):
    """Something the person says. ``name`` is the clause's in the wording bank.

    A clause with a ``topic`` can be told when that is asked, or one of the topics ``also``; one that is ``kept`` is
    never said unasked.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    slots: dict[str, Slot] = Field({})
    topic: Topic | None = None
    also: tuple[Topic, ...] = ()
    kept: bool = False

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Everything under which it is told."""
        return () if self.topic is None else (self.topic, *self.also)

    @model_validator(mode="after")
    def _kept_for_a_question(self) -> Clause:
        if self.kept and self.topic is None:
            raise ValueError("a clause that is kept needs the topic under which it is told")
        return self


class Speech(Part):
    """``bank`` names the wording bank, ``key`` seeds every choice of words."""

    bank: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    key: str
    register_: Annotated[Register, Field(alias="register")]
    clauses: tuple[Clause, ...] = Field(min_length=1)
