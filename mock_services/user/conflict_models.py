"""Arguments and results of looking for conflicts in the calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.argtypes import IsoTime
from mock_services.service import Args, Result

Mode = Literal["drive", "transit", "walk"]
_LonLat = Annotated[str, StringConstraints(pattern=r"^-?\d{1,3}(\.\d{1,8})?,-?\d{1,2}(\.\d{1,8})?$", max_length=40)]


class PlanArgs(Args):
    """Something that is thought of, and where; without a place only its time is compared."""

    title: str = Field("", max_length=100, description="what it is")
    start: IsoTime = Field(description="when it starts")
    end: IsoTime = Field(description="when it ends")
    address_id: str | None = Field(None, min_length=1, max_length=64, description="an address of the person's book")
    location: _LonLat | None = Field(None, description='instead of it "lon,lat", e.g. 120.1551,30.2741')


class ConflictsArgs(Args):
    """Which part of the calendar, and what it shall be compared with."""

    since: IsoTime | None = Field(None, description="entries that end after this; now, or a day before the plan")
    until: IsoTime | None = Field(
        None, description="entries that start before this; a week on, or a day after the plan"
    )
    plan: PlanArgs | None = Field(
        None, description="compare this with the entries; without it they are with each other"
    )
    mode: Mode = Field("drive", description="how the person gets about in a city")


class ConflictEntry(Result):
    """An entry of the calendar; of the plan ``entry_id`` is empty."""

    entry_id: str
    title: str
    start: str
    end: str
    place: str
    location: str


class Conflict(Result):
    """Two things that do not go together, the earlier one first.

    ``overlap``: at the same time for ``overlap_minutes``. ``no_time_to_get_there``: the way takes ``travel_minutes``,
    the time between is ``gap_minutes``. The second would work if it began ``missing_minutes`` later.
    """

    kind: Literal["overlap", "no_time_to_get_there"]
    first: ConflictEntry
    second: ConflictEntry
    overlap_minutes: int
    gap_minutes: int
    travel_minutes: int | None = Field(description="null where one of the places is not known")
    missing_minutes: int


class ConflictsView(Result):
    """Conflicts by time; ``looked_at`` is how many entries the period has."""

    conflicts: list[Conflict]
    total: int
    looked_at: int
