"""Fallback: failure classes, policies as data, and the ladder that a failure climbs."""
