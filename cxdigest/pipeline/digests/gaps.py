"""Which days of a profile had no digest, and why, as far as that is known.

Reads the store and writes nothing. Where one of the days has no known reason, none is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from cxdigest import digest as digests
from cxdigest import schedule
from cxdigest.language import _, marked
from cxdigest.model import Profile
from cxdigest.store import Absence, Store

_OFF = marked("this computer was off or cxdigest was not running")
_PAUSED = marked("these digests were paused")


def gap(store: Store, profile: Profile, last: date, day: date) -> tuple[tuple[date, ...], str]:
    """Return the days between the digests of *last* and *day* that had none, and why.

    Why is empty where it is not known of all of them. No query where no day lies between.
    """
    if not digests.missed_days(last, day, days=profile.days, done=()):
        return (), ""
    done = store.digest_days(profile.name, after=last)
    missed = digests.missed_days(last, day, days=profile.days, done=done)
    if not missed:
        return (), ""
    spans = [_span(one, profile) for one in missed]
    return missed, _why(spans, store.absences(profile.name, since=spans[0][0]))


def _span(day: date, profile: Profile) -> tuple[datetime, datetime]:
    """Return from when until when the digest of *day* could have been made."""
    begun = schedule.send_moment(day, profile.send_at, profile.zone)
    return begun, schedule.send_moment(day + timedelta(days=1), time(), profile.zone)


def _why(spans: Sequence[tuple[datetime, datetime]], absences: Sequence[Absence]) -> str:
    reasons = []
    for span in spans:
        covering = [one for one in absences if one.covers(*span)]
        if not covering:
            return ""
        reasons.append(_(_PAUSED if any(one.profile for one in covering) else _OFF))
    return "; ".join(dict.fromkeys(reasons))
