"""Putting a scenario's person, money and set-up into a world, by the fixtures of the services.

It is done once for each errand in a process: every plan, seed, wording and agent begins in a fork of the same world.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.base import Base
from mock_services.errors import UsageError
from mock_services.money import format_yuan
from mock_services.world import World
from scenarios.loader import resolve
from scenarios.model import Accounts, PersonModel, Scenario
from scenarios.naming import location

PERSON_ID = "U1"
"""Whose errands all scenarios are."""


MOST_STAGED = 1_000
"""Worlds that are kept: an overlay of some tens of kilobytes each."""


class Staged(msgspec.Struct, frozen=True):
    """A world as it was set up, for forking alone, and what the set-up is recorded as.

    ``names`` is what each named step returned, ``changes`` the row changes as plain data, shared by every trace.
    """

    world: World
    names: dict[str, str]
    changes: tuple[dict[str, Any], ...]
    of: tuple[Any, ...]


def staged(scenario: Scenario, base: Base) -> Staged:
    """The world that every episode of an errand begins in, with draws of its own and nobody in it.

    Raises:
        UsageError: a fixture refuses its arguments; names the scenario and the step.
    """
    # All that staging reads. A scenario in other words is a copy that shares the person and the steps, which the
    # shelf keeps alive with the world: an identity cannot come to mean another one.
    of = scenario.person, scenario.setup
    key = scenario.id, *map(id, of), scenario.locale, scenario.city, scenario.now, scenario.life

    def build() -> Staged:
        world = World(
            base,
            person_id=PERSON_ID,
            start=scenario.start,
            offset_min=scenario.offset_min,
            # The same errand in every epoch: only what happens from its start on is drawn anew.
            seed=f"{scenario.id}:0",
        )
        names = stage(world, scenario)
        changes = tuple(msgspec.to_builtins(change.compact()) for change in world.state.journal)
        return Staged(world, names, changes, of)

    return base.recall("scenarios.staged", key, build, most=MOST_STAGED)


def stage(world: World, scenario: Scenario) -> dict[str, str]:
    """Set the world up and return what each named step returned.

    Raises:
        UsageError: a fixture refuses its arguments; names the scenario and the step.
    """
    names = {**_person(world, scenario), **_accounts(world, scenario.person.accounts)}
    for i, step in enumerate(scenario.setup):
        try:
            made = world.arrange(step.service, step.fixture, resolve(step.args, names))
        except UsageError as error:
            raise UsageError(
                error.what, where=f"scenario {scenario.id}: setup.{i}: {error.where}", fix=error.fix
            ) from error
        if step.as_:
            names[step.as_] = str(made)
    if scenario.life == "usual":
        world.begin_life()
    return names


def _person(world: World, scenario: Scenario) -> dict[str, str]:
    person = scenario.person
    names: dict[str, str] = {}
    world.arrange(
        "user",
        "person",
        {
            "name": person.name,
            "phone": person.phone,
            "locale": scenario.locale,
            **_whereabouts(person, scenario.city),
        },
    )
    for label, entry in person.addresses.items():
        args = {
            "label": label,
            "text": entry.text,
            "recipient": entry.recipient,
            "phone": entry.phone,
            **place(entry.place, entry.city or scenario.city),
        }
        names[f"address.{label}"] = world.arrange("user", "address", args)
    for contact in person.contacts:
        args = {
            "name": contact.name,
            "nickname": contact.nickname,
            "relation": contact.relation,
            "phone": contact.phone,
            "account": contact.account,
        }
        if contact.place:
            args |= {"address": contact.text or contact.place, **place(contact.place, contact.city or scenario.city)}
        names[f"contact.{contact.name}"] = world.arrange("user", "contact", args)
    for item in person.calendar:
        entry_args = {"title": item.title, "start": item.start.isoformat(), "end": item.end.isoformat()}
        world.arrange("user", "calendar", entry_args | {"place": item.place, "city": scenario.city})
    for key, text in person.preferences.items():
        world.arrange("user", "preference", {"key": key, "text": text})
    return names


def _whereabouts(person: PersonModel, city: str) -> dict[str, Any]:
    at = person.addresses.get(person.at)
    if at is not None:
        return place(at.place, at.city or city)
    # Somebody without a home in the file is somewhere in the middle of the city.
    return {"city": city} if person.at == "home" else place(person.at, city)


def place(text: str, city: str) -> dict[str, Any]:
    """A place of a scenario file as the fixtures take it."""
    found = location(text, city)
    return {"city": city, "near": text} if found is None else {"city": city, "location": f"{found[0]},{found[1]}"}


def _accounts(world: World, accounts: Accounts) -> dict[str, str]:
    names = {"wallet": f"wallet:{PERSON_ID}"}
    world.arrange("alipay", "wallet", {"amount": format_yuan(accounts.wallet)})
    for card in accounts.cards:
        args: dict[str, Any] = {"bank": card.bank, "last4": card.last4, "amount": format_yuan(card.balance)}
        if card.single_limit is not None:
            args["single_limit"] = format_yuan(card.single_limit)
        world.arrange("alipay", "card", args)
        names[f"card.{card.last4}"] = f"card:{PERSON_ID}:{card.last4}"
    if accounts.credit:
        world.arrange("alipay", "credit", {"limit": format_yuan(accounts.credit)})
        names["credit"] = f"credit:{PERSON_ID}"
    if accounts.default != "wallet":
        world.arrange("alipay", "default_method", {"method_id": accounts.default})
    return names
