"""Send what is due, one claim at a time, and store how that went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from cxdigest import schedule
from cxdigest.channels import Channel
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery, DeliveryState
from cxdigest.pipeline.street import LEASE, Delivered, Street

log = logging.getLogger(__name__)


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
    outcome = _send(street.channels, delivery)
    now = street.clock()
    next_try = schedule.next_try(now, delivery.attempts) if outcome.state == "waiting" else None
    if outcome.state == "waiting" and next_try is None:
        outcome = replace(outcome, state="failed")
    street.store.finish_delivery(
        delivery.id,
        state=outcome.state,
        detail=outcome.detail,
        now=now,
        next_try=next_try,
        holder=street.holder,
    )
    way = f"{delivery.recipient} over {delivery.channel}"
    log.info("digest of %s to %s: %s", delivery.day, way, outcome.state)
    return outcome


def _send(channels: Mapping[str, Channel], delivery: Delivery) -> Delivered:
    state: DeliveryState = "waiting"
    try:
        channel = channels.get(delivery.channel)
        if channel is None:
            detail = f"channel {delivery.channel} is not in the configuration or not enabled"
        else:
            detail, state = channel.send(delivery).detail, "sent"
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
