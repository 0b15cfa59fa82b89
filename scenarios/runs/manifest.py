"""The manifest: all that decides what a run records, so that it can be repeated and resumed."""

from __future__ import annotations

from typing import Any

import msgspec

from mock_services.extras import Extra
from scenarios.forking.turn import Turn


class Selection(msgspec.Struct, frozen=True):
    """Which episodes of a suite.

    ``faults`` are joined by commas: ``none`` (clean), ``all`` (clean and every fault plan), or names of plans (a
    pattern with ``*`` is one too, and ``rate:0.2`` a plan of chance, see :mod:`scenarios.chance`); ``limit`` is
    ``N`` or ``A-B`` (scenarios, counted from 1, both included) and is applied after the other filters; ``only``
    are ids or patterns; ``level`` are difficulties, 1 to 5, of an episode under its plan.
    """

    faults: str = "all"
    only: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    locale: tuple[str, ...] = ()
    limit: str = ""
    level: tuple[int, ...] = ()


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that decides what a run records. Two runs with equal manifests have equal deterministic columns.

    ``services`` are those beyond the built-in ones, each with its version. ``epochs`` repeat every episode with the
    seeds from ``seed`` on; each of ``epsilons`` says the words in so disordered a way. ``wording`` is the bank that
    the words come from: ``main``, ``apart``, ``second`` or a folder; ``wording_hash`` of one that is not main is that
    of its files. ``traces`` are those that are kept: ``all``, of ``failures``, or ``none``. ``pins`` are the files that
    decide how the engine decides (a router's policy, a profile of one's own), with their SHA-256. ``forks`` are the
    turns of a fork (:mod:`scenarios.forking`), which is one episode and no run to be carried out.
    """

    version: str
    sources: tuple[str, ...]
    suite: str
    suite_hash: str
    agent: str
    options: dict[str, Any]
    seed: int
    selection: Selection
    services: tuple[Extra, ...] = ()
    epochs: int = 1
    epsilons: tuple[int, ...] = (0,)
    wording: str = "main"
    wording_hash: str = ""
    traces: str = "all"
    pins: dict[str, str] = {}
    forks: tuple[Turn, ...] = ()

    def encode(self) -> str:
        """Canonical JSON: equal manifests have equal text."""
        return msgspec.json.encode(self, order="sorted").decode()


def read_manifest(text: str) -> Manifest:
    """Read what :meth:`Manifest.encode` wrote."""
    return msgspec.json.decode(text, type=Manifest)


class SweepManifest(msgspec.Struct, frozen=True):
    """All that decides what a sweep records: the manifests of its runs, which are its cells, in order."""

    version: str
    cells: tuple[Manifest, ...]

    def encode(self) -> str:
        """Canonical JSON: equal manifests have equal text."""
        return msgspec.json.encode(self, order="sorted").decode()


def read_sweep_manifest(text: str) -> SweepManifest:
    """Read what :meth:`SweepManifest.encode` wrote."""
    return msgspec.json.decode(text, type=SweepManifest)
