"""How every source stands, and what to do about those that need a hand: said alike everywhere.

The command line and the console show the same lines; neither decides anything here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cxdigest.config import SourceConfig
from cxdigest.intake import told_by
from cxdigest.language import _, figure, marked, ngettext, pgettext, spoken
from cxdigest.model import PollOutcome, Tier
from cxdigest.pipeline.street import LEASE
from cxdigest.render import words
from cxdigest.roll import is_intake
from cxdigest.store import Claim, Standing, Store

#: How polls end, in words.
OUTCOMES: dict[PollOutcome, str] = {
    "new": marked("new alerts"),
    "empty": marked("nothing new"),
    "unreadable": marked("not readable"),
    "auth": marked("login refused"),
    "network": marked("not reached"),
    "throttled": marked("asked too often"),
    "gone": marked("gone"),
}
REMOVED = "removed"  #: the type of a source that only stands in the store
_MONTH = timedelta(days=30)
_NAMED = 5  #: so many addresses or reasons are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One source as it is shown."""

    name: str
    type: str  #: as configured; ``removed`` where it is not in the configuration any more
    enabled: bool
    standing: Standing | None  #: None: not polled yet
    tiers: Mapping[Tier, int]  #: postings of the last 30 days by what is known of them
    #: Alerts of an intake in these days that are nobody's, by address.
    strangers: Mapping[str, int] = field(default_factory=dict)
    refused: Sequence[str] = ()  #: why mails to cxdigest itself were not followed in these days


def lines_of(
    store: Store,
    settings: Mapping[str, SourceConfig],
    *,
    now: datetime,
    among: Collection[str] | None = None,
    tiers: bool = False,
) -> list[Line]:
    """Return every source of *settings* in their order, then those that only *store* knows.

    *among* leaves out all others; *tiers* also counts what is known of their postings.
    """
    standings = {one.source: one for one in store.standings(now=now, among=among)}
    known = [*settings, *sorted(standings.keys() - settings.keys())]
    names = [name for name in known if among is None or name in among]
    intakes = {name: one for name, one in settings.items() if name in names and is_intake(one)}
    shares = store.tier_shares(names, since=now - _MONTH, intakes=intakes) if tiers else {}
    strangers = {
        name: _strangers(store.nobodys(name, since=now - _MONTH), one.own_address)
        for name, one in intakes.items()
    }
    refused = store.refused_messages(since=now - _MONTH)
    return [
        Line(
            name=name,
            type=settings[name].type if name in settings else REMOVED,
            enabled=name in settings and settings[name].enabled,
            standing=standings.get(name),
            tiers=shares.get(name, {}),
            strangers=strangers.get(name, {}),
            refused=refused.get(name, ()),
        )
        for name in names
    ]


def _strangers(nobodys: Iterable[Sequence[str]], own: str) -> Mapping[str, int]:
    """Return how many mails are nobody's, by the address that tells most of each."""
    return Counter(told_by(addressed, own) for addressed in nobodys)


def outcome(line: Line) -> str:
    """Say how the last poll went, or why there is none."""
    if not line.enabled:
        return _("no longer configured") if line.type == REMOVED else _("disabled")
    found = line.standing
    if found and found.claim:
        return _("being polled")
    return _(OUTCOMES[found.outcome]) if found and found.outcome else ""


def ago(span: timedelta) -> str:
    """Return how long ago something was: ``5 min ago``."""
    if span < timedelta(minutes=1):
        return _("just now")
    return pgettext("time", "{span} ago", span=span_words(span))


def span_words(span: timedelta) -> str:
    """Return how long something is: ``5 min``, ``3 h``, ``2 days``."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 100:  # noqa: PLR2004 - up to there minutes say more than hours
        return _("{n} min", n=minutes)
    if minutes < 48 * 60:
        return _("{n} h", n=round(minutes / 60))
    return ngettext("{n} day", "{n} days", round(minutes / 1440))


def problems(line: Line, now: datetime) -> Iterator[str]:
    """Yield a sentence for everything about a source that a person should know."""
    found = line.standing
    if found is None or not line.enabled:
        return
    if found.claim:
        yield f"{line.name}: {taken(found.claim)}"
    if found.message:
        yield f"{line.name}: {found.message.removesuffix('.')}{_again(found, now)}."
    if found.overflowed:
        yield f"{line.name}: {overflowed()}"
    if found.week_unread:
        yield f"{line.name}: {_unread_lately(found.week_unread)} {_(SEND)}"
    if line.strangers:
        yield f"{line.name}: {nobodys(line.strangers)}"
    if line.refused:
        yield f"{line.name}: {not_followed(line.refused)}"
    yield from found.silences


def nobodys(strangers: Mapping[str, int]) -> str:
    """Say how many alerts are nobody's, for which addresses, and the way out."""
    ranked = sorted(strangers.items(), key=lambda one: (-one[1], one[0]))
    named = [
        _("{n} for {address}", n=figure(number), address=address or _("no address"))
        for address, number in ranked
    ]
    more = len(named) - _NAMED
    shown = ", ".join(named[:_NAMED])
    if more > 0:
        shown += ngettext(" and {n} more address", " and {n} more addresses", more)
    return ngettext(
        "{n} alert of the last 30 days is nobody's: {shown}; name an address under a person's "
        "`addresses`, and that person gets them.",
        "{n} alerts of the last 30 days are nobody's: {shown}; name an address under a person's "
        "`addresses`, and that person gets them.",
        sum(strangers.values()),
        shown=shown,
    )


def not_followed(reasons: Sequence[str]) -> str:
    """Say how many mails to cxdigest itself asked for something that was not done, and why."""
    said = " ".join(reason for reason, _number in Counter(reasons).most_common(_NAMED))
    return ngettext(
        "{n} mail of the last 30 days asked cxdigest for something and was not followed. {said}",
        "{n} mails of the last 30 days asked cxdigest for something and were not followed. {said}",
        len(reasons),
        said=said,
    )


def _again(found: Standing, now: datetime) -> str:
    times = ""
    if found.failures > 1:
        times = ngettext(
            "; {n} poll in a row has failed", "; {n} polls in a row have failed", found.failures
        )
    if found.next_poll <= now:
        return times
    if found.outcome == "throttled":
        day = words.short_day(found.next_poll.date(), spoken())
        until = f"{day}, {found.next_poll:%H:%M}"
        return times + _(" (left alone until {until} UTC)", until=until)
    return times + _(" (tried again in {span})", span=span_words(found.next_poll - now))


#: What to do with alerts that cannot be read.
SEND = marked(
    "send one with `cxdigest report-format`, and after an update read them with `cxdigest reread`."
)


def unread(number: int) -> str:
    """Say that so many alerts could not be read."""
    return ngettext("{n} alert could not be read", "{n} alerts could not be read", number)


def _unread_lately(number: int) -> str:
    return ngettext(
        "{n} alert could not be read in the last 7 days;",
        "{n} alerts could not be read in the last 7 days;",
        number,
    )


def overflowed() -> str:
    """Say that a feed was full of new entries, and the way out."""
    return _(
        "everything in it was new, so some of it was probably lost; make the search narrower, or "
        "poll it more often (`every`)."
    )


def taken(claim: Claim) -> str:
    """Say who has a source in hand, and when it is free if that worker was killed."""
    return _(
        "another worker ({worker}) has it since {since} UTC; if that one was killed, it is polled "
        "again after {until} UTC.",
        worker=claim.holder.rpartition(":")[0],
        since=f"{claim.until - LEASE:%H:%M}",
        until=f"{claim.until:%H:%M}",
    )
