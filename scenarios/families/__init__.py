"""Generators of errands: each family draws a person, a need and its limits from the city and writes a scenario."""
