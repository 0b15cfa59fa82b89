"""``banshi tui --web``: textual-serve behind our door, with a page of our own that asks nothing of the outside."""

from __future__ import annotations

import asyncio
import json
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from os import name as system
from pathlib import Path
from typing import Any

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from mock_services.errors import UsageError
from tui.web.door import Door, Handler

PAGE = Path(__file__).parent / "page"

MOST_SESSIONS = 8
"""How many pages may be open at once: each runs a process of its own."""


LAST_WORDS_S = 10.0
"""How long an app that is told to end may take."""


class WebApp(Server):
    """The server of textual-serve, with our routes, our page and our door."""

    def __init__(self, command: str, door: Door) -> None:
        super().__init__(command, title="banshi")
        self.door = door
        self._sessions = 0

    async def _make_app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.door.guard(request, handler)

        app = web.Application(middlewares=[guard])
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
                web.static("/page", PAGE),
            ]
        )
        return app

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page, which is the same for everybody."""
        return web.FileResponse(PAGE / "index.html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the app for a page, as long as there are not too many."""
        if self._sessions >= MOST_SESSIONS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_SESSIONS} pages are open already: close one\n")
        self._sessions += 1
        websocket = web.WebSocketResponse(heartbeat=15)

        async def close() -> None:
            await websocket.close()

        session = Session(
            self.command,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        try:
            await websocket.prepare(request)
            await session.start(_cells(request, "width", 80), _cells(request, "height", 24))
            # What a page sends that is no message ends its session.
            with suppress(AssertionError, LookupError, TypeError, ValueError, AttributeError):
                await self._process_messages(websocket, session)
        finally:
            await session.stop()
            await websocket.close()
            self._sessions -= 1
        return websocket


class Session(AppService):
    """The process behind a page, which is gone when its page is."""

    async def stop(self) -> None:
        """Ask it to end, and see that it does."""
        process = self._process
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await super().stop()
                if process is not None:
                    await process.wait()
        except TimeoutError:
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()


class Served:
    """A server that is listening."""

    def __init__(self, app: WebApp, runner: web.AppRunner, host: str, port: int) -> None:
        self.app, self.port, self._runner = app, port, runner
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"http://{shown}:{port}"
        self.address = f"{self.origin}/?token={app.door.token}"

    async def close(self) -> None:
        """Stop listening, and end what runs."""
        await self._runner.cleanup()


async def start(command: str, host: str, port: int, names: Iterable[str] = ()) -> Served:
    """Listen on an address; ``port`` 0 is any that is free. ``names`` are further host names that it is reached under.

    Raises:
        UsageError: the address cannot be listened on, or nobody could say under which name it is reached.
    """
    where = f"--web-host {host} --web-port {port}"
    own, others = _names_of(host), list(names)
    if not own and not others:
        raise UsageError(
            "that is every address of the machine", where=where, fix="say with --web-name under which it is reached"
        )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(f"it cannot be listened on: {error}", where=where, fix="take another --web-port") from error
    port = listening.getsockname()[1]
    app = WebApp(command, Door(own, others, port))
    # The address of the first request has the token in it: no log of requests.
    runner = web.AppRunner(await app._make_app(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return Served(app, runner, (own or others)[0], port)


def serve(options: Mapping[str, Any], host: str, port: int, names: Iterable[str], told: Callable[[str], None]) -> None:
    """Serve the app until somebody presses Ctrl-C; ``told`` gets the address to open.

    Raises:
        UsageError: as :func:`start`.
    """

    async def run() -> None:
        served = await start(command_for(options), host, port, names)
        told(f"open {served.address}")
        if not _is_loopback(host):
            told("it can be reached from other machines, and what is sent is not encrypted")
        told("Ctrl-C ends it")
        done = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                asyncio.get_running_loop().add_signal_handler(number, done.set)
            except NotImplementedError:  # Windows: the KeyboardInterrupt ends it
                break
        try:
            await done.wait()
        finally:
            await served.close()

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


def command_for(options: Mapping[str, Any]) -> str:
    """The command line that runs the app for one page, quoted for the shell that textual-serve gives it to."""
    parts = [sys.executable, "-m", "tui.web.session", json.dumps(options)]
    # exec: the shell becomes the app, so that ending the one is ending the other.
    return subprocess.list2cmdline(parts) if system == "nt" else f"exec {shlex.join(parts)}"


def _cells(request: web.Request, name: str, otherwise: int) -> int:
    return max(1, min(to_int(request.query.get(name, ""), otherwise), 1000))


def _names_of(host: str) -> list[str]:
    if _is_loopback(host):
        return list(dict.fromkeys([host, "localhost", "127.0.0.1", "::1"]))
    try:
        return [] if ip_address(host).is_unspecified else [host]
    except ValueError:
        return [host] if host else []


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
