"""Families of errands that order goods or food."""

from scenarios.families.order import drinks

FAMILIES = (drinks.FAMILY,)
