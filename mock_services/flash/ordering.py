"""In which order lists come: one sort key per name that the tools take. Ties end with the id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mock_services.clock import Instant
from mock_services.flash.hours import is_open
from mock_services.flash.nearby import Hit
from mock_services.flash.pricing import delivery_fen, eta_minutes
from mock_services.flash.rows import Shop

Key = tuple[Any, ...]

SHOP_ORDER: Final[dict[str, Callable[[Instant, Shop, int, int], Key]]] = {
    "relevance": lambda now, shop, far, fit: (-fit, not is_open(shop, now), far, shop.id),
    "distance": lambda _now, shop, far, _fit: (far, shop.id),
    "rating": lambda _now, shop, far, _fit: (-shop.rating, far, shop.id),
    "eta": lambda now, shop, far, _fit: (eta_minutes(shop, far, now), far, shop.id),
    "price": lambda now, shop, far, _fit: (shop.min_fen + delivery_fen(shop, far, now), far, shop.id),
}
"""Keys of (now, shop, metres, relevance)."""

DISH_ORDER: Final[dict[str, Callable[[Instant, Hit], Key]]] = {
    "relevance": lambda now, hit: (
        -hit.relevance,
        hit.rank,
        not is_open(hit.shop, now),
        hit.distance,
        hit.dish.id,
    ),
    "price": lambda _now, hit: (hit.dish.fen, hit.distance, hit.dish.id),
    "eta": lambda now, hit: (
        eta_minutes(hit.shop, hit.distance, now, lead_min=hit.dish.lead_min),
        hit.dish.fen,
        hit.dish.id,
    ),
    "rating": lambda _now, hit: (-hit.shop.rating, hit.distance, hit.dish.id),
    "distance": lambda _now, hit: (hit.distance, hit.dish.fen, hit.dish.id),
    "sales": lambda _now, hit: (-hit.dish.sales, hit.distance, hit.dish.id),
}
"""Keys of (now, hit)."""
