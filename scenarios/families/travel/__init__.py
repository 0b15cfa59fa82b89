"""Families of errands that travel."""

from scenarios.families.travel import air, door, entry, meet, move, rail, replan, stay, taxi, weekend

FAMILIES = (
    rail.FAMILY,
    air.FAMILY,
    stay.FAMILY,
    taxi.FAMILY,
    entry.FAMILY,
    move.FAMILY,
    meet.FAMILY,
    weekend.FAMILY,
    door.FAMILY,
    replan.FAMILY,
)
