"""A digest as a short message, over one of the services that Apprise knows.

Apprise makes its own connections and says of a failure little more than that it was one, so every
failure is tried again. It is an extra and is loaded by the first message.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

from cxdigest.channels.contents import Contents
from cxdigest.errors import DeliveryError
from cxdigest.language import _, ngettext, spoken
from cxdigest.model import Candidate, Delivery, Digest, Receipt
from cxdigest.render import words
from cxdigest.render.row import row_of
from cxdigest.text import printable, squash

_SHOWN = 8  #: roles that are named
_WANTED = ("genuine", "unclear")
_MOST = 1500  #: letters of the text part, where it stands for the roles
#: Parts of the address that are blotted out of what Apprise says.
_PARTS = re.compile(r"[^\W_]{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel:
    """A service that takes short messages."""

    name: str
    service: str = field(repr=False)  #: an Apprise URL
    contents: Contents

    def send(self, delivery: Delivery) -> Receipt:
        """Send the short form of *delivery*.

        Raises:
            DeliveryError: it was not taken, or Apprise is not installed; never permanent.
        """
        apprise = _apprise()
        service = apprise.Apprise()
        if not service.add(self.service):
            raise DeliveryError(
                "Apprise does not know this service; check the address in service, service_env or "
                "service_file by `apprise --dry-run`",
                permanent=False,
            )
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
            taken = service.notify(
                title=delivery.rendered.subject,
                body=short_form(delivery, self.contents(delivery)),
                body_format=apprise.NotifyFormat.TEXT,
            )
            why = self._blotted(said.getvalue())
        if not taken:
            raise DeliveryError(f"the service did not take it{why}", permanent=False)
        return Receipt(detail="taken by the service")

    def _blotted(self, said: str) -> str:
        """Return what Apprise said, without any part of the service's address."""
        line = squash(printable(said))[:200]
        for part in sorted(_PARTS.findall(self.service), key=len, reverse=True):
            line = line.replace(part, "…")
        return f": {line}" if line else ""


def short_form(delivery: Delivery, contents: Sequence[tuple[str, Candidate]]) -> str:
    """Return the roles that a reader wants to hear of, two lines each, and how many more.

    The beginning of the text part where nothing is known of the digest.
    """
    wanted = [one for section in _WANTED for key, one in contents if key == section]
    if not wanted:
        return _beginning(delivery)
    lines = [line for one in wanted[:_SHOWN] for line in _lines(delivery, one)]
    if len(wanted) > _SHOWN:
        lines.append(
            ngettext(
                "And {n} more role in the digest.",
                "And {n} more roles in the digest.",
                len(wanted) - _SHOWN,
            )
        )
    return "\n".join(lines)


def _lines(delivery: Delivery, one: Candidate) -> list[str]:
    plain = Digest(profile=delivery.profile, day=delivery.day, made=delivery.made, locale=spoken())
    row = row_of(one, plain)
    facts = words.joined(row.title, row.employer, row.place, row.workplace, row.salary)
    unclear = one.verdict is None or one.verdict.kind == "unclear"
    unsure = words.joined(facts, _("worth a look")) if unclear else facts
    # A link through a tracker may hold a token, and this leaves the house.
    return [unsure, row.url] if row.url and not one.posting.opaque else [unsure]


def _beginning(delivery: Delivery) -> str:
    text = delivery.rendered.text.strip()
    return text if len(text) <= _MOST else text[:_MOST].rpartition("\n")[0] + "\n…"


def _apprise() -> ModuleType:
    try:
        return importlib.import_module("apprise")
    except ModuleNotFoundError as error:
        raise DeliveryError(
            "Apprise needs one more package: pip install 'cxdigest[apprise]'", permanent=False
        ) from error
