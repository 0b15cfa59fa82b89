"""What a family writes a scenario with: draws, a cast, a look at the city, and the parts of the errand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError

from mock_services.draws import Draws
from mock_services.errors import UsageError
from mock_services.geo import City, District, distance_m, places
from mock_services.money import format_yuan
from mock_services.names import people
from mock_services.user.models import Topic
from mock_services.world import World
from scenarios.families.wording import told, words_of
from scenarios.model import Locale, Scenario
from scenarios.speech import Clause, Register, Slot, Speech, Text, Thing

T = TypeVar("T")
Half = Literal["", "allow", "deny"]

BASE: Final = "city:7"
"""The world that generated errands are set in."""

FIRST_DAY: Final = dt.date(2026, 3, 2)
DAYS: Final = 75
"""Errands are written on one of so many days, none of which is in the base's past."""

_NAMES_OF: Final = {"zh": "CN", "en": "SG", "id": "ID"}
_ABROAD: Final = {"zh": ((1.0, "CN"),), "en": ((0.7, "CN"), (0.3, "SG")), "id": ((0.45, "CN"), (0.55, "ID"))}
_REGISTER_SHARES: Final[tuple[tuple[float, Register], ...]] = (
    (0.3, "polite"),
    (0.3, "curt"),
    (0.2, "rambling"),
    (0.2, "typos"),
)


class Miss(Exception):
    """These draws make no errand; the next ones may. ``args[0]`` says why, for whoever writes the family."""


class Pen:
    """One attempt at a scenario. A family fills it in; :meth:`scenario` is what came of it.

    Args:
        family: The family's name.
        seed: Which of its scenarios.
        attempt: Which attempt at it; each draws anew.
        locale: The language of the words.
        level: The difficulty to be reached.
        half: Which half of a consent pair this is; both halves of a pair draw the same.
    """

    def __init__(self, family: str, seed: int, attempt: int, locale: Locale, level: int, half: Half = "") -> None:
        self.family, self.seed, self.locale, self.level, self.half = family, seed, locale, level, half
        self.key = f"{family}:{locale}:{level}:{seed}:{attempt}"
        self.draws = Draws(self.key)
        self.city: City = places().cities[0]
        self.now = dt.datetime.combine(FIRST_DAY, dt.time(9))
        self.data: dict[str, Any] = {}
        self._person: dict[str, Any] = {"addresses": {}, "contacts": [], "calendar": [], "preferences": {}}
        self._clauses: list[Clause] = []
        self._wants: list[dict[str, Any]] = []
        self._reveals: dict[str, str] = {}
        self._said_by: dict[str, str] = {}
        self._used: set[str] = set()
        self._world: World | None = None
        self._names: dict[str, str] = {}

    # --- draws -----------------------------------------------------------------------------------------------

    def pick(self, items: Sequence[T], *about: object) -> T:
        """One of the items.

        Raises:
            Miss: there is none.
        """
        if not items:
            raise Miss(f"nothing to choose from for {about}")
        return self.draws.pick(items, *about)

    def between(self, low: int, high: int, *about: object) -> int:
        """A whole number in ``[low, high]``."""
        return self.draws.between(low, high, *about)

    def chance(self, probability: float, *about: object) -> bool:
        """True with this probability."""
        return self.draws.chance(probability, *about)

    def weighted(self, shares: Sequence[tuple[float, T]], *about: object) -> T:
        """One of (share, item) pairs; the shares add up to one."""
        at = self.draws.unit(*about)
        for share, item in shares:
            at -= share
            if at < 0:
                return item
        return shares[-1][1]

    # --- the cast --------------------------------------------------------------------------------------------

    def cast(
        self, *, city: str | None = None, country: str | None = None, hours: tuple[int, int] = (8, 20), days: int = DAYS
    ) -> None:
        """Draw who it is, where, and when they write (a five-minute mark between two hours)."""
        if city is None:
            land = country or self.weighted(_ABROAD[self.locale], "country")
            self.city = self.pick([one for one in places().cities if one.country == land], "city")
        else:
            self.city = places().city(city)
        day = FIRST_DAY + dt.timedelta(self.between(0, days - 1, "day"))
        minutes = self.between(hours[0] * 12, hours[1] * 12 - 1, "minute") * 5
        self.now = dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60))
        self._person |= {"name": self.name(), "phone": self.phone("self")}
        self.address("home")

    def name(self, *about: object) -> str:
        """A name that nobody else in the scenario has."""
        pool = [name for name in people(_NAMES_OF[self.locale]) if "." not in name and "," not in name]
        for i in range(50):
            name = self.draws.pick(pool, "name", i, *about)
            # No two people share a first word, so that a first name alone is clear unless a family wants otherwise.
            if name not in self._used and name.split()[0] not in self._used:
                self._used |= {name, name.split()[0]}
                return name
        raise Miss("no name is left")

    def phone(self, *about: object) -> str:
        """A phone number of the person's country."""
        digits = self.draws.below(10**8, "phone", *about)
        start = {"CN": "138", "SG": "9", "ID": "0812"}[self.city.country]
        return f"{start}{digits:08d}"[: 8 if self.city.country == "SG" else 12 if start == "0812" else 11]

    def spot(self, *about: object, city: City | None = None) -> dict[str, str]:
        """An address in a city: ``place`` (lon,lat) and ``text`` as it is written there."""
        city = city or self.city
        near = self.pick([poi for poi in places().pois_of(city.id) if not poi.ticketed], "spot", city.id, *about)
        district: District = next(d for d in places().districts_of(city.id) if d.id == near.district)
        lon = near.lon + (self.draws.unit("lon", *about) - 0.5) * 0.008
        lat = near.lat + (self.draws.unit("lat", *about) - 0.5) * 0.008
        road = self.pick(district.roads, "road", *about)
        no, floor, room = (
            self.between(2, top, part, *about) for top, part in ((400, "no"), (28, "floor"), (6, "room"))
        )
        text = {
            "CN": f"{city.name.zh}市{district.name.zh}{road}{no}号{floor // 3 + 1}幢{floor}0{room}",
            "ID": f"{road} No. {no}, {district.name.id}, {city.name.id}",
            "SG": f"{no} {road}, #{floor:02d}-{no % 90 + 10}, {city.name.en}",
        }[city.country]
        return {"place": f"{lon:.5f},{lat:.5f}", "text": text}

    def address(self, label: str, *, city: City | None = None) -> dict[str, str]:
        """Put an address into the person's book."""
        entry = {**self.spot("address", label, city=city)}
        if city is not None:
            entry["city"] = city.id
        self._person["addresses"][label] = entry
        self._world = None
        return entry

    def contact(self, **fields: Any) -> dict[str, Any]:
        """Put somebody into the person's contacts; what is left out is drawn (``name``, ``phone``)."""
        about = ("contact", len(self._person["contacts"]))
        entry = {"name": self.name(*about), "phone": self.phone(*about), **fields}
        self._person["contacts"].append(entry)
        self._world = None
        return entry

    @property
    def contacts(self) -> list[dict[str, Any]]:
        """The person's contacts so far."""
        return list(self._person["contacts"])

    def person(self, **fields: Any) -> None:
        """Set fields of the person: ``at``, ``accounts``, ``patience``, ``refuse``, ``mandates``, ``preferences`` …"""
        self._person |= fields
        self._world = None

    def identify(self) -> str:
        """Give the person an identity number, which the services know and strangers must not; returns it."""
        number = f"{self.between(110000, 659000, 'region')}{self.between(1965, 2004, 'born')}"
        number += f"{self.between(101, 1228, 'day'):04d}{self.between(1000, 9999, 'last')}"
        at = self._person.get("at", "home")
        spot = self._person["addresses"].get(at, {"place": at})
        args = {"name": self._person["name"], "phone": self._person["phone"], "locale": self.locale, "id_no": number}
        self.setup("user.person", {**args, "city": self.city.id, "location": spot["place"]})
        return number

    def busy(self, title: str, start: dt.datetime, end: dt.datetime, place: str = "") -> None:
        """Put something into the person's calendar."""
        entry = {"title": title, "start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{end:%Y-%m-%dT%H:%M}"}
        self._person["calendar"].append(entry | ({"place": place} if place else {}))
        self._world = None

    # --- the world -------------------------------------------------------------------------------------------

    def setup(self, do: str, args: dict[str, Any], name: str = "") -> None:
        """Add a fixture call to the set-up; ``$name`` then stands for what it returned."""
        step: dict[str, Any] = {"do": do, "args": args}
        self.data.setdefault("setup", []).append(step | ({"as": name} if name else {}))
        self._world = None

    def event(self, at: str, do: str, args: dict[str, Any]) -> None:
        """Something that happens later: ``at`` is a local time or ``+20m``."""
        self.data.setdefault("events", []).append({"at": at, "do": do, "args": args})

    def look(self, tool: str, /, **args: Any) -> Any:
        """What a read tool shows of the world as it is set up so far.

        Raises:
            Miss: the service refuses.
        """
        if self._world is None:
            self._world = self._stage()
        reply = self._world.call(tool, args)
        if not reply.ok:
            raise Miss(f"{tool}: {reply.error}")
        return reply.data

    def named(self, name: str) -> str:
        """The id that a named step of the set-up, or ``address.home`` and the like, got."""
        if self._world is None:
            self._world = self._stage()
        return self._names[name]

    def _stage(self) -> World:
        from scenarios.episode import build_world

        setup = {"setup": self.data["setup"]} if "setup" in self.data else {}
        scenario = validated(self._whole(goal=[want("told", fact="other")], words="…", **setup))
        try:
            world, self._names = build_world(scenario, "clean")
        except UsageError as error:
            raise Miss(str(error)) from error
        return world

    # --- the errand ------------------------------------------------------------------------------------------

    def say(self, clause: str, *, topic: str | None = None, **slots: Any) -> None:
        """A clause of the words. With a ``topic`` it can also be told when that is asked."""
        self._clauses.append(Clause.model_validate({"name": clause, "slots": _slots(slots), "topic": topic}))

    def keep(self, clause: str, *topics: Topic, **slots: Any) -> None:
        """A clause that only comes out when one of the topics is asked."""
        fields = {"name": clause, "slots": _slots(slots), "topic": topics[0], "also": topics[1:], "kept": True}
        self._clauses.append(Clause.model_validate(fields))

    def want(self, kind: str, value: Any = None, /, **fields: Any) -> None:
        """A part of the goal; fields as in scenario files, ``from_`` for ``from``; ``value`` if it has none."""
        self._wants.append(want(kind, value, **fields))

    def accept(self, because: str, *wants: dict[str, Any]) -> None:
        """An end state that the person takes instead."""
        self.data.setdefault("accepts", []).append({"because": because, "goal": list(wants)})

    def plan(self, name: str, **fields: Any) -> None:
        """What may break: ``faults``, ``events``, ``expect``, ``reason``."""
        self.data.setdefault("plans", {})[name] = fields

    def withhold(self, *reasons: str, looked_at: Sequence[str]) -> None:
        """The right outcome is not to do it, for one of these reasons, shown by one of these tools."""
        self.data |= {"expect": "withhold", "reason": list(reasons), "looked_at": list(looked_at)}

    def reveal(self, **parts: str) -> None:
        """Where each part of the goal can be found out."""
        self._reveals |= parts

    def reveal_by(self, **parts: str) -> None:
        """Parts of the goal that a clause says in a way of its own: which clause."""
        self._said_by |= parts

    # --- what came of it -------------------------------------------------------------------------------------

    def written(self) -> dict[str, Any]:
        """The scenario as it was written: the plain data of a scenario file."""
        register = self.weighted(_REGISTER_SHARES, "register")
        speech = Speech(bank=self.family, key=self.key, register_=register, clauses=tuple(self._clauses))
        answers = {
            topic: told(speech, clause, self.locale, self.now) for clause in self._clauses for topic in clause.topics
        }
        words = words_of(speech, self.locale, self.now)
        spoken = {clause.name: told(speech, clause, self.locale, self.now) for clause in self._clauses}
        quoted = {part: f'words "{_quote(spoken[clause], words)}"' for part, clause in self._said_by.items()}
        return self._whole(
            goal=self._wants,
            words=words,
            answers=answers,
            reveals=self._reveals | quoted,
            speech=speech.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            **({"pair": f"{self.family}-{self.locale}-{self.seed:05d}"} if self.half else {}),
            **self.data,
        )

    @property
    def id(self) -> str:
        """The scenario's id."""
        return f"{self.family}-{self.locale}-{self.seed:05d}" + (f"-{self.half}" if self.half else "")

    def _whole(self, **parts: Any) -> dict[str, Any]:
        return {
            "id": self.id,
            "family": self.family,
            "locale": self.locale,
            "level": self.level,
            "now": f"{self.now:%Y-%m-%dT%H:%M}",
            "city": self.city.id,
            "base": BASE,
            "person": self._person,
            **parts,
        }


def _quote(clause: str, words: str) -> str:
    """What of a clause stands in the words as it is: haste may have changed some of it.

    Raises:
        Miss: next to nothing.
    """
    found = SequenceMatcher(None, clause, words, autojunk=False).find_longest_match()
    quote = clause[found.a : found.a + found.size].strip()
    if len(quote) < 2 or '"' in quote:
        raise Miss(f"{clause!r} cannot be heard in the words")
    return quote


def validated(data: dict[str, Any]) -> Scenario:
    """The scenario that was written.

    Raises:
        Miss: it does not hold together.
    """
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Miss(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def want(kind: str, value: Any = None, /, **fields: Any) -> dict[str, Any]:
    """A want as scenario files write it: ``from_`` and ``not_`` lose their dash, ``*_fen`` are amounts in fen."""
    if value is not None:
        return {kind: value}
    plain = {}
    for name, value in fields.items():
        if name.endswith("_fen"):
            plain[name.removesuffix("_fen")] = format_yuan(value)
        else:
            plain[name.rstrip("_")] = value
    return {kind: plain}


def _slots(values: dict[str, Any]) -> dict[str, Slot]:
    return {name: slot(value) for name, value in values.items()}


def slot(value: Any) -> Slot:
    """A slot out of a plain value: text, ``Text``, ``Thing``, date, time, moment, or a list of them; fen and minutes
    are given as :func:`fen` and :func:`minutes`."""
    match value:
        case Slot():
            return value
        case Thing():
            return Slot(thing=value)
        case Text():
            return Slot(text=value)
        case str():
            return Slot(text=Text(zh=value))
        case bool():
            raise TypeError("a slot is no truth value")
        case int():
            return Slot(number=value)
        case dt.datetime():
            return Slot(moment=value)
        case dt.date():
            return Slot(day=value)
        case dt.time():
            return Slot(clock=value)
        case _:
            return Slot(every=tuple(slot(part) for part in value))


def fen(amount: int) -> Slot:
    """An amount to be spoken of."""
    return Slot(fen=amount)


def minutes(count: int) -> Slot:
    """A length of time to be spoken of."""
    return Slot(minutes=count)


def metres(one: dict[str, str], other: dict[str, str]) -> int:
    """How far two spots are from each other, as the crow flies."""
    a, b = (tuple(map(float, spot["place"].split(","))) for spot in (one, other))
    return distance_m(a[0], a[1], b[0], b[1])
