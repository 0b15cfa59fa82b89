"""Errands, people, grading, runs and the store."""
