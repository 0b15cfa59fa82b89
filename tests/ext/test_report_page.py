"""A report in a real browser: no request leaves, it fits a phone, and it can be read with the keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.loader import load_suite
from scenarios.runs.manifest import Manifest, Selection
from scenarios.runs.runner import carry_out, open_job
from scenarios.runs.store import Store
from tui.report.page import page

pytestmark = [pytest.mark.ext, pytest.mark.filterwarnings("ignore")]

ASKED_FOR_NOTHING = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--no-first-run")  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report about a good and a bad agent."""
    folder = tmp_path_factory.mktemp("report")
    suite = load_suite("tiny")
    with Store(folder / "s.db", write=True) as store:
        for agent in ("rules", "noop"):
            made = Manifest("0", ("tiny",), suite.name, suite.hash, agent, {}, 0, Selection())
            carry_out(store, open_job(store, made, suite), worker_count=1)
        (folder / "report.html").write_text(page(store, ["r0001", "r0002"]), encoding="utf-8")
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium here")
    with sync.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(ASKED_FOR_NOTHING))
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_fetched_nothing_fails_and_nothing_sticks_out(report: Path, browser: Any, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    wrong: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: wrong.append(message.text))
    tab.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert wrong == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for drawing in tab.query_selector_all("figure svg"):
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 60
    tab.close()


def test_the_keyboard_alone_reaches_a_story_and_opens_it(report: Path, browser: Any) -> None:
    tab = browser.new_page(viewport={"width": 1000, "height": 800})
    tab.goto(report.as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(200):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('#failures summary')"):
            break
    else:
        pytest.fail("no story can be reached")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.parentElement.open")
    assert "told nothing" in tab.inner_text("#failures details[open]")
    tab.close()


def test_it_prints(report: Path, browser: Any) -> None:
    tab = browser.new_page()
    tab.goto(report.as_uri())
    tab.emulate_media(media="print")
    assert not tab.is_visible("nav")
    assert tab.pdf(format="A4").startswith(b"%PDF")
    tab.close()
