"""Send what is due, one claim at a time, and store how that went.

What is frozen is the same for all recipients of a digest; the link that ends the mails is each
one's own and is put in here, so that a retry sends the very same mail.
"""

from __future__ import annotations

import html
import logging
import re
from dataclasses import replace
from datetime import datetime

from cxdigest import schedule
from cxdigest.errors import DeliveryError, StoreError
from cxdigest.language import SOURCE, speaking
from cxdigest.model import Delivery, DeliveryState, Rendered
from cxdigest.pipeline.street import LEASE, Delivered, Street
from cxdigest.pipeline.told import told
from cxdigest.render import UNSUBSCRIBE

log = logging.getLogger(__name__)

#: Seconds between tries to store an outcome; in all well within the lease.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
_ANCHOR = re.compile(
    rf"<a\b[^>]*\bhref=[\"']?{re.escape(UNSUBSCRIBE)}[\"']?[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE
)
#: With the sentence that leads to it: "You get this because … . Stop these mails:" and the link.
_LINE = re.compile(
    rf"(?:[^\S\n]*[^.\n]*:[^\S\n]*)?\n[^\n]*{re.escape(UNSUBSCRIBE)}[^\n]*|^.*{re.escape(UNSUBSCRIBE)}.*\n?"
)


def deliver_waiting(street: Street) -> tuple[Delivered, ...]:
    """Send every delivery that is due, one claim at a time."""
    done = []
    while not street.stopping():
        delivery = street.store.claim_delivery(
            now=street.clock(), lease=LEASE, holder=street.holder
        )
        if delivery is None:
            break
        done.append(deliver(street, delivery))
    return tuple(done)


def deliver(street: Street, delivery: Delivery) -> Delivered:
    """Send one claimed delivery and store how that went."""
    outcome = _send(street, delivery)
    now = street.clock()
    next_try = schedule.next_try(now, delivery.attempts) if outcome.state == "waiting" else None
    if outcome.state == "waiting" and next_try is None:
        outcome = replace(outcome, state="failed")
    _record(street, delivery, outcome, now=now, next_try=next_try)
    way = f"{delivery.recipient} over {delivery.channel}"
    fields = told(
        "deliver",
        delivery=delivery.id,
        digest=delivery.digest_id,
        profile=delivery.profile,
        day=delivery.day.isoformat(),
        channel=delivery.channel,
        state=outcome.state,
        attempt=delivery.attempts,
    )
    log.info("digest of %s to %s: %s", delivery.day, way, outcome.state, extra=fields)
    return outcome


def _record(
    street: Street,
    delivery: Delivery,
    outcome: Delivered,
    *,
    now: datetime,
    next_try: datetime | None,
) -> None:
    """Store how a delivery ended; where the database is away for a moment, when it is back.

    What has left would leave again if that was not known.

    Raises:
        StoreError: the database stayed away.
    """
    for pause in (*_PAUSES, None):
        try:
            street.store.finish_delivery(
                delivery.id,
                state=outcome.state,
                detail=outcome.detail,
                now=now,
                next_try=next_try,
                holder=street.holder,
            )
        except StoreError:
            if pause is None:
                raise
            street.sleep(pause)
        else:
            return


def _send(street: Street, delivery: Delivery) -> Delivered:
    state: DeliveryState = "waiting"
    try:
        channel = street.channels.get(delivery.channel)
        if channel is None:
            detail = f"channel {delivery.channel} is not in the configuration or not enabled"
        else:
            with speaking(_language_of(street, delivery)):
                detail, state = channel.send(personal(street, delivery)).detail, "sent"
    except DeliveryError as error:
        detail, state = str(error), "failed" if error.permanent else "waiting"
    except Exception as error:
        # A fault in one channel must not stop the others; the delivery is tried again.
        log.exception("delivery %s failed", delivery.id)
        detail = f"unexpected {type(error).__name__}: {error}"
    return Delivered(
        profile=delivery.profile,
        channel=delivery.channel,
        recipient=delivery.recipient,
        state=state,
        detail=detail,
    )


def _language_of(street: Street, delivery: Delivery) -> str:
    profile = street.profile(delivery.profile)
    return profile.language if profile else SOURCE


def personal(street: Street, delivery: Delivery) -> Delivery:
    """Return *delivery* with the link that ends these mails for its recipient.

    Where there is no link, what would have led there is left out: a link that does nothing is
    worse than none.
    """
    link = street.unsubscribe(delivery) if street.unsubscribe else ""
    return replace(delivery, unsubscribe=link, rendered=leaving_by(delivery.rendered, link))


def leaving_by(rendered: Rendered, link: str) -> Rendered:
    """Return *rendered* with *link* as the way out of the mails; without any where it is empty."""
    if UNSUBSCRIBE not in rendered.html and UNSUBSCRIBE not in rendered.text:
        return rendered
    if link:
        text = rendered.text.replace(UNSUBSCRIBE, link)
        shown = rendered.html.replace(UNSUBSCRIBE, html.escape(link))
    else:
        text, shown = _LINE.sub("", rendered.text), _ANCHOR.sub("", rendered.html)
    return replace(rendered, text=text, html=shown)
