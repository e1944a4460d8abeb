"""What a server answered, as plain data, and how its headers are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: A server that asks for more is believed this far, or one slip of its clock would end a source.
LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One complete answer; 4xx and 5xx are answers too."""

    status: int  #: of the last hop
    url: str  #: of the last hop, without user name and password
    headers: Mapping[str, str] = field(repr=False)  #: names in lower case
    body: bytes = field(repr=False)  #: unpacked
    moved: str = ""  #: where permanent redirects (301, 308) lead; empty without one
    retry_after: timedelta | None = None  #: what the server asks to wait; at most seven days
    location: str = ""  #: where a redirect that was not followed leads
    left: float = 0.0  #: seconds of the deadline that are left for that

    @property
    def not_modified(self) -> bool:
        """The server says that what is known is still current (304)."""
        return self.status == 304  # noqa: PLR2004

    @property
    def etag(self) -> str:
        """The validator to hand back next time; may be empty."""
        return self.headers.get("etag", "")

    @property
    def modified(self) -> str:
        """``Last-Modified`` as the server wrote it; may be empty."""
        return self.headers.get("last-modified", "")


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; values of one name are joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in raw:
        values.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: ", ".join(said) for name, said in values.items()}


def read_retry_after(headers: Mapping[str, str], *, now: datetime | None) -> timedelta | None:
    """Return the wait that ``Retry-After`` asks for, None where it says nothing readable.

    A date counts from the server's own ``Date``, since its clock may be wrong; from *now* where
    it sends none.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        longest = int(LONGEST_WAIT.total_seconds())
        return timedelta(seconds=min(int(value[:12]), longest))
    until, start = _date(value), _date(headers.get("date", "")) or now
    if until is None or start is None:
        return None
    return min(max(until - start, timedelta(0)), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
