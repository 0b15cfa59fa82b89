"""Who may come in: a token in the address once, then a cookie; known host names and origins only.

The server that draws the app in a browser runs a command for whoever opens its websocket. So nothing is answered that
comes under another host's name (a page elsewhere whose name was pointed here), no websocket that another page opened,
and nothing at all without the token or the cookie that it was changed for.
"""

from __future__ import annotations

import secrets  # noqa: TID251 - a token that can be guessed is none, and nothing of it is recorded
from collections.abc import Awaitable, Callable, Iterable
from hmac import compare_digest

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            # the terminal writes its styles into the page
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self' {sockets}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Sent with every answer: the page asks nothing of the outside, and is shown in no other page."""


class Door:
    """The checks before every request.

    Args:
        own: The hosts under which the server itself is reached, at its port.
        others: Host names of whatever stands in front of it, at any port that they name, its own, or the usual one.
        port: Its port.
    """

    def __init__(self, own: Iterable[str], others: Iterable[str], port: int) -> None:
        self.token = secrets.token_urlsafe(24)
        self._secret = secrets.token_urlsafe(24)
        # Cookies are shared by all ports of a host: the name keeps two servers apart.
        self.cookie = f"banshi-{port}"
        hosts = {f"{_written(name)}:{port}" for name in (*own, *others)} | {_written(name) for name in others}
        if port in (80, 443):  # a browser leaves the usual port away
            hosts |= {_written(name) for name in own}
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(f"{scheme}://{host}" for scheme in ("http", "https") for host in self._hosts)

    def headers(self, request: web.Request) -> dict[str, str]:
        """The headers of an answer."""
        # 'self' is not the websocket's origin in every browser. A host that is none of ours is not repeated.
        sockets = f"ws://{request.host} wss://{request.host}" if self._known(request) else ""
        return {name: value.format(sockets=sockets) for name, value in HEADERS.items()}

    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, change a token for a cookie, or refuse it."""
        try:
            answer = self._refusal(request) or self._exchange(request) or await handler(request)
        except web.HTTPException as error:
            error.headers.update(self.headers(request))
            raise
        if not answer.prepared:
            answer.headers.update(self.headers(request))
        return answer

    def _known(self, request: web.Request) -> bool:
        return request.host.lower() in self._hosts

    def _refusal(self, request: web.Request) -> web.Response | None:
        if not self._known(request):
            return web.Response(status=403, text="this server is not reached under that name\n")
        origin = request.headers.get("Origin")
        # A browser always says where a websocket comes from; elsewhere it does so when another page asks.
        if origin is None and request.path == "/ws":
            return web.Response(status=403, text="a websocket has to say which page it comes from\n")
        if origin is not None and origin.lower() not in self._origins:
            return web.Response(status=403, text="another page asks: that is refused\n")
        if self._same(request.cookies.get(self.cookie, ""), self._secret):
            return None
        token = request.query.get("token", "") if request.path == "/" else ""
        if self._same(token, self.token):
            return None
        if token:
            return web.Response(status=403, text="that is not the token: open the whole address that was printed\n")
        return web.Response(status=401, text="the token is missing: open the whole address that was printed\n")

    def _exchange(self, request: web.Request) -> web.Response | None:
        """The token goes out of the address, where it would be seen and kept, into a cookie that no script reads."""
        if request.path != "/" or "token" not in request.query:
            return None
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(self.cookie, self._secret, httponly=True, samesite="Strict", path="/")
        return answer

    @staticmethod
    def _same(given: str, wanted: str) -> bool:
        return compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _written(name: str) -> str:
    """A host as an address writes it."""
    return f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name
