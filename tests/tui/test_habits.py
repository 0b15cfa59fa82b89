"""What is the same everywhere: themes, what is remembered, small windows, no colour, help, palette, and no blocking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.style import Style
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.app_samples import press, sample_store, settle, shown
from tui.app import BanshiApp
from tui.memory import FILE, Memory, recall, remember
from tui.screens.episodes import EpisodesScreen
from tui.screens.runs import RunsScreen
from tui.screens.services import ServicesScreen
from tui.themes import THEMES, palette
from tui.widgets.marks import OUTCOME_MARKS

SMALL = "size=small"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return sample_store(tmp_path)


# --- remembering -------------------------------------------------------------------------------------------------


async def leave(pilot: Pilot[None]) -> Memory:
    """End the app as somebody who quits does."""
    app = pilot.app
    assert isinstance(app, BanshiApp)
    app.exit()
    return app.left


async def test_one_comes_back_to_the_run_its_filter_and_the_theme(store: Path, tmp_path: Path) -> None:
    app = BanshiApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.theme = "banshi-clear"
        await press(pilot, "enter", "x", "slash", *"books", "enter")
        left = await leave(pilot)
    remember(tmp_path, left)
    again = BanshiApp(store, memory=recall(tmp_path))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert again.theme == "banshi-clear"
        assert isinstance(again.screen, EpisodesScreen)
        title = shown(again.screen.query_one("#title"))
        assert "failures first" in title
        assert "books" in title
        await press(pilot, "escape", "q")
        assert isinstance(again.screen, RunsScreen)


async def test_one_comes_back_to_the_tool_that_one_looked_at(store: Path) -> None:
    app = BanshiApp(store, world=SMALL)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f3", "enter", "j", "j")
        await settle(pilot)
        left = await leave(pilot)
    assert left.place["at"] == ["tool", "user_addresses"]
    again = BanshiApp(store, world=SMALL, memory=left)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert isinstance(again.screen, ServicesScreen)
        assert "user_addresses" in shown(again.screen.query_one("#about"))


async def test_what_is_gone_is_not_gone_back_to(store: Path, tmp_path: Path) -> None:
    kept = Memory("no-such-theme", str(store.resolve()), "episodes", {"run": "r0099", "filter": ["x"]})
    app = BanshiApp(store, memory=kept)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, RunsScreen)
        assert app.theme == "textual-dark"
    elsewhere = BanshiApp(
        tmp_path / "other.db", memory=Memory(screen="episodes", store=str(store), place={"run": "r0001"})
    )
    async with elsewhere.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(elsewhere.screen, RunsScreen)


@pytest.mark.parametrize(
    "damaged",
    [b"", b"{", b"null", b"[]", b'{"theme": 5}', b"\xff\xfe", b'{"place": [1]}', b"[" * 100_000, b'{"theme": "x"'],
    ids=range(9),
)
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / FILE).write_bytes(damaged)
    assert recall(tmp_path) == Memory()
    remember(tmp_path, Memory("banshi-clear"))
    assert recall(tmp_path).theme == "banshi-clear"


def test_a_newer_memory_is_read_as_far_as_it_is_understood(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"theme": "nord", "moods": ["good"]}))
    assert recall(tmp_path) == Memory("nord")


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember(tmp_path / "file", Memory("nord"))
    assert recall(tmp_path / "file") == Memory()


# --- colours -----------------------------------------------------------------------------------------------------


def contrast(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """WCAG 2 contrast ratio of two colours."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen_by(colour: tuple[int, ...], kind: str) -> tuple[float, ...]:
    """About how a dichromat sees it (Viénot, Brettel and Mollon 1999, in linear light)."""
    r, g, b = ((c / 255) ** 2.2 for c in colour)
    if kind == "protan":
        return (0.1124 * r + 0.8876 * g, 0.1124 * r + 0.8876 * g, 0.004 * r - 0.004 * g + b)
    return (0.2927 * r + 0.7073 * g, 0.2927 * r + 0.7073 * g, -0.0223 * r + 0.0223 * g + b)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_outcomes_can_be_read_and_told_apart_whatever_colours_one_sees(theme: object) -> None:
    colours = palette(theme)  # type: ignore[arg-type]
    found = [Style.parse(style).color for _, style, _ in OUTCOME_MARKS.values()]
    shades = [tuple(colour.get_truecolor(colours)) for colour in found if colour is not None]
    assert len(set(shades)) == len(OUTCOME_MARKS)
    for shade in shades:
        assert contrast(shade, tuple(colours.background_color)) >= 4.5
    for kind in ("protan", "deutan"):
        seen = [seen_by(shade, kind) for shade in shades]
        nearest = min(
            sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) for n, a in enumerate(seen) for b in seen[:n]
        )
        assert nearest > 0.005, kind
    # and the shapes differ in any case
    assert len({sign for sign, _, _ in OUTCOME_MARKS.values()}) == len(OUTCOME_MARKS)


async def test_a_theme_changes_the_colours_of_the_outcomes(store: Path) -> None:
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = {}
        for name in ("textual-dark", "banshi-clear", "textual-light", "banshi-clear-light"):
            app.theme = name
            await settle(pilot)
            lines = app.screen._compositor.render_strips()
            row = next(line for line in lines if "harmful" in "".join(segment.text for segment in line))
            segment = next(part for part in row if "harmful" in part.text)
            assert segment.style is not None
            seen[name] = str(segment.style.color)
        assert len(set(seen.values())) == 4, seen


async def test_no_color_is_respected(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = BanshiApp(store, "r0002")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "! harmful" in shown(app.screen)
        for strip in app.screen._compositor.render_strips():
            for segment in strip:
                for colour in (segment.style and segment.style.color, segment.style and segment.style.bgcolor):
                    if colour is not None and colour.triplet is not None:
                        assert len(set(colour.triplet)) == 1, segment


# --- windows of every size ---------------------------------------------------------------------------------------

JOURNEYS: dict[str, tuple[str, ...]] = {
    "board": (),
    "episodes": ("enter", "x", "slash", "z", "enter"),
    "stepper": ("enter", "j", "enter", "n", "2", "3", "4"),
    "verdict": ("enter", "j", "enter", "v", "j"),
    "help": ("question_mark", "j"),
    "services": ("f3", "enter", "j", "j", "slash", *"pay", "enter"),
    "trial": ("f3", "enter", "j", "j", "enter", "ctrl+t", "escape", "ctrl+s"),
    "rows": ("f3", "slash", *"user.cons", "enter", "j", "enter"),
}


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (79, 23)], ids=str)
@pytest.mark.parametrize("journey", JOURNEYS)
async def test_small_windows_show_something_sensible(store: Path, journey: str, size: tuple[int, int]) -> None:
    app = BanshiApp(store, world=SMALL)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *JOURNEYS[journey])
        await settle(pilot)
        picture = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
        assert len(picture) == size[1]
        assert sum(bool(line.strip()) for line in picture) >= 2, picture
        # Larger and smaller again while it runs.
        await pilot.resize_terminal(120, 40)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        assert app.size == Size(*size)


# --- keys --------------------------------------------------------------------------------------------------------


async def test_the_palette_has_every_action_of_every_screen(store: Path) -> None:
    app = BanshiApp(store, world=SMALL)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for keys in ((), ("f3",), ("enter",), ("j", "enter"), ("f2", "enter"), ("enter",)):
            await press(pilot, *keys)
            await settle(pilot)
            offered = {command.title for command in app.get_system_commands(app.screen)}
            for active in app.screen.active_bindings.values():
                if active.enabled and active.binding.description and not active.binding.system:
                    assert active.binding.description in offered
            assert {"Board", "Services", "Help", "Theme"} <= offered
            help_text = app.screen.help_text if hasattr(app.screen, "help_text") else ""
            assert help_text, type(app.screen).__name__


async def test_help_explains_the_focused_thing(store: Path) -> None:
    app = BanshiApp(store, world=SMALL)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f3", "enter", "j", "enter")
        await settle(pilot)
        assert isinstance(app.focused, Input)
        await press(pilot, "f1")
        told = " ".join(shown(app.screen).split())
        assert "city id or name" in told or "what the person calls it" in told
        assert "A scratch world in which the person has money" in told
        await press(pilot, "escape")
