"""Making words out of what a person means to say, by wording banks that are data files.

A bank is a YAML file: language → clause → register → ways to say it, with ``{slot}`` where a value stands. Clauses
are whole thoughts, so that they can change places. ``_frames.yaml`` holds what goes around them (greetings, talk,
thanks) and ``_disorder.yaml`` what goes wrong in haste. Nothing here knows how an agent reads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from mock_services.draws import Draws
from mock_services.errors import UsageError
from scenarios.families.disorder import disorder
from scenarios.families.render import WORDINGS, Voice
from scenarios.speech import Clause, Register, Slot, Speech

_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_ENDS: Final = ("。", "！", "？", "!", "?", ".", "…", "～", "~")
_FALLBACKS: Final[dict[Register, tuple[Register, ...]]] = {
    "polite": ("polite", "curt", "rambling"),
    "curt": ("curt", "polite", "rambling"),
    "rambling": ("rambling", "polite", "curt"),
    "typos": ("curt", "polite", "rambling"),
}


class Variation(msgspec.Struct, frozen=True):
    """How the words differ from the plainest way of saying it: all of it off makes the words of the scenario itself.

    ``salt`` chooses other ways to say each clause; ``formats`` other forms of dates, times and numbers; ``shuffle``
    another order; ``split`` sends it as several messages, a line each; ``talk`` adds remarks that change nothing;
    ``correct`` a slip of the tongue that is taken back; ``typos`` misspellings, ``switch`` words of another language.
    """

    salt: str = ""
    formats: str = ""
    shuffle: bool = False
    split: bool = False
    talk: bool = False
    correct: bool = False
    typos: bool = False
    switch: bool = False


PLAIN: Final = Variation()


class Bank:
    """The wording of one family in all languages, read from ``folder``."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        path = folder / f"{name}.yaml"
        if not path.is_file():
            raise UsageError(
                f"the bank in {folder.name} has no words for {name!r}",
                where=path.name,
                fix="write the file, or take another --wording",
            )
        self._clauses = read_yaml(path)
        shared = folder / "_shared.yaml"
        self._shared = read_yaml(shared) if shared.exists() else {}

    def ways(self, locale: str, clause: str, register: Register) -> list[str]:
        """The ways to say a clause in a register, or in the nearest one that has any.

        Raises:
            UsageError: the bank has no such clause in this language.
        """
        own = self._clauses.get(locale, {}).get(clause) or self._shared.get(locale, {}).get(clause)
        if not own:
            raise UsageError(
                f"has no clause {clause!r} in {locale}",
                where=f"{self.name}.yaml",
                fix="add it, or write it in another way",
            )
        if isinstance(own, list):
            return [str(way) for way in own]
        return next([str(way) for way in own[one]] for one in _FALLBACKS[register] if own.get(one))


@lru_cache(maxsize=256)
def bank(name: str, folder: Path = WORDINGS) -> Bank:
    """A bank by its name, read once.

    Raises:
        UsageError: the folder has no such file, or it is no YAML.
    """
    return Bank(name, folder)


@lru_cache(maxsize=256)
def read_yaml(path: Path) -> dict[str, Any]:
    """A data file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            data: dict[str, Any] = yaml.safe_load(file)
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"cannot be read: {str(error).splitlines()[0]}", where=str(path.name)) from error
    return data


def words_of(
    speech: Speech, locale: str, now: dt.datetime, *, variation: Variation = PLAIN, folder: Path = WORDINGS
) -> str:
    """The words in which a person writes the errand.

    Args:
        speech: What they mean to say.
        locale: In which language.
        now: When they write, local time: dates are said as seen from then.
        variation: In what way it differs from the plain wording.
        folder: Where the wording banks are.

    Raises:
        UsageError: the bank lacks a clause in this language.
    """
    return _Composer(speech, locale, now, variation, folder).words()


def told(speech: Speech, clause: Clause, locale: str, now: dt.datetime, *, folder: Path = WORDINGS) -> str:
    """How the person says one clause when they are asked for it."""
    return _Composer(speech, locale, now, PLAIN, folder).clause(clause, 0)


class _Composer:
    def __init__(self, speech: Speech, locale: str, now: dt.datetime, variation: Variation, folder: Path) -> None:
        self._speech, self._locale, self._variation = speech, locale, variation
        self._register: Register = speech.register_
        self._bank = bank(speech.bank, folder)
        self._frames = read_yaml(folder / "_frames.yaml")[locale]
        self._disorder = read_yaml(folder / "_disorder.yaml")[locale]
        self._draws = Draws(f"{speech.key}:{locale}:{variation.salt}")
        self._voice = Voice(locale, now, Draws(f"{speech.key}:{locale}:{variation.formats}"), folder)

    def words(self) -> str:
        said = [clause for clause in self._speech.clauses if not clause.kept]
        parts = [self.clause(clause, i) for i, clause in enumerate(said)]
        order = list(range(len(parts)))
        if self._variation.shuffle and len(order) > 1:
            first = 1 if said[0].slots == {} else 0
            order = order[:first] + self._draws.sample(order[first:], len(order) - first, "order")
        parts = [parts[i] for i in order]
        if self._variation.correct:
            parts = self._corrected(said, parts, order)
        text = self._framed(parts)
        messy = self._register == "typos"
        names = self._names(said)
        return disorder(
            text,
            self._disorder,
            self._draws,
            typos=messy or self._variation.typos,
            switch=messy or self._variation.switch,
            keep=names,
        )

    def clause(self, clause: Clause, i: int) -> str:
        ways = self._bank.ways(self._locale, clause.name, self._register)
        way = self._draws.pick(ways, "way", clause.name, i)
        return _filled(way, clause.slots, self._voice, i)

    # --- what stands around ----------------------------------------------------------------------------------

    def _framed(self, parts: list[str]) -> str:
        frame: Mapping[str, Any] = self._frames[self._register]
        before, after = self._draw_of(frame, "before"), self._draw_of(frame, "after")
        talk = [self._draw_of(self._frames, "talk")] if self._variation.talk else []
        middle = len(parts) // 2 if self._variation.shuffle else 0
        parts = [*parts[:middle], *talk, *parts[middle:]]
        if self._variation.split:
            later = [self._draw_of(self._frames, "later", i).format(part) for i, part in enumerate(parts[1:])]
            return "\n".join(part for part in (before, parts[0], *later, after) if part)
        return self._joined([part for part in (before, *parts, after) if part], str(frame["joint"]))

    def _draw_of(self, frame: Mapping[str, Any], name: str, *about: object) -> str:
        return str(self._draws.pick(frame.get(name) or [""], name, *about))

    def _joined(self, parts: list[str], joint: str) -> str:
        text = ""
        capital = self._locale != "zh" and joint.strip() == "."
        for part in parts:
            if capital:
                part = part[:1].upper() + part[1:]
            if text:
                text += " " * (self._locale != "zh") if text.endswith(_ENDS) else joint
            text += part
        return text + ("" if text.endswith(_ENDS) or self._register in ("curt", "typos") else self._frames["stop"])

    # --- slips -----------------------------------------------------------------------------------------------

    def _corrected(self, said: list[Clause], parts: list[str], order: list[int]) -> list[str]:
        """A number that is said wrongly first and put right at once."""
        for at, i in enumerate(order):
            wrong = _slip(said[i])
            if wrong is None:
                continue
            clause, right = wrong
            first = self.clause(clause, i)
            back = self._draw_of(self._frames, "correction").format(self._voice.say(right, i, "again"))
            return [*parts[:at], f"{first}{back}", *parts[at + 1 :]]
        return parts

    def _names(self, said: list[Clause]) -> frozenset[str]:
        """Names and values, which stay as they are whatever else goes wrong."""
        names = {self._voice.say(slot, *_about(name, i)) for i, c in enumerate(said) for name, slot in c.slots.items()}
        return frozenset(name for name in names if name)


def _filled(way: str, slots: Mapping[str, Slot], voice: Voice, i: int) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in slots:
            raise UsageError(f"the wording {way!r} speaks of {{{name}}}, which its clause does not have")
        return voice.say(slots[name], *_about(name, i))

    return _SLOT.sub(value, way)


def _about(name: str, i: int) -> tuple[str, int]:
    return name, i


def _slip(clause: Clause) -> tuple[Clause, Slot] | None:
    """The clause with a wrong number or amount in it, and what is right."""
    for name, slot in clause.slots.items():
        if slot.thing is not None:
            thing = slot.thing.model_copy(update={"n": slot.thing.n + 1})
            return clause.model_copy(update={"slots": {**clause.slots, name: Slot(thing=thing)}}), slot
        if slot.fen is not None:
            return clause.model_copy(update={"slots": {**clause.slots, name: Slot(fen=slot.fen + 1000)}}), slot
    return None
