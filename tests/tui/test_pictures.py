"""The pictures of the docs: the same each time, and they ask nothing of the outside."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from tests.tui.app_samples import sample_store
from tui.pictures import PICTURES, draw, without_fonts

DRAWN = Path(__file__).parents[2] / "docs" / "pictures" / "tui"
PAGE = DRAWN.parents[1] / "tui.md"


async def test_a_picture_is_the_same_each_time(tmp_path: Path) -> None:
    store = sample_store(tmp_path)
    first = await draw(store, ["board", "help"])
    assert await draw(store, ["board", "help"]) == first
    assert [name for name, _ in first] == ["board", "help"]
    assert "r0002" in first[0][1]


def test_fonts_from_elsewhere_are_left_out() -> None:
    svg = '<style>@font-face { font-family: "F"; src: url("https://x/y.woff2"); }\n.a { fill: red }</style>'
    assert without_fonts(svg) == "<style>\n.a { fill: red }</style>\n"


def test_the_pictures_in_the_docs_are_there_and_ask_nothing_of_the_outside() -> None:
    files = {file.stem: file for file in DRAWN.glob("*.svg")}
    assert set(files) == set(PICTURES)
    for file in files.values():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|<script|<image|href=", re.sub(r"url\(#[\w-]+\)", "", text)), file.name
        assert len(text) < 150_000, file.name
        ElementTree.fromstring(text)  # noqa: S314 - our own file
    shown = set(re.findall(r"pictures/tui/([\w-]+)\.svg", PAGE.read_text(encoding="utf-8")))
    assert shown <= set(PICTURES)
    assert len(shown) >= 8
