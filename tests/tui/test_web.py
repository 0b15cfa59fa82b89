"""The app in a browser, seen from a client on loopback: the door, the page, and a session behind a websocket."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from click.testing import CliRunner

from mock_services.errors import UsageError
from tests.tui.app_samples import sample_store
from tui.cli.main import cli
from tui.web import server
from tui.web.server import PAGE, Served, command_for, start


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    store = str(sample_store(tmp_path))
    running = await start(command_for({"store": store, "run": None, "services": [], "world": ""}), "127.0.0.1", 0)
    yield running
    await running.close()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    # An address as host is no reason to lose the cookie.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def get(client: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, str]:
    async with client.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def enter(client: aiohttp.ClientSession, served: Served) -> None:
    async with client.get(served.address) as answer:
        assert answer.status == 200


async def test_the_token_opens_the_page_and_becomes_a_cookie(served: Served, client: aiohttp.ClientSession) -> None:
    async with client.get(served.address, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert served.app.door.token not in cookie
    async with client.get(served.origin) as answer:
        assert answer.status == 200
        assert "banshi is starting" in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert f"ws://127.0.0.1:{served.port}" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/page/page.js", "/download/x", "/nowhere"])
async def test_nothing_is_to_be_had_without_the_token(served: Served, client: aiohttp.ClientSession, path: str) -> None:
    status, text = await get(client, served.origin + path, Origin=served.origin)
    assert (status, "the token is missing" in text) == (401, True)
    status, _ = await get(client, f"{served.origin}{path}?token=guess", Origin=served.origin)
    assert status in (401, 403)
    # The right token is for the page alone: no other address takes it.
    if path != "/":
        status, _ = await get(client, f"{served.origin}{path}?token={served.app.door.token}", Origin=served.origin)
        assert status == 401


async def test_a_name_that_was_pointed_here_is_refused_even_with_the_cookie(
    served: Served, client: aiohttp.ClientSession
) -> None:
    await enter(client, served)
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1:1", "localhost.evil.example", ""):
        status, text = await get(client, served.origin, Host=host)
        assert (status, "not reached under that name" in text) == (403, True)
    assert (await get(client, served.origin, Host=f"LOCALHOST:{served.port}"))[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", None])
async def test_a_websocket_that_another_page_opens_is_refused_even_with_the_cookie(
    served: Served, client: aiohttp.ClientSession, origin: str | None
) -> None:
    await enter(client, served)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect(f"{served.origin}/ws", **({"origin": origin} if origin else {}))  # type: ignore[arg-type]
    assert refused.value.status == 403
    assert served.app._sessions == 0


async def read_until(socket: aiohttp.ClientWebSocketResponse, wanted: bytes) -> bytes:
    seen = b""
    async with asyncio.timeout(60):
        while wanted not in seen:
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.BINARY, message
            seen += message.data
    return seen


async def test_the_page_gets_the_app_and_its_keys_reach_it(served: Served, client: aiohttp.ClientSession) -> None:
    await enter(client, served)
    async with client.ws_connect(f"{served.origin}/ws?width=100&height=30", origin=served.origin) as socket:
        await read_until(socket, b"r0002")
        await socket.send_json(["stdin", "\r"])
        await read_until(socket, b"zh-books")
        await socket.send_json(["stdin", "q"])
        await socket.send_json(["stdin", "q"])
        async with asyncio.timeout(60):
            while (await socket.receive()).type == aiohttp.WSMsgType.BINARY:
                pass
        assert socket.closed
    await served.close()
    assert served.app._sessions == 0


@pytest.mark.parametrize("message", ["{}", "[]", "nonsense", '["stdin"]', '["resize", 5]', '["stdin", 7]'])
async def test_a_message_that_is_none_ends_its_session_and_nothing_else(
    client: aiohttp.ClientSession, message: str
) -> None:
    idle = shlex.join([sys.executable, "-c", "import sys; print('__GANGLION__', flush=True); sys.stdin.buffer.read(5)"])
    served = await start(idle, "127.0.0.1", 0)
    try:
        await enter(client, served)
        async with client.ws_connect(f"{served.origin}/ws?width=-5&height=x", origin=served.origin) as socket:
            await socket.send_str(message)
            async with asyncio.timeout(60):
                assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert (await get(client, served.origin))[0] == 200
    finally:
        await served.close()
    assert served.app._sessions == 0


async def test_there_are_not_more_sessions_than_the_machine_is_to_bear(
    tmp_path: Path, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_SESSIONS", 1)
    idle = shlex.join([sys.executable, "-c", "import sys; print('__GANGLION__', flush=True); sys.stdin.buffer.read(5)"])
    served = await start(idle, "127.0.0.1", 0)
    try:
        await enter(client, served)
        async with client.ws_connect(f"{served.origin}/ws", origin=served.origin):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(f"{served.origin}/ws", origin=served.origin)
            assert refused.value.status == 503
    finally:
        await served.close()


async def test_a_name_in_front_of_it_is_known_when_it_is_told(client: aiohttp.ClientSession) -> None:
    served = await start("true", "127.0.0.1", 0, ["banshi.example"])
    try:
        await enter(client, served)
        cookie = {served.app.door.cookie: served.app.door._secret}
        async with client.get(served.origin, headers={"Host": "banshi.example"}, cookies=cookie) as answer:
            assert answer.status == 200
    finally:
        await served.close()


async def test_an_address_that_is_taken_or_that_has_no_name_is_one_line(served: Served) -> None:
    with pytest.raises(UsageError, match="cannot be listened on"):
        await start("true", "127.0.0.1", served.port)
    with pytest.raises(UsageError, match=r"every address of the machine.*--web-name"):
        await start("true", "0.0.0.0", 0)  # noqa: S104 - it is refused


def test_the_command_line_of_a_session_is_quoted() -> None:
    options: dict[str, Any] = {"store": "/home/a b; echo '$(x)'", "run": "`r`", "services": [], "world": ""}
    words = shlex.split(command_for(options))
    assert words[:4] == ["exec", sys.executable, "-m", "tui.web.session"]
    assert json.loads(words[4]) == options
    assert len(words) == 5


def test_the_page_names_no_other_host() -> None:
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8")
        # An address begins with a scheme, or with two slashes inside quotes or brackets.
        assert not re.search(r"""https?:|["'(]//|@import""", text.replace('=== "https:"', "")), file


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tui.web.server", raising=False)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    result = CliRunner().invoke(cli, ["tui", "--web"])
    assert result.exit_code == 2
    assert "banshi[web]" in result.stderr
