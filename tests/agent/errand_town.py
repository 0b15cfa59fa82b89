"""A person in a real world, as the agent's understanding meets them: an address book, contacts, and the tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from agent.desk import Desk
from agent.interface import ToolSpec
from agent.steps.base import Me
from mock_services.base import Base, base_world
from mock_services.clock import parse_iso
from mock_services.world import World

SPOTS = {
    "hangzhou": ("武林广场", "杭州大厦"),
    "shanghai": ("静安寺", "陆家嘴"),
    "beijing": ("中关村", "国贸"),
    "shenzhen": ("福田站", "深圳北站"),
    "guangzhou": ("广州塔", "广州南站"),
    "chengdu": ("春熙路", "成都东站"),
    "jakarta": ("Monas", "Grand Indonesia"),
}
CONTACTS = (
    ("李伟", "Li Wei", "friend", True),
    ("林小雨", "小林", "friend", False),
    ("陈阿杰", "阿杰", "friend", False),
    ("Mandy Zhao", "Mandy", "friend", False),
    ("王秀兰", "妈妈", "mother", True),
    ("Rina Kartika", "", "friend", False),
    ("Rina Wijaya", "", "colleague", False),
    ("Budi Santoso", "Budi", "friend", True),
    ("Sarah Chen", "Sarah", "friend", False),
    ("张三", "", "colleague", False),
)


@lru_cache(maxsize=1)
def base() -> Base:
    """The small world, built once."""
    return base_world(0, "small")


class Town:
    """An :class:`agent.interface.Episode` over a world, which counts its calls."""

    def __init__(self, world: World, words: str, locale: str) -> None:
        self.world, self.instruction, self.locale = world, words, locale
        self.episode_id = "e"
        self.calls: list[str] = []
        self.tools: Sequence[ToolSpec] = [
            ToolSpec(t.name, t.service, "", {}, t.access, t.key) for t in base().registry.tools.values()
        ]

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool of the world."""
        self.calls.append(tool)
        return self.world.call(tool, args).wire()

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Nobody reads notes here."""

    def done(self) -> None:
        """Nobody waits for the end here."""


def town(words: str, locale: str, *, now: str, city: str, at: str = "home") -> tuple[Me, Desk, Town]:
    """A person with a home, an office and contacts, who is at ``home``, ``office`` or ``street``."""
    zone = 420 if city == "jakarta" else 480
    world = World(base(), start=parse_iso(now, zone), offset_min=zone)
    home, office = SPOTS.get(city, ("", ""))
    spot: dict[str, Any] = {"city": city}
    if at != "street":
        spot["near"] = home if at == "home" else office
    world.arrange("user", "person", {"name": "沈知秋", "locale": locale, **spot})
    labels = {"zh": ("家", "公司"), "en": ("home", "office"), "id": ("rumah", "kantor")}[locale]
    for label, near in zip(labels, (home, office), strict=True):
        world.arrange("user", "address", {"label": label, "text": f"{near} 1", "city": city, "near": near})
    for name, nickname, relation, addressed in CONTACTS:
        where = {"address": f"{name} 1", "city": city, "near": office} if addressed else {}
        world.arrange(
            "user",
            "contact",
            {"name": name, "nickname": nickname, "relation": relation, "phone": "13900000000", **where},
        )
    episode = Town(world, words, locale)
    desk = Desk(episode)
    profile = desk.call("user_profile", {})
    me = Me(
        id=profile["person_id"], name=profile["name"], phone=profile["phone"], city=profile["city"],
        city_names=(profile["city_name"], profile["city_name_en"]), location=profile["location"],
        addresses=desk.call("user_addresses", {})["addresses"],
    )  # fmt: skip
    episode.calls.clear()
    return me, desk, episode
