"""Make each profile's digest of its local day, once, and freeze it with its deliveries."""

from __future__ import annotations

import logging
from datetime import date, datetime

from cxdigest import digest as digests
from cxdigest import schedule
from cxdigest.errors import RenderError, StoreError
from cxdigest.model import Digest, Profile
from cxdigest.pipeline.street import Composed, Street
from cxdigest.render import render

log = logging.getLogger(__name__)

_EMPTY_HANDED = (
    "none of its sources could be read, so no digest was made; mend them and run this again"
)


def compose_waiting(street: Street, *, everything: bool = False) -> tuple[Composed, ...]:
    """Compose the digest of every profile whose local send time has passed and that has none."""
    done = []
    for profile in street.profiles:
        if street.stopping():
            break
        now = street.clock()
        day = (
            schedule.local_day(now, profile.zone)
            if everything
            else schedule.due_day(
                now, send_at=profile.send_at, zone=profile.zone, days=profile.days
            )
        )
        if day is None:
            continue
        if not street.store.digest_day_exists(profile.name, day):
            done.append(compose(street, profile, day, now, by_hand=everything))
        elif everything:
            done.append(Composed(profile=profile.name, day=day, digest=None))
    return tuple(done)


def compose(
    street: Street, profile: Profile, day: date, now: datetime, *, by_hand: bool = False
) -> Composed:
    """Compose, render and freeze one digest with one delivery per recipient.

    *by_hand*, a digest that only says that nothing could be read is not made: a person who sees
    that at once mends it and tries again, and the day's one digest must not be gone by then.
    """
    try:
        digest = edition(street, profile, day, now)
        if by_hand and digests.is_empty_handed(digest):
            return Composed(profile=profile.name, day=day, digest=None, message=_EMPTY_HANDED)
        rendered = render(digest, street.templates)
    except StoreError:
        raise
    except RenderError as error:
        return Composed(profile=profile.name, day=day, digest=None, message=str(error))
    except Exception as error:
        # A fault in one profile's digest must not stop the others'; it is tried at the next turn.
        log.exception("digest of %s could not be composed", profile.name)
        message = f"unexpected {type(error).__name__}: {error}"
        return Composed(profile=profile.name, day=day, digest=None, message=message)
    stored = street.store.record_digest(digest, rendered, profile.recipients, now=now)
    # None: another worker was first, and its digest is the one that is sent.
    return Composed(profile=profile.name, day=day, digest=digest if stored else None)


def edition(street: Street, profile: Profile, day: date, now: datetime) -> Digest:
    """Return what *profile*'s digest of *day* says, without storing it."""
    store = street.store
    last = store.last_digest(profile.name)
    candidates = store.candidates(
        profile.name,
        profile.sources,
        fingerprint=street.rules.fingerprint,
        since=now - profile.lookback,
    )
    reports = store.source_reports(profile.sources, since=last[1] if last else None, now=now)
    return digests.choose(
        candidates,
        reports,
        profile=profile.name,
        heading=profile.heading,
        day=day,
        now=now,
        zone=profile.zone.key,
        replies=profile.replies,
    )
