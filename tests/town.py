"""A web of many hosts, all played by one server: ``https://HOST/PATH`` is its ``/HOST/PATH``.

Requests go over a real connection; only the way there is another, so that tests need no name, no
certificate and no port of their own. What guards addresses is tested without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from cxdigest.net import Http
from cxdigest.pages.hosts import Hosts
from cxdigest.pipeline import PageDesk
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from tests.servers.web import Web
from tests.worlds import World

LEASE = timedelta(minutes=15)


class Road(httpx.BaseTransport):
    """Leads every request to the one server."""

    def __init__(self, web: Web) -> None:
        self._server = httpx.URL(web.url)
        self._way = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = f"/{request.url.host}".encode() + request.url.raw_path
        request.url = self._server.copy_with(raw_path=path)
        return self._way.handle_request(request)

    def close(self) -> None:
        self._way.close()


@dataclass
class Town:
    """The hosts, and what was asked of them."""

    web: Web
    http: Http
    slept: list[float] = field(default_factory=list)

    def page(self, url: str, body: bytes | str = b"", **more: object) -> str:
        """Put a document at *url*."""
        more.setdefault("kind", "text/html; charset=utf-8")
        self.web.page(_path(url), body, **more)
        return url

    def redirect(self, url: str, to: str, *, status: int = 302) -> str:
        self.web.redirect(_path(url), to, status=status)
        return url

    def play(self, url: str, play: Callable) -> str:
        self.web.play(_path(url), play)
        return url

    @property
    def asked(self) -> list[str]:
        """What was asked, without the questions for robots.txt, oldest first."""
        return [one for one in self.all_asked if not one.endswith("/robots.txt")]

    @property
    def all_asked(self) -> list[str]:
        return [f"https:/{one.path}" for one in self.web.requests]

    def desk(
        self, world: World, *, holder: str = "w1", http: Http | None = None, **more
    ) -> PageDesk:
        """What a pipeline in *world* needs to read pages here."""

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            world.now += timedelta(seconds=seconds)

        def clock() -> datetime:
            return world.now

        asker = Asker(
            store=world.store,
            http=http or self.http,
            hosts=more.pop("hosts", Hosts()),
            clock=clock,
            holder=holder,
            lease=LEASE,
            pace=more.pop("pace", timedelta()),
            sleep=sleep,
        )
        per_day = more.pop("per_day", {"ada": 50})
        return PageDesk(asker=asker, listings=Listings(asker=asker), per_day=per_day, **more)


def _path(url: str) -> str:
    return "/" + url.removeprefix("https://").partition("?")[0]
