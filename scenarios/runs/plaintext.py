"""Text from the world, made harmless for a screen or a log: no escape sequences, no reordering, nothing hidden."""

from __future__ import annotations

import re
from typing import Any

_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # BiDi marks, embeddings, overrides, isolates
    "\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible, or ending a line by surprise
    "\U000e0000-\U000e007f"  # tags: an invisible alphabet
)
_HIDDEN = re.compile(f"[{_CONTROLS}]")
_LONE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[\t\n]+")
_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_FLOOD = re.compile(f"([{_MARKS}]{{8}})[{_MARKS}]+")
"""Marks that stand over and under a letter: more than eight on one would run over the lines around it."""


def plain(text: Any, *, lines: bool = False) -> str:
    """``text`` without control, BiDi and invisible characters.

    Joiners and variation selectors stay, since scripts and emoji need them. Tabs and newlines become one space;
    with ``lines`` newlines are kept. A lone surrogate, which no encoding can write, becomes ``�``. Of the marks on one
    letter eight are kept.
    """
    cleaned = _FLOOD.sub(r"\1", _LONE.sub("\ufffd", _HIDDEN.sub("", str(text))))
    return cleaned.replace("\t", "    ") if lines else _SPACE.sub(" ", cleaned)


def escape_json(encoded: str) -> str:
    """A JSON document whose strings show the same characters as ``\\uXXXX`` instead of carrying them out raw.

    The parsed value is the same; a terminal that the document is printed on sees no control character.
    """
    return _HIDDEN.sub(_as_escape, encoded)


def _as_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
