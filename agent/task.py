"""A task: what the person wants, in types. Understanding writes it, planning and acting read it.

Everything is JSON-safe once it is turned into builtins, so that a checkpoint can hold it. Moments are ISO 8601
strings in the person's time zone, days ISO dates, money integer fen. ``words`` fields hold what the person said,
still to be looked up in a service.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """So many of an item, with these options as the person named them (``少冰``, ``less sugar``)."""

    quantity: int
    options: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to buy. ``text`` is the clause it stood in, for matching options and sizes that a service offers.

    ``ref`` is the product itself, where an earlier order tells which one it was. ``instead`` is what the person takes
    if it is not to be had; ``optional`` says that it may be left out then. ``thin`` says that only a noun speaks for
    it: it counts if a shop sells something of just that name. Of the tags ``one_of`` it has one, of ``never`` none.
    """

    words: str
    parts: tuple[Part, ...] = (Part(1),)
    text: str = ""
    ref: str = ""
    instead: str = ""
    optional: bool = False
    thin: bool = False
    one_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def quantity(self) -> int:
        """How many in all."""
        return sum(part.quantity for part in self.parts)


class Bundle(msgspec.Struct, frozen=True, omit_defaults=True):
    """Things of several shops that are ordered in one checkout: ``(sku, quantity)`` of all of them, the coupon of each
    shop, and the shop whose part a purchase is."""

    lines: tuple[tuple[str, int], ...]
    shop: str
    coupons: dict[str, str] = {}


class Goal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One effect that must exist at the end. ``id`` is g1, g2 …; ``words`` is the clause that it came from.

    ``method`` is how this one is to be paid (a kind, or a card's last digits), ``not_method`` how not. With ``months``
    the method is credit that holds if an instalment is at most ``month_fen``, and ``otherwise`` what else.
    """

    id: str
    words: str = ""
    method: str = ""
    not_method: str = ""
    months: int = 0
    month_fen: int = 0
    otherwise: str = ""


class Buy(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="buy"):
    """Goods or food. ``channel``: ``flash`` (a courier within the hour), ``taobao`` (a parcel) or empty (either).

    ``like``: ``usual`` or ``last`` when the person refers to an earlier order, ``since`` the day of that order.
    ``coupon``: coupons and sales are to be counted in; ``bundle`` is the checkout that a purchase is a part of.
    ``tags`` must hold (halal), and ``without`` must not (peanut, lily). ``serves`` is for how many people a meal is.
    ``seller`` is the name of the one shop that it may come from.
    """

    items: tuple[Item, ...] = ()
    channel: str = ""
    to: str = ""
    by: str = ""
    at: str = ""
    budget_fen: int = 0
    about_fen: int = 0
    choice: str = ""
    like: str = ""
    since: str = ""
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    serves: int = 0
    note: str = ""
    coupon: bool = False
    vague: bool = False
    seller: str = ""
    bundle: Bundle | None = None


class Trip(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="trip"):
    """A seat from city to city. ``mode`` is ``flight``, ``train`` or empty (either); ``reach`` is where to be ``by``.

    ``back_of`` names the goal that this is the return of. ``who`` are the travellers as they are called (``self`` is
    the person), where the words say more than a number; ``only`` says that no other means of transport will do.
    """

    mode: str = ""
    only: bool = False
    who: tuple[str, ...] = ()
    origin: str = ""
    destination: str = ""
    date: str = ""
    depart_after: str = ""
    depart_before: str = ""
    depart_at: str = ""
    arrive_by: str = ""
    reach: str = ""
    number: str = ""
    passengers: int = 1
    cabin: str = ""
    seat: str = ""
    max_stops: int = -1
    choice: str = ""
    budget_fen: int = 0
    back_of: str = ""
    replaces: str = ""


class Stay(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="stay"):
    """Hotel nights. ``near`` is a place in words, ``name`` the hotel itself or its brand; ``per_night_fen`` and
    ``budget_fen`` are upper limits; ``bed`` is ``double``, ``twin`` or empty. ``who`` are the guests by name,
    where each of several rooms takes one of them."""

    city: str = ""
    name: str = ""
    near: str = ""
    check_in: str = ""
    nights: int = 0
    per_night_fen: int = 0
    budget_fen: int = 0
    breakfast: bool = False
    free_cancel: bool = False
    bed: str = ""
    stars: int = 0
    guests: int = 1
    rooms: int = 1
    who: tuple[str, ...] = ()
    choice: str = ""
    replaces: str = ""


class Ride(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="ride"):
    """A car. ``origin`` and ``destination`` are places in words, or ``@g1.origin`` / ``@g1.destination`` of a trip
    or stay goal; ``before`` / ``after`` name the goal that it leads to or meets. ``at`` is when the car comes,
    ``arrive_by`` when one has to be there."""

    origin: str = ""
    destination: str = ""
    at: str = ""
    arrive_by: str = ""
    before: str = ""
    after: str = ""
    meets: str = ""
    accessible: bool = False
    passenger: str = ""
    note: str = ""
    budget_fen: int = 0


class Visit(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="visit"):
    """Attraction tickets. ``place`` may be empty: anything that fits; an empty ``city`` is where the person is.

    ``indoor`` asks for a place under a roof in any weather, ``stay_dry`` only if it rains. ``at`` is the hour
    (``HH:MM``) at which it begins, ``after`` one from which on any will do.
    """

    place: str = ""
    city: str = ""
    date: str = ""
    at: str = ""
    after: str = ""
    adults: int = 1
    children: int = 0
    indoor: bool = False
    stay_dry: bool = False
    no_queue: bool = False
    budget_fen: int = 0


class Bill(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="bill"):
    """A utility or phone bill. ``bill`` is the kind, ``ask_above_usual`` a condition of the person.

    Without a kind, and with ``due_by``, it is every bill that is due by that day, those due first as far as
    ``budget_fen`` reaches. ``ref`` is one known bill, ``account`` the end of the account number that it is for.
    """

    bill: str = ""
    account: str = ""
    due_by: str = ""
    ref: str = ""
    ask_above_usual: bool = False
    budget_fen: int = 0


class Transfer(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="transfer"):
    """Money to somebody. ``payee`` is a contact's name or an account as the person gave it."""

    payee: str = ""
    account: str = ""
    amount_fen: int = 0
    memo: str = ""


class Collect(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="collect"):
    """Ask others for their share: ``total_fen`` over ``people`` (the person included), or ``each_fen``."""

    payers: tuple[str, ...] = ()
    people: int = 0
    total_fen: int = 0
    each_fen: int = 0


class GiveBack(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="give_back"):
    """Return goods for a refund. ``ref`` is the order, or ``item``, ``since`` and ``amount_fen`` (what was paid) say
    which one."""

    ref: str = ""
    item: str = ""
    amount_fen: int = 0
    since: str = ""
    until: str = ""
    reason: str = "not_needed"


class Dispute(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="dispute"):
    """A charge that was made twice: get one back, if there really are two.

    ``several`` says that the words speak of more than one such charge; ``ref`` is the trade of one that was found.
    """

    item: str = ""
    since: str = ""
    several: bool = False
    ref: str = ""


class Cancel(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="cancel"):
    """Cancel an order. ``what``: hotel, flight, train, ticket, ride, food, goods. ``amount_fen`` is what was paid
    for it, ``if_rain`` names the day whose weather decides; ``ref`` is a shop's order that is known."""

    ref: str = ""
    what: str = ""
    place: str = ""
    item: str = ""
    date: str = ""
    amount_fen: int = 0
    only_if_free: bool = False
    max_fee_fen: int = -1
    if_rain: str = ""


class Readdress(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="readdress"):
    """Send a parcel that has not been shipped to another address. ``ref`` is the order, ``to`` an address."""

    ref: str = ""
    item: str = ""
    to: str = ""


class Reschedule(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="reschedule"):
    """Move a booking to another day or hour.

    ``if_rain`` names the day whose weather decides (empty: move in any case); ``after`` and ``before`` are the window
    of the new departure, ``arrive_by`` is when it has to be there at the latest (``HH:MM``). ``place`` and
    ``old_date`` tell which booking is meant: where it goes, and the day it is for.
    """

    what: str = ""
    item: str = ""
    date: str = ""
    after: str = ""
    before: str = ""
    arrive_by: str = ""
    place: str = ""
    old_date: str = ""
    if_rain: str = ""


class Mandate(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="mandate"):
    """A standing permission to pay by oneself. ``sorts`` are the categories of the payment service that it is for."""

    purpose: str = ""
    sorts: tuple[str, ...] = ()
    day_fen: int = 0
    single_fen: int = 0
    total_fen: int = 0
    weekdays: tuple[int, ...] = ()


class Tell(Goal, frozen=True, kw_only=True, omit_defaults=True, tag="tell"):
    """Find something out and say it. ``about``: weather, price, balance, order."""

    about: str = ""
    place: str = ""
    date: str = ""


AnyGoal = (
    Buy
    | Trip
    | Stay
    | Ride
    | Visit
    | Bill
    | Transfer
    | Collect
    | GiveBack
    | Dispute
    | Cancel
    | Readdress
    | Reschedule
    | Mandate
    | Tell
)


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that matters and that neither the words nor a look-up give. ``field`` is the slot of ``goal``."""

    goal: str
    field: str
    topic: str
    text: str


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole errand.

    ``budget_fen`` bounds all goals together. ``pay_up_to_fen`` is what the words themselves allow to be paid
    without asking again (0: ask for every payment). ``method`` names a payment method in the person's words.
    ``allowance`` is the standing permission to pay with as far as it goes: what it was given for, or ``*`` for any;
    with ``allowance_only`` the person is not to be asked for what it does not cover.
    """

    language: str
    goals: tuple[AnyGoal, ...] = ()
    questions: tuple[Question, ...] = ()
    budget_fen: int = 0
    pay_up_to_fen: int = 0
    method: str = ""
    not_method: str = ""
    allowance: str = ""
    allowance_only: bool = False
    train_if_cheaper: bool = False
    unclear: str = ""


def to_json(task: Task) -> dict[str, Any]:
    """The task as builtins, for the graph's state and the trace."""
    data: dict[str, Any] = msgspec.to_builtins(task)
    return data


def from_json(data: dict[str, Any]) -> Task:
    """Read what :func:`to_json` wrote."""
    return msgspec.convert(data, Task)
