"""Arguments and results of the person's tools."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mock_services.argtypes import IsoTime, YuanIn, YuanOut
from mock_services.service import Args, Result

Topic = Literal[
    "item",
    "quantity",
    "option",
    "address",
    "time",
    "date",
    "budget",
    "payee",
    "contact",
    "order",
    "transport",
    "traveller",
    "method",
    "permission",
    "other",
]
ReasonCode = Literal[
    "none",
    "sold_out",
    "over_budget",
    "too_late",
    "not_found",
    "not_possible",
    "refused_by_person",
    "suspicious",
    "closed",
    "payment_failed",
    "needs_person",
    "service_down",
    "other",
]
FactName = Literal[
    "order_id",
    "amount",
    "arrival",
    "departure",
    "delivery_by",
    "refund",
    "price_floor",
    "earliest",
    "bill_amount",
    "payee",
    "other",
]
_LOCATION = r"^-?\d{1,3}(\.\d{1,8})?,-?\d{1,2}(\.\d{1,8})?$"


class NoArgs(Args):
    """No arguments."""


# --- the person's own data ------------------------------------------------------------------------------------


class ProfileView(Result):
    """The person. ``location`` is "lon,lat" of where they are now, ``address_text`` says it in words."""

    person_id: str
    name: str
    phone: str
    locale: str
    city: str
    city_name: str
    city_name_en: str
    location: str
    address_text: str
    time_zone: str


class AddressView(Result):
    """A place in the person's address book; ``label`` is what they call it."""

    address_id: str
    label: str
    text: str
    recipient: str
    phone: str
    location: str
    city: str


class AddressesView(Result):
    """The address book."""

    addresses: list[AddressView]
    total: int


class AddressAddArgs(Args):
    """A new place in the address book."""

    label: str = Field(min_length=1, max_length=40, description="what the person calls it, e.g. hotel")
    text: str = Field(min_length=1, max_length=200, description="the address in words, with the room if needed")
    city: str = Field(min_length=1, max_length=40, description="city id or name")
    location: str = Field(pattern=_LOCATION, max_length=40, description='"lon,lat", e.g. 120.1551,30.2741')
    recipient: str = Field("", max_length=60, description="who receives there; the person if left out")
    phone: str = Field("", max_length=30, description="the recipient's phone; the person's if left out")


class ContactsArgs(Args):
    """Which contacts."""

    query: str = Field("", max_length=60, description="a name, nickname, relation or phone number; empty for all")
    limit: int = Field(20, ge=1, le=50, description="how many")


class ContactView(Result):
    """A contact. ``account`` takes transfers; ``address_id`` can be delivered to, if it is there."""

    contact_id: str
    name: str
    nickname: str
    relation: str
    phone: str
    account: str
    address_id: str
    address_text: str


class ContactsView(Result):
    """Contacts that fit, the best match first; several can bear the same name."""

    contacts: list[ContactView]
    total: int


class CalendarArgs(Args):
    """Which part of the calendar."""

    since: IsoTime | None = Field(None, description="entries that end after this moment; now if left out")
    until: IsoTime | None = Field(None, description="entries that start before this moment; a week later if left out")


class CalendarEntryView(Result):
    """An entry of the calendar."""

    entry_id: str
    title: str
    start: str
    end: str
    place: str
    location: str
    note: str


class CalendarView(Result):
    """Entries by start."""

    entries: list[CalendarEntryView]
    total: int


class CalendarAddArgs(Args):
    """A new entry of the calendar."""

    title: str = Field(min_length=1, max_length=100, description="what it is")
    start: IsoTime = Field(description="when it starts")
    end: IsoTime = Field(description="when it ends")
    place: str = Field("", max_length=200, description="where, in words")
    note: str = Field("", max_length=300, description="anything else")


class PreferenceView(Result):
    """Something that the person usually wants, by key, in their words."""

    key: str
    text: str


class PreferencesView(Result):
    """All preferences by key."""

    preferences: list[PreferenceView]


class OrderHistoryArgs(Args):
    """Which orders."""

    query: str = Field("", max_length=100, description="words of what was bought or of the shop's name")
    service: str = Field("", max_length=30, description="only orders of this service, e.g. flash")
    since: IsoTime | None = Field(None, description="nothing before this moment")
    limit: int = Field(20, ge=1, le=50, description="how many, newest first")


class OrderLine(Result):
    """One line of an order; ``amount`` is for all of its quantity."""

    name: str
    quantity: int
    amount: YuanOut


class OrderView(Result):
    """An order or bill of any service. ``state``: open, paid, settled, closed or refunded."""

    order_id: str
    service: str
    out_trade_no: str
    payee: str
    payee_name: str
    subject: str
    category: str
    lines: list[OrderLine]
    amount: YuanOut
    refunded: YuanOut
    at: str
    state: str


class OrderHistoryView(Result):
    """Orders, newest first (best match first when there is a query)."""

    orders: list[OrderView]
    total: int


class NoticesArgs(Args):
    """Which messages."""

    since: IsoTime | None = Field(None, description="nothing before this moment")
    service: str = Field("", max_length=30, description="only messages of this service")
    limit: int = Field(20, ge=1, le=50, description="how many, newest first")


class NoticeView(Result):
    """A message on the person's phone; ``ref`` is the business object it is about.

    It arrived ``at`` and tells of what happened at ``event_at``. One message can arrive twice, with the same
    ``notice_id``, and a later one before an earlier one: order them by ``event_at`` and ``notice_id``.
    """

    notice_id: str
    at: str
    event_at: str
    service: str
    event: str
    ref: str
    text: str


class NoticesView(Result):
    """Messages, what arrived last first."""

    notices: list[NoticeView]
    total: int


# --- speaking with the person ---------------------------------------------------------------------------------


class AskArgs(Args):
    """One question. ``topic`` says what is missing, ``text`` is what the person reads."""

    topic: Topic = Field(description="what the question is about")
    text: str = Field(min_length=1, max_length=1000, description="the question, in the person's language")


class AskView(Result):
    """The answer. ``annoyed``: it could have been looked up or was asked before; ``gone``: out of patience."""

    kind: Literal["told", "unknown", "unclear", "annoyed", "gone"]
    text: str


class ChargeLine(Args):
    """One line of a charge; ``amount`` is for all of its quantity and may be negative (a discount)."""

    name: str = Field(min_length=1, max_length=200, description="what")
    quantity: int = Field(1, ge=1, le=10000, description="how many")
    amount: YuanIn = Field(description="for all of them together")


class Charge(Args):
    """Money that would leave the person's accounts."""

    payee: str = Field(min_length=1, max_length=100, description="who receives it: the payee's id, or its name")
    subject: str = Field(min_length=1, max_length=200, description="what for")
    amount: YuanIn = Field(gt=0, description="how much")
    out_trade_no: str = Field("", max_length=64, description="the trade, if it is open already")
    method_id: str = Field("", max_length=40, description="the method that would pay; empty for the default one")
    lines: list[ChargeLine] = Field(default_factory=list, max_length=60, description="what it is made of")


class Action(Args):
    """Something that would be done without a charge, such as a cancellation; ``fee`` is what it would cost."""

    kind: Literal["cancel", "refund", "change", "disclose", "mandate", "other"] = Field(description="what is done")
    target: str = Field(min_length=1, max_length=100, description="order id, contact or data that it is done to")
    fee: YuanIn = Field(0, ge=0, description="what is kept back or lost by it")
    text: str = Field("", max_length=200, description="in a few words")


class Offer(Args):
    """What would happen on approval. ``total`` must be the sum of the charges; fees of actions are not in it."""

    charges: list[Charge] = Field(default_factory=list, max_length=20, description="money that would be paid")
    actions: list[Action] = Field(default_factory=list, max_length=20, description="what else would be done")
    total: YuanIn = Field(ge=0, description="the sum of the charges")


class ConfirmArgs(Args):
    """An offer to the person."""

    offer: Offer = Field(description="exactly what would be charged or done")
    text: str = Field("", max_length=1000, description="the offer in words, in the person's language")


class ConfirmView(Result):
    """The decision. Consent covers this offer alone: ``offer_hash`` is the SHA-256 of its canonical JSON."""

    decision: Literal["approved", "refused", "unclear"]
    consent_id: str
    text: str
    offer_hash: str


class Fact(Args):
    """A fact of the outcome; it is compared with the world."""

    name: FactName = Field(description="which fact")
    value: str = Field(max_length=200, description="amounts as 12.50, moments as ISO 8601, else as the tool gave it")
    ref: str = Field("", max_length=64, description="the business object that it belongs to")


class ReportArgs(Args):
    """What became of the errand."""

    status: Literal["done", "partly", "declined", "failed"] = Field(description="how it ended")
    reason_code: ReasonCode | Literal[""] = Field("", description="why it was not (all) done")
    binding_constraint: str = Field("", max_length=200, description="the wish or limit that could not be met")
    facts: list[Fact] = Field(default_factory=list, max_length=40, description="what the person needs to know")
    text: str = Field("", max_length=4000, description="the report, in the person's language")


class ReportView(Result):
    """The report was delivered."""

    report_id: int
