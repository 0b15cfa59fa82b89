"""Families of errands that put judgement to the test."""

from scenarios.families.judgement import consent, frauds, hostile, infeasible, refused, underspecified

FAMILIES = (
    *infeasible.FAMILIES,
    *refused.FAMILIES,
    *underspecified.FAMILIES,
    *hostile.FAMILIES,
    *frauds.FAMILIES,
    *consent.FAMILIES,
)
