"""What one profile's digest of one day says: gathered from the store and chosen, nothing written.

::

    candidates > the reader's words > wishes > choose > what goes with the day
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cxdigest import digest as digests
from cxdigest import schedule
from cxdigest.feedback import correct
from cxdigest.feedback.told import told
from cxdigest.identity.again import posted_again
from cxdigest.language import speaking
from cxdigest.model import FEEDBACK_WORDS, Candidate, Digest, FeedbackWord, Profile, Wishes
from cxdigest.pipeline.digests.gaps import gap
from cxdigest.pipeline.postings.judge import judge_own
from cxdigest.pipeline.street import Street
from cxdigest.records import changer
from cxdigest.store import Held, Shown, digest_id
from cxdigest.text import squash
from cxdigest.week import since as week_since
from cxdigest.week import week_of
from cxdigest.wishes import weigh

#: Sections in which postings usually stand in full.
_IN_FULL = frozenset({"genuine", "unclear"})
_NO_WISHES = Wishes()
_changed = changer(Candidate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A digest that is not written out yet, and what is stored with it."""

    digest: Digest
    settings: str  #: fingerprint of the settings that hid what is hidden
    told: tuple[int, ...]  #: ids of the reader's words of which it says what they changed


def edition(street: Street, profile: Profile, day: date, now: datetime) -> Digest:
    """Return what *profile*'s digest of *day* says, without storing it."""
    return gather(street, profile, day, now).digest


def gather(street: Street, profile: Profile, day: date, now: datetime) -> Edition:
    """Return *profile*'s edition of *day*. The number of queries depends on no number of postings.

    The rules that are the profile's own judge here, because they judge for nobody else; so do
    everybody's where other processes judge, and may not have come so far.
    """
    own, since = street.own_rules.get(profile.name), now - profile.lookback
    if own is not None:
        judge_own(street, profile, own, since=since)
    elif street.apart:
        judge_own(street, profile, street.rules, since=since, shared=True)
    # What the day itself says is kept with it, so it is in its reader's language whoever asks.
    with speaking(profile.language), street.store.one_view():
        return _gathered(street, profile, day, now)


def _gathered(street: Street, profile: Profile, day: date, now: datetime) -> Edition:
    store = street.store
    last = store.last_digest(profile.name)
    held = store.held_feedback(profile.name)
    hidden = (*profile.hidden, *held.employers)
    settings = hiding_settings(profile, hidden)
    changed = settings != store.hiding_settings(profile.name)
    fresh, shown = _found(street, profile, now, last[1] if last else None, hidden_too=changed)
    news = [found for one in shown if (found := _news_of(one, profile, day, last)) is not None]
    fresh, news = (_prepared(found, profile, held, hidden, day) for found in (fresh, news))
    if changed:
        counted = store.hidden_before(profile.name, profile.sources, since=now - profile.lookback)
        fresh = [one for one in fresh if not (one.hidden and one.posting.id in counted)]
    untold = store.untold_feedback(profile.name, profile.sources)
    digest = digests.choose(
        fresh,
        # Before the first, as far back as its postings: an archive that was taken in is no news.
        store.source_reports(
            profile.sources, since=last[1] if last else now - profile.lookback, now=now
        ),
        profile=profile.name,
        heading=profile.heading,
        day=day,
        now=now,
        zone=profile.zone.key,
        replies=profile.replies,
        before=news,
        show=profile.show,
    )
    missed, why = gap(store, profile, last[0], day) if last else ((), "")
    weekly = profile.weekly == day.weekday()
    digest = replace(
        digest,
        corrections=told(untold),
        missed=missed,
        missed_why=why,
        weekly=weekly,
        locale=profile.locale,
        language=profile.language,
    )
    digest = _with_actions(street, profile, digest)
    past = store.counted(profile.name, since=week_since(day, weekly=weekly), before=day)
    digest = replace(digest, week=week_of(past, digest))
    return Edition(digest=digest, settings=settings, told=tuple(one.id for one in untold))


def hiding_settings(profile: Profile, hidden: Collection[str]) -> str:
    """Return a fingerprint of what may hide a posting: wishes marked so, and employers *hidden*."""
    marked = sorted(profile.wishes.hide)
    wishes = [(name, repr(getattr(profile.wishes, name))) for name in marked]
    if "salary_from" in marked:
        wishes.append(("salary_from", repr(profile.wishes.salary_unknown)))
    names = sorted({squash(name).casefold() for name in hidden})
    if not wishes and not names:
        return ""
    return hashlib.sha256(json.dumps([wishes, names]).encode()).hexdigest()[:16]


def _found(
    street: Street, profile: Profile, now: datetime, last: datetime | None, *, hidden_too: bool
) -> tuple[list[Candidate], list[Shown]]:
    """Return what the look-back finds new, and what was shown and may have news since *last*."""
    since = now - profile.lookback
    fingerprint = street.fingerprint(profile.name)
    name, sources = profile.name, profile.sources
    fresh = street.store.candidates(
        name, sources, fingerprint=fingerprint, since=since, hidden_too=hidden_too
    )
    if last is None:
        return fresh, []
    shown = street.store.shown_before(name, sources, fingerprint=fingerprint, since=last)
    new = {one.posting.id for one in fresh}
    return fresh, [one for one in shown if one.candidate.posting.id not in new]


def _news_of(
    one: Shown, profile: Profile, day: date, last: tuple[date, datetime] | None
) -> Candidate | None:
    """Return the candidate with what happened to it since the last digest; None for nothing."""
    again = posted_again(one.candidate.seen)
    renewed = again is not None and last is not None and again > last[1]
    return digests.since_shown(
        one.candidate,
        shown=schedule.local_day(one.shown, profile.zone),
        again=schedule.local_day(again, profile.zone) if again and renewed else None,
        day=day,
    )


def _prepared(
    candidates: Sequence[Candidate],
    profile: Profile,
    held: Held,
    hidden: Collection[str],
    day: date,
) -> list[Candidate]:
    """Return *candidates* by their reader's words and wishes."""
    corrected = correct(candidates, held.words, held.kinds)
    if not hidden and profile.wishes == _NO_WISHES:
        return list(corrected)
    return [weigh(one, profile.wishes, hidden, today=day) for one in corrected]


def _with_actions(street: Street, profile: Profile, digest: Digest) -> Digest:
    """Offer what may be said of each in the form in which it may stand; no more is shown."""
    if street.actions is None:
        return digest
    make, of = street.actions, digest_id(profile.name, digest.day)
    offered: dict[str, Any] = {
        section: tuple(
            _changed(one, {"actions": make(profile, of, one, words)})
            if (words := _offered(one, section, digest))
            else one
            for one in getattr(digest, section)
        )
        for section in ("genuine", "unclear", "flagged", "others")
    }
    return replace(digest, **offered)


def _offered(one: Candidate, section: str, digest: Digest) -> tuple[FeedbackWord, ...]:
    """Return all words where it may stand in full; else the one that brings back what is aside."""
    kind = one.verdict.kind if one.verdict else "unclear"
    if digest.show.get(kind, "full" if section in _IN_FULL else "compact") == "full":
        return FEEDBACK_WORDS
    return () if section in _IN_FULL else ("genuine",)
