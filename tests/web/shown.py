"""The pages of a desk, really served. Making their routes takes longer than most tests ask.

So an app that no test holds just now is used again: what it knows of a test is its desk and who is
said to ask, and both are of the test that holds it.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator

from fastapi import FastAPI
from starlette.routing import Mount

from cxdigest.web.desk import Desk
from cxdigest.web.guard import Guard
from cxdigest.web.plugged import pages
from cxdigest.web.server import serving
from cxdigest.web.site import site
from cxdigest.web.who import Visitor
from cxdigest.web.who.visitor import visitor_of

#: By whether the console is among them, and which pages of plugins.
_free: dict[object, list[Guard]] = defaultdict(list)


@contextlib.contextmanager
def shown(desk: Desk, visitor: Callable[[], Visitor] | None = None) -> Iterator[tuple[str, int]]:
    """Serve the pages of *desk* for the time of the ``with``; *visitor* says who asks."""
    with lent(desk, visitor) as app, serving(app, ("127.0.0.1", 0)) as address:
        yield address


@contextlib.contextmanager
def lent(desk: Desk, visitor: Callable[[], Visitor] | None = None) -> Iterator[Guard]:
    """The app of *desk*, which nobody else holds for the time of the ``with``."""
    free = _free[desk.street is not None, tuple(one.origin for one in pages())]
    guard = free.pop() if free else site(desk)
    assert isinstance(guard, Guard)
    for app in _apps(guard):
        app.state.desk = desk
    assert isinstance(guard.app, FastAPI)
    guard.app.dependency_overrides = {visitor_of: visitor} if visitor else {}
    yield guard
    free.append(guard)  # not after a failure: nothing of it may go on


def _apps(guard: Guard) -> Iterator[FastAPI]:
    assert isinstance(guard.app, FastAPI)
    yield guard.app
    for route in guard.app.routes:
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            yield route.app
