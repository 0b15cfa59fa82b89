"""The app in a real browser: the board is drawn, a key opens a run, and nothing is asked of the outside."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.tui.app_samples import sample_store

pytestmark = [pytest.mark.ext, pytest.mark.filterwarnings("ignore")]

LAUNCHED_WITH = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-first-run")  # fmt: skip
SCREEN = "() => [...document.querySelectorAll('.xterm-screen canvas')].map(c => [c.width, c.height])"
"""The terminal draws on canvases: what is on them can be compared, not read."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The command as a person starts it."""
    folder = tmp_path_factory.mktemp("web")
    store = sample_store(folder)
    code = "from tui.cli.main import main; main()"
    command = [sys.executable, "-c", code, "tui", "--web", "--web-port", "0", "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        line = running.stderr.readline()
        assert line.startswith("open http://127.0.0.1:"), line
        yield line.removeprefix("open ").strip()
        running.terminate()
        assert running.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium here")
    with sync.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(LAUNCHED_WITH))
        yield opened
        opened.close()


def test_the_board_is_drawn_and_a_key_opens_a_run(address: str, browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 640})
    tab = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    received: list[bytes] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)

    def listen(socket: Any) -> None:
        asked.append(socket.url)
        socket.on("framereceived", lambda data: received.append(data if isinstance(data, bytes) else data.encode()))

    tab.on("websocket", listen)
    tab.goto(address)
    tab.wait_for_selector("body.-first-byte")
    assert "token" not in tab.url
    with_board = drawn_when(tab, received, b"r0002")
    tab.keyboard.press("Enter")
    with_run = drawn_when(tab, received, b"zh-books")
    assert with_board != with_run
    here = urlsplit(address).netloc
    assert len(asked) >= 5
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {here}
    assert wrong == []
    assert tab.evaluate("() => document.fonts.check('16px Roboto Mono')")
    cookies = context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]
    context.close()


def drawn_when(tab: Any, received: list[bytes], wanted: bytes) -> bytes:
    """The page as it looks when the app has sent ``wanted`` and the terminal has drawn something on its canvases."""
    for _ in range(600):
        if wanted in b"".join(received):
            break
        tab.wait_for_timeout(50)
    assert wanted in b"".join(received)
    tab.wait_for_function(f"({SCREEN})().some(([w, h]) => w > 100 && h > 100)")
    tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    picture: bytes = tab.screenshot()
    return picture


def test_another_page_gets_nothing(address: str, browser: Any) -> None:
    """A page of another origin in the same browser, which has the cookie, can open no websocket and read nothing."""
    context = browser.new_context()
    ours = context.new_page()
    ours.goto(address)
    origin = f"http://{urlsplit(address).netloc}"
    theirs = context.new_page()
    theirs.goto("data:text/html,<title>elsewhere</title>")
    opened = theirs.evaluate(
        """(url) => new Promise(done => {
            const socket = new WebSocket(url);
            socket.onopen = () => done(true);
            socket.onerror = () => done(false);
        })""",
        origin.replace("http", "ws") + "/ws",
    )
    assert opened is False
    read = theirs.evaluate("(url) => fetch(url, {credentials: 'include'}).then(a => a.text(), () => '')", origin)
    assert read == ""
    context.close()


def test_without_the_token_there_is_no_page(address: str, browser: Any) -> None:
    context = browser.new_context()
    tab = context.new_page()
    answer = tab.goto(f"http://{urlsplit(address).netloc}/")
    assert answer.status == 401
    context.close()
