"""What a scenario can say about the person: who they are, where things are, whom they know, what they like."""

from __future__ import annotations

from difflib import get_close_matches

import msgspec

from mock_services.clock import HOUR
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import Airport, City, District, Poi, Station, places
from mock_services.people import ADDRESSES, CONTACTS, PEOPLE, Address, Contact, PersonRow
from mock_services.user import fixture_args as fa
from mock_services.user.book import add_entry, city_named, person
from mock_services.user.rows import PREFERENCES, Preference


class Spot(msgspec.Struct, frozen=True):
    """A place that a scenario named, with its address in words."""

    city: City
    lon: float
    lat: float
    text: str


def spot(ctx: Ctx, place: fa.Place) -> Spot:
    """Find the place that a fixture names; the city is the person's unless it says otherwise.

    Raises:
        Rejected: ``CITY_UNKNOWN``, ``PLACE_UNKNOWN`` or ``INVALID_ARGUMENT``.
    """
    owner = ctx.get(PEOPLE, ctx.person_id)
    city = city_named(place.city or (owner.city if owner else "hangzhou"))
    if place.location:
        try:
            lon, lat = (float(part) for part in place.location.split(","))
        except ValueError:
            raise Rejected("INVALID_ARGUMENT", f'location {place.location!r} is not "lon,lat"') from None
        return Spot(city, lon, lat, city.name.zh)
    if not place.near:
        return Spot(city, city.lon, city.lat, city.name.zh)
    first = _named(city, place.near)
    text = getattr(first, "address", "") or first.name.zh
    return Spot(city, first.lon, first.lat, f"{text} {first.name.zh}" if text != first.name.zh else text)


def _named(city: City, text: str) -> Poi | Station | Airport | District:
    # People leave out the 区 of a district.
    for name in (text, f"{text}区"):
        for found in places().named(name):
            if not isinstance(found, City) and found.city == city.id:
                return found
    known = [poi.name for poi in places().pois_of(city.id)]
    known += [district.name for district in places().districts_of(city.id)]
    close = get_close_matches(text, [word for name in known for word in name.every()], n=3, cutoff=0.4)
    near = f"; did you mean {', '.join(dict.fromkeys(close))}?" if close else ""
    raise Rejected("PLACE_UNKNOWN", f"{city.name.en} has no place named {text[:60]}{near}")


def set_person(ctx: Ctx, args: fa.PersonSetup) -> str:
    """Say who the person is."""
    where = spot(ctx, args)
    row = PersonRow(ctx.person_id, args.name, args.phone, args.id_no, args.locale, where.city.id, where.lon, where.lat)
    ctx.put(PEOPLE, row)
    return row.id


def move(ctx: Ctx, args: fa.MoveSetup) -> str:
    """Let the person go somewhere else."""
    where = spot(ctx, args)
    ctx.put(PEOPLE, msgspec.structs.replace(person(ctx), city=where.city.id, lon=where.lon, lat=where.lat))
    return ctx.person_id


def add_address(ctx: Ctx, args: fa.AddressSetup) -> str:
    """Put a place into the address book."""
    owner = person(ctx)
    where = spot(ctx, args)
    row = Address(
        id=ctx.next_id("AD"),
        owner=owner.id,
        label=args.label,
        recipient=args.recipient or owner.name,
        phone=args.phone or owner.phone,
        city=where.city.id,
        text=args.text or where.text,
        lon=where.lon,
        lat=where.lat,
    )
    ctx.put(ADDRESSES, row)
    return row.id


def add_contact(ctx: Ctx, args: fa.ContactSetup) -> str:
    """Put somebody into the contacts; what is sent to them goes to an address of the book that bears their name."""
    contact_id = ctx.next_id("CT")
    address_id = ""
    if args.address or args.location or args.near:
        place = fa.AddressSetup(
            label=args.name[:40],
            text=args.address,
            recipient=args.name,
            phone=args.phone,
            city=args.city,
            location=args.location,
            near=args.near,
        )
        address_id = add_address(ctx, place)
    row = Contact(
        contact_id, ctx.person_id, args.name, args.nickname, args.relation, args.phone, args.account, address_id
    )
    ctx.put(CONTACTS, row)
    return row.id


def add_calendar(ctx: Ctx, args: fa.CalendarSetup) -> str:
    """Put an entry into the calendar; a place that can be found gets its coordinates."""
    where = spot(ctx, args) if args.near or args.location else None
    start = ctx.instant(args.start)
    end = args.end or ctx.iso(start + HOUR)
    words = args.place or (where.text if where else "")
    at = (where.lon, where.lat) if where else None
    return add_entry(ctx, args.title, args.start, end, words, args.note, at).id


def set_preference(ctx: Ctx, args: fa.PreferenceSetup) -> str:
    """Say what the person usually wants."""
    ctx.put(PREFERENCES, Preference(f"{ctx.person_id}|{args.key}", ctx.person_id, args.key, args.text))
    return args.key
