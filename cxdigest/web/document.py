"""A whole answer for a program, as it is kept for those who ask again soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole answer."""

    body: bytes
    etag: str  #: with its quotes
    updated: datetime
