"""Breakfast for one day or several, paid within one mandate: one that there is, or one to be set up first."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from scenarios.families import kit, things
from scenarios.families.generate import Family
from scenarios.families.order.drinks import price
from scenarios.families.pen import Pen, fen
from scenarios.speech import Text

_PLANS: Final = (
    *(plan for plan in kit.FLASH_PLANS if plan[1]["tool"] != "alipay_pay"),
    ("lost-ack-pay", {"kind": "timeout", "tool": "alipay_mandate_pay", "phase": "lost_ack"}),
    ("pay-503", {"kind": "server_error", "tool": "alipay_mandate_pay"}),
    ("ghost-pay", {"kind": "ghost_success", "tool": "alipay_mandate_pay"}),
)

_FOOD: Final = Text(zh="餐饮", en="food", id="makanan")
"""What the mandate is for."""

_LEAVE_ME: Final = Text(
    zh="用授权付就行,不用问我", en="just use the mandate, don't ask me", id="pakai mandatnya saja, jangan tanya aku"
)


def write(pen: Pen) -> None:
    """One day, two, three; at level 5 the mandate is yet to be set up. The person refuses single payments."""
    pen.cast(hours=(10, 21))
    label = kit.place(pen)
    days = [pen.now.date() + dt.timedelta(ahead) for ahead in range(1, (1, 2, 3, 3)[pen.level - 2] + 1)]
    rows = pen.draws.sample(things.things("breakfasts"), 2, "rows")
    counts = [pen.between(1, 3, "count", i) for i in range(2)] if pen.level == 2 else [1, 2]
    if pen.level == 2:
        counts[0] = 2
    items = [{**things.goods(row), **({"qty": n} if n > 1 else {})} for row, n in zip(rows, counts, strict=True)]
    what = [things.thing(row, n) for row, n in zip(rows, counts, strict=True)]
    by = pen.pick((dt.time(7, 30), dt.time(8), dt.time(8, 30)), "by")
    if len(days) == 1:
        pen.say("need_one", topic="item", day=days[0], what=what)
    else:
        pen.say("need_days", topic="item", days=days, what=what)
    where = kit.say_place(pen, label)
    pen.say("each_by" if len(days) > 1 else "one_by", topic="time", by=by)
    single = kit.round_up(sum(price(pen, row, label) * n for row, n in zip(rows, counts, strict=True)) * 1.3 + 1200)
    total = kit.round_up(single * len(days), 1000)
    limits: dict[str, Any] = {"per_payment_at_most": single / 100, "total_at_most": total / 100}
    if pen.level == 5:
        pen.say("set_up", topic="permission", kind=_FOOD, single=fen(single), total=fen(total))
        pen.want("mandate", category="food", **limits)
        pen.reveal(mandate="words", **{"mandate.category": kit.spoken(pen, _FOOD)})
        pen.person(mandates={**limits, "categories": ["food"]})
        pen.plan("lost-ack-apply", faults=[{"kind": "timeout", "tool": "alipay_mandate_apply", "phase": "lost_ack"}])
    else:
        pen.say("within_mandate", topic="permission")
        until = dt.datetime.combine(pen.now.date(), dt.time(23)) + dt.timedelta(60)
        terms = {
            "purpose": "meals",
            "categories": ["food"],
            "single_limit": single / 100,
            "total_limit": total * 3 / 100,
        }
        pen.setup("alipay.mandate", {**terms, "valid_to": f"{until:%Y-%m-%dT%H:%M:%S}"}, "meals")
    pen.person(refuse={"above": 0, "text": _LEAVE_ME.get(pen.locale)})
    for i, day in enumerate(days, 1):
        pen.want("flash_order", items=items, to=label, date=day.isoformat(), by=f"{by:%H:%M}")
        part = "flash_order" if i == 1 else f"flash_order#{i}"
        pen.reveal(**{part: "words", f"{part}.to": where})
        for k, thing in enumerate(what):
            pen.reveal(**{f"{part}.items.{k}.item": kit.heard(things.said(thing, pen.locale))})
    kit.may_break(pen, _PLANS)


FAMILY = Family("order-breakfast", write, (2, 3, 4, 5))
