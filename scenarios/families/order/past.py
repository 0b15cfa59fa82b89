"""What was ordered before: the same again, back to the seller, called off, or sent to another address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order import market
from scenarios.families.pen import Miss, Pen, fen
from scenarios.speech import Text

# --- the same again ------------------------------------------------------------------------------------------


def write_again(pen: Pen) -> None:
    """The last order once more: a dish; a drink as it was; two drinks with one change, said or to be asked for."""
    pen.cast(hours=(10, 18))
    label = kit.place(pen)
    rows = pen.draws.sample(things.things("drinks" if pen.level > 1 else "dishes"), 2, "rows")
    shop, dishes = _of_one_shop(pen, rows if pen.level > 2 else rows[:1], label)
    lines: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for i, dish in enumerate(dishes):
        options = _options(pen, dish, i) if pen.level > 1 else {}
        lines.append({"dish_id": dish["dish_id"], "options": options})
        items.append({"ids": [dish["dish_id"]], "item": [dish["name"]]} | ({"options": options} if options else {}))
    when = pen.now - dt.timedelta(days=pen.between(1, 3, "ago"), minutes=pen.between(0, 50, "minutes"))
    _past(pen, label, lines, when, "last")
    _decoy(pen, label, when)
    pen.say("same_food" if pen.level == 1 else "same_drinks", topic="item")
    pen.say("to", topic="address", place=things.LABELS[label])
    goal: dict[str, Any] = {"items": items, "shop": [shop], "to": label}
    if pen.level >= 3:
        more = pen.between(2, 4, "more")
        items[0]["qty"] = more
        which = things.text(rows[0])
        if pen.level == 3:
            pen.say("more_of", topic="quantity", which=which, more=more)
        else:
            pen.say("one_change")
            pen.want("asked", topic=["quantity", "option", "item", "other"])
            pen.keep("more_of", "quantity", "option", "other", which=which, more=more)
        said = "words" if pen.level == 3 else kit.told("quantity")
        by = kit.deadline(pen, 80, 150)
        goal["by"] = f"{by:%H:%M}"
        pen.say("by", topic="time", by=by.time())
        pen.reveal(**{"flash_order.items.0.qty": said, "flash_order.by": "words"})
    pen.want("flash_order", **goal)
    where = kit.heard(things.LABELS[label].get(pen.locale))
    pen.reveal(**{"flash_order.to": where, "flash_order.shop": "flash_order_list.orders.shop_id"})
    for i, item in enumerate(items):
        part = f"flash_order.items.{i}" if len(items) > 1 else "flash_order"
        pen.reveal(**{f"{part}.item": "flash_order_list.orders.lines.name"})
        if "options" in item:
            pen.reveal(**{f"{part}.options": "flash_order_list.orders.lines.options"})
    kit.may_break(pen, kit.FLASH_PLANS)


def _of_one_shop(pen: Pen, rows: list[dict[str, Any]], label: str) -> tuple[str, list[dict[str, Any]]]:
    """An open shop that sells all the rows, and its dishes."""
    address = pen.named(f"address.{label}")
    shown = pen.look("flash_dish_search", query=rows[0]["zh"], address_id=address, open_now=True, limit=20)["dishes"]
    for hit in pen.draws.sample(shown, len(shown), "shops"):
        menu = {
            dish["dish_id"].rpartition(".")[2]: dish
            for dish in pen.look("flash_menu", shop_id=hit["shop_id"])["dishes"]
        }
        dishes = [_found(menu, row) for row in rows]
        if all(dishes) and all(dish["stock"] > 9 for dish in dishes):
            return str(hit["shop_id"]), dishes
    raise Miss("no open shop sells all of these")


def _found(menu: dict[str, dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    wanted = things.ids(row)
    return next(
        (dish for entry, dish in menu.items() if entry in wanted or (not wanted and row["zh"] in dish["name"])), {}
    )


def _options(pen: Pen, dish: dict[str, Any], i: int) -> dict[str, str]:
    """Choices other than what one gets without a word."""
    groups = pen.look("flash_dish_detail", dish_id=dish["dish_id"])["options"]
    usual = [group for group in groups if group["id"] in ("temperature", "sugar")]
    group = pen.pick(usual, "group", i)
    other = [choice["id"] for choice in group["choices"] if choice["id"] != group["default"]]
    return {group["id"]: pen.pick(other, "choice", i)}


def _past(pen: Pen, label: str, lines: list[dict[str, Any]], when: dt.datetime, name: str, **more: Any) -> None:
    args = {"address_id": f"$address.{label}", "lines": lines, "account": "$wallet", **more}
    pen.setup("flash.past_order", {**args, "created_at": f"{when:%Y-%m-%dT%H:%M}"}, name)


def _decoy(pen: Pen, label: str, when: dt.datetime) -> None:
    """An older order of something else."""
    row = things.pick(pen, "drinks", "decoy")
    earlier = when - dt.timedelta(days=pen.between(2, 6, "earlier"))
    _past(pen, label, [{"query": row["zh"]}], earlier, "older")


# --- back to the seller --------------------------------------------------------------------------------------


def write_return(pen: Pen) -> None:
    """One thing back; two; another variant in its place; which one has to be asked; and a second thing back as well."""
    pen.cast(hours=(9, 15))
    pen.person(at="home")
    wares = things.things("wares")
    order = pen.draws.sample(wares, len(wares), "wares")
    if pen.level >= 3:
        order.sort(key=lambda row: "other" not in row)
    bought: list[tuple[dict[str, Any], market.Offer]] = []
    for row in order:
        offer = _returnable(pen, row)
        if offer is not None and all(row["plain"] != other["plain"] for other, _ in bought):
            bought.append((row, offer))
        if len(bought) == 3:
            break
    else:
        raise Miss("too little can go back from there")
    for i, (_, offer) in enumerate(bought):
        _bought(pen, offer, f"order_{'abc'[i]}", i)
    first = bought[0][0]
    rows = [row for row, _ in bought[: 2 if pen.level in (2, 5) else 1]]
    pen.say("back_both" if len(rows) == 2 else "back", topic="order", **_spoken_of(rows))
    for i in range(len(rows)):
        pen.want("refund", order=f"$order_{'abc'[i]}")
        pen.reveal(**{"refund.order" if i == 0 else f"refund#{i + 1}.order": "taobao_order_list.orders.order_id"})
    if pen.level >= 3:
        _another_variant(pen, first)
    kit.may_break(
        pen,
        (
            ("lost-ack-apply", {"kind": "timeout", "tool": "taobao_after_sale_apply", "phase": "lost_ack"}),
            ("apply-503", {"kind": "server_error", "tool": "taobao_after_sale_apply"}),
            ("ghost-apply", {"kind": "ghost_success", "tool": "taobao_after_sale_apply"}),
            ("old-list", {"kind": "stale_read", "tool": "taobao_order_list", "params": {"by_s": 1200}}),
            ("rate-limited", {"kind": "rate_limited", "tool": "taobao_order_detail", "params": {"retry_after": 40}}),
        ),
    )


def _spoken_of(rows: list[dict[str, Any]]) -> dict[str, Text]:
    return {name: market.plain(row) for name, row in zip(("what", "also"), rows, strict=False)}


def _returnable(pen: Pen, row: dict[str, Any]) -> market.Offer | None:
    """An offer that was sent free of charge and can go back; None if there is none."""
    try:
        found = market.offers(pen, row, "home")
    except Miss:
        return None
    return next((one for one in found if one.returnable and not one.fee_fen), None)


def _bought(pen: Pen, offer: market.Offer, name: str, i: int) -> None:
    """An order that came some days ago."""
    came = pen.now - dt.timedelta(days=pen.between(1, 4, "came", i), hours=pen.between(0, 3, "hours", i))
    ordered = came - dt.timedelta(days=pen.between(2, 4, "ordered", i))
    args = {
        "sku_id": offer.sku_id,
        "address_id": "$address.home",
        "account": pen.pick(("$wallet", "$card.6688"), "account", i),
        "created_at": f"{ordered:%Y-%m-%dT%H:%M}",
        "delivered_at": f"{came:%Y-%m-%dT%H:%M}",
    }
    pen.setup("taobao.past_order", args, name)


def _another_variant(pen: Pen, row: dict[str, Any]) -> None:
    other = row["other"]
    as_said = Text(**{name: other[name] for name in ("zh", "en", "id")})
    wanted = {**row, "spec": other["spec"]}
    best = market.offers(pen, wanted, "home")[0]
    most = kit.round_up(best.fen * 1.3, 1000)
    kept = pen.level >= 4
    if kept:
        pen.say("instead_ask", which=market.plain(row), again=market.thing_of(row, kept=True))
        pen.want("asked", topic=["option", "item"])
        pen.keep("variant", "option", "item", variant=as_said)
    else:
        pen.say("instead", topic="option", variant=as_said, again=market.thing_of(row, kept=True))
    pen.say("new_budget", topic="budget", most=fen(most))
    pen.want("taobao_order", **market.item(wanted), to="home", total_at_most=most / 100)
    pen.reveal(
        **{
            "taobao_order.item": kit.heard(market.plain(row).get(pen.locale)),
            "taobao_order.options": kit.spoken(pen, as_said, "option" if kept else ""),
            "taobao_order.to": "user_addresses.addresses.label",
            "taobao_order.total_at_most": "words",
        }
    )


# --- called off, or sent elsewhere ---------------------------------------------------------------------------


def write_change(pen: Pen) -> None:
    """An order called off or sent elsewhere; two sent elsewhere; one called off and replaced, by what may be kept."""
    pen.cast(hours=(9, 13))
    pen.address("company")
    pen.person(at="home")
    if pen.level == 2 or (pen.level == 1 and pen.chance(0.5, "which")):
        _elsewhere(pen)
    else:
        _call_off(pen)


def _elsewhere(pen: Pen) -> None:
    rows = pen.draws.sample(things.things("wares"), 2, "wares")
    if rows[0]["plain"] == rows[1]["plain"]:
        raise Miss("two of the same")
    for i, row in enumerate(rows):
        offer = market.offers(pen, row, "home")[0]
        ordered = pen.now - dt.timedelta(hours=pen.between(1, 6, "ordered", i))
        there = pen.now + dt.timedelta(days=pen.between(2, 4, "there", i))
        args = {"sku_id": offer.sku_id, "address_id": "$address.home", "account": "$wallet", "state": "paid"}
        times = {"created_at": f"{ordered:%Y-%m-%dT%H:%M}", "arrives_at": f"{there:%Y-%m-%dT%H:%M}"}
        pen.setup("taobao.past_order", {**args, **times}, f"order_{'ab'[i]}")
    moved = rows[: pen.level]
    pen.say(
        "both_to" if len(moved) == 2 else "send_to", topic="order", **_spoken_of(moved), place=things.LABELS["company"]
    )
    for i in range(len(moved)):
        pen.want("readdressed", order=f"$order_{'ab'[i]}", to="company")
        part = "readdressed" if i == 0 else f"readdressed#{i + 1}"
        pen.reveal(
            **{
                f"{part}.order": "taobao_order_list.orders.order_id",
                f"{part}.to": kit.heard(things.LABELS["company"].get(pen.locale)),
            }
        )
    kit.may_break(
        pen,
        (
            ("lost-ack-change", {"kind": "timeout", "tool": "taobao_change_address", "phase": "lost_ack"}),
            ("ghost-change", {"kind": "ghost_success", "tool": "taobao_change_address"}),
            ("change-503", {"kind": "server_error", "tool": "taobao_change_address"}),
            ("rate-limited", {"kind": "rate_limited", "tool": "taobao_order_detail", "params": {"retry_after": 30}}),
        ),
    )


def _call_off(pen: Pen) -> None:
    cakes = [row for row in things.things("gifts") if row["ids"][0].endswith("-6")]
    old, new = pen.draws.sample(cakes, 2, "cakes")
    due = kit.half_hour(pen.now + dt.timedelta(hours=pen.between(5, 7, "due")))
    ordered = pen.now - dt.timedelta(minutes=pen.between(30, 90, "ordered"))
    line = {"query": old["item"][0]}
    _past(pen, "home", [line], ordered, "cake", deliver_at=f"{due:%Y-%m-%dT%H:%M}")
    _decoy(pen, "home", pen.now - dt.timedelta(days=1))
    pen.say("call_off", topic="order", what=things.text(old))
    pen.want("cancelled", order="$cake")
    pen.reveal(**{"cancelled.order": "flash_order_list.orders.order_id"})
    plans: tuple[tuple[str, dict[str, Any]], ...] = (
        ("lost-ack-cancel", {"kind": "timeout", "tool": "flash_order_cancel", "phase": "lost_ack"}),
        ("ghost-cancel", {"kind": "ghost_success", "tool": "flash_order_cancel"}),
        ("cancel-503", {"kind": "server_error", "tool": "flash_order_cancel"}),
    )
    if pen.level >= 3:
        shown = pen.look("flash_dish_search", query=new["item"][0], address_id=pen.named("address.home"), limit=20)
        right = [dish for dish in shown["dishes"] if dish["dish_id"].rpartition(".")[2] in new["ids"]]
        if not right:
            raise Miss("nobody bakes it there")
        most = kit.round_up(min(float(dish["price"]) for dish in right) * 115 + 2000, 1000)
        by = due + dt.timedelta(minutes=pen.pick((0, 30, 60), "later"))
        kept = pen.level == 4
        if kept:
            pen.say("replace_ask")
            pen.want("asked", topic=["item", "option"])
            pen.keep("replace_by", "item", "option", other=things.thing(new))
        else:
            pen.say("replace_by", topic="item", other=things.thing(new))
        pen.say("there_by", topic="time", by=by.time())
        pen.say("new_budget", topic="budget", most=fen(most))
        pen.want("flash_order", **things.goods(new), to="home", by=f"{by:%H:%M}", total_at_most=most / 100)
        pen.reveal(
            **{
                "flash_order.item": kit.spoken(pen, things.text(new), "item" if kept else ""),
                "flash_order.to": "user_addresses.addresses.label",
                "flash_order.by": "words",
                "flash_order.total_at_most": "words",
            }
        )
        plans += kit.FLASH_PLANS
    kit.may_break(pen, plans)


AGAIN = Family("order-again", write_again, (1, 2, 3, 4))
RETURN = Family("order-return", write_return, (1, 2, 3, 4, 5))
CHANGE = Family("order-change", write_change, (1, 2, 3, 4))
