"""What a site's robots.txt lets us ask (RFC 9309).

Reads text that was fetched; asks nobody. Protego reads the lines, as it does for Scrapy. Beyond the
half megabyte that the standard asks for, what a file says is not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from cxdigest.net.answer import Answer

#: By this name a robots.txt speaks of us (the RFC's "product token").
TOKEN = "cxdigest"  # noqa: S105 - a name, no secret
_MOST = 512_000  #: bytes, 500 KiB
#: A site that asks for more between two requests gets this much, or its turn would never end.
LONGEST_PAUSE = 60.0
ALLOW_ALL = b""
DENY_ALL = b"User-agent: *\nDisallow: /\n"
_FOUND = range(200, 300)
_REFUSED = range(400, 500)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site."""

    _rules: Protego

    def may(self, url: str) -> bool:
        """Tell whether *url* may be asked."""
        return self._rules.can_fetch(url, TOKEN)

    @property
    def pause(self) -> float:
        """Seconds that the site wants between two requests; 0 where it does not say."""
        rate = self._rules.request_rate(TOKEN)
        seconds = max(
            self._rules.crawl_delay(TOKEN) or 0.0,
            min(rate.seconds, 86_400) / rate.requests if rate else 0.0,
        )
        return min(max(seconds, 0.0), LONGEST_PAUSE)


def read_robots(body: bytes) -> Robots:
    """Return the rules that *body* holds; whatever cannot be read allows."""
    text = body[:_MOST].decode("utf-8", "replace").removeprefix("\ufeff")
    return Robots(Protego.parse(text))


def body_of(answer: Answer) -> bytes | None:
    """Return what an *answer* to the question for robots.txt says; None: nothing for now.

    Without a file (4xx) all is allowed; a server in trouble (5xx) allows nothing until it is well.
    """
    if answer.status in _FOUND:
        return answer.body[:_MOST]
    throttled = answer.status == 429  # noqa: PLR2004 - Google reads it so: no word on whether there are rules
    return ALLOW_ALL if answer.status in _REFUSED and not throttled else None
