"""Types that several of the ``fliggy`` models share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=120)]
LonLat = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,8})?,-?[0-9]{1,2}(\.[0-9]{1,8})?$")]
RequestNo = Annotated[str, StringConstraints(min_length=1, max_length=64)]
TravellerIds = Annotated[list[Id], Field(min_length=1, max_length=9)]

Cabin = Literal["economy", "business"]
SeatClass = Literal["second", "first", "business", "hard_seat", "hard_sleeper", "soft_sleeper"]

REQUEST_NO = "your own number for this booking; the same number never books twice"
