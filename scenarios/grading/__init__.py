"""Grading: goal predicates over the end of the world, invariants over the journal, and the truth of the report."""

from scenarios.grading.verdict import grade

__all__ = ["grade"]
