"""A logbook: a text file that gets a line for each digest."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from cxdigest.channels import ChannelTools
from cxdigest.config.keys import Sending
from cxdigest.config.plugged import ChannelType
from cxdigest.config.values import FilePath
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery, Receipt


class LogbookConfig(Sending):
    """Digests as lines of a logbook."""

    type: Literal["logbook"] = Field(description="The word logbook.")
    path: FilePath = Field(description="The file; lines are added to it.", examples=["log.txt"])


class Logbook:
    """One file."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def send(self, delivery: Delivery) -> Receipt:
        """Add the line of *delivery*.

        Raises:
            DeliveryError: the file cannot be written; it is tried again.
        """
        whose = f"{delivery.day} {delivery.profile} {delivery.recipient}"
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{whose}: {delivery.rendered.subject}\n")
        except OSError as error:
            raise DeliveryError(f"{self._path}: {error.strerror}", permanent=False) from error
        return Receipt(detail=f"written to {self._path}")


def _make(name: str, keys: LogbookConfig, _: ChannelTools) -> Logbook:
    return Logbook(name, keys.path)


LOGBOOK = ChannelType(keys=LogbookConfig, make=_make)
