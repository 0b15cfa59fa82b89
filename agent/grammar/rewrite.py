"""The engine: rules are regular expressions over the codes of atoms, and fold what they match into one atom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from agent.grammar.scan import Atom
from agent.grammar.spans import Language, Span


@dataclass(slots=True)
class Scene:
    """What a rule may look at: the whole sentence as atoms, their codes, the person's clock and language."""

    text: str
    now: datetime
    language: Language
    atoms: list[Atom] = field(default_factory=list)
    codes: str = ""
    out: list[Atom] = field(default_factory=list)

    def words(self, atom: Atom) -> str:
        """The lower-case words of an atom."""
        return self.text[atom.start : atom.end].lower()

    def closes(self, end: int) -> bool:
        """Whether a number phrase can be over before atom ``end``: no plain word follows it directly."""
        return end >= len(self.codes) or self.codes[end] not in ".GUtgSzAofk1#"

    def closes_han(self, end: int) -> bool:
        """``closes`` for scripts without spaces, where the next character may begin any word."""
        return end >= len(self.codes) or self.codes[end] not in "UtgSzAofk1im#"


def stretch(scene: Scene, start: int, end: int) -> tuple[int, int, str]:
    """The first three fields of a span over these atoms."""
    first, last = scene.atoms[start].start, scene.atoms[end - 1].end
    return first, last, scene.text[first:last]


def spanned(span: Span) -> Atom:
    """The atom that carries a finished span."""
    return Atom("@", span.start, span.end, span)


Build = Callable[[Scene, int, int], "Atom | None"]


class Rule(NamedTuple):
    """``build`` makes one atom of ``scene.atoms[start:end]``, or None to let the next rule try.

    Every match of ``pattern`` begins with one of the codes in ``heads``.
    """

    heads: str
    pattern: str
    build: Build


RuleIndex = dict[str, tuple[tuple[re.Pattern[str], Build], ...]]


def index(rules: Sequence[Rule]) -> RuleIndex:
    """The rules, compiled, by the code that they begin with, in order."""
    found: dict[str, list[tuple[re.Pattern[str], Build]]] = {}
    for heads, pattern, build in rules:
        compiled = re.compile(pattern)
        for head in heads:
            found.setdefault(head, []).append((compiled, build))
    return {head: tuple(group) for head, group in found.items()}


def fold(scene: Scene, rules: RuleIndex) -> None:
    """One pass, left to right: at each atom the first rule that fits replaces what it matched."""
    scene.codes = "".join(atom.code for atom in scene.atoms)
    codes, at = scene.codes, 0
    out: list[Atom] = []
    scene.out = out
    while at < len(codes):
        for pattern, build in rules.get(codes[at], ()):
            match = pattern.match(codes, at)
            if match and match.end() > at:
                atom = build(scene, at, match.end())
                if atom is not None:
                    out.append(atom)
                    at = match.end()
                    break
        else:
            out.append(scene.atoms[at])
            at += 1
    scene.atoms = out
    scene.codes = "".join(atom.code for atom in out)
