"""The greeting of a mail server, cut off in time: a socket's own time-out begins anew each byte."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cxdigest.doctor.hosts import Server


class Greeted(smtplib.SMTP):
    """A connection to a server that has greeted; what it said is in ``words``."""

    words = ""


def greeted(server: Server, seconds: float) -> Greeted:
    """Return a connection to *server*, which takes mail by SMTP, after its greeting.

    Raises:
        OSError: it cannot be reached, or did not greet in time.
        smtplib.SMTPException: what it said is no greeting.
    """
    post = Greeted(timeout=seconds)
    post.sock = socket.create_connection((server.host, server.port), timeout=seconds)
    post._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001 - TLS is checked by it
    try:
        with cut_after(post.sock, seconds):
            code, words = post.getreply()
    except BaseException:
        post.close()
        raise
    if code != _READY:
        post.close()
        raise smtplib.SMTPConnectError(code, words)
    post.words = words.decode("ascii", "replace")
    return post


_READY = 220


@contextmanager
def cut_after(connection: socket.socket | None, seconds: float) -> Iterator[None]:
    """Cut *connection* where what is done meanwhile takes longer than *seconds*."""

    def cut() -> None:
        with suppress(OSError):
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
