"""Tracing to outside hosts: off, whatever the environment says, unless our own flag turns it on.

LangChain sends every step to a server as soon as ``LANGSMITH_TRACING`` is in the environment, and an errand holds a
person's addresses and orders. ``banshi run --tracing``, or ``BANSHI_TRACING=1``, is how it is meant to be turned on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

FLAG: Final = "BANSHI_TRACING"

SWITCHES: Final = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
"""Every name under which LangChain and LangSmith look for it."""


def wanted() -> bool:
    """Whether our own flag turns it on."""
    return os.environ.get(FLAG) == "1"


def turn_on() -> None:
    """What ``--tracing`` does; processes that are started from here on inherit it."""
    os.environ[FLAG] = "1"
    os.environ["LANGSMITH_TRACING"] = "true"


def hush() -> None:
    """Take a stray switch out of this process's environment, and so out of those that it starts.

    It comes before LangChain is imported, which reads a switch once. What an agent of somebody else starts in threads
    of its own is silent as well.
    """
    if not wanted():
        for name in SWITCHES:
            os.environ.pop(name, None)


@contextmanager
def tracing_as_wanted() -> Iterator[None]:
    """Carry out an agent with tracing as our flag says, also where LangChain has read a switch already."""
    from langsmith import tracing_context

    with tracing_context(enabled=wanted()):
        yield
