"""Near names: what somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def near_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The names of ``known`` that are most like ``name``, best first; empty if none is."""
    from rapidfuzz import fuzz, process

    choices: Sequence[str] = list(dict.fromkeys(known))
    hits = process.extract(name, choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=60)
    return [choice for choice, _, _ in hits]


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The ``fix`` of an error about an unknown name."""
    near = near_names(name, known)
    return f"did you mean {', '.join(near)}?" if near else otherwise
