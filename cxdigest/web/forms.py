"""Forms as browsers send them: their fields in UTF-8, and no more of them than a page has.

A stranger may name any encoding that Python knows, some of which take seconds for a few letters or
make text that nobody can write down again; browsers name none.
"""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import HTTPException, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData


@asynccontextmanager
async def form_of(
    request: Request, *, max_files: int, max_fields: int, max_part_size: int
) -> AsyncIterator[FormData]:
    """Read the form of *request*; its files are open for the time of the ``with``.

    Raises:
        HTTPException: it is not in UTF-8, or larger than this.
    """
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if not _is_utf8(options.get(b"charset", b"utf-8")):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the form in UTF-8.")
    limits = {"max_files": max_files, "max_fields": max_fields, "max_part_size": max_part_size}
    async with request.form(**limits) as form:
        yield form


def _is_utf8(name: bytes) -> bool:
    try:
        return codecs.lookup(name.decode("latin-1")).name == "utf-8"
    except (LookupError, ValueError):
        return False
