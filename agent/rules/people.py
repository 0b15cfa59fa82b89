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
    """The contacts whose name or nickname stands in a text."""
    rows = scene.look("user_contacts", {"limit": 50}, "contacts")["contacts"]
    low = text.casefold()
    found: list[tuple[int, str]] = []
    whole: set[int] = set()
    for full in (True, False):
        # Who is named in full is meant before those who only share the first name.
        for row in rows:
            for name in (row["name"], row["nickname"]):
                folded = name.casefold() if full else name.casefold().split(" ")[0]
                if len(folded) < (2 if full else 3) or not (full or folded.isascii()):
                    continue
                pattern = re.escape(folded)
                match = re.search(rf"(?<![a-z]){pattern}(?![a-z])" if folded.isascii() else pattern, low)
                if match and (full or match.start() not in whole):
                    found.append((match.start(), row["name"]))
                    whole |= {match.start()} if full else set()
                    break
    return list(dict.fromkeys(name for _, name in sorted(found)))
