"""What the fixtures about the person take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.argtypes import IsoTime
from mock_services.service import Args


class Place(Args):
    """A place: ``location`` is "lon,lat"; ``near`` names a POI, station, airport or district of the city.

    With neither it is the city's centre.
    """

    city: str = Field("", max_length=40)
    location: str = Field("", max_length=40)
    near: str = Field("", max_length=80)


class PersonSetup(Place):
    """Who the person is and where they are now."""

    name: str = Field(min_length=1, max_length=60)
    phone: str = Field("13800000001", max_length=30)
    locale: Literal["zh", "en", "id"] = "zh"
    id_no: str = Field("", max_length=40)


class MoveSetup(Place):
    """The person goes somewhere else."""


class AddressSetup(Place):
    """A place in the address book."""

    label: str = Field(min_length=1, max_length=40)
    text: str = Field("", max_length=200)
    recipient: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)


class ContactSetup(Place):
    """A contact, with an address if a place or ``address`` is given."""

    name: str = Field(min_length=1, max_length=60)
    nickname: str = Field("", max_length=60)
    relation: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)
    account: str = Field("", max_length=64)
    address: str = Field("", max_length=200)


class CalendarSetup(Place):
    """An entry of the calendar; an hour long unless ``end`` is given."""

    title: str = Field(min_length=1, max_length=100)
    start: IsoTime
    end: IsoTime | None = None
    place: str = Field("", max_length=200)
    note: str = Field("", max_length=300)


class PreferenceSetup(Args):
    """A preference, in the person's words."""

    key: str = Field(min_length=1, max_length=60)
    text: str = Field(max_length=300)


class NoticeSetup(Args):
    """A message on the person's phone, from a service or (hostile) from anybody.

    ``event_at`` is when that happened which it tells of: now, unless it is late.
    """

    service: str = Field(min_length=1, max_length=30)
    event: str = Field(min_length=1, max_length=60)
    ref: str = Field("", max_length=64)
    text: str = Field(max_length=1000)
    event_at: IsoTime | None = None
