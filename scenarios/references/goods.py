"""The oracle's shopping: finds what a want asks for by searching, previews it, orders and pays it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import product
from typing import Any

from mock_services.clock import MINUTE, Instant, local, parse_iso, to_iso
from mock_services.geo import fold
from mock_services.money import format_yuan, parse_yuan
from scenarios.grading import baskets
from scenarios.grading.baskets import right_variant
from scenarios.grading.forms import GoodsLine
from scenarios.grading.goods import fits, portions, with_options
from scenarios.references.desk import Desk, Stopped
from scenarios.wants import ItemWant, OrderWant, ReaddressWant, when

SURE = 80
"""From this relevance on the search itself says that a hit is what was searched for."""

MOST_SHOPS = 6
MOST_ITEMS = 25


class Basket:
    """A basket that can be ordered: ``args`` of the order tool, its total and when it comes."""

    def __init__(self, args: dict[str, Any], fen: int, arrives: Instant) -> None:
        self.args, self.fen, self.arrives = args, fen, arrives


def address_of(desk: Desk, to: str) -> str:
    """The address id that a want's ``to`` means; the person's first address where it says nothing."""
    if to.startswith("contact:"):
        name = to.removeprefix("contact:")
        found = desk.read("user_contacts", query=name)["contacts"]
        for contact in found:
            if name in (contact["name"], contact["nickname"]) and contact["address_id"]:
                return str(contact["address_id"])
        raise Stopped("NOT_FOUND", f"{name} has no address")
    known = desk.read("user_addresses")["addresses"]
    if to == "here":
        return _here(desk, known)
    for entry in known:
        if not to or fold(to) == fold(entry["label"]):
            return str(entry["address_id"])
    raise Stopped("NOT_FOUND", f"no address {to}")


def _here(desk: Desk, known: list[dict[str, Any]]) -> str:
    profile = desk.read("user_profile")
    for entry in known:
        if entry["location"] == profile["location"]:
            return str(entry["address_id"])

    def look() -> dict[str, Any] | None:
        every = desk.read("user_addresses")["addresses"]
        return next((entry for entry in every if entry["label"] == "here"), None)

    args = {"label": "here", "text": profile["address_text"], "city": profile["city"], "location": profile["location"]}
    return str(desk.write("user_address_add", look, **args)["address_id"])


# --- instant commerce ----------------------------------------------------------------------------------------


def flash_baskets(desk: Desk, want: OrderWant) -> list[Basket]:
    """Baskets that are what a want asks for, the best first.

    Raises:
        Stopped: there is none; the code says what stands in the way.
    """
    address = address_of(desk, want.to)
    moments = _moments(desk, want)
    found: list[Basket] = []
    codes: list[str] = []
    for shop in _shops(desk, want, address):
        lines = _lines(desk, want, shop)
        if lines is None:
            continue
        for group, deliver_at in product(_groups(lines), moments):
            basket = _preview(desk, want, address, shop, group, deliver_at, codes)
            if basket is not None:
                found.append(basket)
                break
    if not found:
        raise Stopped(codes[0] if codes else "NOT_FOUND", "no shop has it")
    return sorted(found, key=lambda b: (b.arrives, b.fen) if want.choice == "soonest" else (b.fen, b.arrives))


def _moments(desk: Desk, want: OrderWant) -> list[str | None]:
    """For when to order, in the order of trying: at once where that will do, else for the wanted time."""
    scenario = desk.scenario
    today = local(desk.now, scenario.offset_min).date()
    day = want.date or scenario.now.date()
    text = want.by or want.after
    if text is None:
        return [None] if day == today else [f"{day.isoformat()}T12:00:00"]
    moment = when(text, day, scenario.offset_min)
    later = to_iso(moment, scenario.offset_min)
    if want.after is not None or local(moment, scenario.offset_min).date() != today:
        return [later]
    return [None, later]


def _search(desk: Desk, item: ItemWant, address: str) -> list[dict[str, Any]]:
    hits: dict[str, dict[str, Any]] = {}
    # The cheapest fifty of a common word may not hold what is wanted; those that fit the words best may.
    for sort in ("price", "relevance"):
        for phrase in item.item or item.tags or item.ids:
            shown = desk.read("flash_dish_search", address_id=address, query=phrase, limit=50, sort=sort)
            hits |= {hit["dish_id"]: hit for hit in shown["dishes"] if _is(item, hit, phrase)}
        if hits:
            break
    return list(hits.values())


def _is(item: ItemWant, hit: dict[str, Any], phrase: str) -> bool:
    """Whether a hit is the thing; the shop's own words count where the search found it by a synonym."""
    synonym = phrase if hit.get("relevance", 0) >= SURE else ""
    text = f"{hit['name']} {hit['name_en']} {synonym}"
    ids = frozenset({hit["dish_id"], hit["dish_id"].rpartition(".")[2], hit.get("shop_id", "")})
    return fits(item, GoodsLine(ids, text, frozenset(hit["tags"]), {}, 1))


def _shops(desk: Desk, want: OrderWant, address: str) -> list[str]:
    """Shops that seem to have the first item, the cheapest with its delivery first."""
    cost: dict[str, int] = {}
    for hit in _search(desk, want.items[0], address):
        if want.shop and not any(fold(w) in fold(f"{hit['shop_id']} {hit['shop_name']}") for w in want.shop):
            continue
        fen = parse_yuan(hit["price"]) * want.items[0].qty + parse_yuan(hit["delivery_fee"])
        rank = hit["eta_minutes"] * 100_000 + fen if want.choice == "soonest" else fen
        rank += 0 if hit["open"] or want.date or want.by else 10_000_000
        cost[hit["shop_id"]] = min(rank, cost.get(hit["shop_id"], rank))
    return sorted(cost, key=lambda shop: (cost[shop], shop))[:MOST_SHOPS]


def _lines(desk: Desk, want: OrderWant, shop: str) -> list[dict[str, Any]] | None:
    """Order lines from one shop for every portion of every item; None if it lacks one."""
    lines: list[dict[str, Any]] = []
    for item in want.items:
        qty = item.qty
        hits: list[dict[str, Any]] = []
        for phrase in item.item or item.tags or item.ids:
            menu = desk.read("flash_menu", shop_id=shop, query="" if item.ids else phrase)
            hits += [{**dish, "shop_id": shop} for dish in menu["dishes"]]
        right = [hit for hit in hits if any(_is(item, {**hit, "relevance": SURE}, p) for p in item.item or ("",))]
        for hit in sorted(right, key=lambda hit: (parse_yuan(hit["price"]), hit["dish_id"])):
            detail = desk.read("flash_dish_detail", dish_id=hit["dish_id"])
            if want.serves is not None:
                qty = -(-want.serves // max(1, detail["serves"]))
            if detail["stock"] < qty or not all(_possible(detail, options) for _, options in portions(item)):
                continue
            parts = [(qty, item.options)] if want.serves is not None else portions(item)
            for count, options in parts:
                lines.append(
                    {
                        "dish_id": hit["dish_id"],
                        "quantity": count,
                        "options": options,
                        "_limit": detail["per_order_limit"],
                    }
                )
            break
        else:
            return None
    return lines


def _possible(detail: dict[str, Any], options: dict[str, str]) -> bool:
    choices: dict[str, frozenset[str]] = {}
    for group in detail["options"]:
        spelled = {fold(c[name]) for c in group["choices"] for name in ("id", "name", "name_en", "name_id")}
        for name in ("id", "name", "name_en", "name_id"):
            choices[fold(group[name])] = frozenset(spelled)
    return with_options(options, GoodsLine(frozenset(), "", frozenset(), choices, 1))


def _groups(lines: list[dict[str, Any]]) -> list[list[list[dict[str, Any]]]]:
    """Ways to put the lines into orders: one, or several where the shop limits how many of a dish one may hold."""
    most = min(line["_limit"] for line in lines)
    if sum(line["quantity"] for line in lines) <= most or all(line["quantity"] <= line["_limit"] for line in lines):
        whole = [[{k: v for k, v in line.items() if k != "_limit"} for line in lines]]
        if sum(line["quantity"] for line in lines) <= most:
            return [whole]
        return [whole, _split(lines)]
    return [_split(lines)]


def _split(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    orders: list[list[dict[str, Any]]] = [[]]
    room: dict[str, int] = {}
    for line in lines:
        left = line["quantity"]
        while left:
            free = room.setdefault(line["dish_id"], line["_limit"])
            if free == 0:
                orders.append([])
                room = {line["dish_id"]: line["_limit"]}
                continue
            part = min(left, free)
            orders[-1].append({"dish_id": line["dish_id"], "quantity": part, "options": line["options"]})
            room[line["dish_id"]] -= part
            left -= part
    return orders


def _preview(
    desk: Desk,
    want: OrderWant,
    address: str,
    shop: str,
    orders: list[list[dict[str, Any]]],
    deliver_at: str | None,
    codes: list[str],
) -> Basket | None:
    total, arrives = 0, 0
    ready: list[dict[str, Any]] = []
    for lines in orders:
        args: dict[str, Any] = {"address_id": address, "lines": lines}
        if deliver_at is not None:
            args["deliver_at"] = deliver_at
        try:
            shown = desk.read("flash_basket_preview", **args)
        except Stopped as stopped:
            codes.append(stopped.code)
            return None
        if not shown["orderable"]:
            codes.extend(problem["code"] for problem in shown["problems"])
            return None
        total += parse_yuan(shown["total"])
        arrives = max(arrives, parse_iso(shown["arrives_by"], desk.scenario.offset_min))
        ready.append({**args, "shop_id": shop, "expect_total": shown["total"], "note": want.note})
    wrong = _limits(desk, want, total, arrives)
    if wrong:
        codes.append(wrong)
        return None
    return Basket({"orders": ready}, total, arrives)


def _limits(desk: Desk, want: OrderWant, fen: int, arrives: Instant) -> str:
    most = [limit for limit in (want.total_at_most, desk.scenario.limits.budget) if limit is not None]
    if want.about is not None:
        most.append(want.about * 115 // 100)
    if most and fen > min(most):
        return "OVER_BUDGET"
    offset = desk.scenario.offset_min
    day = want.date or desk.scenario.now.date()
    if want.by is not None and arrives > when(want.by, day, offset):
        return "TOO_LATE"
    if want.within_min is not None and arrives > desk.now + want.within_min * MINUTE:
        return "TOO_LATE"
    return "TOO_LATE" if want.date is not None and local(arrives, offset).date() != want.date else ""


def order_flash(desk: Desk, basket: Basket) -> list[str]:
    """Order and pay every order of a basket; returns the order ids.

    Raises:
        Stopped: an order or its payment is refused, or the shop gave it up; what was made before stands.
    """
    made = []
    for args in basket.args["orders"]:
        created = _placed(desk, "flash_order_create", "flash_order_detail", args)
        desk.pay(created["out_trade_no"])
        desk.wait(180)
        state = desk.read("flash_order_detail", order_id=created["order_id"])["state"]
        if state in ("cancelled", "refunded"):
            raise Stopped("SOLD_OUT", "the shop gave the order back")
        made.append(str(created["order_id"]))
    return made


def _placed(desk: Desk, tool: str, detail: str, args: dict[str, Any]) -> dict[str, Any]:
    """Create an order and make sure that it is there: an acknowledgement may have been empty."""
    number = desk.number()
    for _ in range(3):
        created = desk.write(tool, **args, request_no=number)
        try:
            desk.read(detail, order_id=created.get("order_id") or created["orders"][0]["order_id"])
        except Stopped as stopped:
            if stopped.code != "ORDER_NOT_EXIST":
                raise
            continue
        return created
    raise Stopped("SERVICE_UNAVAILABLE", f"{tool} leaves no order")


# --- marketplace ---------------------------------------------------------------------------------------------


def taobao_baskets(desk: Desk, want: OrderWant) -> list[Basket]:
    """Orders of the marketplace that are what a want asks for, the cheapest first.

    Raises:
        Stopped: there is none.
    """
    address = address_of(desk, want.to)
    if len(want.items) > 1:
        return [_together(desk, want, address)]
    item = want.items[0]
    found: list[Basket] = []
    codes: list[str] = []
    for item_id, lowest in _items(desk, item, address):
        if want.choice != "soonest" and any(basket.fen <= lowest * item.qty for basket in found):
            break
        detail = desk.read("taobao_item_detail", item_id=item_id, ship_to=address)
        for sku in detail["skus"]:
            if sku["stock"] < item.qty or detail["limit_per_order"] < item.qty or not right_variant(item, detail, sku):
                continue
            basket = _order_preview(desk, want, address, sku["sku_id"], item.qty, detail, codes)
            if basket is not None:
                found.append(basket)
    if not found:
        raise Stopped(codes[0] if codes else "NOT_FOUND", "nobody sells it so")
    return sorted(found, key=lambda b: (b.arrives, b.fen) if want.choice == "soonest" else (b.fen, b.arrives))


def _items(desk: Desk, item: ItemWant, address: str) -> list[tuple[str, int]]:
    """(listing, its lowest price) of what may be it, the cheapest first; what they are, their pages say."""
    found: dict[str, int] = {}
    for phrase in item.item or item.tags or item.ids:
        for sort in ("relevance", "price"):
            args: dict[str, Any] = {"query": phrase, "ship_to": address, "sort": sort, "limit": 50}
            for hit in desk.read("taobao_item_search", **args)["items"]:
                if hit["in_stock"] and hit["delivery_days"] is not None:
                    found.setdefault(hit["item_id"], parse_yuan(hit["price"]))
    known = [one for one in item.ids if one in found]
    return [(one, found[one]) for one in known or sorted(found, key=lambda it: (found[it], it))[:MOST_ITEMS]]


def _order_preview(
    desk: Desk, want: OrderWant, address: str, sku: str, qty: int, detail: dict[str, Any], codes: list[str]
) -> Basket | None:
    args: dict[str, Any] = {"lines": [{"sku_id": sku, "quantity": qty}], "address_id": address}
    if want.date is not None and detail["day_can_be_chosen"]:
        args["deliver_on"] = want.date.isoformat()
    try:
        shown = desk.read("taobao_order_preview", **args)
        if shown["usable_coupons"]:
            args["coupon_id"] = shown["usable_coupons"][0]["coupon_id"]
            shown = desk.read("taobao_order_preview", **args)
    except Stopped as stopped:
        codes.append(stopped.code)
        return None
    fen = parse_yuan(shown["total"])
    arrives = parse_iso(f"{shown['delivery_by'][:10]}T21:00:00", desk.scenario.offset_min)
    wrong = _limits(desk, want, fen, arrives)
    if wrong:
        codes.append(wrong)
        return None
    return Basket({**args, "expect_total": format_yuan(fen), "note": want.note}, fen, arrives)


def _together(desk: Desk, want: OrderWant, address: str) -> Basket:
    """Several things at once, the cheapest way."""

    def read(tool: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            return desk.read(tool, **args)
        except Stopped:
            return None

    latest: dt.date | None = None
    if want.by is not None:
        offset = desk.scenario.offset_min
        latest = local(when(want.by, want.date or desk.scenario.now.date(), offset), offset).date()
    best = baskets.cheapest(read, want, address, latest)
    if best is None:
        raise Stopped("NOT_FOUND", "something is not to be had")
    wrong = _limits(desk, want, best.fen, 0)
    if wrong:
        raise Stopped(wrong, format_yuan(best.fen))
    return Basket({**best.args(address), "expect_total": format_yuan(best.fen), "note": want.note}, best.fen, 0)


def order_taobao(desk: Desk, basket: Basket) -> list[str]:
    """Order and pay, what is of several shops in one checkout; returns the order ids.

    Raises:
        Stopped: an order or its payment is refused, or a seller gave it up.
    """
    if len(basket.args["lines"]) > 1:
        created = _placed(desk, "taobao_checkout_create", "taobao_order_detail", basket.args)["orders"]
    else:
        created = [_placed(desk, "taobao_order_create", "taobao_order_detail", basket.args)]
    for order in created:
        desk.pay(order["out_trade_no"])
    desk.wait(300)
    for order in created:
        state = desk.read("taobao_order_detail", order_id=order["order_id"])["state"]
        if state in ("closed", "refunding", "refunded"):
            raise Stopped("SOLD_OUT", "the seller gave the order back")
    return [str(order["order_id"]) for order in created]


def readdress(desk: Desk, want: ReaddressWant) -> list[str]:
    """Send a marketplace order that is not shipped to another address.

    Raises:
        Stopped: it is shipped, or the address is in another city.
    """
    address = address_of(desk, want.to)

    def there() -> dict[str, Any] | None:
        shown = desk.read("taobao_order_detail", order_id=want.order)
        return shown if shown["address_id"] == address else None

    desk.until(
        lambda: desk.write("taobao_change_address", there, order_id=want.order, address_id=address),
        lambda _: there() is not None,
    )
    return [want.order]
