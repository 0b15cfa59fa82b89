"""The option groups that dishes share: temperature, sugar, milk, size and so on, each with its choices."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from mock_services.geo import fold

if TYPE_CHECKING:
    from mock_services.flash.rows import Dish, GroupRow

# group → (zh, en, id), then choices as (id, zh, en, id, fen); the first choice is the default.
_Names = tuple[str, str, str]
_ChoiceSpec = tuple[str, str, str, str, int]

_HOT: Final[_ChoiceSpec] = ("hot", "热", "Hot", "Panas", 0)
_ICED: Final[_ChoiceSpec] = ("iced", "冰", "Iced", "Dingin", 0)
_LESS_ICE: Final[_ChoiceSpec] = ("less_ice", "少冰", "Less Ice", "Es Sedikit", 0)
_NO_ICE: Final[_ChoiceSpec] = ("no_ice", "去冰", "No Ice", "Tanpa Es", 0)
_TEMPERATURE: Final[_Names] = ("温度", "Temperature", "Suhu")

STANDARD: Final[dict[str, tuple[str, _Names, tuple[_ChoiceSpec, ...]]]] = {
    "hot_drink": ("temperature", _TEMPERATURE, (_HOT, _ICED, _LESS_ICE, _NO_ICE)),
    "cold_drink": ("temperature", _TEMPERATURE, (_ICED, _LESS_ICE, _NO_ICE, _HOT)),
    "plain_cold": ("temperature", _TEMPERATURE, (_ICED, _LESS_ICE, _NO_ICE)),
    "breakfast_drink": ("temperature", _TEMPERATURE, (_HOT, ("cold", "冷", "Cold", "Dingin", 0))),
    "temp_shelf": (
        "temperature",
        _TEMPERATURE,
        (("room", "常温", "Room Temperature", "Suhu Ruang", 0), ("chilled", "冰镇", "Chilled", "Dingin", 0)),
    ),
    "warm_up": (
        "heating",
        ("加热", "Heating", "Pemanasan"),
        (("as_is", "不加热", "As Is", "Tidak Dipanaskan", 0), ("warmed", "加热", "Warmed Up", "Dipanaskan", 0)),
    ),
    "sugar": (
        "sugar",
        ("糖度", "Sugar", "Gula"),
        (
            ("normal", "正常糖", "Normal Sugar", "Gula Normal", 0),
            ("seventy", "七分糖", "Less Sugar (70%)", "Kurang Gula (70%)", 0),
            ("half", "五分糖", "Half Sugar (50%)", "Gula Setengah (50%)", 0),
            ("thirty", "三分糖", "Light Sugar (30%)", "Sedikit Gula (30%)", 0),
            ("none", "不另外加糖", "No Added Sugar", "Tanpa Gula Tambahan", 0),
        ),
    ),
    "milk": (
        "milk",
        ("奶", "Milk", "Susu"),
        (
            ("whole", "全脂牛奶", "Whole Milk", "Susu Sapi", 0),
            ("skimmed", "脱脂牛奶", "Skimmed Milk", "Susu Rendah Lemak", 0),
            ("oat", "燕麦奶", "Oat Milk", "Susu Oat", 400),
            ("soy", "豆奶", "Soy Milk", "Susu Kedelai", 300),
            ("coconut", "椰奶", "Coconut Milk", "Susu Kelapa", 300),
        ),
    ),
    "cup": (
        "size",
        ("规格", "Size", "Ukuran"),
        (("medium", "中杯", "Medium", "Sedang", 0), ("large", "大杯", "Large", "Besar", 300)),
    ),
    "topping": (
        "topping",
        ("加料", "Topping", "Topping"),
        (
            ("none", "不加料", "No Topping", "Tanpa Topping", 0),
            ("pearls", "加珍珠", "Pearls", "Boba", 200),
            ("coconut_jelly", "加椰果", "Coconut Jelly", "Nata de Coco", 200),
            ("pudding", "加布丁", "Pudding", "Puding", 300),
        ),
    ),
    "set_drink": (
        "drink",
        ("饮料", "Drink", "Minuman"),
        (
            ("cola", "可乐", "Cola", "Kola", 0),
            ("sugar_free_cola", "无糖可乐", "Sugar-Free Cola", "Kola Tanpa Gula", 0),
            ("lemon_tea", "柠檬茶", "Lemon Tea", "Teh Lemon", 0),
            ("orange_juice", "橙汁", "Orange Juice", "Jus Jeruk", 300),
        ),
    ),
    "pizza_size": (
        "size",
        ("尺寸", "Size", "Ukuran"),
        (("nine", "9寸", "9 inch", "23 cm", 0), ("twelve", "12寸", "12 inch", "30 cm", 2500)),
    ),
    "spice": (
        "spice",
        ("辣度", "Spiciness", "Level Pedas"),
        (
            ("mild", "微辣", "Mild", "Sedikit Pedas", 0),
            ("none", "不辣", "Not Spicy", "Tidak Pedas", 0),
            ("medium", "中辣", "Medium", "Pedas", 0),
            ("hot", "特辣", "Very Spicy", "Sangat Pedas", 0),
        ),
    ),
    "noodle_shape": (
        "shape",
        ("面型", "Noodle Shape", "Bentuk Mi"),
        (("thin", "细", "Thin", "Tipis", 0), ("wide", "宽", "Wide", "Lebar", 0), ("leek", "韭叶", "Flat", "Pipih", 0)),
    ),
    "dressing": (
        "dressing",
        ("酱汁", "Dressing", "Saus"),
        (
            ("vinaigrette", "油醋汁", "Vinaigrette", "Saus Cuka", 0),
            ("sesame", "焙煎芝麻", "Roasted Sesame", "Wijen Panggang", 0),
            ("none", "不要酱", "No Dressing", "Tanpa Saus", 0),
        ),
    ),
    "broth": (
        "broth",
        ("锅底", "Broth", "Kuah"),
        (
            ("split", "鸳鸯锅", "Half Spicy", "Dua Rasa", 0),
            ("clear", "清汤", "Clear Broth", "Kuah Bening", 0),
            ("spicy", "牛油红汤", "Spicy Beef Tallow", "Kuah Pedas", 0),
            ("tomato", "番茄", "Tomato", "Tomat", 0),
        ),
    ),
    "wrap": (
        "wrapping",
        ("包装", "Wrapping", "Bungkus"),
        (
            ("white", "白色包装", "White Paper", "Kertas Putih", 0),
            ("pink", "粉色包装", "Pink Paper", "Kertas Merah Muda", 0),
            ("kraft", "牛皮纸", "Kraft Paper", "Kertas Kraft", 0),
        ),
    ),
}
"""Standard groups by the name that menus use; two of them may have one id (a hot drink's temperature, a cold one's)."""


_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "temperature.hot": ("热的", "热饮", "hangat"),
    "temperature.iced": ("冰的", "正常冰", "冷", "cold", "ice", "normal ice", "es", "pakai es"),
    "temperature.less_ice": ("少冰的", "little ice", "sedikit es", "es dikit"),
    "temperature.no_ice": ("不加冰", "无冰", "不要冰", "without ice", "gak pakai es"),
    "sugar.normal": ("正常", "全糖", "full sugar", "regular sugar", "100%", "normal"),
    "sugar.seventy": ("七分", "少糖", "less sugar", "kurang gula", "gula kurang", "less", "70%"),
    "sugar.half": ("五分", "半糖", "half sugar", "half sweet", "setengah gula", "50%"),
    "sugar.thirty": ("三分", "微糖", "light sugar", "quarter sugar", "sedikit gula", "30%"),
    "sugar.none": ("不加糖", "无糖", "不要糖", "no sugar", "sugar free", "unsweetened", "tanpa gula", "0%"),
    "milk.oat": ("燕麦", "oat", "oatmilk", "oat"),
    "milk.soy": ("豆浆", "soya", "soy", "kedelai"),
    "milk.whole": ("牛奶", "milk", "dairy", "normal milk"),
    "milk.skimmed": ("低脂", "脱脂", "skim", "skim milk", "low fat"),
    "milk.coconut": ("coconut", "kelapa"),
    "size.medium": ("中", "m", "regular"),
    "size.large": ("大", "l", "gede"),
    "spice.none": ("不要辣", "no spice", "non spicy", "gak pedas"),
}
"""What else people call a choice, by group and choice."""


@cache
def standard(name: str) -> GroupRow:
    """The standard group of this name."""
    from mock_services.flash.rows import ChoiceRow, GroupRow

    group_id, (zh, en, id_name), choices = STANDARD[name]
    return GroupRow(group_id, zh, en, id_name, choices[0][0], tuple(ChoiceRow(*choice) for choice in choices))


def option_words(name: str) -> str:
    """The temperatures of a drink in the three languages, for searching ("iced latte"); no words of other groups.

    A milk or a set's drink among them would make a latte look like soy milk.
    """
    group_id, _, choices = STANDARD[name]
    return " ".join(f"{zh} {en} {id_name}" for _, zh, en, id_name, _ in choices) if group_id == "temperature" else ""


def groups_of(dish: Dish) -> tuple[GroupRow, ...]:
    """The option groups of a dish, in the order in which they are asked."""
    shared = _standards(dish.options)
    return (*shared, *dish.own_options) if dish.own_options else shared


@cache
def _standards(names: tuple[str, ...]) -> tuple[GroupRow, ...]:
    return tuple(standard(name) for name in names)


@lru_cache(maxsize=256)
def spellings(group: GroupRow) -> tuple[frozenset[str], dict[str, str]]:
    """What a group may be called, and choice by everything that it may be called, folded."""
    named = frozenset(fold(text) for text in (group.id, group.zh, group.en, group.id_name))
    choices: dict[str, str] = {}
    for choice in group.choices:
        for text in (choice.id, choice.zh, choice.en, choice.id_name, *_ALSO.get(f"{group.id}.{choice.id}", ())):
            choices.setdefault(fold(text), choice.id)
    return named, choices
