"""What a person wants, as data: the goal predicates of a scenario.

A goal is a list of wants, and each is a mapping with one key that names its kind (``flash_order``, ``train``,
``refund`` …). Grading looks for effects in the world that satisfy them; ``docs/scenario-format.md`` lists every
field with its meaning. Amounts are yuan in the file and fen here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mock_services.argtypes import YuanIn
from mock_services.clock import DAY, Instant, instant
from mock_services.user.models import FactName, ReasonCode, Topic


class Part(BaseModel):
    """Base of everything that a scenario file holds: closed, frozen, no silent conversions of one type to another."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    shorthand: ClassVar[type[Part] | None] = None
    """A part whose fields may be written in place of this one's, for files that need only one of it."""


def _check_when(text: str) -> str:
    parse_when(text)
    return text


def parse_when(text: str) -> tuple[dt.date | None, dt.time]:
    """Read ``10:30`` or ``2026-03-06 10:30``.

    Raises:
        ValueError: neither.
    """
    try:
        if len(text) <= 5:
            return None, dt.time.fromisoformat(text.zfill(5))
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("a time such as 10:30 or 2026-03-06 10:30") from error
    if moment.tzinfo is not None:
        raise ValueError("a local time, without an offset")
    return moment.date(), moment.time()


def when(text: str, day: dt.date, offset_min: int) -> Instant:
    """The instant that a :data:`When` means, on ``day`` where it names none."""
    own, clock = parse_when(text)
    return instant(own or day, clock, offset_min)


def one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


When = Annotated[str, AfterValidator(_check_when)]
"""A local time; one without a date is on the want's own date, else on the scenario's day."""

Words = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]
"""One text or a list of texts."""

AMOUNTS = frozenset(
    {
        "total_at_most",
        "about",
        "price_at_most",
        "per_night_at_most",
        "amount",
        "each",
        "per_payment_at_most",
        "per_day_at_most",
        "fee_at_most",
    }
)
"""Fields of wants that are amounts of money, in fen here."""

ITEM_FIELDS = ("item", "ids", "tags", "not", "not_", "options", "qty", "split")


class ItemWant(Part):
    """Something to buy.

    ``item`` are phrases of which one must be found in the names or tags of what was bought, in any language; ``ids``
    name catalogue rows instead; all of ``tags`` and none of ``not`` must be found. ``split`` divides ``qty`` into
    portions with options of their own (``{qty: 10, ice: less}``); ``options`` hold for every portion.
    """

    item: Words = ()
    ids: Words = ()
    tags: Words = ()
    not_: Words = Field((), alias="not")
    options: dict[str, str] = Field({})
    qty: int = Field(1, ge=1)
    split: tuple[dict[str, str | int], ...] = ()

    @model_validator(mode="after")
    def _portions_add_up(self) -> ItemWant:
        if not (self.item or self.ids or self.tags):
            raise ValueError("say what is wanted: item, ids or tags")
        if self.split and sum(int(part.get("qty", 1)) for part in self.split) != self.qty:
            raise ValueError(f"the portions of split do not add up to qty {self.qty}")
        return self


class OrderWant(Part):
    """An order of goods or food that is paid and on its way.

    ``to`` is a label of the person's address book or ``contact:<name>``; ``by`` and ``after`` bound the delivery
    (done or promised), ``date`` is its day; ``about`` is at most 15 % above; ``serves`` accepts any mixture of
    matching items that feeds so many; ``choice`` is judged against what could be found before the order.
    """

    shorthand: ClassVar[type[Part] | None] = ItemWant

    items: tuple[ItemWant, ...]
    to: str = ""
    by: When | None = None
    after: When | None = None
    date: dt.date | None = None
    within_min: int | None = Field(None, ge=1)
    total_at_most: YuanIn | None = None
    about: YuanIn | None = None
    serves: int | None = Field(None, ge=1)
    shop: Words = ()
    note: str = ""
    choice: Literal["", "cheapest", "soonest"] = ""
    tolerance: YuanIn = 0

    @model_validator(mode="before")
    @classmethod
    def _one_item_in_short(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "items" in raw:
            return raw
        item = {name: raw[name] for name in ITEM_FIELDS if name in raw}
        return {**{name: value for name, value in raw.items() if name not in item}, "items": [item]}


class Reach(Part):
    """Be at ``place`` by ``by``: arrival plus the drive, plus ``margin_min`` to get out of the station."""

    place: str
    by: When
    margin_min: int = Field(10, ge=0)


class LeaveFrom(Part):
    """Be free at ``place`` from ``at``: departure leaves time for the drive and ``margin_min`` to board."""

    place: str
    at: When
    margin_min: int = Field(20, ge=0)


class TripWant(Part):
    """A flight or train ride that is ticketed. ``from`` and ``to`` are cities, airports or stations.

    ``who`` are those who travel, where that matters: ``self``, and others by the name that they are saved under.
    """

    from_: str = Field(alias="from")
    to: str
    date: dt.date
    cabin: str = ""
    pax: int = Field(1, ge=1)
    who: Words = ()
    seat: Literal["", "aisle", "window"] = ""
    max_stops: int | None = Field(None, ge=0)
    depart: When | None = None
    depart_after: When | None = None
    depart_before: When | None = None
    arrive_by: When | None = None
    reach: Reach | None = None
    leave: LeaveFrom | None = None
    price_at_most: YuanIn | None = None
    choice: Literal["", "cheapest", "fastest"] = ""
    tolerance: YuanIn = 0


class HotelWant(Part):
    """A room that is booked. ``near`` is a place, within ``within_m`` metres as the crow flies."""

    city: str
    near: str = ""
    within_m: int = Field(1500, ge=1)
    check_in: dt.date
    nights: int = Field(1, ge=1)
    rooms: int = Field(1, ge=1)
    room: Words = ()
    breakfast: bool | None = None
    free_cancel: bool | None = None
    per_night_at_most: YuanIn | None = None
    total_at_most: YuanIn | None = None
    not_hotels: Words = ()
    choice: Literal["", "cheapest"] = ""
    tolerance: YuanIn = 0


class RideWant(Part):
    """A car that is hailed.

    Places are labels, place names, ``lon,lat``, or an effect of this errand: ``@hotel``, ``@train.from``,
    ``@train.to``, ``@flight.from``, ``@flight.to``. ``at`` is the pick-up, within ``tolerance_min``; with ``in_time``
    the ride ends ``margin_min`` before that train or flight leaves; with ``meets`` it starts within an hour of it.
    """

    from_: str = Field("", alias="from")
    to: str = ""
    at: When | None = None
    by: When | None = None
    date: dt.date | None = None
    tolerance_min: int = Field(15, ge=0)
    margin_min: int = Field(15, ge=0)
    in_time: bool = False
    meets: bool = False
    accessible: bool = False
    within_m: int = Field(800, ge=1)
    price_at_most: YuanIn | None = None


class TicketsWant(Part):
    """Admission for so many people on a day; ``indoor`` and ``queue_at_most`` are facts of the place.

    The slot begins between ``after`` and ``before``.
    """

    place: Words = ()
    city: str = ""
    date: dt.date
    after: When | None = None
    before: When | None = None
    adults: int = Field(1, ge=0)
    children: int = Field(0, ge=0)
    indoor: bool | None = None
    queue_at_most: int | None = Field(None, ge=0, le=3)
    total_at_most: YuanIn | None = None


class BillWant(Part):
    """A bill that is paid; ``method`` is ``wallet``, ``card`` or ``credit``, or the id of one: ``card:6688``."""

    bill: str
    method: str = ""
    amount: YuanIn | None = None


class TransferWant(Part):
    """Money sent to a contact (by name) or to an account; ``memo`` must be found in what the payee is shown."""

    to: str
    amount: YuanIn
    method: str = ""
    memo: str = ""


class CollectWant(Part):
    """A request for money to each of the contacts named."""

    from_: Words = Field(alias="from")
    each: YuanIn


class OrderRef(Part):
    """An order that was there before. ``fee_at_most`` is what getting rid of it may cost."""

    order: str
    fee_at_most: YuanIn | None = None
    amount: YuanIn | None = None


class PaidWant(Part):
    """Something bought and paid at a service of somebody else's making (an extra, see :mod:`mock_services.extras`).

    Every phrase of ``subject`` must be found in the name of one line of the bill; ``qty`` is how many of such lines'
    things were bought, in one order.
    """

    service: str
    subject: Words
    qty: int = Field(1, ge=1)
    total_at_most: YuanIn | None = None


class RebookWant(Part):
    """A ticket that was changed to another day or departure, or given up and replaced."""

    order: str
    trip: TripWant | None = None
    date: dt.date | None = None


class ReaddressWant(Part):
    """An order that was there before and goes to another address now: a label of theirs or ``contact:<name>``."""

    order: str
    to: str


class MandateWant(Part):
    """A mandate that is active, with limits no wider than these, and on no other ``weekdays`` (``mon`` …)."""

    category: str = ""
    weekdays: Words = ()
    payee: Words = ()
    per_payment_at_most: YuanIn | None = None
    per_day_at_most: YuanIn | None = None
    total_at_most: YuanIn | None = None


class AskedWant(Part):
    """A question of one of these topics was put to the person before the first payment.

    An offer that they decided on is a question of ``permission``.
    """

    topic: Annotated[tuple[Topic, ...], BeforeValidator(one_or_more)]


class ToldWant(Part):
    """Something that the report must say: a fact (``is``: one of these values) or a true reason code."""

    fact: FactName | None = None
    is_: Words = Field((), alias="is")
    reason: Annotated[tuple[ReasonCode, ...], BeforeValidator(one_or_more)] = ()

    @model_validator(mode="after")
    def _something(self) -> ToldWant:
        if self.fact is None and not self.reason:
            raise ValueError("say what must be told: fact or reason")
        return self


KINDS = (
    "flash_order",
    "taobao_order",
    "flight",
    "train",
    "hotel",
    "ride",
    "tickets",
    "bill",
    "transfer",
    "collect",
    "paid",
    "refund",
    "cancelled",
    "rebooked",
    "readdressed",
    "mandate",
    "unchanged",
    "asked",
    "told",
    "total_at_most",
    "any_of",
    "all_of",
)
"""Every kind of want."""


class Want(Part):
    """One want: exactly one of these fields is given."""

    flash_order: OrderWant | None = None
    taobao_order: OrderWant | None = None
    flight: TripWant | None = None
    train: TripWant | None = None
    hotel: HotelWant | None = None
    ride: RideWant | None = None
    tickets: TicketsWant | None = None
    bill: BillWant | None = None
    transfer: TransferWant | None = None
    collect: CollectWant | None = None
    paid: PaidWant | None = None
    refund: OrderRef | None = None
    cancelled: OrderRef | None = None
    rebooked: RebookWant | None = None
    readdressed: ReaddressWant | None = None
    mandate: MandateWant | None = None
    unchanged: Words | None = None
    asked: AskedWant | None = None
    told: ToldWant | None = None
    total_at_most: YuanIn | None = None
    any_of: tuple[Want, ...] | None = Field(None, min_length=1)
    all_of: tuple[Want, ...] | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _exactly_one(self) -> Want:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a want has exactly one of: {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        """Which want this is."""
        return next(iter(self.model_fields_set))

    @property
    def value(self) -> Any:
        """What stands under the kind."""
        return getattr(self, self.kind)


def atoms(wants: tuple[Want, ...]) -> Iterator[Want]:
    """Every want that is not a combination, in reading order."""
    for want in wants:
        if want.kind in ("any_of", "all_of"):
            yield from atoms(want.value)
        else:
            yield want


def end_of_day(day: dt.date, offset_min: int) -> Instant:
    """The last moment of a local day."""
    return instant(day, dt.time(0), offset_min) + DAY - 1
