"""Ports of this machine for servers that are begun soon, and for tests that want nobody to listen.

A port that is only looked up may be somebody else's a moment later: another test's server, or a
connection that goes out. So each is held until this process ends, by a socket that does not listen.
A server may listen there all the same, as Linux lets those who set ``SO_REUSEADDR``, which all do.
"""

from __future__ import annotations

import atexit
import contextlib
import socket

_HELD: list[socket.socket] = []


@atexit.register
def _let_go() -> None:
    for one in _HELD:
        one.close()


def free_ports(count: int) -> list[int]:
    """Return *count* ports of 127.0.0.1 that nobody listens on, and that nobody else is given."""
    return [free_port() for _ in range(count)]


def free_port() -> int:
    """Return one such port."""
    held = _bound(0)
    port: int = held.getsockname()[1]
    try:
        with contextlib.closing(_bound(port)) as server:
            server.listen()
    except OSError:  # no such machine: there it is only looked up
        held.close()
    else:
        _HELD.append(held)
    return port


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made
