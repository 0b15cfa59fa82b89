"""Drivers and their cars, drawn for each ride."""

from __future__ import annotations

import msgspec

from mock_services.amap.rows import Ride
from mock_services.context import Ctx
from mock_services.geo import places
from mock_services.names import somebody

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

_PLATES = {
    "hangzhou": "浙A", "shanghai": "沪A", "beijing": "京B", "guangzhou": "粤A", "shenzhen": "粤B",
    "chengdu": "川A", "xian": "陕A", "suzhou": "苏E", "nanjing": "苏A", "wuhan": "鄂A",
    "chongqing": "渝A", "tianjin": "津A", "xiamen": "闽D", "qingdao": "鲁B", "changsha": "湘A",
    "kunming": "云A", "sanya": "琼B", "lhasa": "藏A", "jakarta": "B", "singapore": "SH",
}  # fmt: skip
"""Real plate prefixes."""

_MODELS = {
    "economy": ("比亚迪秦PLUS", "丰田卡罗拉", "大众朗逸", "广汽埃安AION S"),
    "comfort": ("比亚迪汉EV", "丰田凯美瑞", "小鹏P7", "大众帕萨特"),
    "six_seat": ("别克GL8", "广汽传祺M8", "本田奥德赛"),
    "accessible": ("吉利TX5 无障碍 wheelchair ramp", "丰田JPN Taxi 无障碍 wheelchair ramp"),
}


class Driver(msgspec.Struct, frozen=True, gc=False):
    """Who drives and what."""

    name: str
    phone: str
    plate: str
    car_model: str


def driver(ctx: Ctx, ride: Ride, number: int) -> Driver:
    """The ``number``-th driver who takes this ride."""
    draws, about = ctx.draws, ("driver", ride.id, number)
    country = places().city(ride.city).country
    digits = f"{draws.below(10_000, *about, 'plate'):04d}"
    prefix = _PLATES[ride.city]
    if country == "CN":
        name = somebody(draws, country, *about, "name")[0] + "师傅"
        # Electric taxis carry six characters after the city's letter, the first of them D.
        plate = f"{prefix}D{draws.pick(_LETTERS, *about, 'letter')}{digits}"
        phone = f"1{draws.pick(('38', '59', '77', '86'), *about, 'net')}****{draws.below(10_000, *about, 'phone'):04d}"
    elif country == "ID":
        name = somebody(draws, country, *about, "name")
        plate = f"{prefix} {digits} {draws.pick(_LETTERS, *about, 'letter')}XR"
        phone = f"+62 812-****-{draws.below(10_000, *about, 'phone'):04d}"
    else:
        name = somebody(draws, country, *about, "name")
        plate = f"{prefix}{draws.pick(_LETTERS, *about, 'letter')} {digits} {draws.pick(_LETTERS, *about, 'last')}"
        phone = f"+65 8*** {draws.below(10_000, *about, 'phone'):04d}"
    return Driver(name, phone, plate, draws.pick(_MODELS[ride.car], *about, "model"))
