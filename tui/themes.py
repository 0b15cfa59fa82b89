"""Themes: light, dark, and two whose colours people tell apart whatever colours they see.

Styles in this app name the eight terminal colours (an outcome is ``green``, ``red`` …), as the printed stories do.
What each of them looks like belongs to the theme, so that a theme can change them all. Shapes stay what they are:
nothing is told by colour alone.
"""

from __future__ import annotations

from rich.terminal_theme import TerminalTheme
from textual._ansi_theme import ALABASTER, MONOKAI
from textual.theme import Theme

CLEAR, CLEAR_LIGHT = "banshi-clear", "banshi-clear-light"

THEMES = (
    Theme(
        name=CLEAR,
        primary="#0072B2",
        secondary="#56B4E9",
        accent="#F0E442",
        warning="#E69F00",
        error="#D55E00",
        success="#009E73",
        foreground="#F2F2F2",
        background="#101010",
        surface="#181818",
        panel="#2A2A2A",
        dark=True,
    ),
    Theme(
        name=CLEAR_LIGHT,
        primary="#0072B2",
        secondary="#005A8C",
        accent="#8A3D00",
        warning="#8F6200",
        error="#B14E00",
        success="#006E50",
        foreground="#101010",
        background="#FFFFFF",
        surface="#F4F4F4",
        panel="#E2E2E2",
        dark=False,
    ),
)
"""Okabe and Ito's palette (Color Universal Design, 2008); on white its colours are darkened to be read."""


def _palette(ground: str, text: str, colours: tuple[str, ...]) -> TerminalTheme:
    """Black, red, green, yellow, blue, magenta, cyan, white; the bright ones are the same."""
    shades = [_rgb(colour) for colour in colours]
    return TerminalTheme(_rgb(ground), _rgb(text), shades, shades)


def _rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


_PALETTES = {
    CLEAR: _palette(
        "#101010",
        "#F2F2F2",
        ("#000000", "#E8701A", "#10B98A", "#F0C020", "#4FA0E0", "#DC8FBB", "#8CD0F5", "#F2F2F2"),
    ),
    CLEAR_LIGHT: _palette(
        "#FFFFFF",
        "#101010",
        ("#000000", "#8F1D00", "#00694F", "#916C00", "#0030C0", "#B0409A", "#0072A8", "#505050"),
    ),
}


def palette(theme: Theme) -> TerminalTheme:
    """What the named colours look like in a theme."""
    return _PALETTES.get(theme.name) or (MONOKAI if theme.dark else ALABASTER)
