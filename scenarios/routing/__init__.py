"""Routers measured and taught: what stored runs say of engines, of routers, and of which engine is best at what."""
