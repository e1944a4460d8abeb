"""What a format is: a name, a way to recognise its alerts, a way to read them.

Formats of plugins import from here alone, ``Mail`` too: the rooms beside may change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cxdigest.extract.mails.mail import Mail
from cxdigest.model import Extraction, FeedEntry
from cxdigest.text import is_host

__all__ = ["FeedFormat", "Mail", "MailFormat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFormat:
    """How one sender writes alert mails."""

    name: str
    recognises: Callable[[Mail], bool]  #: by sender and by structure; by structure where it is lost
    read: Callable[[Mail], Extraction]
    domains: tuple[str, ...] = ()  #: whose mails it reads; what the sender is explained with
    marks: str = ""  #: what in the mail shows that it is one, as a clause: ``it links to …``
    proven: bool = True  #: False: written from others' notes, no captured mail has shown it right

    def is_sender(self, host: str) -> bool:
        """Tell whether *host* is a sender of this format."""
        return any(is_host(host, domain) for domain in self.domains)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """How one kind of feed writes entries."""

    name: str
    recognises: Callable[[FeedEntry], bool]
    read: Callable[[FeedEntry], Extraction]
