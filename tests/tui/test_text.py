"""Text from the world reaches a screen as text, and as nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from scenarios.runs.plaintext import escape_json, plain
from tui.text import literal, shorten

HOSTILE = "\x1b]8;;http://x\x07点我\x1b[31m\x9b2J\u202e\u2066[@click=app.quit]x[/]\r\n\x00"


def test_markup_stays_text() -> None:
    console = Console(width=80, color_system=None)
    with console.capture() as shown:
        console.print(literal("[red]20 % off[/red] [link=x]y[/link] :smile:"))
    assert shown.get() == "[red]20 % off[/red] [link=x]y[/link] :smile:\n"


def test_controls_and_direction_changes_are_gone() -> None:
    assert plain(HOSTILE) == "]8;;http://x点我[31m2J[@click=app.quit]x[/] "


@pytest.mark.parametrize("kept", ["拿铁 ☕ 热", "jam 7 malam", "👨‍👩‍👧 ❤️", "é ", "नमस्ते"])
def test_what_people_write_is_kept(kept: str) -> None:
    assert plain(kept) == kept


def test_a_flood_of_marks_stays_on_its_line() -> None:
    assert plain("Z" + "\u0300" * 400 + "a") == "Z" + "\u0300" * 8 + "a"
    assert plain("ก" + "็" * 30) == "ก" + "็" * 8


def test_newlines_are_kept_only_where_they_are_wanted() -> None:
    assert plain("a\nb\tc") == "a b c"
    assert plain("a\nb", lines=True) == "a\nb"


@given(st.text())
def test_nothing_that_a_terminal_obeys_comes_through(text: str) -> None:
    for cleaned in (plain(text), literal(text).plain):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F for c in cleaned)
        cleaned.encode("utf-8")
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_escaped_json_means_the_same_and_holds_no_controls(text: str) -> None:
    document = escape_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == {"text": text}
    assert not any(0x7F <= ord(c) <= 0x9F or c in "\u202e\u2066\u200b" for c in document)


@given(st.text(), st.integers(2, 40))
def test_shortened_text_fits_its_cells(text: str, cells: int) -> None:
    assert cell_len(shorten(text, cells)) <= cells


def test_wide_characters_count_as_two() -> None:
    assert shorten("热拿铁两杯", 7) == "热拿铁…"
    assert shorten("热拿铁", 6) == "热拿铁"
