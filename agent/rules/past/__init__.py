"""Errands about orders that there are: back to the seller, called off, sent elsewhere, another in their place."""

from agent.rules.past.read import Past, read_past

__all__ = ["Past", "read_past"]
