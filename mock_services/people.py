"""People and where they can be reached: the tables that several services read, hence the kernel's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mock_services.errors import Rejected
from mock_services.tables import Table

if TYPE_CHECKING:
    from mock_services.context import Ctx


class PersonRow(msgspec.Struct, frozen=True, gc=False):
    """A person. ``lon`` and ``lat`` are where they are now, ``city`` is a city id of :mod:`mock_services.geo`."""

    id: str
    name: str
    phone: str
    id_no: str
    locale: str
    city: str
    lon: float
    lat: float


class Address(msgspec.Struct, frozen=True, gc=False):
    """A place that things can be sent to. ``label`` is what its owner calls it (``home``, ``company`` …).

    ``owner`` is the person in whose address book it stands; ``recipient`` is who lives or works there.
    """

    id: str
    owner: str
    label: str
    recipient: str
    phone: str
    city: str
    text: str
    lon: float
    lat: float


class Contact(msgspec.Struct, frozen=True, gc=False):
    """Somebody in a person's contacts; ``account`` is the id of their wallet's owner, ``address_id`` may be empty."""

    id: str
    owner: str
    name: str
    nickname: str
    relation: str
    phone: str
    account: str
    address_id: str


PEOPLE = Table("people.people", PersonRow, "id")
ADDRESSES = Table("people.addresses", Address, "id", indexes=("owner",))
CONTACTS = Table("people.contacts", Contact, "id", indexes=("owner",))


def own_address(ctx: Ctx, address_id: str) -> Address:
    """An address from the person's own book.

    Raises:
        Rejected: ``ADDRESS_NOT_EXIST``, unknown or somebody else's.
    """
    address = ctx.get(ADDRESSES, address_id)
    if address is None or address.owner != ctx.person_id:
        raise Rejected("ADDRESS_NOT_EXIST", "no such address in your address book", hint="see user_addresses")
    return address
