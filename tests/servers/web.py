"""A real HTTP server on a loopback port that plays a small world: fixture ``web``.

``web.page("/feed", body, etag='"1"')`` puts a document there and returns its address; further
methods put slow, endless, broken and packed ones, and redirects. ``web.requests`` tells what was
asked. The server knows ETag and Last-Modified and answers 304 to a request that names them.
"""

from __future__ import annotations

import gzip
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Play = Callable[["Handler"], None]
LOOPBACK = ("127.0.0.0/8", "::1/128")  #: what ``Http(allow=…)`` needs to reach this server


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: HTTPMessage
    peer: tuple[str, int]  #: tells connections apart
    body: bytes = b""  #: of what was posted


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def _answer(self, body: bytes) -> None:
        world = self.server.world
        world.requests.append(
            Asked(path=self.path, headers=self.headers, peer=self.client_address[:2], body=body)
        )
        play = world.plays.get(self.path) or world.plays.get(self.path.partition("?")[0])
        (play or _missing)(self)

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer in one write, with whatever *headers* say about the length."""
        lines = {"Date": "Mon, 02 Nov 2026 07:30:00 GMT", "Content-Length": str(len(body))}
        lines |= headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.wfile.write(f"HTTP/1.1 {status} Played\r\n{head}\r\n".encode("latin-1") + body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    world: Web

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is what half of these tests are about."""


@dataclass
class Web:
    """The world that the server plays; paths to what happens there."""

    url: str  #: without a slash at the end
    plays: dict[str, Play] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)  #: ends what hangs

    def play(self, path: str, play: Play) -> str:
        self.plays[path] = play
        return self.url + path

    def page(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        kind: str = "application/atom+xml",
        etag: str = "",
        modified: str = "",
        headers: dict[str, str] | None = None,
    ) -> str:
        """A document; asked with its own *etag* or *modified* it is 304 without a body."""
        data = body.encode() if isinstance(body, str) else body
        lines = {"Content-Type": kind, "ETag": etag, "Last-Modified": modified, **(headers or {})}

        def play(handler: Handler) -> None:
            asked = handler.headers
            known = (etag and asked["If-None-Match"] == etag) or (
                modified and not asked["If-None-Match"] and asked["If-Modified-Since"] == modified
            )
            if known:
                handler.reply(304, {"ETag": etag, "Content-Length": ""}, b"")
            else:
                handler.reply(status, lines, data)

        return self.play(path, play)

    def redirect(self, path: str, to: str, *, status: int = 302) -> str:
        return self.play(path, lambda handler: handler.reply(status, {"Location": to}, b"moved"))

    def packed(self, path: str, body: bytes, *, encoding: str = "gzip") -> str:
        """*body* packed as gzip, deflate (zlib) or raw-deflate."""
        data = {
            "gzip": lambda: gzip.compress(body),
            "deflate": lambda: zlib.compress(body),
            "raw-deflate": lambda: zlib.compress(body, wbits=-15),
        }[encoding]()
        return self.page(path, data, headers={"Content-Encoding": encoding.removeprefix("raw-")})

    def drip(self, path: str, *, every: float = 0.02, head: bool = False) -> str:
        """A body (or, with *head*, a header) that comes a byte at a time and never ends."""

        def play(handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 Played\r\n")
            handler.wfile.write(b"X-Slow: " if head else b"Content-Length: 1000000\r\n\r\n")
            while not self.over.wait(every):
                handler.wfile.write(b"x")

        return self.play(path, play)

    def endless(self, path: str) -> str:
        """A body that comes as fast as it can and never ends."""

        def play(handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 Played\r\n\r\n")
            while not self.over.is_set():
                handler.wfile.write(b"x" * 65_536)

        return self.play(path, play)

    def cut(self, path: str, body: bytes, *, announced: int) -> str:
        """*body*, then the connection ends although *announced* bytes were promised."""

        def play(handler: Handler) -> None:
            handler.reply(200, {"Content-Length": str(announced)}, body)
            handler.close_connection = True

        return self.play(path, play)

    def hang(self, path: str) -> str:
        """Nothing at all, not even a status line."""

        def play(_: Handler) -> None:
            self.over.wait(30)

        return self.play(path, play)


def _missing(handler: Handler) -> None:
    handler.reply(404, {"Content-Type": "text/html"}, b"<html><title>Not here</title></html>")


def start(*, certificate: Path | None = None, names: list[str | None] | None = None) -> Server:
    """Start a server on a free port; *names* collects the names that TLS was asked for."""
    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        asked = [] if names is None else names
        context.sni_callback = lambda _socket, name, _context: asked.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    server.world = Web(url=f"{scheme}://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def stop(server: Server) -> None:
    server.world.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    """A small web of its own for each test."""
    server = start()
    yield server.world
    stop(server)
