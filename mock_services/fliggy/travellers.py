"""Whom a person books for: themselves, and those whose documents they saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mock_services.errors import Rejected
from mock_services.fliggy.rows import TRAVELLERS, Passenger, Traveller
from mock_services.people import PEOPLE

if TYPE_CHECKING:
    from mock_services.context import Ctx

SELF: Final = "self"

_ID_CARD: Final = re.compile(r"\d{17}[\dX]\Z", re.ASCII)
_PASSPORT: Final = re.compile(r"[A-Z0-9]{6,12}\Z", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def all_of(ctx: Ctx) -> list[Traveller]:
    """The person first, then the travellers that they saved."""
    me = ctx.get(PEOPLE, ctx.person_id)
    myself = Traveller(
        id=SELF,
        owner=ctx.person_id,
        name=me.name if me else ctx.person_id,
        id_type="passport" if me is not None and _PASSPORT.match(me.id_no) else "id_card",
        id_no=me.id_no if me else "",
        relation="self",
    )
    return [myself, *ctx.find(TRAVELLERS, "owner", ctx.person_id)]


def passengers(ctx: Ctx, ids: list[str]) -> tuple[Passenger, ...]:
    """The travellers of a booking.

    Raises:
        Rejected: ``UNKNOWN_TRAVELLER``, or one of them is named twice.
    """
    known = {traveller.id: traveller for traveller in all_of(ctx)}
    for traveller_id in ids:
        if traveller_id not in known:
            raise Rejected(
                "UNKNOWN_TRAVELLER",
                f"there is no traveller {traveller_id[:40]}",
                hint="see fliggy_traveller_list, or add them with fliggy_traveller_add",
            )
    if len(set(ids)) != len(ids):
        raise Rejected("UNKNOWN_TRAVELLER", "a traveller is named twice", hint="name each of them once")
    return tuple(Passenger(traveller_id, known[traveller_id].name) for traveller_id in ids)


def check_documents(ctx: Ctx, ids: list[str], *, abroad: bool) -> None:
    """Refuse to take somebody across a border on a document that is none there.

    Raises:
        Rejected: ``PASSPORT_NEEDED``; a traveller whose document is not on file shows it at the desk.
    """
    if not abroad:
        return
    for traveller in all_of(ctx):
        if traveller.id in ids and traveller.id_type == "id_card" and traveller.id_no:
            raise Rejected(
                "PASSPORT_NEEDED",
                f"{traveller.name} is saved with an id card, which is no travel document abroad",
                hint="add them again with their passport (fliggy_traveller_add)",
            )


def add(ctx: Ctx, name: str, id_type: str, id_no: str, relation: str) -> Traveller:
    """Save a traveller; one with the same document is left as it is and returned.

    Raises:
        Rejected: ``INVALID_DOCUMENT``, the number cannot be one of such a document.
    """
    number = id_no.strip().upper().replace(" ", "")
    if not _valid(id_type, number):
        raise Rejected("INVALID_DOCUMENT", f"that is no number of a document of type {id_type}")
    for known in all_of(ctx):
        if known.id_no == number:
            return known
    traveller = Traveller(f"TV{ctx.count('traveller')}", ctx.person_id, name.strip(), id_type, number, relation)
    ctx.put(TRAVELLERS, traveller)
    return traveller


def masked(id_no: str) -> str:
    """A document number as it is shown: the first three and the last two characters."""
    return f"{id_no[:3]}{'*' * max(0, len(id_no) - 5)}{id_no[-2:]}" if len(id_no) > 5 else "*" * len(id_no)


def _valid(id_type: str, number: str) -> bool:
    if id_type == "passport":
        return _PASSPORT.match(number) is not None
    if _ID_CARD.match(number) is None:
        return False
    # The check character of GB 11643 (ISO 7064, MOD 11-2).
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]
