"""Callers who are slow on purpose keep nobody else out."""

from __future__ import annotations

import contextlib
import socket
import time
from http.client import HTTPConnection

import pytest

from cxdigest.web.patience import Patience
from cxdigest.web.server import _AT_ONCE, serving
from cxdigest.web.site import site

_HEAD = b"POST /f/x HTTP/1.1\r\nHost: digest.example\r\n"


def status(address: tuple[str, int]) -> int:
    with contextlib.closing(HTTPConnection(*address, timeout=60)) as caller:
        caller.request("GET", "/robots.txt")
        return caller.getresponse().status


@pytest.mark.parametrize("sent", [b"", _HEAD, _HEAD + b"Content-Length: 9\r\n\r\na"])
def test_a_request_that_does_not_end_is_given_up(instance, monkeypatch, sent):
    monkeypatch.setattr(Patience, "longest", 1.0)
    with (
        serving(site(instance.desk), ("127.0.0.1", 0)) as address,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(_AT_ONCE - 1):
            slow = stack.enter_context(socket.create_connection(address, timeout=60))
            slow.sendall(sent)
        with contextlib.suppress(ConnectionError):
            assert slow.recv(4096) == b"", "ended without an answer"
        until = time.monotonic() + 60
        while (answered := status(address)) != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert answered == 200


def test_one_who_asks_again_on_the_same_connection_has_the_time_anew(instance, monkeypatch):
    monkeypatch.setattr(Patience, "longest", 2.0)
    with (
        serving(site(instance.desk), ("127.0.0.1", 0)) as address,
        contextlib.closing(HTTPConnection(*address, timeout=60)) as caller,
    ):
        caller.connect()
        line = caller.sock
        for _ in range(4):
            caller.request("GET", "/robots.txt")
            assert caller.getresponse().read()
            assert caller.sock is line, "it was not opened again"
            time.sleep(1)
