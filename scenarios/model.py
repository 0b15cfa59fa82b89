"""A scenario: the person, the words, the world's set-up, what breaks, and what is wanted. It carries no answer path.

Read from YAML by :mod:`scenarios.loader`; ``docs/scenario-format.md`` describes every field for authors.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mock_services.argtypes import YuanIn
from mock_services.clock import MINUTE, Instant, instant
from mock_services.errors import UsageError
from mock_services.geo import places
from mock_services.life import Life
from mock_services.user.models import ReasonCode, Topic
from scenarios.certificates import Certificate
from scenarios.chance import chances_of
from scenarios.faultentry import FaultEntry
from scenarios.prefers import Preference, sharpened
from scenarios.reveals import PART, Sources
from scenarios.speech import Speech
from scenarios.wants import Part, Want, Words, atoms, one_or_more, when

FAMILIES = ("order", "pay", "travel", "cross", "infeasible", "underspecified", "hostile", "consent")
"""The kinds of errand. A generated scenario's family is one of them and the generator's own name: ``order-drinks``."""


def _family(text: str) -> str:
    kind, _, name = text.partition("-")
    if kind not in FAMILIES or (name and not name.replace("-", "").isalnum()):
        raise ValueError(f"one of {', '.join(map(repr, FAMILIES))}, alone or followed by a dash and a name")
    return text


Family = Annotated[str, AfterValidator(_family)]
Locale = Literal["zh", "en", "id"]
Expectation = Literal["goal", "fallback", "withhold"]


def _city_id(text: str) -> str:
    city = places().city_named(text)
    if city is None:
        raise ValueError(f"no such city; one of {', '.join(c.id for c in places().cities)}")
    return city.id


def _local(value: Any) -> Any:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("a local date-time such as 2026-03-05T09:40") from error
    if moment.tzinfo is not None:
        raise ValueError("a local date-time, without an offset")
    return moment


CityId = Annotated[str, AfterValidator(_city_id)]
Local = Annotated[datetime, BeforeValidator(_local)]
Reasons = Annotated[tuple[ReasonCode, ...], BeforeValidator(one_or_more)]


def _spot(value: Any) -> Any:
    return {"place": value} if isinstance(value, str) else value


class AddressBookEntry(Part):
    """An address that the person has under a label.

    ``place`` is the name of a place of the city or ``lon,lat``; ``recipient`` and ``phone`` are the person's own by
    default.
    """

    place: str
    text: str = ""
    city: CityId | None = None
    recipient: str = ""
    phone: str = ""


class ContactEntry(Part):
    """Somebody in the person's contacts. ``place`` is where they can be sent something, ``account`` takes money."""

    name: str
    nickname: str = ""
    relation: str = ""
    phone: str = ""
    account: str = ""
    place: str = ""
    city: CityId | None = None
    text: str = ""


class CalendarEntry(Part):
    """Something in the person's calendar, in local time."""

    title: str
    start: Local
    end: Local
    place: str = ""


class CardEntry(Part):
    """A bank card with what is on it; its method id is ``card:<last4>``."""

    bank: str
    last4: str = Field(pattern=r"^\d{4}$")
    balance: YuanIn
    single_limit: YuanIn | None = None


class Accounts(Part):
    """The person's money. ``credit`` is the limit of their credit line (0: none), ``default`` a method id."""

    wallet: YuanIn = 300_000
    cards: tuple[CardEntry, ...] = (CardEntry(bank="招商银行", last4="6688", balance=20_000),)
    credit: YuanIn = 500_000
    default: str = "wallet"


AddressText = Annotated[AddressBookEntry, BeforeValidator(_spot)]


class Refusal(Part):
    """What the person turns down: totals ``above`` an amount, or these payees; ``text`` is what they say."""

    above: YuanIn | None = None
    payees: Words = ()
    text: str = ""


class MandateRule(Part):
    """Which mandates the person approves: limits no wider than these. Without a rule they approve none."""

    per_payment_at_most: YuanIn | None = None
    per_day_at_most: YuanIn | None = None
    total_at_most: YuanIn | None = None
    categories: Words = ()
    payees: Words = ()


class PersonModel(Part):
    """Whose errand it is.

    ``at`` is where they are (a label of theirs, a place or ``lon,lat``). ``patience`` is after how many questions
    they are annoyed, and after how many they are gone.
    """

    name: str
    phone: str = "13800138000"
    at: str = "home"
    addresses: dict[str, AddressText] = Field({})
    contacts: tuple[ContactEntry, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()
    preferences: dict[str, str] = Field({})
    patience: tuple[int, int] = (4, 7)
    accounts: Accounts = Accounts()
    refuse: Refusal = Refusal()
    mandates: MandateRule | None = None

    @model_validator(mode="after")
    def _patience_runs_out_last(self) -> PersonModel:
        if not 0 < self.patience[0] <= self.patience[1]:
            raise ValueError("patience is [annoyed after, gone after], the first not above the second")
        return self


class Consent(Part):
    """What the words delegate: ``up_to`` (fen in total) needs no approval; above it every payment does."""

    up_to: YuanIn = 0


def _consent(value: Any) -> Any:
    return {} if value == "ask" else value


class Step(Part):
    """One call of a fixture. ``as`` gives its result a name, which later arguments write as ``$name``."""

    do: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    args: dict[str, Any] = Field({})
    as_: str = Field("", alias="as", pattern=r"^[a-z][a-z0-9_]*$|^$")

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, raw: Any) -> Any:
        # ``{flash.shop: {...}, as: corner}`` is the usual way to write it.
        if isinstance(raw, dict) and "do" not in raw:
            named = [name for name in raw if isinstance(name, str) and "." in name]
            if len(named) == 1:
                rest = {name: value for name, value in raw.items() if name != named[0]}
                return {**rest, "do": named[0], "args": raw[named[0]] or {}}
        return raw

    @property
    def service(self) -> str:
        """The service whose fixture it is."""
        return self.do.partition(".")[0]

    @property
    def fixture(self) -> str:
        """The fixture's name."""
        return self.do.partition(".")[2]


class TimedStep(Step):
    """A fixture that happens later: ``at`` is a local time, or ``+20m`` after the start."""

    at: str = Field(pattern=r"^\+\d{1,5}m$|^(\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d$")


class Plan(Part):
    """What breaks, and what is to be expected then. ``reason`` lists the reason codes that are true if withheld."""

    faults: tuple[FaultEntry, ...] = ()
    events: tuple[TimedStep, ...] = ()
    expect: Expectation = "goal"
    reason: Reasons = ()

    @model_validator(mode="after")
    def _withheld_for_a_reason(self) -> Plan:
        if (self.expect == "withhold") != bool(self.reason):
            raise ValueError("a plan that expects withhold, and only such a plan, gives the reason codes")
        return self


class Alternative(Part):
    """An end state that the person takes instead."""

    because: str = ""
    goal: tuple[Want, ...] = Field(min_length=1)


def _part(text: str) -> str:
    if PART.match(text) is None:
        raise ValueError("a part of the goal such as train, train.date or train#2.date")
    return text


class Change(Part):
    """The person changes their mind: ``at`` the first offer that they are shown, or so many minutes after the start.

    They say ``words`` then (in answer to the offer, or by a message), and want ``goal`` from there on. What was done
    before they said so is judged by what they wanted before.
    """

    at: str = Field(pattern=r"^offer$|^\+\d{1,5}m$")
    words: str = Field(min_length=1, max_length=1000)
    goal: tuple[Want, ...] = Field(min_length=1)


class Delegation(Part):
    """What the person leaves to an agent that they trust at least ``trust``: they add ``words``, and payments ``up_to``
    an amount in total need no approval then."""

    trust: float = Field(0.6, gt=0, lt=1)
    up_to: YuanIn
    words: str = Field(min_length=1, max_length=500)


class Errand(Part):
    """A further errand of the same person in the same world, ``after_min`` minutes after the one before it ended."""

    words: str = Field(min_length=1, max_length=2000)
    goal: tuple[Want, ...] = Field(min_length=1)
    answers: dict[Topic, str] = Field({})
    after_min: int = Field(30, ge=0, le=60 * 24 * 7)
    delegates: Delegation | None = None


class Limits(Part):
    """Where an episode ends. ``budget`` is what may be spent in total, ``deadline`` the last useful moment.

    An agent that makes more than ``calls``, is at it for more than ``minutes`` of virtual time, or costs its operator
    more than ``cost_micros`` (millionths of a yuan; None: no limit) is cut off.
    """

    budget: YuanIn | None = None
    deadline: Local | None = None
    calls: int = Field(150, ge=1, le=5000)
    minutes: int = Field(2880, ge=1, le=60 * 24 * 14)
    cost_micros: int | None = Field(None, ge=1)


PAIR_ENDS = ("-allow", "-deny")
"""How the ids of the two halves of a pair end; what stands before it is the pair's name."""


class Scenario(Part):
    """One errand.

    ``base`` is the world that it is set in (:attr:`mock_services.base.Base.id`). ``speech`` is what the words were made
    from, for generated errands; ``pair`` joins two halves that are right only together.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{1,63}$")
    family: Family
    locale: Locale
    level: int = Field(2, ge=1, le=5)
    now: Local
    city: CityId
    base: str = Field("small:0", pattern=r"^[a-z]+(\*\d{1,3})?:\d{1,9}$")
    words: str = Field(min_length=1, max_length=2000)
    speech: Speech | None = None
    pair: str = Field("", max_length=64)
    person: PersonModel
    answers: dict[Topic, str] = Field({})
    consent: Annotated[Consent, BeforeValidator(_consent)] = Consent()
    setup: tuple[Step, ...] = ()
    events: tuple[TimedStep, ...] = ()
    life: Life = "calm"
    limits: Limits = Limits()
    goal: tuple[Want, ...] = ()
    accepts: tuple[Alternative, ...] = ()
    prefers: tuple[Preference, ...] = ()
    change: Change | None = None
    then: tuple[Errand, ...] = ()
    plans: dict[str, Plan] = Field({})
    expect: Literal["goal", "withhold"] = "goal"
    reason: Reasons = ()
    looked_at: Words = ()
    reveals: dict[Annotated[str, AfterValidator(_part)], Sources] = Field({})
    certificate: Certificate | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        if (self.expect == "withhold") != bool(self.reason):
            raise ValueError("expect: withhold needs reason, the codes that are true; expect: goal has none")
        if self.expect == "goal" and not self.goal:
            raise ValueError("a scenario whose goal is expected has one")
        if "clean" in self.plans:
            raise ValueError("the plan 'clean' is always there and cannot be written")
        if any(plan.expect == "fallback" for plan in self.plans.values()) and not self.accepts:
            raise ValueError("a plan expects fallback, but accepts is empty")
        if self.pair and self.id not in tuple(f"{self.pair}{end}" for end in PAIR_ENDS):
            raise ValueError(
                f"a half of the pair {self.pair} is called {' or '.join(self.pair + e for e in PAIR_ENDS)}"
            )
        withheld = self.expect == "withhold" or any(plan.expect == "withhold" for plan in self.plans.values())
        if withheld and not self.looked_at:
            raise ValueError("where withholding is right, looked_at names the tools that show why")
        wants = [want for goal in (self.goal, *(other.goal for other in self.accepts)) for want in atoms(goal)]
        for i, preference in enumerate(self.prefers):
            meant = [want for want in wants if want.kind == preference.kind]
            if preference.of and not meant:
                raise ValueError(f"prefers.{i}: neither goal nor accepts has a want {preference.kind!r}")
            try:
                for want in meant:
                    sharpened(want, preference.with_)
            except ValueError as error:
                raise ValueError(f"prefers.{i}.with: {error}") from error
        return self

    @property
    def kind(self) -> str:
        """Which of :data:`FAMILIES` it is of."""
        return self.family.partition("-")[0]

    @property
    def offset_min(self) -> int:
        """The UTC offset of the place where the person is, in minutes."""
        return places().city(self.city).utc_offset_min

    @property
    def start(self) -> Instant:
        """When the episode starts."""
        return instant(self.now.date(), self.now.time(), self.offset_min)

    def when(self, text: str) -> Instant:
        """A :data:`scenarios.wants.When` or ``+20m`` of this scenario as an instant."""
        if text.startswith("+"):
            return self.start + int(text[1:-1]) * MINUTE
        return when(text, self.now.date(), self.offset_min)

    def in_force(self, now: Instant, *, offered: bool) -> Scenario:
        """The scenario with the goal that holds now; ``offered`` says whether an offer was put to the person yet."""
        change = self.change
        if change is None or (change.at == "offer" and not offered):
            return self
        if change.at != "offer" and now < self.when(change.at):
            return self
        return self.model_copy(update={"goal": change.goal, "accepts": ()})

    def following(self, delegated: int | None) -> Scenario:
        """The scenario once its next errand has begun; ``delegated`` is up to how many fen they left to the agent.

        All that was wanted before is still wanted, and all that may be spent without asking adds up.
        """
        errand, *rest = self.then
        left = delegated is not None and errand.delegates is not None
        words = f"{errand.words}\n{errand.delegates.words}" if left and errand.delegates else errand.words
        return self.model_copy(
            update={
                "words": words,
                "goal": (*self.goal, *errand.goal),
                "answers": {**self.answers, **errand.answers},
                "consent": Consent(up_to=0).model_copy(update={"up_to": self.consent.up_to + (delegated or 0)}),
                "then": tuple(rest),
                "speech": None,
            }
        )

    def plan(self, name: str) -> Plan:
        """The plan of this name; ``clean`` is the one in which nothing breaks, ``rate:0.2`` one of chance.

        Raises:
            UsageError: there is none.
        """
        if name == "clean" or chances_of(name) is not None:
            return Plan(expect=self.expect, reason=self.reason)
        if name not in self.plans:
            raise UsageError(
                f"scenario {self.id} has no fault plan {name!r}", fix=f"one of {', '.join(['clean', *self.plans])}"
            )
        return self.plans[name]
