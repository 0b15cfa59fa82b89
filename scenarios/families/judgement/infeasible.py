"""Errands that cannot be done: too dear, too late, not to be had, or not to be agreed to. The right thing is to say so.

What is not possible is certain, not just hard: a limit lies well below the cheapest, a deadline before the earliest.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from mock_services.geo import places
from mock_services.money import parse_yuan
from scenarios.families import things
from scenarios.families.generate import Family
from scenarios.families.judgement import errands
from scenarios.families.pay import meal
from scenarios.families.pen import Miss, Pen, fen, minutes
from scenarios.speech import Text

FOOD = ("flash_dish_search", "flash_basket_preview", "flash_menu", "flash_shop_search")
GOODS = ("taobao_item_search", "taobao_item_detail", "taobao_order_preview")


def search_plans(pen: Pen, tool: str, *reasons: str) -> None:
    """A search that fails at first, or comes back empty once, changes nothing of what is true."""
    for name, fault in (
        ("search-503", {"kind": "server_error", "tool": tool, "attempts": [1, 2], "limit": 2}),
        ("rate-limited", {"kind": "rate_limited", "tool": tool, "params": {"retry_after": 30}}),
        ("empty-answer", {"kind": "empty_response", "tool": tool}),
    ):
        pen.plan(name, faults=[fault], expect="withhold", reason=list(reasons))


# --- too dear ------------------------------------------------------------------------------------------------


def budget(pen: Pen) -> None:
    """A limit below the price of the thing alone; from level 3 on with further wishes."""
    pen.cast(country="CN", hours=(10, 19))
    if pen.level == 4:
        _two_too_dear(pen)
        return
    kind = pen.pick(("meal", "goods", "room", "train"), "kind")
    reasons = ("over_budget", "not_found")
    tools: tuple[str, ...] = FOOD
    count = pen.between(2, 5, "count") if pen.level >= 3 else 1
    if kind == "meal":
        wish = errands.meal_wish(pen, count)
        most = short(pen, wish.floor)
        limits: dict[str, Any] = {"total_at_most": most / 100}
        pen.say("need_meal", topic="address", what=things.thing(wish.row, count), place=things.LABELS[wish.label])
        if pen.level >= 3:
            by = errands.soon(pen, 90, 150)
            limits["by"] = f"{by:%H:%M}"
            pen.say("by", topic="time", by=by.time())
        errands.want_meal(pen, wish, **limits)
    elif kind == "goods":
        wish = errands.goods_wish(pen, count)
        most = short(pen, wish.floor)
        pen.say("need_goods", topic="address", what=things.thing(wish.row, count))
        limits = {"total_at_most": most / 100}
        if pen.level >= 3:
            last = pen.now.date() + dt.timedelta(days=pen.between(8, 12, "days"))
            limits["by"] = f"{last} 23:59"
            pen.say("by_day", topic="date", day=last)
        errands.want_goods(pen, wish, **limits)
        tools = GOODS
    elif kind == "room":
        most = _room(pen)
        tools = ("fliggy_hotel_search",)
    else:
        most = _train(pen)
        tools = ("fliggy_train_search",)
    pen.say("not_above", topic="budget", most=fen(most))
    pen.withhold(*reasons, looked_at=tools)
    pen.data["certificate"] = {"kind": "price_above_budget", "because": "the cheapest there is costs more"}
    search_plans(pen, tools[0], *reasons)


def short(pen: Pen, fen_: int, *about: object) -> int:
    """A round sum well below an amount.

    Raises:
        Miss: there is none worth naming.
    """
    most = fen_ * pen.between(55, 92, "short", *about) // 100 // 100 * 100
    if most < 500:
        raise Miss("too little to be a budget")
    return most


def _room(pen: Pen) -> int:
    day = pen.now.date() + dt.timedelta(pen.between(2, 9, "check in"))
    nights = pen.between(1, 3, "nights") if pen.level >= 3 else 1
    city = errands.other_city(pen, "room")
    near = pen.pick([poi for poi in places().pois_of(city.id) if poi.ticketed], "near", city.id)
    shown = pen.look(
        "fliggy_hotel_search",
        city=city.id,
        check_in=day.isoformat(),
        check_out=(day + dt.timedelta(nights)).isoformat(),
        location=f"{near.lon},{near.lat}",
        radius_m=2000,
        limit=50,
    )["hotels"]
    if not shown:
        raise Miss("no hotel there")
    lowest = min(parse_yuan(price) for hotel in shown for price in hotel["nightly"])
    most = short(pen, lowest)
    slots: dict[str, Any] = {
        "day": day,
        "city": errands.city_text(city),
        "near": Text(zh=near.name.zh, en=near.name.en, id=near.name.id),
    }
    slots |= {"n": nights} if nights > 1 else {}
    pen.say("need_room" if nights == 1 else "need_rooms", **slots)
    fields: dict[str, Any] = {"city": city.id, "near": near.name.zh, "within_m": 2000, "check_in": day.isoformat()}
    fields |= {"nights": nights} if nights > 1 else {}
    if pen.level >= 3:
        fields["breakfast"] = True
        pen.say("breakfast")
        pen.reveal(**{"hotel.breakfast": f'words "{ {"zh": "早餐", "en": "breakfast", "id": "sarapan"}[pen.locale] }"'})
    pen.want("hotel", **fields, per_night_at_most=most / 100)
    pen.reveal(hotel="words")
    return most


def _train(pen: Pen) -> int:
    to = errands.other_city(pen, "to")
    day = pen.now.date() + dt.timedelta(pen.between(1, 9, "day"))
    trains = errands.train_options(pen, to, day)
    prices = [parse_yuan(seat["price"]) for train in trains for seat in train["seats"]]
    if not prices:
        raise Miss("no train")
    most = short(pen, min(prices))
    pen.say("need_train", origin=errands.city_text(pen.city), to=errands.city_text(to), day=day)
    fields: dict[str, Any] = {"from_": pen.city.id, "to": to.id, "date": day.isoformat()}
    if pen.level >= 3:
        before = dt.time(pen.between(17, 21, "before"), 0)
        fields |= {"arrive_by": f"{before:%H:%M}", "cabin": "second"}
        pen.say("arrive_by", topic="time", by=before)
        pen.say("second_class")
        pen.reveal_by(**{"train.cabin": "second_class"})
    pen.want("train", **fields, price_at_most=most / 100)
    pen.reveal(train="words")
    return most


def _two_too_dear(pen: Pen) -> None:
    """Food and drinks for an occasion, together for less than the food alone."""
    pen.person(at="home")
    dish, drink = things.pick(pen, "dishes"), things.pick(pen, "drinks")
    many = pen.between(3, 6, "many")
    cheapest = meal.totals(pen, dish, many, "home")[0][0]
    meal.totals(pen, drink, many, "home")
    most = short(pen, meal.floor(pen, dish, many, "home"))
    by = errands.soon(pen, 100, 160)
    pen.say("need_meal", topic="address", what=things.thing(dish, many), place=things.LABELS["home"])
    pen.say("and_drinks", what=things.thing(drink, many))
    pen.say("by", topic="time", by=by.time())
    pen.say("not_above_all", topic="budget", most=fen(most))
    pen.data["limits"] = {"budget": most / 100}
    for row in (dish, drink):
        pen.want("flash_order", item=things.phrases(row), qty=many, to="home", by=f"{by:%H:%M}")
    pen.reveal(**{"flash_order": "words", "flash_order#2": "words"})
    pen.withhold("over_budget", "not_found", looked_at=FOOD)
    pen.data["certificate"] = {"kind": "price_above_budget", "because": f"the food alone costs {cheapest / 100:.2f}"}
    search_plans(pen, "flash_dish_search", "over_budget", "not_found")


# --- too late ------------------------------------------------------------------------------------------------


def late(pen: Pen) -> None:
    """A deadline before the earliest delivery or arrival."""
    pen.cast(country="CN", hours=(10, 19))
    kind = pen.pick(("meal", "train", "goods"), "kind")
    reasons = ("too_late", "not_possible", "not_found")
    tools: tuple[str, ...] = FOOD
    if kind == "meal":
        count = pen.between(2, 4, "count") if pen.level >= 3 else 1
        wish = errands.meal_wish(pen, count)
        within = pen.pick((5, 6, 8), "within")
        pen.say("need_meal", topic="address", what=things.thing(wish.row, count), place=things.LABELS[wish.label])
        pen.say("within", topic="time", within=minutes(within))
        limits: dict[str, Any] = {"within_min": within}
        if pen.level >= 3:
            limits["total_at_most"] = errands.limit_above(wish.fen, 160) / 100
            pen.say("budget", topic="budget", most=fen(errands.limit_above(wish.fen, 160)))
        errands.want_meal(pen, wish, **limits)
    elif kind == "train":
        _late_train(pen)
        tools = ("fliggy_train_search",)
    else:
        count = pen.between(2, 4, "count") if pen.level >= 3 else 1
        wish = errands.goods_wish(pen, count)
        # Nothing of the marketplace arrives on the day on which it is ordered.
        if min(hit["delivery_by"] for _, hit in wish.totals)[:10] <= pen.now.date().isoformat():
            raise Miss("it comes today")
        pen.say("need_goods", topic="address", what=things.thing(wish.row, count))
        pen.say("today", topic="date")
        pen.say("only_online")
        limits = {"by": f"{pen.now:%Y-%m-%d} 23:59"}
        if pen.level >= 3:
            limits["total_at_most"] = errands.limit_above(wish.fen, 160) / 100
            pen.say("budget", topic="budget", most=fen(errands.limit_above(wish.fen, 160)))
        errands.want_goods(pen, wish, **limits)
        said = {"zh": "今天", "en": "today", "id": "hari ini"}[pen.locale]
        pen.reveal(**{"taobao_order.by": f'answer date "{said}"'})
        tools = GOODS
    pen.withhold(*reasons, looked_at=tools)
    pen.data["certificate"] = {"kind": "arrives_after_deadline", "because": "the earliest there is comes later"}
    search_plans(pen, tools[0], *reasons)


def _late_train(pen: Pen) -> None:
    to = errands.other_city(pen, "to")
    today = pen.now.date()
    trains = errands.train_options(pen, to, today)
    arrivals = sorted(train["arrive"] for train in trains if train["depart"][:16] >= f"{pen.now:%Y-%m-%dT%H:%M}")
    if not arrivals:
        raise Miss("no train any more today")
    earliest = dt.datetime.fromisoformat(arrivals[0]).replace(tzinfo=None)
    by = (earliest - dt.timedelta(minutes=pen.between(40, 90, "early"))).replace(minute=0)
    if by.date() != today or by <= pen.now + dt.timedelta(minutes=40):
        raise Miss("no plausible deadline")
    pen.say("need_train", origin=errands.city_text(pen.city), to=errands.city_text(to), day=today)
    pen.say("arrive_by", topic="time", by=by.time())
    fields: dict[str, Any] = {"from_": pen.city.id, "to": to.id, "date": today.isoformat()}
    if pen.level >= 3:
        fields["cabin"] = "second"
        pen.say("second_class")
        pen.reveal_by(**{"train.cabin": "second_class"})
        fields["price_at_most"] = 2000
        pen.say("not_above", topic="budget", most=fen(200_000))
    pen.want("train", **fields, arrive_by=f"{by:%H:%M}")
    pen.reveal(train="words")


# --- not to be had -------------------------------------------------------------------------------------------


def none(pen: Pen) -> None:
    """What nobody sells, or where nothing goes."""
    tools: tuple[str, ...] = FOOD
    kind = pen.pick(("oddity", "train", "food of elsewhere"), "kind")
    pen.cast(country="CN" if kind == "oddity" else None, hours=(10, 19))
    if kind == "oddity":
        row = things.pick(pen, "oddities")
        shown = pen.look("taobao_item_search", query=row["zh"], ship_to=pen.named("address.home"), limit=50)["items"]
        if any(errands.says(hit["title"], things.phrases(row)) for hit in shown):
            raise Miss("somebody sells it")
        pen.say("need_goods", topic="address", what=things.thing(row))
        pen.say("nothing_else", topic="item")
        limits = _cheap_enough(pen, 500, 4000)
        pen.want("taobao_order", item=things.phrases(row), to="home", **limits)
        pen.reveal(taobao_order="words")
        tools = GOODS
    elif kind == "train":
        to = pen.pick([c for c in places().cities if c.id != pen.city.id], "to")
        day = pen.now.date() + dt.timedelta(pen.between(1, 12, "day"))
        args = {"from_city": pen.city.id, "to_city": to.id, "date": day.isoformat(), "through": True}
        if pen.look("fliggy_train_search", **args)["trains"]:
            raise Miss("there are trains")
        pen.say("need_train", origin=errands.city_text(pen.city), to=errands.city_text(to), day=day)
        pen.say("no_plane", topic="transport")
        fields: dict[str, Any] = {"from_": pen.city.id, "to": to.id, "date": day.isoformat()}
        if pen.level >= 3:
            fields |= {"cabin": "second", **_cheap_enough(pen, 500, 2000, "price_at_most")}
            pen.say("second_class")
            pen.reveal_by(**{"train.cabin": "second_class"})
        pen.want("train", **fields)
        pen.reveal(train="words")
        tools = ("fliggy_train_search",)
    else:
        row = things.pick(pen, "far_food")
        shown = pen.look("flash_dish_search", query=row["zh"], address_id=pen.named("address.home"), limit=50)["dishes"]
        if any(
            hit["relevance"] >= 80 or errands.says(f"{hit['name']} {hit['name_en']}", things.phrases(row))
            for hit in shown
        ):
            raise Miss("somebody cooks it")
        count = pen.between(2, 4, "count") if pen.level >= 3 else 1
        pen.say("need_meal", topic="address", what=things.thing(row, count), place=things.LABELS["home"])
        pen.say("nothing_else", topic="item")
        many: dict[str, Any] = {"qty": count} if count > 1 else {}
        pen.want("flash_order", item=things.phrases(row), to="home", **many, **_cheap_enough(pen, 100, 300))
        pen.reveal(flash_order="words")
    pen.withhold("not_found", "not_possible", "sold_out", looked_at=tools)
    pen.data["certificate"] = {"kind": "no_candidate", "because": "there is nothing of the kind"}
    search_plans(pen, tools[0], "not_found", "not_possible", "sold_out")


def _cheap_enough(pen: Pen, low: int, high: int, field: str = "total_at_most") -> dict[str, Any]:
    """A generous limit, from level 3 on: money is not what stands in the way."""
    if pen.level < 3:
        return {}
    most = pen.between(low // 50, high // 50, "most") * 5000
    pen.say("not_above", topic="budget", most=fen(most))
    return {field: most / 100}


FAMILIES = (
    Family("infeasible-budget", budget, (2, 3, 4)),
    Family("infeasible-late", late, (2, 3)),
    Family("infeasible-none", none, (2, 3)),
)
