"""Names of people whom the errands meet (drivers, couriers, reviewers), made by Faker, the same in every process."""

from __future__ import annotations

from functools import lru_cache

from mock_services.draws import Draws

LOCALES = {"CN": "zh_CN", "ID": "id_ID", "SG": "en_US"}
"""Faker's locale for each country of the simulated world."""

POOL = 400
"""How many different people a country has for such roles."""


@lru_cache(maxsize=8)
def people(country: str) -> tuple[str, ...]:
    """The pool of a country's names. Faker is imported with the first name that is asked for (0.1 s)."""
    from faker import Faker

    fake = Faker(LOCALES.get(country, "en_US"))
    fake.seed_instance(20260301)
    return tuple(fake.name() for _ in range(POOL))


def somebody(draws: Draws, country: str, *about: object) -> str:
    """The name of a person, drawn for ``about``."""
    return draws.pick(people(country), *about)
