"""Which seats of an area are free, and which of them belong together. A seat is written ``row-number``."""

from __future__ import annotations

from banshi_damai.rows import TAKEN, Tier
from mock_services.context import Ctx


def key(tier: Tier, seat: str) -> str:
    """The key of a seat's row in ``damai.taken``."""
    return f"{tier.id}/{seat}"


def free(ctx: Ctx, tier: Tier) -> list[list[int]]:
    """The free seats of each row, from the stage backwards."""
    taken = {row.id for row in ctx.find(TAKEN, "tier_id", tier.id)}
    numbers = range(1, tier.seats + 1)
    return [[n for n in numbers if key(tier, f"{row}-{n}") not in taken] for row in range(1, tier.rows + 1)]


def together(rows: list[list[int]], count: int) -> list[str]:
    """``count`` neighbouring seats as near the stage and the middle as can be; none if no row has so many."""
    for row, numbers in enumerate(rows, start=1):
        runs = [
            numbers[i : i + count]
            for i in range(len(numbers) - count + 1)
            if numbers[i + count - 1] - numbers[i] == count - 1
        ]
        if runs:
            middle = (min(numbers) + max(numbers)) / 2
            best = min(runs, key=lambda run: (abs(sum(run) / count - middle), run))
            return [f"{row}-{n}" for n in best]
    return []


def apart(rows: list[list[int]], count: int) -> list[str]:
    """The ``count`` free seats that are nearest the stage, wherever they are in their rows; none if there are fewer."""
    every = [f"{row}-{n}" for row, numbers in enumerate(rows, start=1) for n in numbers]
    return every[:count] if len(every) >= count else []


def adjacent(seats: list[str]) -> bool:
    """Whether seats are next to each other in one row."""
    places = sorted(tuple(map(int, seat.split("-"))) for seat in seats)
    (row, first) = places[0]
    return places == [(row, first + i) for i in range(len(places))]
