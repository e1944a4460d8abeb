"""Tell a watcher outside that the day's work is done, or that it is stuck.

As healthchecks.io wants it (the address, or with ``/fail`` behind it, and words in the body), or as
Uptime Kuma's push monitors do (``status`` and ``msg`` in the query).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from cxdigest.errors import DeliveryError, NetError
from cxdigest.net import Http

_PUSH = "/api/push/"
_SECONDS = 10.0
_LONGEST = 250  #: letters that Uptime Kuma keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Whom to tell."""

    url: str
    http: Http

    def beat(self, *, well: bool, words: str) -> None:
        """Say that all is *well*, or not, in *words* without names.

        Raises:
            DeliveryError: it was not heard; its text does not repeat the address.
        """
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        address = self.address(well=well, words=words)
        try:
            answer = self.http.post(address, words.encode(), headers=headers, seconds=_SECONDS)
        except NetError as error:
            raise DeliveryError(str(error), permanent=False) from error
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - 2xx
            raise DeliveryError(f"it answered {answer.status}", permanent=False)

    def address(self, *, well: bool, words: str) -> str:
        """Return what is called to say so."""
        parts = urlsplit(self.url)
        if _PUSH in parts.path:
            said = {"status": "up" if well else "down", "msg": words[:_LONGEST]}
            return urlunsplit(parts._replace(query=urlencode(said)))
        path = parts.path if well else f"{parts.path.rstrip('/')}/fail"
        return urlunsplit(parts._replace(path=path))
