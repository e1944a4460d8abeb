"""Alert -> sightings: one file a format, one registry line each. Pure.

A format is chosen by sender and by structure; the fallback reads what no format knows. Whatever the
alert holds, ``extract`` answers with an outcome and never raises: a fault in a format costs one
alert, in every command alike.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from cxdigest import plugins
from cxdigest.errors import AlertError, PluginError, TooLargeError
from cxdigest.extract import plugged
from cxdigest.extract.boards import (
    fallback,
    glassdoor,
    google_alerts_mail,
    greenhouse,
    indeed,
    jobright,
    linkedin,
    monster,
    trueup,
    ziprecruiter,
)
from cxdigest.extract.declared import shipped
from cxdigest.extract.explained import choice, left_aside
from cxdigest.extract.feeds import board_feed, google_alerts_feed, job_feed
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.format import FeedFormat, MailFormat
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, authenticity
from cxdigest.extract.mails.mail import Mail, read_mail
from cxdigest.extract.mails.written_out import html_of
from cxdigest.language import marked
from cxdigest.model import Alert, Extraction, FeedEntry, Sighting, Trace
from cxdigest.text import has_edition_mark, host_of

MAIL_FORMATS: tuple[MailFormat, ...] = (
    google_alerts_mail.FORMAT,
    linkedin.FORMAT,
    indeed.FORMAT,
    glassdoor.FORMAT,
    monster.FORMAT,
    ziprecruiter.FORMAT,
    trueup.FORMAT,
    jobright.FORMAT,
    greenhouse.FORMAT,
    *shipped.FORMATS,
    fallback.FORMAT,  # last: it reads what no one else does
)
FEED_FORMATS: tuple[FeedFormat, ...] = (
    board_feed.FORMAT,
    google_alerts_feed.FORMAT,
    job_feed.FORMAT,  # last: it reads any other feed
)

log = logging.getLogger(__name__)


def mail_formats() -> tuple[MailFormat, ...]:
    """Return all formats of mails, those of plugins before the fallback."""
    return _with_plugged()[0]


def feed_formats() -> tuple[FeedFormat, ...]:
    """Return all formats of feeds, those of plugins before the one that reads any."""
    return _with_plugged()[1]


@plugins.once
def _with_plugged() -> tuple[tuple[MailFormat, ...], tuple[FeedFormat, ...]]:
    added = plugged.formats(
        {*(known.name for known in MAIL_FORMATS), *(known.name for known in FEED_FORMATS)}
    )
    mails = (one for one in added if isinstance(one, MailFormat))
    feeds = (one for one in added if isinstance(one, FeedFormat))
    return (
        (*MAIL_FORMATS[:-1], *mails, MAIL_FORMATS[-1]),
        (*FEED_FORMATS[:-1], *feeds, FEED_FORMATS[-1]),
    )


_Format = TypeVar("_Format", MailFormat, FeedFormat)


def names() -> tuple[str, ...]:
    """Return the names of all formats, mail first, in the order in which they are asked."""
    mail = [known.name for known in mail_formats()]
    return (*mail, *(known.name for known in feed_formats()))


def is_proven(name: str) -> bool:
    """Tell whether a captured alert has shown that the format *name* reads rightly."""
    return all(known.proven for known in mail_formats() if known.name == name)


def extract(
    alert: Alert, *, only: str | None = None, explain: bool = False, receiver: Receiver = UNKNOWN
) -> Extraction:
    """Return what *alert* shows; with *only*, read by the format of that name alone.

    With *explain*, its traces also say what was left aside. *receiver* is who took the alert in:
    its word on who sent a mail is believed.
    """
    if alert.too_large:
        size = f"{alert.too_large / 1_000_000:.1f} MB"
        reason = f"It is {size} large, more than is read; only its headers were kept."
        return Extraction(format="", outcome="too-large", reason=reason)
    try:
        if alert.media == "feed":
            return _of_entry(alert.entry or _entry(alert.raw), only)
        mail = read_mail(alert.raw)
        proven = authenticity(alert.raw, mail.sender, forwarded=mail.forwarded, receiver=receiver)
        return replace(_fuller(mail, only, explain=explain), authenticity=proven)
    except TooLargeError as error:
        return Extraction(format="", outcome="too-large", reason=str(error))
    except AlertError as error:
        return Extraction(format="", outcome="unreadable", reason=str(error))
    except Exception as error:
        # The alert is kept and a mended reader can have it again; the trace is the developer's.
        log.exception("alert %r of %s could not be read", alert.key, alert.source)
        reason = f"The reader failed with {type(error).__name__}; please report it."
        return Extraction(format="", outcome="unreadable", reason=reason)


def _fuller(mail: Mail, only: str | None, *, explain: bool) -> Extraction:
    """Read *mail*; a text that may have been HTML at first in both ways: the fuller one is kept."""
    found = _of_mail(mail, only, explain=explain)
    html = "" if mail.html else html_of(mail.text)
    if not html:
        return found
    other = _of_mail(replace(mail, html=html, text=""), only, explain=explain)
    return other if _fullness(other) > _fullness(found) else found


def _fullness(found: Extraction) -> tuple[bool, int]:
    """Say how much *found* is: by a format that knows the board, and how many facts it has."""
    facts = [bool(one.company) + bool(one.location) for one in found.sightings]
    return bool(facts) and found.format != fallback.FORMAT.name, sum(facts)


def _of_mail(mail: Mail, only: str | None, *, explain: bool) -> Extraction:
    sender = mail.sender.rpartition("@")[2]
    if _is_own(mail):
        reason = "It is a digest of cxdigest itself."
        return Extraction(format="", outcome="not-an-alert", reason=reason, sender=sender)
    asked: list[Trace] = []
    empty: Extraction | None = None
    for known in _asked(mail, sender, only):
        try:
            found = _tidied(known.read(mail))
        except PluginError as error:  # the other formats are asked as if it was not there
            found = _failed(known, error)
        asked.append(choice(known, mail, found))
        if found.sightings:
            break
        empty = empty or found
    else:
        found = empty or Extraction(
            format="", outcome="not-an-alert", reason="It shows no job postings."
        )
    left = left_aside(mail, found) if explain else ()
    return replace(found, sender=sender, traces=(*asked, *found.traces, *left))


def _asked(mail: Mail, sender: str, only: str | None) -> Iterator[MailFormat]:
    """Yield the formats that recognise *mail*: the sender's own first, the fallback last."""
    formats = _chosen(mail_formats(), only)
    own = [known for known in formats if known.is_sender(sender)]
    for known in (*own, *(known for known in formats if known not in own)):
        if known.recognises(mail):
            yield known


def _is_own(mail: Mail) -> bool:
    header = "x-cxdigest-edition" in mail.headers
    return header or has_edition_mark(mail.text) or has_edition_mark(mail.html)


def _of_entry(entry: FeedEntry, only: str | None) -> Extraction:
    broken: Extraction | None = None
    for known in _chosen(feed_formats(), only):
        if not known.recognises(entry):
            continue
        asked = Trace(step="format", what=known.name, why=f"the feed is {entry.feed_title}")
        try:
            found = _tidied(known.read(entry))
        except PluginError as error:
            broken = replace(_failed(known, error), traces=(asked,))
            continue
        return replace(found, sender=_feed_host(entry.feed_id), traces=(asked, *found.traces))
    none = Extraction(format="", outcome="not-an-alert", reason="It is no entry about a job.")
    return replace(broken or none, sender=_feed_host(entry.feed_id))


def _failed(known: MailFormat | FeedFormat, error: PluginError) -> Extraction:
    """Return that a plugin's format failed: the alert counts as unreadable if no other reads it."""
    return Extraction(format=known.name, outcome="unreadable", reason=f"{error}.")


def _feed_host(feed_id: str) -> str:
    """Return the host that a feed's id names: of its link, or of ``tag:google.com,2005:…``."""
    found = re.match(r"tag:([\w.-]+),", feed_id)
    return found[1].lower() if found else host_of(feed_id)


def _entry(raw: bytes) -> FeedEntry:
    # A stranger's entry lost our extension when it was split from its feed.
    entries = read_feed(raw, own=True).entries
    if not entries:
        raise AlertError(marked("It is a feed without an entry."))
    return entries[0]


def _chosen(formats: Sequence[_Format], only: str | None) -> list[_Format]:
    return [known for known in formats if only in {None, known.name}]


def _tidied(found: Extraction) -> Extraction:
    """Return *found* with one sighting for one opening, in the alert's order."""
    kept: dict[str, Sighting] = {}
    for sighting in found.sightings:
        kept.setdefault(_opening(sighting), sighting)
    return replace(found, sightings=tuple(kept.values()))


def _opening(sighting: Sighting) -> str:
    words = f"{sighting.title}|{sighting.company}|{sighting.location}".casefold()
    return sighting.native_id or f"{sighting.url} {words}"
