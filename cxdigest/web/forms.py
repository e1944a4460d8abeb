"""Forms as browsers send them: their fields in UTF-8, and no more of them than a page has.

A stranger may name any encoding that Python knows, some of which take seconds for a few letters or
make text that nobody can write down again; browsers name none.
"""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing, asynccontextmanager
from http import HTTPStatus

from fastapi import HTTPException, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from cxdigest.language import _


@asynccontextmanager
async def form_of(
    request: Request, *, max_files: int, max_fields: int, max_part_size: int
) -> AsyncIterator[FormData]:
    """Read the form of *request*; its files are open for the time of the ``with``.

    Raises:
        HTTPException: it is not in UTF-8, or larger than this.
    """
    media, options = parse_options_header(request.headers.get("content-type", ""))
    if not _is_utf8(options.get(b"charset", b"utf-8")):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send the form in UTF-8."))
    limits = {"max_fields": max_fields, "max_part_size": max_part_size}
    if media == b"multipart/form-data":
        async with aclosing(request.stream()) as stream:
            form = await _Parts(request.headers, stream, max_files=max_files, **limits).whole()
    else:
        form = await request.form(**limits)
    try:
        yield form
    finally:
        await form.close()


class _Parts(MultiPartParser):
    """A form with files, which leaves none of them open where it is cut off."""

    async def whole(self) -> FormData:
        """Return it once all of it came.

        Raises:
            HTTPException: it is none, or has more than a page sends.
        """
        with ExitStack() as unless_whole:
            unless_whole.callback(self._close_all)
            try:
                form = await self.parse()
            except MultiPartException as error:
                raise HTTPException(HTTPStatus.BAD_REQUEST, error.message) from error
            unless_whole.pop_all()
            return form

    def _close_all(self) -> None:
        for file in self._files_to_close_on_error:
            file.close()


def _is_utf8(name: bytes) -> bool:
    try:
        return codecs.lookup(name.decode("latin-1")).name == "utf-8"
    except (LookupError, ValueError):
        return False
