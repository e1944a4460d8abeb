"""Links as alerts write them -> links that may be kept: unwrapped, without trackers or tokens.

Reads the link itself and never the network: a tracker that is asked tells its owner. What cannot be
unwrapped stays as it is and is marked opaque, so that nothing ever fetches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from cxdigest.links.boards import link_by_path, posting_link, search_link
from cxdigest.links.query import tidy_fragment, tidy_query
from cxdigest.links.wrappers import is_opaque, unwrap, without_login

_MAX_LENGTH = 16_384
_MAX_WRAPPERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link, cleaned."""

    url: str  #: canonical; the original where *opaque*
    native_id: str = ""  #: ``board:id`` where the link carries the board's own id
    opaque: bool = False  #: could not be unwrapped and must never be fetched


@lru_cache(maxsize=4096)
def clean(url: str) -> Link:
    """Return *url* unwrapped and canonical. Never raises, whatever the string."""
    url = _tidy(url)
    for _ in range(_MAX_WRAPPERS):
        parts = parts_of(url)
        if parts is None:
            return Link(url=url)
        host = (parts.hostname or "").rstrip(".")
        if found := link_by_path(host, parts.path):
            return Link(url=found[0], native_id=found[1])
        inner = unwrap(parts)
        if not inner or (inner := _tidy(inner)) == url:
            return _canonical(url, host, parts)
        url = inner
    return Link(url=url, opaque=True)


def _tidy(url: str) -> str:
    url = "".join(url[:_MAX_LENGTH].split()).strip("<>")
    return url.replace("&amp;", "&")


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of a web link, None where it is something else or cannot be read."""
    try:
        parts = urlsplit(url)
        readable = parts.hostname and parts.scheme in {"http", "https"}
    except ValueError:
        return None
    return parts if readable else None


def _canonical(url: str, host: str, parts: SplitResult) -> Link:
    found = posting_link(host, parts)
    if found is not None:
        return Link(url=found[0], native_id=found[1])
    if is_opaque(host, parts):
        return Link(url=without_login(host, url), opaque=True)
    searched = search_link(host, parts)
    if searched:
        return Link(url=searched)
    query, fragment = tidy_query(parts.query), tidy_fragment(parts.fragment)
    netloc = parts.netloc.rpartition("@")[2].lower()
    return Link(url=urlunsplit((parts.scheme, netloc, parts.path, query, fragment)))
