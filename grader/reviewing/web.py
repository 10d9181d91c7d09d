"""The review queue as a web page on this machine, for one TA and their browser.

It listens on 127.0.0.1 only. The address holds a random token, without which nothing is answered,
and the Host header must be ours, so that no other page can reach it by a name that it points here.
Pages load nothing from elsewhere and run no script but `static/review.js`.
"""

from __future__ import annotations

import hmac
import secrets
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from grader.errors import UsageError
from grader.reviewing.deciding import Desk
from grader.reviewing.pages import pages

ADDRESS = "127.0.0.1"

TOKEN_BYTES = 24
"""Nobody on the same machine guesses 192 bits."""

MAX_REQUEST = 2_000_000
"""Bytes: a comment, and one line for each of a thousand students."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Site:
    """The running page.

    Args:
        desk: where decisions are made.
        port: to listen at; 0 for any that is free.

    Raises:
        UsageError: the port is taken.
    """

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._server = _listening(application(desk, self._token, self._hosts), port)

    def _hosts(self) -> set[str]:
        return {f"{name}:{self._server.server_port}" for name in (ADDRESS, "localhost")}

    @property
    def address(self) -> str:
        """What to type into the browser."""
        return f"http://{ADDRESS}:{self._server.server_port}/{self._token}/"

    def serve(self) -> None:
        """Answer until `close` is called or Ctrl-C is pressed."""
        self._server.serve_forever()  # ends by itself at a KeyboardInterrupt

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def serve(desk: Desk, port: int, start: str, *, opening: bool, echo: Callable[[str], None]) -> None:
    """Show the queue in a browser until Ctrl-C.

    Args:
        desk: where decisions are made.
        port: to listen at; 0 for any that is free.
        start: path of the first page behind the token.
        opening: also open the browser.
        echo: tells the TA the address.
    """
    site = Site(desk, port)
    address = site.address + start
    echo(f"Review at {address}")
    echo("Only this machine can open it. Ctrl-C ends it; every decision is stored at once.")
    if opening:
        webbrowser.open(address)
    site.serve()
    echo(f"\nDecisions stored: {len(desk.actions)}.")


class _Quiet(WSGIRequestHandler):
    """Requests are not logged: their paths hold the token."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


def _listening(app: Flask, port: int) -> BaseWSGIServer:
    try:
        return make_server(ADDRESS, port, app, threaded=True, request_handler=_Quiet)
    except (OSError, SystemExit) as error:  # werkzeug exits when the port is taken
        raise UsageError(f"port {port} cannot be used; leave --port out for a free one.") from error


def application(desk: Desk, token: str, hosts: Callable[[], set[str]]) -> Flask:
    """The page as a WSGI application.

    Args:
        desk: where decisions are made.
        token: first part of every path.
        hosts: the Host headers that are ours.
    """
    here = Path(__file__).parent
    app = Flask(
        "grader.reviewing",
        root_path=str(here),
        static_folder=str(here / "static"),
        static_url_path=f"/{token}/static",
        template_folder=str(here / "templates"),
    )
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST, MAX_FORM_MEMORY_SIZE=MAX_REQUEST)
    app.config.update(MAX_FORM_PARTS=10_000)

    @app.before_request
    def guard() -> None:
        given = request.path.split("/")[1]
        is_known = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())
        if request.host not in hosts() or not is_known:
            abort(403)

    @app.after_request
    def shield(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    app.register_blueprint(pages(desk), url_prefix=f"/{token}")
    return app
