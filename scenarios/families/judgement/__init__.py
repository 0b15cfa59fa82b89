"""Families of errands that put judgement to the test."""

from scenarios.families.judgement import infeasible, refused, underspecified

FAMILIES = (*infeasible.FAMILIES, *refused.FAMILIES, *underspecified.FAMILIES)
