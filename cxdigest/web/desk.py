"""What the pages work with. Made once by ``serve`` and shared by all requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment

from cxdigest.config import Config
from cxdigest.config.web import ProxyConfig
from cxdigest.console.digests.today import Editions
from cxdigest.console.instance.vitals import Vitals
from cxdigest.console.kept import Kept
from cxdigest.console.numbers.claims import Numbers
from cxdigest.feedback import Signer
from cxdigest.language import _, speak
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.store import Store
from cxdigest.web.answers import Answers
from cxdigest.web.caller import caller_of
from cxdigest.web.document import Document
from cxdigest.web.first_code import FirstCode
from cxdigest.web.strangers import Strangers
from cxdigest.web.tries import Tries

_SHORT_WAIT = 5  #: seconds
_PULSE = timedelta(seconds=10)
_WHOLE = timedelta(minutes=5)  #: its page says when it was counted
_SIZES = timedelta(minutes=10)  #: they are counted through, and change slowly


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The store and all that pages need besides."""

    store: Store
    signer: Signer
    templates: Environment
    clock: Callable[[], datetime]
    profile: Callable[[str], Profile | None]  #: by its name; paused ones too
    fingerprint: Callable[[str], str]  #: of the rules that judge for the profile of this name
    public_url: str = ""  #: without a slash at its end; empty where readers cannot reach us
    #: What a coach's review and the console work with, as it is now; None: no such pages.
    street: Callable[[], Street] | None = None
    config: Config | None = None  #: as it was read when the process began
    wake: Callable[[], None] = field(default=lambda: None)  #: has the worker look at once
    #: Whoever comes from this very machine is the one person here and needs no login, as long as
    #: no user is stored.
    alone: bool = False
    proxy: ProxyConfig | None = None  #: who may say whose request it is
    first_code: FirstCode | None = None  #: by which the first admin is made
    tries: Tries = field(default_factory=Tries)
    strangers: Strangers = field(default_factory=Strangers)
    recent: Kept[Document] = field(default_factory=Kept)  #: feeds made within the last minute
    numbers: Kept[Numbers] = field(default_factory=Kept)  #: counted within the last minute
    #: Those of all sources: a second's work of the one core that all pages share.
    numbers_of_all: Kept[Numbers] = field(
        default_factory=partial(Kept, fresh=_WHOLE, oldest=_WHOLE * 2)
    )
    answers: Answers = field(default_factory=Answers)  #: pages that were shown a moment ago
    editions: Editions = field(default_factory=Editions)
    #: Asked by probes and by Prometheus, every few seconds each.
    vitals: Kept[Vitals] = field(default_factory=partial(Kept, fresh=_PULSE, oldest=_PULSE * 3))
    scraped: Kept[bytes] = field(default_factory=partial(Kept, fresh=_PULSE, oldest=_PULSE * 3))
    sizes: Kept[Mapping[str, int]] = field(default_factory=partial(Kept, fresh=_SIZES))
    links: Strangers = field(default_factory=Strangers)  #: who had how many links tried lately
    #: Held by whoever counts through all stored postings: one at a time.
    counting: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def counting_alone(self, *, whole: bool) -> Iterator[bool]:
        """Let one at a time judge stored postings for an answer; yields whether it is our turn.

        A short count waits a little for its turn, a *whole* one comes again later.
        """
        ours = self.counting.acquire(timeout=0 if whole else _SHORT_WAIT)
        try:
            yield ours
        finally:
            if ours:
                self.counting.release()

    def now(self) -> Street:
        """Return the street with its profiles as they are now."""
        assert self.street is not None, "the console is served with a street alone"
        return self.street()

    def caller(self, request: Request) -> str:
        """Return whom to count the tries of."""
        return caller_of(request, self.proxy.addresses if self.proxy else ())

    def page(self, template: str, *, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
        """Return the page that *template* of ``templates/web`` makes of *values*."""
        html = self.templates.get_template(f"{template}.html.j2").render(**values)
        return HTMLResponse(html, status_code=status)

    def speak_to(self, name: str) -> None:
        """Answer in the language of the profile *name*, as it is now; else as the browser likes."""
        if (profile := self.profile(name)) is not None:
            speak(profile.language)

    def notice(self, title: str, *lines: str, status: int = HTTPStatus.OK) -> HTMLResponse:
        """Return a page that only says something."""
        return self.page("notice", status=status, title=title, lines=lines)

    def refuse(self, request: Request) -> Response:
        """Answer a link that we never made, and one who tries many of them more shortly."""
        if self.strangers.too_many(self.caller(request), self.clock()):
            return self.notice(
                _("Too many links that do not work"),
                _("Try again in a few minutes."),
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )
        return self.notice(
            _("This link does not work"),
            _(
                "It may have been cut when it was copied or wrapped. Open it from the mail itself, "
                "or copy the whole of it."
            ),
            status=HTTPStatus.NOT_FOUND,
        )


def desk_of(request: Request) -> Desk:
    """Return the desk of the app that serves *request*."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


async def _at_desk(request: Request) -> Desk:
    return desk_of(request)  # at once: a thread for it would cost more than all else about it


#: What a handler takes to work with it.
AtDesk = Annotated[Desk, Depends(_at_desk)]
