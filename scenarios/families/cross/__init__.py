"""Families of errands: cross."""

from scenarios.families.generate import Family

FAMILIES: tuple[Family, ...] = ()
