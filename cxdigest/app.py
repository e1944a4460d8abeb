"""The composition root: with ``makers``, all that knows concrete classes.

Turns a configuration into the street. Opens the store and reads rule packs; asks no server
anything.
"""

from __future__ import annotations

import os
import socket
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from cxdigest import keeping, makers
from cxdigest.channels import Channel, ChannelTools
from cxdigest.channels.contents import Contents
from cxdigest.channels.folder import FolderChannel
from cxdigest.channels.message import mailbox
from cxdigest.config import (
    ChannelConfig,
    Config,
    FeedConfig,
    MailboxConfig,
    SmtpConfig,
    SourceConfig,
)
from cxdigest.config.sources import Mails
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.mails.authenticity import Receiver, receiver_of
from cxdigest.feedback import Actions, Signer, actions_for, correct
from cxdigest.makers import LOCAL_SENDER, login
from cxdigest.model import Candidate, Delivery, Profile
from cxdigest.net import Http
from cxdigest.oauth import Login
from cxdigest.pages.employers import shipped_boards
from cxdigest.pages.hosts import Hosts
from cxdigest.pipeline import Clock, PageDesk, Street
from cxdigest.pipeline.beside import Side
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.pipeline.links.ways_out import PURPOSE, ways_out
from cxdigest.pipeline.pages.openings import employer_key
from cxdigest.pipeline.street import LEASE
from cxdigest.render import environment
from cxdigest.roll import Roll, coach_of, is_intake
from cxdigest.sources import Source, SourceTools
from cxdigest.sources.feed_process import FeedProcess
from cxdigest.store import Store, open_store

#: From so many feeds on, a process of its own reads them; below, it would not pay.
MANY_FEEDS = 50


@contextmanager
def open_stored(config: Config) -> Iterator[Store]:
    """Open the store of *config* for the time of the ``with``.

    Raises:
        StoreError: it cannot be opened.
    """
    with ExitStack() as stack:
        url = config.store.address
        if config.store.temporary:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cxdigest-"))
            url = str(Path(folder, "cxdigest.sqlite"))
        store = open_store(url, before=lambda: keeping.before_migration(config))
        stack.callback(store.close)
        yield store


@contextmanager
def street(
    config: Config, *, clock: Clock, stopping: Callable[[], bool] = lambda: False
) -> Iterator[Street]:
    """Build the street of *config*, with what is enabled in it, for the time of the ``with``.

    *stopping* is asked between two pieces of work.

    Raises:
        StoreError: the store cannot be opened.
        PackError: a pack of rules cannot be used.
    """
    http = _http(config)
    logins = {name: login(name, one, clock) for name, one in config.logins.items()}
    with open_stored(config) as store, ExitStack() as stack:
        stack.callback(http.close)
        feeds = sum(isinstance(one, FeedConfig) and one.enabled for one in config.sources.values())
        aside = stack.enter_context(closing(FeedProcess())) if feeds >= MANY_FEEDS else None
        tools = SourceTools(
            http=http,
            clock=clock,
            tokens={name: one.access_token for name, one in logins.items()},
            read_feed=aside.read_feed if aside else read_feed,
        )
        sources = {
            name: makers.source(name, one, tools)
            for name, one in config.sources.items()
            if one.enabled
        }
        made = _street(
            config, store, http, sources=sources, logins=logins, clock=clock, stopping=stopping
        )
        beside = stack.enter_context(closing(Side()))
        yield replace(made, beside=beside)


def _street(
    config: Config,
    store: Store,
    http: Http,
    *,
    sources: Mapping[str, Source],
    logins: Mapping[str, Login],
    clock: Clock,
    stopping: Callable[[], bool],
) -> Street:
    channels = {name: one for name, one in config.channels.items() if one.enabled}
    read = {name: config.sources[name] for name in sources}
    roll = Roll(config, store)
    tools = ChannelTools(
        http=http,
        clock=clock,
        tokens={name: one.access_token for name, one in logins.items()},
        contents=_contents(
            store,
            lambda name: roll.own_rules.get(name, roll.shared).fingerprint,
            roll.profiles,
        ),
        feedback_to=config.feedback.to or "",
    )
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    return Street(
        store=store,
        sources=sources,
        every={name: one.every for name, one in read.items()},
        keep_raw=config.store.keep_raw,
        keep_unreadable=config.store.keep_unreadable,
        keep_postings=config.store.keep_postings,
        keep_digests=config.store.keep_digests,
        receivers=receivers(config),
        channels={name: makers.channel(name, one, tools) for name, one in channels.items()},
        rules=roll.shared_rules(),
        profiles=roll.profiles(),
        enlisted=roll.profiles,
        own_rules=roll.own_rules,
        judged_by=lambda: roll.shared,
        packs_beside=roll.packs_beside,
        branded=roll.branded,
        templates=environment(None),
        clock=clock,
        stopping=stopping,
        sleep=time.sleep,
        holder=holder,
        actions=_actions(config, store),
        pages=_desk(config, store.behind(), http, roll.per_day, clock=clock, holder=holder),
        unsubscribe=_ways_out(config, store, channels),
        coaches=tuple(
            coach_of(name, one, channels, config.language) for name, one in config.coaches.items()
        ),
        review_links=_review_links(config, store),
        backup=keeping.daily(config, clock, stopping),
        heartbeat=keeping.heartbeat(config, http),
        intakes={name: one.own_address for name, one in read.items() if is_intake(one)},
    )


def _http(config: Config) -> Http:
    return Http(
        user_agent=config.net.user_agent,
        deadline=config.net.deadline.total_seconds(),
        max_bytes=config.net.max_bytes,
        allow=config.net.allow,
        pace=config.net.pace.total_seconds(),
    )


def signer(store: Store) -> Signer:
    """Return what signs the links in digests and knows them again."""
    return Signer(store.instance_key())


def _actions(config: Config, store: Store) -> Actions | None:
    to = config.feedback.to or ""
    if not (config.public_url or to):
        return None
    return actions_for(signer(store), public_url=config.public_url, feedback_to=to)


def _review_links(config: Config, store: Store) -> ReviewLinks:
    return ReviewLinks(
        signer=signer(store), public_url=config.public_url, address=config.feedback.to or ""
    )


def receivers(config: Config) -> dict[str, Receiver]:
    """Return who takes in the mails of each source, those that are disabled included."""
    return {name: _receiver(one) for name, one in config.sources.items()}


def _desk(
    config: Config,
    store: Store,
    http: Http,
    per_day: Mapping[str, int],
    *,
    clock: Clock,
    holder: str,
) -> PageDesk:
    asker = Asker(
        store=store,
        http=http,
        hosts=Hosts(allowed=config.pages.hosts, never=config.pages.never),
        clock=clock,
        holder=holder,
        lease=LEASE,
        pace=config.net.pace,
        sleep=time.sleep,
    )
    boards: dict[str, list[tuple[str, str]]] = {}
    # The reader's own word first.
    for employer, board in [*config.pages.boards.items(), *shipped_boards().items()]:
        boards.setdefault(employer_key(employer), []).append(board)
    return PageDesk(asker=asker, listings=Listings(asker=asker), per_day=per_day, boards=boards)


def preview_channel(folder: Path) -> Channel:
    """Return a channel that writes previews to *folder*."""
    return FolderChannel(name="preview", path=folder, sender=LOCAL_SENDER)


def _receiver(one: SourceConfig) -> Receiver:
    if isinstance(one, MailboxConfig):
        return receiver_of(one.host, one.authserv or "", trusted=one.trust)
    return Receiver(trusted=isinstance(one, Mails) and one.trust)


def _contents(
    store: Store, fingerprint: Callable[[str], str], profiles: Callable[[], Iterable[Profile]]
) -> Contents:
    """Return what finds the postings of a digest; *fingerprint* is of the rules for a profile."""

    def contents(delivery: Delivery) -> Sequence[tuple[str, Candidate]]:
        rules = fingerprint(delivery.profile)
        own = next((one.sources for one in profiles() if one.name == delivery.profile), ())
        found = store.digest_contents(delivery.digest_id, own, fingerprint=rules)
        words = store.feedback_words(delivery.profile), store.feedback_kinds(delivery.profile)
        said = correct([candidate for _, candidate in found], *words)
        return [(section, one) for (section, _), one in zip(found, said, strict=True)]

    return contents


def _ways_out(
    config: Config, store: Store, channels: Mapping[str, ChannelConfig]
) -> Callable[[Delivery], str]:
    sign = partial(signer(store).sign, PURPOSE)
    mails = {name: one for name, one in channels.items() if isinstance(one, SmtpConfig)}
    return ways_out(
        sign,
        public_url=config.public_url,
        feedback_to=config.feedback.to or "",
        told={name: one.unsubscribe for name, one in mails.items() if one.unsubscribe},
        senders={name: mailbox(one.sender).address for name, one in mails.items()},
    )
