"""Families of errands: travel."""

from scenarios.families.generate import Family

FAMILIES: tuple[Family, ...] = ()
