"""How a trace begins: what was asked of whom on which world, and the rows that were set up."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.clock import Instant


class EpisodeStarted(msgspec.Struct, frozen=True):
    """What was asked of whom, and on which world. ``base`` is :attr:`mock_services.base.Base.id`."""

    scenario: str
    plan: str
    agent: str
    seed: int
    base: str
    words: str
    locale: str
    person: str
    start: Instant


class SetUp(msgspec.Struct, frozen=True):
    """The row changes of the set-up, and what its named steps returned."""

    changes: list[dict[str, Any]]
    names: dict[str, str]
