"""People by name or relation: the person's contacts."""

from __future__ import annotations

import re
from typing import Any

from agent.rules.scene import Scene
from agent.words import fold

RELATIONS = {
    "mother": ("妈妈", "母亲", "妈", "mother", "mum", "mom", "ibu"),
    "father": ("爸爸", "父亲", "爸", "father", "dad", "ayah", "bapak"),
    "wife": ("妻子", "老婆", "wife", "istri"),
    "husband": ("丈夫", "老公", "husband", "suami"),
    "girlfriend": ("女朋友", "女友", "girlfriend", "pacar"),
    "boyfriend": ("男朋友", "男友", "boyfriend", "pacar"),
    "grandmother": ("奶奶", "外婆", "grandmother", "grandma", "nenek"),
    "grandfather": ("爷爷", "外公", "grandfather", "grandpa", "kakek"),
    "sister": ("姐姐", "妹妹", "sister", "kakak", "adik"),
    "brother": ("哥哥", "弟弟", "brother", "abang", "kakak", "adik"),
    "boss": ("老板", "领导", "boss", "atasan", "bos"),
    "parents": ("爸妈", "父母", "parents", "orang tua"),
    "landlord": ("房东", "landlord", "pemilik kos"),
    "colleague": ("同事", "colleague", "rekan kerja"),
}
"""How a contact list may call a relation: any of these stands for the others."""


def contacts_named(name: str, scene: Scene) -> list[dict[str, Any]]:
    """The contacts that bear a name or, for ``rel.mother``, a relation; all of them if several do."""
    if name.startswith("rel."):
        wanted = set(RELATIONS.get(name.removeprefix("rel."), ()))
        rows = _contacts("", scene)
        return [row for row in rows if wanted & {fold(row["relation"]), fold(row["nickname"]), fold(row["name"])}]
    rows = _contacts(name, scene)
    said = fold(name)
    exact = [row for row in rows if said in (fold(row["name"]), fold(row["nickname"]))]
    if exact:
        return exact
    if said.isascii():
        words = set(said.split())
        return [row for row in rows if words <= set(fold(f"{row['name']} {row['nickname']}").split())]
    return [row for row in rows if said in fold(row["name"]) or said in fold(row["nickname"])]


def contact_named(name: str, scene: Scene) -> dict[str, Any] | None:
    """The contact of a name, if there is exactly one."""
    found = contacts_named(name, scene)
    return found[0] if len(found) == 1 else None


def _contacts(query: str, scene: Scene) -> list[dict[str, Any]]:
    args: dict[str, Any] = {"query": query[:60], "limit": 50}
    rows: list[dict[str, Any]] = scene.look("user_contacts", args, "contacts")["contacts"]
    return rows


def payers_named(text: str, scene: Scene) -> list[str]:
    """The contacts whose name or nickname stands in a text; who is named in full is meant before namesakes."""
    rows = scene.look("user_contacts", {"limit": 50}, "contacts")["contacts"]
    low = text.casefold()
    found: list[tuple[int, int, str]] = []
    for row in rows:
        names = [row["name"], row["nickname"]]
        names += [name.split(" ")[0] for name in names if len(name.split(" ")[0]) >= 3 and name.isascii()]
        hits = [hit for name in names if len(name) >= 2 and (hit := _stands(name.casefold(), low)) is not None]
        if hits:
            start, end = min(hits, key=lambda hit: (hit[0] - hit[1], hit[0]))
            found.append((start, end, row["name"]))
    whole = [
        (start, name)
        for start, end, name in found
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found)
    ]
    return list(dict.fromkeys(name for _, name in sorted(whole)))


def _stands(name: str, low: str) -> tuple[int, int] | None:
    pattern = re.escape(name)
    match = re.search(rf"(?<![a-z]){pattern}(?![a-z])" if name.isascii() else pattern, low)
    return match.span() if match else None
