"""Have a page be of one state of the store, asked in one go: whole, and sooner there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from fastapi.responses import Response

from cxdigest.web.desk import Desk

_Asked = ParamSpec("_Asked")


def in_one_view(handler: Callable[_Asked, Response]) -> Callable[_Asked, Response]:
    """Return *handler*, which is given a ``desk`` and only reads, to be asked in one view."""

    @wraps(handler)
    def seen(*args: _Asked.args, **asked: _Asked.kwargs) -> Response:
        desk = asked["desk"]
        assert isinstance(desk, Desk)
        with desk.store.one_view():
            return handler(*args, **asked)

    return seen
