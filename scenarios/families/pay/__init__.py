"""Families of errands: pay."""

from scenarios.families.generate import Family

FAMILIES: tuple[Family, ...] = ()
