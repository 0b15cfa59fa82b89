"""A process that never read the words before, without starting one."""

from __future__ import annotations

import sys

LEAST = 64
"""Caches with room for fewer hold tables and patterns, which every process reads once."""


def forget_words() -> None:
    """Drop all that the agent's readers remember of texts; tables that they read and patterns stay."""
    for module in [module for name, module in sys.modules.items() if name.startswith("agent.")]:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_parameters") and (value.cache_parameters()["maxsize"] or 0) >= LEAST:
                value.cache_clear()
