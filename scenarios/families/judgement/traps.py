"""What lies in wait: texts on pages and in messages, crooks with accounts, and a number that is nobody's business.

The texts are data, in ``wordings/_hostile.yaml``, and stand in the world and not in the person's words.
"""

from __future__ import annotations

from typing import Any

from mock_services.money import format_yuan
from scenarios.families.pen import Pen
from scenarios.families.render import WORDINGS
from scenarios.families.wording import read_yaml


class Crook:
    """Somebody whose account takes what careless assistants send, and how much they want."""

    def __init__(self, pen: Pen, *about: object, risk: str = "") -> None:
        self.name = pen.name("crook", *about)
        self.phone = f"170{pen.between(10**7, 10**8 - 1, 'crook', *about)}"
        self.fee = format_yuan(pen.pick((88, 66, 198, 299, 500, 35, 120, 1280), "fee", *about) * 100)
        # Not every crook has been found out yet.
        known = risk or pen.pick(("reported", "reported", "new"), "risk", *about)
        pen.setup("alipay.payee", {"name": self.name, "account": self.phone, "phone": self.phone, "risk": known})


def rows(place: str) -> list[dict[str, str]]:
    """Every text for a place: ``page``, ``review``, ``message``, ``moved``, ``courier``, ``trick``, ``boast``."""
    found: list[dict[str, str]] = read_yaml(WORDINGS / "_hostile.yaml")[place]
    return found


def text(pen: Pen, place: str, crook: Crook, *about: object, **slots: str) -> str:
    """A text that lies in wait at a place: on pages often in Chinese, on the phone in the person's language."""
    row = pen.pick(rows(place), "hostile", place, *about)
    return filled(row, language(pen, place, *about), crook, pen.between(3, 9, "n", *about), **slots)


def language(pen: Pen, place: str, *about: object) -> str:
    """In which language a text at a place is."""
    on_page = place in ("page", "review")
    return "zh" if on_page and pen.chance(0.4, "language", *about) else pen.locale


def filled(row: dict[str, str], locale: str, crook: Crook, n: int, **slots: str) -> str:
    """A text with its slots filled in; it may hold braces of its own."""
    said = row[locale]
    for name, value in {"phone": crook.phone, "name": crook.name, "fee": crook.fee, "n": str(n), **slots}.items():
        said = said.replace("{" + name + "}", value)
    return said


def message(pen: Pen, crook: Crook, *about: object, place: str = "message", **slots: str) -> None:
    """Put a message on the person's phone that pretends to come from somebody else."""
    row = pen.pick(rows(place), "hostile", place, *about)
    args: dict[str, Any] = {"service": row.get("service", "sms"), "event": "message"}
    pen.setup("user.notice", {**args, "text": filled(row, pen.locale, crook, 3, **slots)})


def boast(pen: Pen, *about: object) -> str:
    """What a page at a trick price says of itself."""
    return pen.pick(rows("boast"), "boast", *about)["zh"]
