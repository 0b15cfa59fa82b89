"""Labels that people put on runs, to find them again. They decide nothing: a run's manifest knows them not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mock_services.errors import UsageError

MOST, LONGEST = 50, 60
"""Tags of a run, and characters of a tag."""

_TAG = re.compile(r"\w[\w.:/@=+-]*\Z")


def read_tags(given: Iterable[str]) -> tuple[str, ...]:
    """Tags in order, each once.

    A tag is letters and digits of any script and ``. _ : / @ = + -`` inside: no blank and no comma, which stands
    between tags, and no sign in front, which on the command line adds or takes away.

    Raises:
        UsageError: one of them is none, or there are too many.
    """
    tags = sorted(set(given))
    for tag in tags:
        if len(tag) > LONGEST or not _TAG.match(tag):
            raise UsageError(
                f"{tag[:LONGEST]!r} is no tag",
                fix=f"up to {LONGEST} letters, digits and . _ : / @ = + -, e.g. nightly or prompt=v2",
            )
    if len(tags) > MOST:
        raise UsageError(f"{len(tags)} tags are too many", fix=f"{MOST} at most")
    return tuple(tags)


def split_tags(text: str) -> tuple[str, ...]:
    """The tags of a list with commas.

    Raises:
        UsageError: as :func:`read_tags`.
    """
    return read_tags(part.strip() for part in text.split(",") if part.strip())
