"""Putting a scenario's person, money and set-up into a world, by the fixtures of the services."""

from __future__ import annotations

from typing import Any

from mock_services.errors import UsageError
from mock_services.money import format_yuan
from mock_services.world import World
from scenarios.loader import resolve
from scenarios.model import Accounts, PersonModel, Scenario

PERSON_ID = "U1"
"""Whose errands all scenarios are."""


def stage(world: World, scenario: Scenario) -> dict[str, str]:
    """Set the world up and return what each named step returned.

    Raises:
        UsageError: a fixture refuses its arguments; names the scenario and the step.
    """
    _person(world, scenario)
    _accounts(world, scenario.person.accounts)
    names: dict[str, str] = {}
    for i, step in enumerate(scenario.setup):
        try:
            made = world.arrange(step.service, step.fixture, resolve(step.args, names))
        except UsageError as error:
            raise UsageError(
                error.what, where=f"scenario {scenario.id}: setup.{i}: {error.where}", fix=error.fix
            ) from error
        if step.as_:
            names[step.as_] = str(made)
    return names


def _person(world: World, scenario: Scenario) -> None:
    person = scenario.person
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
        world.arrange("user", "address", args)
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
        world.arrange("user", "contact", args)
    for item in person.calendar:
        entry_args = {"title": item.title, "start": item.start.isoformat(), "end": item.end.isoformat()}
        world.arrange("user", "calendar", entry_args | {"place": item.place, "city": scenario.city})
    for key, text in person.preferences.items():
        world.arrange("user", "preference", {"key": key, "text": text})


def _whereabouts(person: PersonModel, city: str) -> dict[str, Any]:
    at = person.addresses.get(person.at)
    if at is not None:
        return place(at.place, at.city or city)
    # Somebody without a home in the file is somewhere in the middle of the city.
    return {"city": city} if person.at == "home" else place(person.at, city)


def place(text: str, city: str) -> dict[str, Any]:
    """A place of a scenario file as the fixtures take it."""
    head = text.partition(",")[0]
    if head.replace(".", "", 1).replace("-", "", 1).isdigit():
        return {"city": city, "location": text}
    return {"city": city, "near": text}


def _accounts(world: World, accounts: Accounts) -> None:
    world.arrange("alipay", "wallet", {"amount": format_yuan(accounts.wallet)})
    for card in accounts.cards:
        args: dict[str, Any] = {"bank": card.bank, "last4": card.last4, "amount": format_yuan(card.balance)}
        if card.single_limit is not None:
            args["single_limit"] = format_yuan(card.single_limit)
        world.arrange("alipay", "card", args)
    if accounts.credit:
        world.arrange("alipay", "credit", {"limit": format_yuan(accounts.credit)})
    if accounts.default != "wallet":
        world.arrange("alipay", "default_method", {"method_id": accounts.default})
