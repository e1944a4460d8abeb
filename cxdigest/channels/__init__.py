"""Where digests go: one file a channel, one line here.

A channel sends one delivery and says how that went; it never retries, waits or stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cxdigest.channels.contents import Contents
from cxdigest.model import Delivery, Receipt

if TYPE_CHECKING:  # to know the types of channels, nobody needs what makes requests
    from cxdigest.net import Http


class Channel(Protocol):
    """One way to hand over a digest."""

    @property
    def name(self) -> str:
        """The channel's name in the configuration."""

    def send(self, delivery: Delivery) -> Receipt:
        """Hand *delivery* over.

        Raises:
            DeliveryError: it failed; ``permanent`` tells whether to try again.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTools:
    """What a channel may be made with."""

    http: Http  #: the only way to the web: guarded, capped, paced
    clock: Callable[[], datetime]  #: now, as aware UTC
    tokens: Mapping[str, Callable[[], str]]  #: what opens an account, by the name of its login
    contents: Contents  #: the postings of a digest, for what sends more than the mail's own words
    feedback_to: str = ""  #: the address of the mailbox that is polled; empty without one
