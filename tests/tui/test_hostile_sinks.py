"""Thirty hostile strings through every way onto the screen: they are characters in cells, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input

from scenarios.results import FallbackRow, Finding
from tests.tui.app_samples import account, call, change, episode, note, press, record, settle, shown, trace
from tests.tui.test_app_hostile import check
from tui.app import BanshiApp
from tui.schema import Field
from tui.screens.confirm import ConfirmScreen
from tui.screens.services import ServicesScreen
from tui.screens.tags import TagsScreen
from tui.screens.trial import TrialScreen
from tui.text import literal
from tui.widgets.forms import FieldBox
from tui.widgets.panes import Pane, PaneTabs
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

STRINGS: tuple[str, ...] = (
    "[red]x[/red]",
    "[/]",
    "[/nothing]",
    "[@click=app.quit]QUIT[/]",
    "[@click=app.bell()]ding[/]",
    "[link=http://evil.example]L[/link]",
    "[$primary on $error]v[/]",
    "[[",
    "]]\\[",
    "\\[b]\\",
    "[not a tag",
    "[b][i][u][s]deep",
    "\x1b[2J\x1b[H",
    "\x1b]8;;http://evil.example\x07here\x1b]8;;\x07",
    "\x1b]52;c;QUJD\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31mred\x9b0m",
    "\x90q#0\x9c",
    "\x00\x01\x02\x07\x08\x0b\x0c\x0e\x7f",
    "\r\nINJECTED: ok\r",
    "a\tb\vc",
    "\u202eevil\u202c \u2066iso\u2069 \u200frtl",
    "zero\u200b\u2060\ufeffwidth",
    "\U000e0041\U000e0042tags\U000e007f",
    "Z" + "\u0300" * 400 + "algo",
    "👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍🚒 e\u0301 한국어 ก็็็็็",
    "长" * 3000,
    "\ud83d lone \udc00",
    ":smile: %s {0} ${x} `id` $(id) '; DROP TABLE runs; --",
    "../../etc/passwd\u2028\u2029next",
)
EVERYTHING = " ".join(STRINGS).encode("utf-8", "replace").decode()


def test_there_are_thirty() -> None:
    assert len(STRINGS) == len(set(STRINGS)) == 30


class SinkScreen(Screen[None]):
    """Every widget that shows foreign text, with one of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        text = self.text
        rows = RowList[str](
            (Column("a", 10, grow=1), Column("b", 10)), lambda row: (literal(row), literal(row)), id="rows"
        )
        yield rows
        yield PaneTabs([text, "two"], id="tabs")
        yield Pane(id="pane", title=text, help_text=text)
        choices = ((text, 1), ("other", 2))
        for kind in ("text", "json", "choice"):
            chosen = choices if kind == "choice" else ()
            yield FieldBox(Field(text, kind, text, text, default=text, choices=chosen, skeleton=text))
        yield SearchBar(id="search")

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).show([self.text] * 3)
        pane = self.query_one("#pane", Pane)
        pane.styles.border = ("round", "red")
        pane.show(literal(self.text, lines=True))
        self.query_one(SearchBar).open()
        self.query_one(SearchBar).tell(self.text)
        for box in self.query(FieldBox):
            box.tell(self.text)


def whole(screen: Screen[Any]) -> Iterator[Any]:
    """What is on the screen, line by line, as the terminal gets it."""
    yield from screen._compositor.render_strips()


def check_screen(app: App[Any]) -> None:
    """Nothing but characters, each line as wide as the window."""
    check(app.screen)
    for strip in whole(app.screen):
        segments = list(strip)
        width = sum(cell_len(segment.text) for segment in segments)
        # The toolkit cuts a sequence of joined emoji where a page lies over it, and is a cell off there at most.
        assert 0 <= app.size.width - width <= 2, "".join(segment.text for segment in segments)
        for segment in segments:
            assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F for c in segment.text)
            assert segment.style is None or segment.style.link is None
            if segment.style is not None and "@click" in segment.style.meta:
                # A key of the footer, and only of the footer, may be clicked.
                assert "quit()" not in str(segment.style.meta["@click"])


@pytest.mark.parametrize("part", range(3))
async def test_they_are_only_characters_in_every_widget(part: int, tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db")
    async with app.run_test(size=(70, 40)) as pilot:
        await settle(pilot)
        for text in STRINGS[part::3]:
            app.push_screen(SinkScreen(text))
            await pilot.pause()
            app.notify(text, title=text)
            app.screen.query_one("#pane").notify(text, markup=True)
            list(app.screen.query(FieldBox))[2].fill(1)
            await pilot.pause()
            check_screen(app)
            app.clear_notifications()
            app.pop_screen()
            await pilot.pause()
        assert app.is_running


@pytest.mark.parametrize("number", [3, 13])
async def test_a_question_and_tags_are_only_characters(number: int, tmp_path: Path) -> None:
    app = BanshiApp(tmp_path / "none.db")
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        app.push_screen(ConfirmScreen(STRINGS[number], STRINGS[number]))
        await settle(pilot)
        check_screen(app)
        assert len(app.screen.query(Button)) == 2
        app.push_screen(TagsScreen(STRINGS[number], (literal(STRINGS[number]).plain,)))
        await settle(pilot)
        check_screen(app)


def hostile_store(folder: Path) -> Path:
    """A run with an episode per string, whose first one meets all strings in what it did."""
    path = folder / "banshi.db"
    told: list[tuple[int, Any]] = [(0, note("node", node=EVERYTHING)), (0, note("cassette", text=EVERYTHING))]
    for n, text in enumerate(STRINGS):
        safe = text.encode("utf-8", "replace").decode()
        error = {"code": safe, "message": safe, "retryable": True, "retry_after": None, "hint": safe}
        fault = {"kind": safe, "phase": safe, "params": {safe: safe}}
        rows = [change("kernel.notices", safe, None, {"text": safe, safe: safe})]
        told += [
            (n, call(safe, {safe: safe}, {"name": safe, "list": [safe]}, fault=fault, changes=rows)),
            (n, call("user_ask", {"topic": safe, "text": safe}, {"text": safe, "kind": "told"})),
            (n, call("alipay_pay", {"request_no": safe}, None, access="write", error=error)),
        ]
    first = trace(*told, words=STRINGS[3] + STRINGS[13], accounts=[account("wallet:U1", STRINGS[3], 100)])
    results = []
    for n, text in enumerate(STRINGS):
        safe = text.encode("utf-8", "replace").decode()
        results.append(
            episode(
                n, safe, safe, "failed_safe", family=safe, locale=safe, label=safe, error=safe, agent=safe,
                raw=first if n == 0 else None,
                findings=(Finding(safe, False, safe, 4, (safe,), 5),),
                fallback=(FallbackRow(safe, safe, safe, 4, safe, False, False, True, 0, 0, 0),),
            )
        )  # fmt: skip
    record(path, results, suite=STRINGS[3] + STRINGS[12], agent=STRINGS[0] + STRINGS[21])
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE runs SET run = ?, state = ?", ("r0001", "finished"))
    db.close()
    return path


async def walk(pilot: Pilot[None], listed: str) -> None:
    """The cursor over every row of a list, looking at each picture."""
    rows = pilot.app.screen.query_one(listed, RowList)
    for _ in rows.rows:
        check_screen(pilot.app)
        rows.action_move(1)
        await pilot.pause()
    check_screen(pilot.app)


async def test_all_of_them_through_the_screens_of_a_run(tmp_path: Path) -> None:
    app = BanshiApp(hostile_store(tmp_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        check_screen(app)
        await press(pilot, "enter")
        await walk(pilot, "#episodes")
        await press(pilot, "slash", *"[red]", "enter", "question_mark")
        check_screen(app)
        await press(pilot, "escape", "escape", "g", "enter")
        await settle(pilot)
        await walk(pilot, "#events")
        await press(pilot, "v")
        await settle(pilot)
        check_screen(app)
        assert app.is_running


SERVICE = '''
"""A service that means no good."""
from __future__ import annotations
import msgspec
from pydantic import Field
from mock_services.service import Args, Result, Service, read, write
from mock_services.tables import Table

ALL = {strings!r}
TEXT = " ".join(ALL).encode("utf-8", "replace").decode()

class Row(msgspec.Struct, frozen=True):
    id: str
    text: str

Row.__doc__ = TEXT
ROWS = Table("trickster.rows", Row, "id")

class Ask(Args):
    words: str = Field("", description=TEXT)
    which: str = Field("", description=TEXT, max_length=5000)

class Answer(Result):
    text: str = Field(description=TEXT)

class Trickster(Service):
    name = "trickster"
    tables = (ROWS,)

    @read()
    def look(self, ctx, args: Ask) -> Answer:
        "Look."
        return Answer(text=TEXT)

    @write()
    def make(self, ctx, args: Ask) -> Answer:
        "Make."
        ctx.put(ROWS, Row(TEXT[:50], TEXT))
        return Answer(text=TEXT)

    look.__doc__ = TEXT
    make.__doc__ = TEXT

Trickster.__doc__ = TEXT
'''


async def test_all_of_them_from_a_service(tmp_path: Path) -> None:
    source = tmp_path / "trickster.py"
    source.write_text(SERVICE.format(strings=[text.encode("utf-8", "replace").decode() for text in STRINGS]), "utf-8")
    app = BanshiApp(tmp_path / "none.db", services=(str(source),), world="size=small")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f3")
        await settle(pilot)
        assert isinstance(app.screen, ServicesScreen)
        await press(pilot, "slash")
        app.screen.query_one("SearchBar > Input", Input).value = "trickster"
        await press(pilot, "enter", "g")
        await walk(pilot, "#services")
        for tool in ("trickster_make", "trickster_look"):
            await press(pilot, "slash")
            app.screen.query_one("SearchBar > Input", Input).value = tool
            await press(pilot, "enter", "enter")
            await settle(pilot)
            assert isinstance(app.screen, TrialScreen)
            check_screen(app)
            await press(pilot, "ctrl+s")
            await settle(pilot)
            assert "[@click=app.quit]QUIT[/]" in " ".join(shown(app.screen).split())
            for pane in "123":
                await press(pilot, pane)
                check_screen(app)
            await press(pilot, "escape", "escape")
        await press(pilot, "slash")
        app.screen.query_one("SearchBar > Input", Input).value = "table trickster.rows"
        await press(pilot, "enter", "enter")
        await settle(pilot)
        check_screen(app)
        assert "[red]x[/red]" in shown(app.screen)
        await press(pilot, "f1")
        check_screen(app)
        assert app.is_running


def test_the_door_itself() -> None:
    for text in STRINGS:
        assert isinstance(literal(text), Text)
        assert not literal(text).spans
