"""Types of tool arguments and results: amounts in yuan, and moments.

They stand apart from :mod:`mock_services.money` and :mod:`mock_services.clock`, which everybody reads: these bring
pydantic along.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from mock_services.clock import parse_iso
from mock_services.money import format_yuan, parse_yuan

_YUAN = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,2})?$", "description": "yuan, e.g. 12.50"}

YuanIn = Annotated[int, BeforeValidator(parse_yuan), WithJsonSchema(_YUAN)]
"""A tool argument: yuan in JSON (``"12.50"``, ``12.5`` and ``12`` are taken), fen in Python."""

YuanOut = Annotated[int, PlainSerializer(format_yuan, return_type=str), WithJsonSchema(_YUAN)]
"""A field of a tool's result: built from fen, written as yuan with two places."""


def _check_iso(text: str) -> str:
    parse_iso(text, 0)
    return text


IsoTime = Annotated[
    str,
    AfterValidator(_check_iso),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "e.g. 2026-03-05T09:40:00+08:00"}),
]
"""A tool argument that is a moment: ISO 8601, local time of the person where no offset is given."""
