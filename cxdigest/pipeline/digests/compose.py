"""Make each profile's digest of its local day, once, and freeze it with its deliveries.

What stands in it is ``edition``'s, how it is written ``deliveries``'. Sends nothing: what
is stored here is found waiting by ``deliver``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from cxdigest import digest as digests
from cxdigest import schedule
from cxdigest.errors import RenderError, StoreError
from cxdigest.model import Digest, Json, Profile, Rendered
from cxdigest.pipeline.deliveries.own_brand import in_own_brand
from cxdigest.pipeline.deliveries.poison import write_out
from cxdigest.pipeline.digests.edition import gather
from cxdigest.pipeline.digests.patience import pending
from cxdigest.pipeline.reviews.review import for_review
from cxdigest.pipeline.street import WHOLE, Composed, Share, Street
from cxdigest.pipeline.told import told
from cxdigest.render import render
from cxdigest.render.plot import pictures_of

log = logging.getLogger(__name__)

_EMPTY_HANDED = (
    "none of its sources could be read, so no digest was made; mend them and run this again"
)


def compose_waiting(
    street: Street, share: Share = WHOLE, *, everything: bool = False
) -> tuple[Composed, ...]:
    """Compose the digest of every profile of *share* that is due and has none yet."""
    due = list(_due(street, share, everything=everything))
    known = street.store.days_done([(profile.name, day) for profile, day in due])
    done = []
    for profile, day in due:
        if street.stopping():
            break
        now = street.clock()
        if (profile.name, day) in known:
            if everything:
                done.append(Composed(profile=profile.name, day=day, digest=None))
        elif not (street.apart and pending(street, profile, day, now, begun=street.apart)):
            one = compose(street, profile, day, now, by_hand=everything)
            done.append(replace(one, digest=None) if street.brief else one)
    order = {one.name: place for place, one in enumerate(street.profiles)}
    return tuple(sorted(done, key=lambda one: order[one.profile]))


def _due(street: Street, share: Share, *, everything: bool) -> Iterator[tuple[Profile, date]]:
    """Yield whose digest of which local day is due, made or not."""
    now = street.clock()
    for one in _neighbours(street.profiles)[share.cut(len(street.profiles))]:
        if one.paused:
            continue
        day = (
            schedule.local_day(now, one.zone)
            if everything
            else schedule.due_day(now, send_at=one.send_at, zone=one.zone, days=one.days)
        )
        if day is not None:
            yield one, day


def _neighbours(profiles: Sequence[Profile]) -> list[Profile]:
    """Return *profiles*, those after one another who share sources that few others have.

    What they share is read and worded once; what many share is never forgotten in between.
    """
    readers = Counter(source for one in profiles for source in one.sources)
    return sorted(
        profiles, key=lambda one: sorted((readers[source], source) for source in one.sources)
    )


def compose(
    street: Street, profile: Profile, day: date, now: datetime, *, by_hand: bool = False
) -> Composed:
    """Compose, render and freeze one digest with one delivery per recipient.

    *by_hand*, a digest that only says that nothing could be read is not made: a person who sees
    that at once mends it and tries again, and the day's one digest must not be gone by then.
    """
    try:
        made = gather(street, profile, day, now)
        if by_hand and digests.is_empty_handed(made.digest):
            return Composed(profile=profile.name, day=day, digest=None, message=_EMPTY_HANDED)
        (digest, rendered, faults), problem = written(street, made.digest)
    except StoreError:
        raise
    except RenderError as error:
        return Composed(profile=profile.name, day=day, digest=None, message=str(error))
    except Exception as error:
        # A fault in one profile's digest must not stop the others'; it is tried at the next turn.
        log.exception("digest of %s could not be composed", profile.name)
        message = f"unexpected {type(error).__name__}: {error}"
        return Composed(profile=profile.name, day=day, digest=None, message=message)
    quiet = not profile.send_empty and not digests.is_news(digest)
    if quiet and by_hand:
        # What comes until its send time must still find the day's digest open.
        return Composed(profile=profile.name, day=day, digest=digest, quiet=True)
    review = None if quiet else for_review(profile, day, now)
    stored = street.store.record_digest(
        digest,
        rendered,
        profile.recipients,
        now=now,
        state="empty" if quiet else "review" if review else "ready",
        deadline=review.deadline if review else None,
        otherwise=review.otherwise if review else "",
        settings=made.settings,
        faults=faults,
        told=made.told,
    )
    if stored:
        _tell(stored, digest, "empty" if quiet else "review" if review else "ready")
    # None: another worker was first, and its digest is the one that is sent.
    return Composed(
        profile=profile.name,
        day=day,
        digest=digest if stored else None,
        message=problem,
        quiet=quiet,
        until=review.deadline if review else None,
    )


def _tell(digest_id: str, digest: Digest, state: str) -> None:
    """Log that a digest was made, and of which postings."""
    if not log.isEnabledFor(logging.INFO):
        return
    sections = (digest.genuine, digest.unclear, digest.flagged, digest.others)
    shown = [one.posting.id for section in sections for one in section]
    fields = told(
        "compose",
        digest=digest_id,
        profile=digest.profile,
        day=digest.day.isoformat(),
        state=state,
        genuine=len(digest.genuine),
        unclear=len(digest.unclear),
        flagged=len(digest.flagged),
        others=len(digest.others),
        postings=list[Json](shown),
    )
    made = (digest.profile, digest.day, len(shown))
    log.info("made the digest of %s for %s: %d postings", *made, extra=fields)


def written(
    street: Street, digest: Digest
) -> tuple[tuple[Digest, Rendered, Mapping[str, str]], str]:
    """Return *digest* as it could be written out, that, and what went wrong with other postings.

    And what is wrong with its own templates, in whose place the shipped ones stand then.

    Raises:
        RenderError: the shipped templates fail too.
    """
    pictures = pictures_of(digest)
    return in_own_brand(
        street,
        digest.profile,
        lambda templates: write_out(digest, lambda one: render(one, templates, pictures)),
    )
