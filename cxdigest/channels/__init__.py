"""Where digests go: one file a channel, one line here.

A channel sends one delivery and says how that went; it never retries, waits or stores.
"""

from __future__ import annotations

from typing import Protocol

from cxdigest.model import Delivery, Receipt


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
