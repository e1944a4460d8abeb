"""Links without their wrappers, trackers and tokens. Opens nothing: no tracker is ever asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link, cleaned."""

    url: str  #: canonical; the original where *opaque*
    native_id: str = ""  #: ``board:id`` where the link carries the board's own id
    opaque: bool = False  #: a wrapper that cannot be undone without asking the tracker


def clean(url: str) -> Link:
    """Unwrap and canonicalise *url* (http or https)."""
    return Link(url=url)
