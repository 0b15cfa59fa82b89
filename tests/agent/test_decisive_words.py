"""Words on which it depends what is bought, paid or moved: read as they are meant, or left to the person."""

from __future__ import annotations

from agent.grammar import Money
from agent.rules.answers import plain_scene
from agent.rules.methods import cut_methods
from agent.rules.sellers import _words_of
from agent.rules.spelling import mended
from agent.rules.timing import apply_corrections


def test_a_limit_for_everything_does_not_become_what_is_owed() -> None:
    scene = plain_scene("aku masih utang 80 yuan ke Rina, jadi semuanya nggak boleh lebih dari 380 yuan")
    apply_corrections(scene.clauses)
    amounts = [(m.fen, m.bound) for clause in scene.clauses for m in clause.of(Money)]
    assert amounts[0] == (8000, "exact")


def test_instalments_may_be_counted_in_words() -> None:
    text = "the bill, Huabei in three instalments if it's 580 RMB a month or less, else my card ending in 2311"
    _, said = cut_methods(text)
    [wish] = said.wishes
    assert (wish.method, wish.months, wish.most_fen, wish.otherwise) == ("credit", 3, 58000, "2311")


def test_a_shop_may_be_named_in_the_singular_but_not_with_a_digit_for_a_letter() -> None:
    assert _words_of("Green Field Salad") == _words_of("Green Field Salads")
    assert _words_of("Mi Old Stove") == _words_of("Old Stove Noodles")
    assert _words_of("Green Fie1d Salads") != _words_of("Green Field Salads")


def test_two_letters_of_the_word_that_decides_may_have_changed_places() -> None:
    assert mended("the rset with the other one") == "the rest with the other one"


def test_a_letter_may_be_missing_from_a_word_for_everything() -> None:
    assert mended("seua pakai kartu") == "semua pakai kartu"
