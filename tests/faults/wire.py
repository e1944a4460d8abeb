"""A line of wire to a real server that is slow, is cut or refuses, as a test says while it runs.

It passes bytes and understands none, unlike ``tests.servers.proxy``, which answers lines.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Self

_PIECE = 65_536  #: bytes passed on at once


class Wire:
    """A listening line to *target*, a port of this machine or the path of a socket."""

    host = "127.0.0.1"

    def __init__(self, target: int | str, *, latency: float = 0) -> None:
        self._target = target
        self._latency = latency  #: seconds before each piece is passed on
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.refusing = False  #: hang up on whoever comes
        self.cuts = 0  #: connections that were cut
        self.allowance: int | None = None  #: bytes either way until all is cut; None: no end
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(timeout=10)

    def cut(self) -> int:
        """Cut every connection; return how many there were."""
        with self._lock:
            cut, self._open = self._open, set()
        self.allowance = None
        for each in cut:
            _close(each)
        self.cuts += len(cut) // 2
        return len(cut) // 2

    def _start(self, call, *args: object) -> None:
        thread = threading.Thread(target=call, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = None if self.refusing else self._connect()
                except OSError:  # it is down
                    server = None
                if server is None:
                    _close(client)
                    continue
                with self._lock:
                    self._open |= {client, server}
                self._start(self._pass, client, server)
                self._start(self._pass, server, client)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection((self.host, self._target))
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._target)
        except OSError:
            server.close()
            raise
        return server

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(_PIECE):
                time.sleep(self._latency)
                other.sendall(data)
                if self.allowance is not None:
                    self.allowance -= len(data)
                    if self.allowance < 0:
                        self.cut()
        with self._lock:
            self._open -= {one, other}
        _close(one)
        _close(other)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
