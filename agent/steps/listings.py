"""What the marketplace has of a thing: the listings that are it, and their variants with what they would cost."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.steps.base import Work, fen
from agent.steps.match import fit, misses, narrower, plainness
from agent.steps.variants import asked, score, spec_of, suiting, without_variant
from agent.task import Buy, Item

LEAST_FIT = 0.6
LEAST_RATING = 4.2
"""Below this rating a listing is taken for a look-alike as long as another one fits."""
WELL_RATED = 4.6
_SURE = 90


class Variant(msgspec.Struct, frozen=True):
    """A variant that is what was asked for: ``fen`` for all the pieces, ``fee_fen`` of shipping unless the goods of its
    shop reach ``free_over_fen``. ``suits`` tells how much of the unmeasured wishes (a colour) it has."""

    hit: dict[str, Any]
    sku: dict[str, Any]
    quantity: int
    fen: int
    fee_fen: int
    free_over_fen: int
    suits: int
    fits: float

    @property
    def alone_fen(self) -> int:
        """What it costs by itself, before coupons and sales."""
        return self.fen + (0 if self.fen >= self.free_over_fen else self.fee_fen)


def listed(item: Item, address_id: str, deliver_by: str | None, work: Work, **more: Any) -> list[dict[str, Any]]:
    """The hits of a search for a thing: by its name, else by its name without what says which variant."""
    found: list[dict[str, Any]] = []
    best = -1
    for query in dict.fromkeys((without_variant(item.words), item.words)):
        args = {"query": query[:120], "ship_to": address_id, "limit": 50, "deliver_by": deliver_by, **more}
        hits: list[dict[str, Any]] = work.desk.call("taobao_item_search", args, need=("items",))["items"]
        top = max((hit["relevance"] for hit in hits), default=-1)
        if top > best:
            found, best = hits, top
        if best >= _SURE:
            break
    return found


def fits(hit: dict[str, Any], item: Item, goal: Buy) -> bool:
    """Whether a listing is what was asked for."""
    names = (hit["title"], hit["name_en"])
    if not hit["in_stock"] or hit["delivery_days"] is None:
        return False
    if max(hit["relevance"] / 100, fit(item.words, *names)) < LEAST_FIT:
        return False
    return not any(word.casefold() in name.casefold() for word in goal.without for name in names)


def by_name(hits: list[dict[str, Any]], item: Item) -> list[dict[str, Any]]:
    """The listings whose name is what was said, where some are: a search finds by what goes with a thing, too."""
    words = without_variant(item.words)
    named = [max((fit(words, hit["title"], hit["name_en"])), 0.0) for hit in hits]
    best = max(named, default=0.0)
    if best < LEAST_FIT:
        return hits
    return [hit for hit, value in zip(hits, named, strict=True) if value > best - 0.3]


def rank(hit: dict[str, Any], item: Item, goal: Buy) -> tuple[float, ...]:
    """Fit first, then what the person prefers."""
    if item.ref:
        return (hit["item_id"] != item.ref,)
    names = (hit["title"], hit["name_en"])
    suits = round(max(hit["relevance"] / 100, fit(item.words, *names)), 1)
    said = f"{item.words} {item.text}"
    special = narrower(said, *names) + misses(said, *names)
    if goal.choice == "cheapest":
        return (special, fen(hit["price"]))
    if goal.choice == "fastest":
        return (special, -suits, hit["delivery_days"], fen(hit["price"]))
    # With no word about money: well rated, and then not dearer than it has to be.
    return (special, -suits, hit["rating"] < WELL_RATED, -round(plainness(item.words, *names), 1), fen(hit["price"]))


def variants(hit: dict[str, Any], item: Item, goal: Buy, address_id: str, work: Work) -> list[Variant]:
    """The variants of a listing that are what was asked for, the cheapest first."""
    detail = work.desk.call("taobao_item_detail", {"item_id": hit["item_id"], "ship_to": address_id}, need=("skus",))
    quantity = item.quantity
    if quantity > detail["limit_per_order"] or (goal.at and not detail["day_can_be_chosen"]):
        return []
    said = asked(item)
    skus = [sku for sku in detail["skus"] if sku["stock"] >= quantity and not _refused(sku, goal)]
    skus = suiting(skus, said, f"{detail['title']} {detail['name_en']}")
    plain = f"{item.words} {item.text}"
    words = without_variant(item.words)
    names = [str(detail.get(name) or "") for name in ("title", "name_en", "name_id")]
    return sorted(
        (
            Variant(
                hit,
                sku,
                quantity,
                fen(sku["price"]) * quantity,
                fen(detail["shipping_fee"]),
                fen(detail["free_shipping_over"]),
                score(sku, said),
                fit(words, *names),
            )
            for sku in skus
            if not narrower(plain, sku["spec"], sku["spec_en"])
        ),
        key=lambda one: (one.fen, one.sku["sku_id"]),
    )


def _refused(sku: dict[str, Any], goal: Buy) -> bool:
    """Whether a variant is just what must not be (单册 of 不要单册)."""
    spec = spec_of(sku).casefold()
    return any(word.casefold() in spec for word in goal.without)


def alike(found: list[Variant]) -> list[Variant]:
    """Of the variants of several listings those that are most of all what was said."""
    named = max((one.fits for one in found), default=0.0)
    if named >= LEAST_FIT:
        found = [one for one in found if one.fits > named - 0.3]
    most = max((one.suits for one in found), default=0)
    return [one for one in found if one.suits == most]
