"""Try what was answered: log in, look which alerts are there, ask a feed. Reads only.

No mail is changed or sent; everything is bounded in time and size. What a server refuses is said
in the words of set-up, with the way out (``refusals``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr

from cxdigest.channels.smtp import SmtpChannel
from cxdigest.errors import DeliveryError, SourceError, WrongUseError
from cxdigest.extract import mail_formats
from cxdigest.model import Alert
from cxdigest.net import Http
from cxdigest.setup.answers import Account
from cxdigest.setup.refusals import refusal
from cxdigest.sources import imap
from cxdigest.sources.feed import FeedSource
from cxdigest.text import is_host

_LOOK_BACK = timedelta(days=30)
_MOST = 3000  #: of the newest mails that are looked at
_AT_ONCE = 300
_PATIENCE = 15.0  #: seconds for one answer


_USER_AGENT = "cxdigest (its first start)"
_DEADLINE, _MOST_BYTES, _PACE = 20.0, 5_000_000, 1.0


def asker() -> Http:
    """Return what feeds are asked with; whoever gets it closes it."""
    return Http(
        user_agent=_USER_AGENT, deadline=_DEADLINE, max_bytes=_MOST_BYTES, allow=(), pace=_PACE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One whose alerts we can read, as found in a mailbox."""

    host: str  #: as it would stand under ``senders``
    format: str  #: name of the format
    mails: int  #: of the last 30 days


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look into a mailbox showed."""

    looked_at: int  #: mails of the last 30 days, at most the newest 3,000
    senders: tuple[Sender, ...]  #: whose alerts we can read, most mails first


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed holds now."""

    url: str
    title: str
    entries: int


def look(account: Account, folder: str, *, now: datetime) -> Found:
    """Log in to a mailbox and count the mails of senders whose alerts we can read.

    Raises:
        NotLetInError: it cannot be read; says why and the way out.
    """
    try:
        with imap.opened(_account(account), folder) as opened:
            uids = opened.uids(1, since=(now - _LOOK_BACK).date())[-_MOST:]
            hosts = Counter(host for host in _senders(opened, uids) if host)
    except SourceError as error:
        raise refusal(error, account, folder) from error
    found = Counter[tuple[str, str]]()
    for host, mails in hosts.items():
        known = next((one for one in mail_formats() if one.is_sender(host)), None)
        if known:
            domain = next(one for one in known.domains if is_host(host, one))
            found[domain, known.name] += mails
    return Found(
        looked_at=len(uids),
        senders=tuple(
            Sender(host=host, format=name, mails=mails)
            for (host, name), mails in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        ),
    )


def _senders(folder: imap.Folder, uids: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(uids), _AT_ONCE):
        for head in folder.heads(uids[start : start + _AT_ONCE]).values():
            sender = str(message_from_bytes(head.header, policy=policy.compat32).get("From", ""))
            yield parseaddr(sender)[1].rpartition("@")[2].lower()


def _account(account: Account) -> imap.Account:
    return imap.Account(
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=lambda: account.password,
        timeout=_PATIENCE,
        cafile=account.ca_file or None,
    )


def greet(account: Account, sender: str) -> None:
    """Log in to a server that sends mail, and send nothing.

    Raises:
        NotLetInError: it does not let us in; says why and the way out.
    """
    channel = SmtpChannel(
        name="mail",
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=account.password,
        sender=sender,
        timeout=_PATIENCE,
        cafile=account.ca_file or None,
    )
    try:
        channel.greet()
    except DeliveryError as error:
        raise refusal(error, account) from error


def ask(url: str, http: Http, *, now: datetime) -> Feed:
    """Ask a feed once and say what it holds.

    Raises:
        WrongUseError: it is none, or cannot be had; says why and the way out.
    """
    source = FeedSource(name="feed", url=url, http=http)
    alerts: list[Alert] = []
    try:
        for batch in source.fetch({}, now=now, known=lambda _: False):
            alerts.extend(batch.alerts)
    except SourceError as error:
        raise WrongUseError(str(error)) from error
    title = next((one.entry.feed_title for one in alerts if one.entry), "")
    return Feed(url=url, title=title, entries=len(alerts))
