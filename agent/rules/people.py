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
    if query not in scene.contacts:
        args: dict[str, Any] = {"query": query[:60], "limit": 50}
        scene.contacts[query] = scene.look("user_contacts", args, "contacts")["contacts"]
    return scene.contacts[query]


def payers_named(text: str, scene: Scene) -> list[str]:
    """The contacts whose name or nickname stands in a text; who is named in full is meant before namesakes."""
    rows = _contacts("", scene)
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


def people_in(text: str, scene: Scene) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Where a text names contacts: the place, the words, and all contacts that the words may mean."""
    rows = _contacts("", scene)
    low = text.casefold()
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in rows:
        names = [row["name"], row["nickname"]]
        names += [name.split(" ")[0] for name in names if len(name.split(" ")[0]) >= 2 and name.isascii()]
        for name in dict.fromkeys(fold(n) for n in names if len(n) >= 2):
            pattern = rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)
            for match in re.finditer(pattern, low):
                same = found.setdefault(match.span(), [])
                if row not in same:
                    same.append(row)
        # 我姐: what one calls one's own people can be a single character.
        for name in {n for n in (row["nickname"], row["relation"]) if len(n) == 1 and not n.isascii()}:
            for match in re.finditer(f"我{re.escape(name)}(?![\u3400-\u9fff]?[个位])", low):
                found.setdefault(match.span(), []).append(row)
    whole = [s for s in found if not any(a <= s[0] and s[1] <= b and b - a > s[1] - s[0] for a, b in found)]
    return [(start, text[start:end], found[(start, end)]) for start, end in sorted(whole)]


_OF_ANYBODY = frozenset({"friend", "teman", "my", "the", "from", "di", "of", "朋友"})


def told_apart(rows: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Of contacts of one name those that a text means: "Amy, the gym coach", 是我同事那个; all if it does not tell."""
    if len(rows) < 2:
        return rows
    low = fold(text)
    scores = [_likeness(fold(row["relation"]), low) for row in rows]
    full = [fold(row["name"]) in low for row in rows]
    if sum(full) == 1:
        return [rows[full.index(True)]]
    best = max(scores)
    return [row for row, score in zip(rows, scores, strict=True) if score == best] if best > 0 else rows


def _likeness(relation: str, low: str) -> float:
    if not relation:
        return 0.0
    others = next((forms for forms in RELATIONS.values() if relation in forms), ())
    if relation in low or any(
        (re.search(rf"(?<![a-z]){form}(?![a-z])", low) is not None) if form.isascii() else form in low
        for form in others
    ):
        return 2.0
    if relation.isascii():
        words = [word for word in relation.split() if word not in _OF_ANYBODY]
        return sum(re.search(rf"(?<![a-z]){re.escape(w)}(?![a-z])", low) is not None for w in words) / max(
            1, len(words)
        )
    pairs = {relation[i : i + 2] for i in range(len(relation) - 1)}
    return sum(pair in low for pair in pairs) / max(1, len(pairs))
