"""Digests that wait for their coach: ask for the review, and do what is due when the time is over.

What waits is a query on the store, so a coach is asked and a deadline kept whatever crashed. A held
digest can be approved until its reader's next one is due: then it lapses, and what it showed stands
in that next one, but for what the coach left out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cxdigest import schedule
from cxdigest.errors import RenderError, WrongUseError
from cxdigest.model import Coach, Digest, Profile
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.pipeline.reviews.reviewing import postings_of, preview_of
from cxdigest.pipeline.street import Composed, Street
from cxdigest.render.review import Asking, Omission, review_mail
from cxdigest.store import Reviewed
from cxdigest.store.editions.reviews import ASKING

log = logging.getLogger(__name__)

_OFFERED = 10  #: postings that the mail without a page offers to leave out


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How a new digest waits for its coach."""

    deadline: datetime
    otherwise: str  #: what happens then: send or hold


def for_review(profile: Profile, day: date, now: datetime) -> Waits | None:
    """Return how *profile*'s digest of *day*, made *now*, waits for its coach; None: it does not.

    The coach has as long from when the digest was made, where that is later than its send time.
    """
    if profile.review is None:
        return None
    begun = max(now, schedule.send_moment(day, profile.send_at, profile.zone))
    return Waits(deadline=begun + profile.review.until, otherwise=profile.review.otherwise)


def settle_reviews(street: Street, *, everything: bool = False) -> None:
    """Send or hold what its coach said nothing about in time; let go of what is too old."""
    now = street.clock()
    for one in street.store.overdue_reviews(now=now):
        if one.otherwise == "hold":
            done = street.store.hold_review(one.id, now=now)
        else:
            done = street.store.approve_review(one.id, now=now, overdue=True)
        if done:
            log.info("review of %s for %s is over: %s", one.profile, one.day, one.otherwise)
    profiles = {profile.name: profile for profile in street.profiles if not profile.paused}
    for one in street.store.reviews(profiles) if profiles else ():
        if one.state == "held" and _is_past(one, profiles[one.profile], now, everything=everything):
            street.store.lapse_review(one.id)


def _is_past(one: Reviewed, profile: Profile, now: datetime, *, everything: bool) -> bool:
    """Tell whether the next digest of *profile* is made now, and so takes the place of *one*."""
    due = (
        schedule.local_day(now, profile.zone)
        if everything
        else schedule.due_day(now, send_at=profile.send_at, zone=profile.zone, days=profile.days)
    )
    return due is not None and due > one.day


def ask_coaches(street: Street) -> tuple[Composed, ...]:
    """Write to the coach of every digest that waits; return what could not be written."""
    profiles = {profile.name: profile for profile in street.profiles}
    failed = []
    for one in street.store.unasked_reviews():
        if street.stopping():
            break
        message = _ask(street, one, profiles)
        if message:
            failed.append(
                Composed(profile=ASKING + one.profile, day=one.day, digest=None, message=message)
            )
    return tuple(failed)


def _ask(street: Street, one: Reviewed, profiles: Mapping[str, Profile]) -> str:
    """Write to the coach of *one*; return what went wrong."""
    profile = profiles.get(one.profile)
    coach = next((c for c in street.coaches if profile and c.name == profile.coach), None)
    if profile is None or coach is None or not coach.recipients or one.deadline is None:
        return ""  # nobody to ask: what is to happen otherwise happens at the deadline
    mail = Digest(profile=ASKING + one.profile, day=one.day, made=street.clock())
    try:
        rendered = review_mail(
            _asking(street, one, profile, coach), preview_of(street, one), street.templates
        )
    except RenderError as error:
        return str(error)
    street.store.record_digest(mail, rendered, coach.recipients, now=mail.made)
    return ""


def _asking(street: Street, one: Reviewed, profile: Profile, coach: Coach) -> Asking:
    links = street.review_links
    by_mail = links if links and not links.public_url and links.address else None
    first, more = _omissions(street, one, by_mail) if by_mail else ((), 0)
    return Asking(
        stream=ASKING + one.profile,
        day=one.day,
        client=profile.heading,
        profile=profile.name,
        deadline=one.deadline or one.made,
        otherwise=one.otherwise,
        zone=coach.zone.key,
        page=links.page(one.id) if links else "",
        approve=links.mail(one.id, "approve") if links else "",
        hold=links.mail(one.id, "hold") if links else "",
        note=links.mail(one.id, "note") if links else "",
        omissions=first,
        more=more,
        language=coach.language,
    )


def _omissions(
    street: Street, one: Reviewed, links: ReviewLinks
) -> tuple[tuple[Omission, ...], int]:
    """Return the mails that leave the first postings out, and how many more there are."""
    try:
        listed = postings_of(street, one)
    except WrongUseError:  # kept by another version: it cannot be changed
        return (), 0
    first = tuple(
        Omission(
            title=found.candidate.posting.title,
            url=links.mail(one.id, "drop", found.candidate.posting.id),
        )
        for found in listed[:_OFFERED]
    )
    return first, len(listed) - len(first)
