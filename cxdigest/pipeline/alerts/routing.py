"""Find whose the mails of an intake are: as they come, and when people's addresses change.

Which address is whose decides ``intake``, purely. What has an owner is never given to another.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from cxdigest.extract.mails.addressing import addressed
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver
from cxdigest.intake import Intake, intake_of
from cxdigest.model import routed
from cxdigest.pipeline.street import Street
from cxdigest.store import Read

log = logging.getLogger(__name__)


def intake(street: Street, source: str) -> Intake | None:
    """Return who has mails in *source*; None where it takes in no mails of several people."""
    if source not in street.intakes:
        return None
    people = (
        (profile.name, profile.addresses)
        for profile in street.profiles
        if routed(source, profile.name) in profile.sources
    )
    return intake_of(street.intakes[source], people)


def owned(read: Read, mailbox: Intake | None, receiver: Receiver = UNKNOWN) -> Read:
    """Return *read* with its owner in *mailbox*; while it is nobody's, with its addresses."""
    if mailbox is None or read.profile or read.alert.media != "mail":
        return read
    found = addressed(read.alert.raw, receiver)
    owner = mailbox.owner(found)
    return replace(read, profile=owner, addressed=() if owner else found)


def find_owners(street: Street) -> None:
    """Give what is nobody's to those whose addresses changed since it was looked at last."""
    for source in street.intakes:
        mailbox = intake(street, source)
        if mailbox is None or street.store.is_routed_by(source, mailbox.fingerprint):
            continue
        found = street.store.find_owners(
            source,
            mailbox.owner,
            addressed=partial(addressed, receiver=street.receivers.get(source, UNKNOWN)),
            fingerprint=mailbox.fingerprint,
        )
        for profile, number in found.items():
            log.info("%d alerts of %s are now %s's", number, source, profile)
