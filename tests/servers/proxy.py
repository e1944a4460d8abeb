"""A line of wire to a real server that breaks where a test says: faults no real server will show.

``Proxy`` passes lines between a client and the real server. For each line of the client the test's
``react`` says what happens: nothing (None: pass it on), ``CUT``, ``HANG``, ``DRIP`` (one byte of an
endless answer every tenth of a second), or the bytes to answer in the server's place.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Final, Self

CUT: Final = b"\0cut"
HANG: Final = b"\0hang"
DRIP: Final = b"\0drip"

React = Callable[[bytes], bytes | None]


class Proxy:
    """A listening proxy; use it as a context manager.

    The first line that *react* sees is ``b""``: the connection itself.
    """

    host = "127.0.0.1"

    def __init__(self, port: int, react: React) -> None:
        self._target = port
        self._react = react
        self._ended = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.lines: list[bytes] = []  #: what the client sent
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for each in (self._listener, *self._sockets):
            _close(each)
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, call: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=call, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self.host, self._target))
                self._sockets += [client, server]
                self._start(self._up, client, server)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        """Pass the client's lines to the server, or do what the test wants instead."""
        with contextlib.suppress(OSError), client.makefile("rb") as lines:
            if not self._obey(self._react(b""), client):
                return
            self._start(self._down, server, client)
            for line in lines:
                self.lines.append(line)
                answer = self._react(line)
                if answer is None:
                    server.sendall(line)
                elif not self._obey(answer, client):
                    break
        _close(client)
        _close(server)

    def _obey(self, answer: bytes | None, client: socket.socket) -> bool:
        if answer == CUT:
            _close(client)
            return False
        if answer == HANG:
            self._ended.wait(60)
            return False
        while answer == DRIP and not self._ended.is_set():
            client.sendall(b"x")
            time.sleep(0.1)
        if answer:
            client.sendall(answer)
        return True

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        _close(client)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
