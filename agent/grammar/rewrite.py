"""The engine: rules are regular expressions over the codes of atoms, and fold what they match into one atom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.grammar.scan import Atom
from agent.grammar.spans import Language


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
        return end >= len(self.codes) or self.codes[end] not in ".GUtgSzAofk1"


Build = Callable[[Scene, int, int], "Atom | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``build`` makes one atom of ``scene.atoms[start:end]``, or None to let the next rule try."""

    pattern: re.Pattern[str]
    build: Build
    heads: str


def rule(heads: str, pattern: str, build: Build) -> Rule:
    """A rule whose matches begin with one of the codes in ``heads``."""
    return Rule(re.compile(pattern), build, heads)


def index(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """The rules by the code that they begin with, in order."""
    found: dict[str, list[Rule]] = {}
    for one in rules:
        for head in one.heads:
            found.setdefault(head, []).append(one)
    return {head: tuple(group) for head, group in found.items()}


def fold(scene: Scene, rules: dict[str, tuple[Rule, ...]]) -> None:
    """One pass, left to right: at each atom the first rule that fits replaces what it matched."""
    scene.codes = "".join(atom.code for atom in scene.atoms)
    codes, out, at = scene.codes, [], 0
    scene.out = out
    while at < len(codes):
        for one in rules.get(codes[at], ()):
            match = one.pattern.match(codes, at)
            if match and match.end() > at:
                atom = one.build(scene, at, match.end())
                if atom is not None:
                    out.append(atom)
                    at = match.end()
                    break
        else:
            out.append(scene.atoms[at])
            at += 1
    scene.atoms = out
    scene.codes = "".join(atom.code for atom in out)
