"""What a format is: a name, a way to recognise its alerts, a way to read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cxdigest.extract.mail import Mail
from cxdigest.model import Extraction, FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFormat:
    """How one sender writes alert mails."""

    name: str
    recognises: Callable[[Mail], bool]  #: by sender and by structure
    read: Callable[[Mail], Extraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """How one kind of feed writes entries."""

    name: str
    recognises: Callable[[FeedEntry], bool]
    read: Callable[[FeedEntry], Extraction]
