"""The person's own data: where they are, address book, contacts, calendar, preferences, past orders, messages."""

from __future__ import annotations

import re

from mock_services.clock import DAY
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.geo import City, distance_m, places
from mock_services.payables import PAYABLES, Payable
from mock_services.people import ADDRESSES, CONTACTS, PEOPLE, Address, Contact, PersonRow
from mock_services.search import TextIndex, rank
from mock_services.user import models as m
from mock_services.user.rows import CALENDAR, PREFERENCES, CalendarEntry

NEAR_M = 300
"""How close an address of the book must be to say where the person is."""

FARTHEST_M = 200_000
"""How far from a city's centre an address can lie and still be in that city."""

_NO_INDEX = TextIndex(())
_DIGITS = re.compile(r"\d")


def lon_lat(lon: float, lat: float) -> str:
    """A location on the wire: ``120.1551,30.2741``."""
    return f"{lon:.6f},{lat:.6f}"


def person(ctx: Ctx) -> PersonRow:
    """The person's row.

    Raises:
        Rejected: ``PROFILE_NOT_SET``.
    """
    row = ctx.get(PEOPLE, ctx.person_id)
    if row is None:
        raise Rejected("PROFILE_NOT_SET", "the person has no profile")
    return row


def city_named(text: str) -> City:
    """A city by id or any of its names.

    Raises:
        Rejected: ``CITY_UNKNOWN``.
    """
    city = places().city_named(text)
    if city is None:
        raise Rejected("CITY_UNKNOWN", f"there is no city {text[:40]}")
    return city


def profile(ctx: Ctx) -> m.ProfileView:
    """Who the person is and where they are."""
    row = person(ctx)
    city = places().city(row.city)
    sign = "-" if ctx.offset_min < 0 else "+"
    return m.ProfileView(
        person_id=row.id,
        name=row.name,
        phone=row.phone,
        locale=row.locale,
        city=row.city,
        city_name=city.name.zh if city.country == "CN" else city.name.id,
        city_name_en=city.name.en,
        location=lon_lat(row.lon, row.lat),
        address_text=_whereabouts(ctx, row),
        time_zone=f"UTC{sign}{abs(ctx.offset_min) // 60:02d}:{abs(ctx.offset_min) % 60:02d}",
    )


def _whereabouts(ctx: Ctx, row: PersonRow) -> str:
    own = [
        (distance_m(row.lon, row.lat, address.lon, address.lat), address.text)
        for address in ctx.find(ADDRESSES, "owner", row.id)
    ]
    if own and min(own)[0] <= NEAR_M:
        return min(own)[1]
    around = [
        (distance_m(row.lon, row.lat, spot.lon, spot.lat), spot.name.zh) for spot in places().districts_of(row.city)
    ]
    city = places().city(row.city).name.zh
    return f"{city}{min(around)[1]}" if around else city


# --- address book and contacts --------------------------------------------------------------------------------


def addresses(ctx: Ctx) -> list[m.AddressView]:
    """The address book."""
    return [_address_view(row) for row in ctx.find(ADDRESSES, "owner", ctx.person_id)]


def _address_view(row: Address) -> m.AddressView:
    return m.AddressView(
        address_id=row.id,
        label=row.label,
        text=row.text,
        recipient=row.recipient,
        phone=row.phone,
        location=lon_lat(row.lon, row.lat),
        city=row.city,
    )


def add_address(ctx: Ctx, args: m.AddressAddArgs) -> m.AddressView:
    """Put a new place into the address book.

    Raises:
        Rejected: ``CITY_UNKNOWN``, or ``LOCATION_OUTSIDE_CITY``.
    """
    city = city_named(args.city)
    lon, lat = (float(part) for part in args.location.split(","))
    if not (abs(lon) <= 180 and abs(lat) <= 90) or distance_m(lon, lat, city.lon, city.lat) > FARTHEST_M:
        raise Rejected("LOCATION_OUTSIDE_CITY", f"{args.location} does not lie in {city.name.en}")
    owner = ctx.get(PEOPLE, ctx.person_id)
    row = Address(
        id=ctx.next_id("AD"),
        owner=ctx.person_id,
        label=args.label,
        recipient=args.recipient or (owner.name if owner else ""),
        phone=args.phone or (owner.phone if owner else ""),
        city=city.id,
        text=args.text,
        lon=lon,
        lat=lat,
    )
    ctx.put(ADDRESSES, row)
    return _address_view(row)


def contacts(ctx: Ctx, args: m.ContactsArgs) -> m.ContactsView:
    """The contacts that fit a name, nickname, relation or phone number."""
    own = ctx.find(CONTACTS, "owner", ctx.person_id)
    if args.query:
        by_id = {row.id: row for row in own}
        texts = [(row.id, f"{row.name} {row.nickname} {row.relation}") for row in own]
        found = sorted(rank(args.query, list(texts), _NO_INDEX), key=lambda hit: -hit[1])
        digits = "".join(_DIGITS.findall(args.query))
        by_phone = [row for row in own if len(digits) >= 4 and digits in "".join(_DIGITS.findall(row.phone))]
        own = list({row.id: row for row in [*by_phone, *(by_id[str(key)] for key, _ in found)]}.values())
    return m.ContactsView(contacts=[_contact_view(ctx, row) for row in own[: args.limit]], total=len(own))


def _contact_view(ctx: Ctx, row: Contact) -> m.ContactView:
    address = ctx.get(ADDRESSES, row.address_id) if row.address_id else None
    return m.ContactView(
        contact_id=row.id,
        name=row.name,
        nickname=row.nickname,
        relation=row.relation,
        phone=row.phone,
        account=row.account,
        address_id=row.address_id,
        address_text=address.text if address else "",
    )


# --- calendar and preferences ---------------------------------------------------------------------------------


def calendar(ctx: Ctx, args: m.CalendarArgs) -> m.CalendarView:
    """Entries that touch a span of time, by start."""
    since = ctx.instant(args.since) if args.since else ctx.now
    until = ctx.instant(args.until) if args.until else since + 7 * DAY
    rows = [row for row in ctx.find(CALENDAR, "owner", ctx.person_id) if row.end > since and row.start < until]
    rows.sort(key=lambda row: (row.start, row.id))
    return m.CalendarView(entries=[entry_view(ctx, row) for row in rows], total=len(rows))


def entry_view(ctx: Ctx, row: CalendarEntry) -> m.CalendarEntryView:
    """One entry."""
    return m.CalendarEntryView(
        entry_id=row.id,
        title=row.title,
        start=ctx.iso(row.start),
        end=ctx.iso(row.end),
        place=row.place,
        location=lon_lat(row.lon, row.lat) if row.lon is not None and row.lat is not None else "",
        note=row.note,
    )


def add_entry(
    ctx: Ctx, title: str, start: str, end: str, place: str, note: str, at: tuple[float, float] | None
) -> CalendarEntry:
    """Put an entry into the calendar.

    Raises:
        Rejected: ``INVALID_TIME``, it ends before it starts.
    """
    row = CalendarEntry(
        id=ctx.next_id("CA"),
        owner=ctx.person_id,
        title=title,
        start=ctx.instant(start),
        end=ctx.instant(end),
        place=place,
        lon=at[0] if at else None,
        lat=at[1] if at else None,
        note=note,
    )
    if row.end <= row.start:
        raise Rejected("INVALID_TIME", "an entry must end after it starts")
    ctx.put(CALENDAR, row)
    return row


def preferences(ctx: Ctx) -> m.PreferencesView:
    """All preferences by key."""
    rows = sorted(ctx.find(PREFERENCES, "owner", ctx.person_id), key=lambda row: row.key)
    return m.PreferencesView(preferences=[m.PreferenceView(key=row.key, text=row.text) for row in rows])


# --- orders and messages --------------------------------------------------------------------------------------


def orders(ctx: Ctx, args: m.OrderHistoryArgs) -> m.OrderHistoryView:
    """Orders and bills of all services, newest first, or the best match first."""
    since = ctx.instant(args.since) if args.since else 0
    own = [
        row
        for row in ctx.find(PAYABLES, "payer", ctx.person_id)
        if args.service in ("", row.service) and row.created_at >= since
    ]
    own.sort(key=lambda row: row.out_trade_no, reverse=True)
    own.sort(key=lambda row: -row.created_at)
    if args.query:
        by_id = {row.out_trade_no: row for row in own}
        texts = [(row.out_trade_no, _words(row)) for row in own]
        found = sorted(rank(args.query, list(texts), _NO_INDEX), key=lambda hit: -hit[1])
        own = [by_id[str(key)] for key, _ in found]
    return m.OrderHistoryView(orders=[_order_view(ctx, row) for row in own[: args.limit]], total=len(own))


def _words(row: Payable) -> str:
    return " ".join((row.subject, row.payee_name, *(line.name for line in row.lines)))


def _order_view(ctx: Ctx, row: Payable) -> m.OrderView:
    paid = [p for p in ctx.payables.payments_of(row.out_trade_no) if p.state == "success"]
    expired = row.state == "open" and row.expires_at <= ctx.now
    return m.OrderView(
        order_id=row.ref,
        service=row.service,
        out_trade_no=row.out_trade_no,
        payee=row.payee,
        payee_name=row.payee_name,
        subject=row.subject,
        category=row.category,
        lines=[m.OrderLine(name=line.name, quantity=line.quantity, amount=line.fen) for line in row.lines],
        amount=row.fen,
        refunded=sum(payment.refunded_fen for payment in paid),
        at=ctx.iso(row.created_at),
        state="closed" if expired else row.state,
    )


def notices(ctx: Ctx, args: m.NoticesArgs) -> m.NoticesView:
    """Messages on the person's phone, what arrived last first."""
    since = ctx.instant(args.since) if args.since else 0
    rows = [row for row in ctx.notices() if row.at >= since and args.service in ("", row.service)]
    rows.sort(key=lambda row: -row.id)
    return m.NoticesView(
        notices=[
            m.NoticeView(
                notice_id=row.notice_id,
                at=ctx.iso(row.at),
                event_at=ctx.iso(row.event_at),
                service=row.service,
                event=row.event,
                ref=row.ref,
                text=row.text,
            )
            for row in rows[: args.limit]
        ],
        total=len(rows),
    )
