"""Requests that a proxy before us may read otherwise than we do: each is refused, and the line closed."""

from __future__ import annotations

import socket

import pytest

from cxdigest.web.server import serving
from cxdigest.web.site import site

_TOP = b"POST /f/x HTTP/1.1\r\nHost: digest.example\r\n"
_NEXT = b"GET /robots.txt HTTP/1.1\r\nHost: digest.example\r\n\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_NONE = b"\r\n0\r\n\r\n"


def answers(address: tuple[str, int], sent: bytes) -> bytes:
    with socket.create_connection(address, timeout=10) as line:
        line.sendall(sent)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    from tests.web.console.instance import opened, put_instance

    with (
        opened(put_instance(tmp_path_factory.mktemp("served"))) as made,
        serving(site(made.desk), ("127.0.0.1", 0)) as bound,
    ):
        yield bound


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(_TOP + b"Content-Length: 5\r\n" + _CHUNKED + _NONE, id="length, then chunks"),
        pytest.param(_TOP + _CHUNKED + b"Content-Length: 40\r\n" + _NONE, id="chunks, then length"),
        pytest.param(_TOP + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n", id="two lengths"),
        pytest.param(_TOP + b"Content-Length: 0, 40\r\n\r\n", id="a list of lengths"),
        pytest.param(_TOP + b"Content-Length: +0\r\n\r\n", id="a sign"),
        pytest.param(_TOP + b"Content-Length : 40\r\n\r\n", id="a space before the colon"),
        pytest.param(_TOP + b"Transfer-Encoding: xchunked" + b"\r\n" + _NONE, id="no such coding"),
        pytest.param(_TOP + b"Transfer-Encoding: gzip, chunked\r\n" + _NONE, id="two codings"),
        pytest.param(_TOP + _CHUNKED * 2 + _NONE, id="chunks twice"),
        pytest.param(_TOP + b"Transfer-Encoding:\x0bchunked\r\n" + _NONE, id="a strange space"),
        pytest.param(_TOP + _CHUNKED + b"\r\n-1\r\n\r\n", id="a length below nothing"),
        pytest.param(_TOP + _CHUNKED + b"\r\n0x0\r\n\r\n", id="another way to write a length"),
        pytest.param(_TOP + b"Host: another.example\r\n\r\n", id="two hosts"),
        pytest.param(_TOP.replace(b"1.1", b"1.0") + _CHUNKED + _NONE, id="chunks of old"),
    ],
)
def test_what_can_be_read_in_two_ways_is_answered_once_and_no_more(address, sent):
    said = answers(address, sent + _NEXT)
    assert said.count(b"HTTP/1.1 ") == 1, said
    assert said.split()[1] in {b"400", b"501"}, said
    assert b"connection: close" in said.lower()


def test_what_has_one_end_is_answered_and_so_is_what_follows(address):
    for sent in (_TOP + b"Content-Length: 0\r\n\r\n", _TOP + _CHUNKED + _NONE):
        last = _NEXT.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        said = answers(address, sent + last)
        assert said.count(b"HTTP/1.1 ") == 2, said
        assert b"HTTP/1.1 200" in said
