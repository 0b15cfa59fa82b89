"""Families of errands that cross services: something is ordered, somebody goes somewhere, something is paid."""

from scenarios.families.cross import budget, calendar, evening, party, trip, visit

FAMILIES = (
    visit.FAMILY,
    party.FAMILY,
    evening.FAMILY,
    calendar.FAMILY,
    trip.FAMILY,
    budget.FAMILY,
)
