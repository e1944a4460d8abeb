"""A form that is cut off leaves no file of its own behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from cxdigest.web.forms import form_of
from tests import loops

_PART = b'--x\r\nContent-Disposition: form-data; name="alert"; filename="a.eml"\r\n\r\n'
_LONG = b"a" * 2_000_000  #: beyond what is kept in memory
LIMITS = {"max_files": 1, "max_fields": 5, "max_part_size": 9_000_000}


def request(*messages: dict[str, object]) -> Request:
    waiting = iter(messages)

    async def receive() -> dict[str, object]:
        message = next(waiting)
        if "raises" in message:
            raise HTTPException(413)
        return message

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def body(content: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.request", "body": content, "more_body": more}


async def read(asked: Request) -> bytes:
    async with form_of(asked, **LIMITS) as form:
        return await form["alert"].read()


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ({"type": "http.disconnect"}, ClientDisconnect),
        ({"raises": 413}, HTTPException),
        (body(_PART.replace(b"--x", b"\r\n--x") * 2), HTTPException),
    ],
)
def test_what_is_cut_off_or_too_much_is_closed_at_once(no_collector, last, error):
    async def several() -> int:
        before = open_files()
        for _ in range(3):
            with pytest.raises(error):
                await read(request(body(_PART + _LONG), last))
        return open_files() - before

    assert loops.run(several()) == 0


def test_a_whole_one_is_open_while_it_is_worked_with_and_no_longer(no_collector):
    async def one() -> tuple[int, int]:
        before = open_files()
        asked = request(body(_PART + _LONG), body(b"\r\n--x--\r\n", more=False))
        content = await read(asked)
        return len(content), open_files() - before

    assert loops.run(one()) == (len(_LONG), 0)
