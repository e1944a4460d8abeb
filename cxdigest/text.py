"""Small facts about text that several rooms share: white space, hosts, the mark of an edition.

Contains no business logic.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from urllib.parse import urlsplit

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_EDITION = re.compile(r"cxdigest/\d{4}-\d{2}-\d{2}/[0-9a-f]{8}")


def squash(text: str) -> str:
    """Return *text* on one line: every run of white space is one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def unhidden(text: str) -> str:
    """Return *text* squashed, without the letters that take no room (mails hide many)."""
    return squash(text if text.isascii() else _INVISIBLE.sub("", text))


def host_of(url: str) -> str:
    """Return the host of *url* in lower case, ``""`` where it has none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # e.g. an unclosed bracket of an IPv6 address
        return ""


def is_host(host: str, domain: str) -> bool:
    """Tell whether *host* is *domain* or lies below it (``notyoutube.com`` is not YouTube)."""
    return host == domain or host.endswith("." + domain)


def edition_mark(profile: str, day: date) -> str:
    """Return the mark printed in each digest, by which cxdigest knows its own mails again.

    It stands in the visible text because a forwarded mail keeps nothing else.
    """
    return f"cxdigest/{day.isoformat()}/{hashlib.sha256(profile.encode()).hexdigest()[:8]}"


def has_edition_mark(text: str) -> bool:
    """Tell whether *text* carries an edition mark."""
    return _EDITION.search(text) is not None
