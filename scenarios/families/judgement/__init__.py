"""Families of errands: judgement."""

from scenarios.families.generate import Family

FAMILIES: tuple[Family, ...] = ()
