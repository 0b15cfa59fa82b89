"""Comparing words of people with words of services."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEPT = 4_096
"""How many texts each reader of words remembers what it made of: all plans, seeds and epochs of an errand, and every
agent of a process, read the same. What it makes depends on the text alone, so that it may be forgotten at any time."""

_SPLIT = re.compile(r"[\W_]+", re.UNICODE)


@lru_cache(maxsize=4 * KEPT)
def fold(text: str) -> str:
    """Case, width and outer space do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def words_of(text: str) -> set[str]:
    """The words of a text: runs of letters for spaced scripts, single characters for Chinese."""
    found: set[str] = set()
    for run in _SPLIT.split(fold(text)):
        if not run:
            continue
        if run.isascii():
            found.add(run)
        else:
            found.update(run)
    return found


def same_words(wanted: str, offered: str) -> bool:
    """Whether everything that was said stands in what is offered."""
    said = fold(wanted)
    return bool(said) and (said in fold(offered) or words_of(wanted) <= words_of(offered))
