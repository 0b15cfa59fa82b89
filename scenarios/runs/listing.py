"""Which episodes of a run a list shows, in which order: their numbers alone, so that a million of them take 8 MB."""

from __future__ import annotations

import string
from array import array
from collections.abc import Callable, Sequence

import msgspec

from scenarios.results import OUTCOMES
from scenarios.runs.schema import StoreError, plainly
from scenarios.runs.store import EpisodeRow, Store

_ROWS_AT_ONCE = 500
"""Numbers that one statement takes: SQLite's own limit is 999 in old versions."""

_STEPS = 50_000
"""SQLite's steps between two looks at whether anybody still wants the answer: a few milliseconds."""

_ID = (
    "scenario || '/' || plan || CASE epsilon WHEN 0 THEN '' ELSE '~' || epsilon END"
    " || CASE seed WHEN 0 THEN '' ELSE '#' || seed END"
)
_SAID = f"lower({_ID} || ' ' || family || ' ' || locale || ' ' || outcome || ' ' || label || ' ' || error)"
"""What a filter looks into."""

_WORST = f"CASE outcome {' '.join(f'WHEN {name!r} THEN {-n}' for n, name in enumerate(OUTCOMES))} ELSE -99 END"

# SQLite's lower() knows ASCII alone, and both sides have to be folded alike.
_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def chosen(
    store: Store,
    run: str,
    words: Sequence[str] = (),
    *,
    worst_first: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Sequence[int]:
    """The numbers of a run's episodes in scenario order, or with those first that went worst.

    Args:
        store: Where it is recorded.
        run: Its id.
        words: All of them have to occur in the id, family, language, outcome, label or error; in any case (of ASCII).
        worst_first: By outcome, the last of :data:`scenarios.results.OUTCOMES` first.
        cancelled: Asked again and again; once it is true the search ends with an empty answer.

    Raises:
        UsageError: there is no such run.
        StoreError: the store cannot be read.
    """
    row = store.run(run)
    if not words and not worst_first and row.done == row.planned and _last(store, run) == row.done - 1:
        return range(row.done)
    where = "".join(f" AND instr({_SAID}, ?) > 0" for _ in words)
    args = [word.translate(_FOLD) for word in words]
    order = f"{_WORST}, ordinal" if worst_first else "ordinal"
    sql = f"SELECT ordinal FROM episodes WHERE run = ?{where} ORDER BY {order}"  # noqa: S608 - texts of ours
    store.db.set_progress_handler(lambda: int(cancelled()), _STEPS)
    try:
        with plainly(store.path):
            cursor = store.db.cursor()
            cursor.row_factory = None
            return array("l", (ordinal for (ordinal,) in cursor.execute(sql, (run, *args))))
    except StoreError:
        if cancelled():
            return ()
        raise
    finally:
        store.db.set_progress_handler(None, 0)


def rows_at(store: Store, run: str, ordinals: Sequence[int]) -> list[EpisodeRow]:
    """The episodes with these numbers, in that order; one that is not there any more is left out.

    Raises:
        StoreError: the store cannot be read.
    """
    found: dict[int, EpisodeRow] = {}
    for start in range(0, len(ordinals), _ROWS_AT_ONCE):
        part = ordinals[start : start + _ROWS_AT_ONCE]
        sql = f"SELECT * FROM episodes WHERE run = ? AND ordinal IN ({', '.join('?' * len(part))})"  # noqa: S608 - question marks
        for row in store.groups(sql, run, *part):
            found[row["ordinal"]] = msgspec.convert(dict(row), EpisodeRow, strict=False)
    return [found[ordinal] for ordinal in ordinals if ordinal in found]


def _last(store: Store, run: str) -> int:
    row = next(iter(store.groups("SELECT max(ordinal) AS last FROM episodes WHERE run = ?", run)))
    return -1 if row["last"] is None else int(row["last"])
