"""Sizes: what comes in sizes that cannot be told apart by taste is asked for, once, unless it is known."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from agent.desk import NoWay
from agent.phrases import phrase
from agent.steps.base import Work
from agent.steps.match import fit, specs
from agent.task import Buy, Item
from agent.words import fold

_SIZE = re.compile(r"^\s*(\d{2}(?:\.5)?码|\d{2}寸|x{0,3}[sl]码?|m码?)(?=\s|$)", re.IGNORECASE)
"""The size at the head of a variant's name: shoes, suitcases, clothes. Packs and weights are a matter of taste."""
_LETTER = re.compile(r"(?<![a-z])(x{0,3}[sl]|m)(?![a-z'’])", re.IGNORECASE)
_LETTER_WORDS = {
    "加大": "xl", "大码": "l", "大号": "l", "中码": "m", "中号": "m", "小码": "s", "小号": "s", "extra large": "xl",
    "large": "l", "medium": "m", "small": "s", "besar": "l", "sedang": "m", "kecil": "s",
}  # fmt: skip
_NUMBER = re.compile(r"(?<!\d)(\d{2}(?:\.5)?)(?!\d)")
LOOKED_AT = 3
"""So many listings show whether such things come in sizes."""


def size_of(spec: str) -> str:
    """The size that a variant's name begins with; empty if it has none."""
    match = _SIZE.match(fold(spec))
    return (
        match.group(1).removesuffix("码") if match and match.group(1)[0].isalpha() else match.group(1) if match else ""
    )


def size_in(text: str, sizes: frozenset[str]) -> str:
    """The one of the sizes that a text names; empty if it names none, or more than one."""
    folded = fold(text)
    found = {size for size in sizes if size in specs(text) or (size in folded and not size.isalpha())}
    if not found:
        found = {size for size in sizes if size.rstrip("码寸") in set(_NUMBER.findall(folded))}
    if not found:
        letters = {match.lower() for match in _LETTER.findall(folded)}
        letters |= {letter for word, letter in _LETTER_WORDS.items() if word in folded} if not letters else set()
        found = {size for size in sizes if size in letters}
    return next(iter(found)) if len(found) == 1 else ""


def sizes_of(hits: list[dict[str, Any]], address_id: str, work: Work) -> frozenset[str]:
    """The sizes that the first listings come in, as far as they are not all of one."""
    found: set[str] = set()
    for hit in hits[:LOOKED_AT]:
        args = {"item_id": hit["item_id"], "ship_to": address_id}
        skus = work.desk.call("taobao_item_detail", args, need=("skus",))["skus"]
        sizes = {size_of(sku["spec"]) for sku in skus} - {""}
        if not sizes:
            return frozenset()
        found |= sizes
    return frozenset(found)


def with_size(goal: Buy, item: Item, hits: list[dict[str, Any]], address_id: str, work: Work) -> Item:
    """The item with its size: from the words, from what is known of the person, else asked for.

    Raises:
        NoWay: nobody can tell.
        ToolFailure: a look-up or the question failed.
    """
    if item.ref:
        return item
    sizes = sizes_of(hits, address_id, work)
    said = f"{item.words} {item.text} {' '.join(o for part in item.parts for o in part.options)}"
    named = any(measure.endswith(("码", "寸")) for measure in specs(said))
    if len(sizes) < 2 or named or size_in(f"{item.text} {said}", sizes):
        # A size that the first listings do not come in was named all the same: others have it.
        return item
    memory = work.step(goal.id).setdefault("result", {})
    size = str(memory.get("size", "")) or _known(item, sizes, work)
    if not size:
        text = phrase(work.task.language, "ask_size", what=item.words, sizes=", ".join(sorted(sizes)))
        reply = work.desk.call("user_ask", {"topic": "option", "text": text}, need=("kind", "text"))
        size = size_in(reply["text"], sizes) if reply["kind"] in ("told", "annoyed") else ""
    if not size:
        raise NoWay("needs_person", item.words)
    memory["size"] = size
    parts = tuple(msgspec.structs.replace(part, options=(*part.options, size)) for part in item.parts)
    return msgspec.structs.replace(item, text=f"{item.text} {size}".strip(), parts=parts)


def _known(item: Item, sizes: frozenset[str], work: Work) -> str:
    """The size that the person's preferences tell for such a thing."""
    rows = work.desk.call("user_preferences", {}, need=("preferences",))["preferences"]
    told = [row["text"] for row in rows if _SIZED.search(fold(f"{row['key']} {row['text']}"))]
    own = [text for text in told if fit(item.words, text) > 0] or (told if len(told) == 1 else [])
    return size_in(own[0], sizes) if len(own) == 1 else ""


_SIZED = re.compile(r"码|尺寸|尺码|\bsizes?\b|\bukuran\b|\binch")
