"""Raw bytes -> the mail that the formats read. Placeholder: only the record is agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, decoded."""

    headers: Mapping[str, str]  #: names in lower case, first value of each, decoded to one line
    sender: str  #: address of From in lower case, ``""`` where it cannot be read
    sender_name: str  #: display name of From
    subject: str
    date: datetime | None  #: of the Date header, UTC
    text: str  #: all text/plain parts, decoded, format=flowed undone, ``\n`` line ends
    html: str  #: all text/html parts, decoded
    forwarded: bool = False  #: the fields above are those of the mail that was forwarded
