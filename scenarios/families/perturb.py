"""Saying the same errand in a more disordered way, ε from 0 to 5, or in another language.

Each level adds to the one before it: 1 other words, 2 another order and several messages, 3 remarks that change
nothing and a slip that is taken back, 4 other forms of dates and numbers, 5 misspellings and words of another
language. Only the words change; person, world, goal and answers stay what they are. Out of another bank of wordings
the answers are in its words, too.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from mock_services.errors import UsageError
from mock_services.user.models import Topic
from scenarios.families.render import APART, SECOND, WORDINGS
from scenarios.families.wording import Variation, told, words_of
from scenarios.model import Locale, Scenario
from scenarios.speech import Speech

BANKS: Final = {"main": WORDINGS, "apart": APART, "second": SECOND}
"""The banks of wordings that have a name."""

MOST: Final = 5
"""The highest ε."""


def variation(epsilon: int, seed: int) -> Variation:
    """What an ε does to the words; ``seed`` draws among equally disordered ones.

    Raises:
        UsageError: ε is not a whole number from 0 to 5.
    """
    if not 0 <= epsilon <= MOST:
        raise UsageError(f"{epsilon} is no level of perturbation", fix=f"0 (as written) to {MOST}")
    if epsilon == 0:
        return Variation()
    return Variation(
        salt=f"other:{seed}",
        shuffle=epsilon >= 2,
        split=epsilon >= 2,
        talk=epsilon >= 3,
        correct=epsilon >= 3,
        formats=f"forms:{seed}" if epsilon >= 4 else "",
        typos=epsilon >= 5,
        switch=epsilon >= 5,
    )


def perturbed(scenario: Scenario, epsilon: int, seed: int = 0, *, folder: Path = WORDINGS) -> Scenario:
    """The scenario in other words, of the bank in ``folder``.

    Raises:
        UsageError: no such ε, or the scenario was written by hand and nobody knows what its words are made of.
    """
    chosen = variation(epsilon, seed)
    if epsilon == 0 and folder == WORDINGS:
        return scenario
    words = words_of(_speech(scenario), scenario.locale, scenario.now, variation=chosen, folder=folder)
    answers = {} if folder == WORDINGS else {"answers": _answers(scenario, scenario.locale, folder)}
    return scenario.model_copy(update={"words": words, **answers})


def translated(scenario: Scenario, locale: Locale, *, folder: Path = WORDINGS) -> Scenario:
    """The scenario as somebody writes it who speaks another language; what they answer is in that language, too.

    Raises:
        UsageError: the scenario was written by hand, or the bank lacks the language.
    """
    answers = _answers(scenario, locale, folder)
    words = words_of(_speech(scenario), locale, scenario.now, folder=folder)
    return scenario.model_copy(update={"words": words, "answers": answers, "locale": locale})


def folder_of(wording: str) -> Path:
    """Where a bank of wordings is: ``main``, ``apart``, ``second`` or a folder.

    Raises:
        UsageError: there is no such folder, or it is no bank.
    """
    folder = BANKS.get(wording) or Path(wording)
    if not (folder / "_frames.yaml").is_file():
        raise UsageError(f"no bank of wordings {wording!r}", where="--wording", fix="main, apart, second or a folder")
    return folder


def bank_hash(wording: str) -> str:
    """SHA-256 of the files of a bank, by name and content; of ``main`` none, as a suite's words are pinned in it."""
    if wording == "main":
        return ""
    files = sorted(folder_of(wording).glob("*.yaml"))
    return sha256(b"\0".join(part for path in files for part in (path.name.encode(), path.read_bytes()))).hexdigest()


def _answers(scenario: Scenario, locale: Locale, folder: Path) -> dict[Topic, str]:
    """What they answer, in the words of a bank; what is answered beyond the clauses stays as it is."""
    speech = _speech(scenario)
    now = scenario.now
    said = {topic: told(speech, c, locale, now, folder=folder) for c in speech.clauses for topic in c.topics}
    return {**scenario.answers, **said}


def _speech(scenario: Scenario) -> Speech:
    if scenario.speech is None:
        raise UsageError(
            f"{scenario.id} was written by hand: its words cannot be made anew", fix="perturb generated suites"
        )
    return scenario.speech
