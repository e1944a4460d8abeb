"""Taking in a mailbox's older alerts as the console shows it; ``pipeline.older`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cxdigest.config import Config, MailboxConfig, SourceConfig
from cxdigest.console.instance.masked import masked
from cxdigest.console.instance.standing import span_words
from cxdigest.language import _, figure, marked, ngettext
from cxdigest.pipeline.alerts.older import State, Taking, ask_for_older, older_of
from cxdigest.store import Store

SPANS = (90, 365, 730, 1825)  #: days that are offered
USUAL = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderRow:
    """How taking in the older alerts of one mailbox stands, and what may be done about it."""

    state: State | None  #: None: nobody asked yet
    said: str  #: how it stands, in a sentence; empty: nobody asked yet
    counts: tuple[str, ...]  #: what came of it so far, a fact each
    done: int  #: mails that this try has looked at, of *total*
    total: int  #: 0: not known yet
    problem: str  #: masked
    at: datetime | None  #: when this was so
    days: int  #: that were asked for last, else ``USUAL``
    spans: tuple[tuple[int, str], ...]  #: days, and in words
    polled: int  #: days that polls bring anyway
    everybody: bool  #: its mails are those of every sender
    stopping: bool  #: somebody asked for that already

    @property
    def busy(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in ("waits", "works")


def older_row(
    store: Store, config: Config | None, one: SourceConfig | None, name: str, *, now: datetime
) -> OlderRow | None:
    """Return how it stands with mailbox *name*; None where there is none to be asked."""
    if not isinstance(one, MailboxConfig) or not one.enabled or config is None:
        return None
    if config.store.temporary:
        return None  # it forgets them
    found = older_of(store, name, now=now)
    spans = _spans(one, found)
    if not spans:
        return None  # polls bring all of them
    return OlderRow(
        state=found.state if found else None,
        said=_said(found, now) if found else "",
        counts=_counts(found) if found else (),
        done=found.sums.done if found else 0,
        total=found.sums.total if found else 0,
        problem=masked(found.problem) if found else "",
        at=found.at if found else None,
        days=found.days if found else USUAL,
        spans=tuple((days, _span(days)) for days in spans),
        polled=one.since.days,
        everybody=not one.senders,
        stopping=bool(found and found.goes_on and found.stop),
    )


def take_older_in(
    store: Store,
    settings: Mapping[str, SourceConfig],
    name: str,
    *,
    days: int,
    sure: bool,
    now: datetime,
) -> str:
    """Have a worker take the alerts of the last *days* in; return why not, empty where it will.

    *sure*, somebody said that the mails of every sender are alerts.
    """
    one = settings.get(name)
    if not isinstance(one, MailboxConfig) or not one.enabled:
        return _("This source is no mailbox that is polled, so there are no older alerts to take.")
    if days not in _spans(one, older_of(store, name, now=now)):
        return _("Choose how far back.")
    if not (one.senders or sure):
        return _("Say that every mail in this mailbox counts as an alert, or name senders first.")
    ask_for_older(store, name, days=days, now=now)
    return ""


def _spans(one: MailboxConfig, found: Taking | None) -> list[int]:
    """Return the days that are offered: what a command was asked for can be gone on with, too."""
    asked = {found.days} if found else set[int]()
    return sorted(days for days in {*SPANS, *asked} if days > one.since.days)


def _span(days: int) -> str:
    years, rest = divmod(days, 365)
    if rest or not years:
        return ngettext("{n} day", "{n} days", days)
    return ngettext("{n} year", "{n} years", years)


_SAID: Mapping[State, str] = {
    "works": marked("The older alerts are being taken in."),
    "waits": marked("A worker begins at its next look."),
    "stopped": marked("Stopped. What was taken in stays, and it can go on from there."),
    "failed": marked("The mailbox could not be read. What was taken in stays."),
}


def _said(found: Taking, now: datetime) -> str:
    if found.state == "done":
        return _("Done: the archive goes back {span} now.", span=_span(found.days))
    if found.stop:
        return _("It stops after the mails in hand.")
    if found.due and found.due > now:
        free = span_words(found.due - now)
        return _("The mailbox could not be read to its end; it goes on in {free}.", free=free)
    return _(_SAID[found.state])


def _counts(found: Taking) -> tuple[str, ...]:
    sums = found.sums
    told = (
        (sums.mails, _("looked at")),
        (sums.taken, _("taken in as alerts")),
        (sums.known, _("known already")),
        (sums.foreign, _("of other senders, passed over")),
        (sums.unread, _("kept that could not be read")),
        (sums.late, _("older than store.keep_postings keeps postings, passed over")),
    )
    return tuple(f"{figure(number)} {what}" for number, what in told if number)
