"""Saying the same errand in a more disordered way, ε from 0 to 5, or in another language.

Each level adds to the one before it: 1 other words, 2 another order and several messages, 3 remarks that change
nothing and a slip that is taken back, 4 other forms of dates and numbers, 5 misspellings and words of another
language. Only the words change; person, world, goal and answers stay what they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mock_services.errors import UsageError
from scenarios.families.render import WORDINGS
from scenarios.families.wording import Variation, told, words_of
from scenarios.model import Locale, Scenario
from scenarios.speech import Speech

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
    """The scenario in other words.

    Raises:
        UsageError: no such ε, or the scenario was written by hand and nobody knows what its words are made of.
    """
    chosen = variation(epsilon, seed)
    if epsilon == 0 and folder == WORDINGS:
        return scenario
    words = words_of(_speech(scenario), scenario.locale, scenario.now, variation=chosen, folder=folder)
    return scenario.model_copy(update={"words": words})


def translated(scenario: Scenario, locale: Locale, *, folder: Path = WORDINGS) -> Scenario:
    """The scenario as somebody writes it who speaks another language; what they answer is in that language, too.

    Raises:
        UsageError: the scenario was written by hand, or the bank lacks the language.
    """
    speech = _speech(scenario)
    answers = {
        **scenario.answers,
        **{topic: told(speech, c, locale, scenario.now, folder=folder) for c in speech.clauses for topic in c.topics},
    }
    words = words_of(speech, locale, scenario.now, folder=folder)
    return scenario.model_copy(update={"words": words, "answers": answers, "locale": locale})


def _speech(scenario: Scenario) -> Speech:
    if scenario.speech is None:
        raise UsageError(
            f"{scenario.id} was written by hand: its words cannot be made anew", fix="perturb generated suites"
        )
    return scenario.speech
