"""The link by which a recipient ends the mails of a profile. Pure; knows no key and no server.

A page of ours where readers reach one; else a mail: to where the channel's settings say, to the
mailbox that is polled, or to the sender, who then has to do it by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from cxdigest.feedback.tokens import MARK
from cxdigest.model import Delivery

PURPOSE = "unsubscribe"  #: of the tokens; their one part is the delivery's id
Sign = Callable[[str], str]  #: makes a token for a delivery's id


def ways_out(
    sign: Sign | None = None,
    *,
    public_url: str = "",
    feedback_to: str = "",
    told: Mapping[str, str] | None = None,
    senders: Mapping[str, str] | None = None,
) -> Callable[[Delivery], str]:
    """Return what gives the link of a delivery; ``""`` where there is no way.

    *public_url* has no slash at its end and *feedback_to* is the address of the polled mailbox;
    both are of use only with *sign*. *told* and *senders* are what the settings of a channel say,
    by its name: a link of its own, and the bare address that its mails come from.
    """
    told, senders = told or {}, senders or {}

    def link(delivery: Delivery) -> str:
        if sign and public_url:
            return f"{public_url}/u/{sign(delivery.id)}"
        if own := told.get(delivery.channel):
            return own
        sender = senders.get(delivery.channel)
        if not sender:
            return ""
        if sign and feedback_to:
            return mailto(feedback_to, f"{MARK} {sign(delivery.id)} unsubscribe")
        return mailto(sender, "unsubscribe")

    return link


def mailto(address: str, subject: str) -> str:
    """Return the link that opens a mail to *address*."""
    return f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}"
