"""Every type of source and channel: its keys, and how it is made of them. One line each.

A type that a plugin adds is the same record, found by its entry point. What a plugin's source or
channel breaks is named and ends there: a poll fails by that name, a delivery is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from cxdigest import plugins
from cxdigest.channels import Channel, ChannelTools
from cxdigest.channels.folder import FolderChannel
from cxdigest.channels.notice import AppriseChannel
from cxdigest.channels.smtp import SmtpChannel
from cxdigest.channels.webhook import WebhookChannel
from cxdigest.config import (
    AppriseConfig,
    BoardConfig,
    FeedConfig,
    FolderChannelConfig,
    FolderSourceConfig,
    LoginConfig,
    MailboxConfig,
    SmtpConfig,
    WebhookConfig,
    signing_key,
)
from cxdigest.config.keys import Keys
from cxdigest.config.plugged import (
    AbsentChannel,
    AbsentSource,
    ChannelType,
    SourceType,
    channel_types,
    source_types,
)
from cxdigest.errors import DeliveryError, PluginError, SourceError
from cxdigest.model import Cursor, Delivery, Receipt
from cxdigest.oauth import GOOGLE, Login, Provider, TokenFile, microsoft
from cxdigest.pipeline import Clock
from cxdigest.plugins import Origin
from cxdigest.sources import Batch, Source, SourceTools
from cxdigest.sources.board import BoardSource
from cxdigest.sources.feed import FeedSource
from cxdigest.sources.folder import FolderSource
from cxdigest.sources.mailbox import MailboxSource

#: Where the files of a channel or a preview come from; a folder has no address of its own.
LOCAL_SENDER = "cxdigest <cxdigest@localhost>"


def _feed(name: str, keys: FeedConfig, tools: SourceTools) -> Source:
    return FeedSource(name=name, url=keys.url, http=tools.http, read=tools.read_feed)


def _board(name: str, keys: BoardConfig, tools: SourceTools) -> Source:
    company = keys.company or ""
    return BoardSource(
        name=name, board=keys.board, token=keys.token, http=tools.http, company=company
    )


def _folder(name: str, keys: FolderSourceConfig, _: SourceTools) -> Source:
    return FolderSource(name=name, path=keys.path)


def _mailbox(name: str, keys: MailboxConfig, tools: SourceTools) -> Source:
    return MailboxSource(
        name=name,
        host=keys.host,
        port=keys.port,
        security=keys.security,
        user=keys.user,
        password=_entry(keys, tools.tokens),
        bearer=keys.login is not None,
        folder=keys.folder,
        senders=keys.senders,
        since_days=keys.since.days,
        limit=keys.max_size,
        timeout=keys.timeout.total_seconds(),
        cafile=str(keys.ca_file) if keys.ca_file else None,
    )


def _smtp(name: str, keys: SmtpConfig, tools: ChannelTools) -> Channel:
    # Beside a link to a page: programs that know mails alone write to where they are read.
    by_mail = f"mailto:{tools.feedback_to}" if tools.feedback_to else ""
    return SmtpChannel(
        name=name,
        host=keys.host,
        port=keys.port,
        security=keys.security,
        user=keys.user or "",
        password=_entry(keys, tools.tokens),
        bearer=keys.login is not None,
        sender=keys.sender,
        unsubscribe=keys.unsubscribe or by_mail,
        timeout=keys.timeout.total_seconds(),
        cafile=str(keys.ca_file) if keys.ca_file else None,
    )


def _files(name: str, keys: FolderChannelConfig, _: ChannelTools) -> Channel:
    return FolderChannel(name=name, path=keys.path, sender=LOCAL_SENDER)


def _webhook(name: str, keys: WebhookConfig, tools: ChannelTools) -> Channel:
    """Return a channel that sends what a digest holds instead of the mail."""
    return WebhookChannel(
        name=name,
        url=keys.url,
        key=signing_key(keys.password.get_secret_value() if keys.password else ""),
        http=tools.http,
        contents=tools.contents,
        clock=tools.clock,
        timeout=keys.timeout.total_seconds(),
    )


def _apprise(name: str, keys: AppriseConfig, tools: ChannelTools) -> Channel:
    service = keys.service.get_secret_value() if keys.service else ""
    return AppriseChannel(name=name, service=service, contents=tools.contents)


SOURCES: tuple[SourceType, ...] = (
    SourceType(keys=MailboxConfig, make=_mailbox),
    SourceType(keys=FeedConfig, make=_feed),
    SourceType(keys=BoardConfig, make=_board),
    SourceType(keys=FolderSourceConfig, make=_folder),
)
CHANNELS: tuple[ChannelType, ...] = (
    ChannelType(keys=SmtpConfig, make=_smtp),
    ChannelType(keys=FolderChannelConfig, make=_files),
    ChannelType(keys=WebhookConfig, make=_webhook),
    ChannelType(keys=AppriseConfig, make=_apprise),
)


def source(name: str, keys: Keys, tools: SourceTools) -> Source:
    """Return the source *name* that has these *keys*; one of a broken plugin fails when polled."""
    if isinstance(keys, AbsentSource):
        return _AbsentSource(name, keys.why)
    for one in SOURCES:
        if type(keys) is one.keys:
            return one.make(name, keys, tools)
    added = next(one for one in source_types() if type(keys) is one.value.keys)
    try:
        with plugins.within(added.origin):
            return _PluggedSource(name, added.value.make(name, keys, tools), added.origin)
    except (PluginError, SourceError) as error:
        return _AbsentSource(name, str(error))


def channel(name: str, keys: Keys, tools: ChannelTools) -> Channel:
    """Return the channel *name* that has these *keys*; one of a broken plugin sends nothing."""
    if isinstance(keys, AbsentChannel):
        return _AbsentChannel(name, keys.why)
    for one in CHANNELS:
        if type(keys) is one.keys:
            return one.make(name, keys, tools)
    added = next(one for one in channel_types() if type(keys) is one.value.keys)
    try:
        with plugins.within(added.origin):
            return _PluggedChannel(name, added.value.make(name, keys, tools), added.origin)
    except (PluginError, DeliveryError) as error:
        return _AbsentChannel(name, str(error))


class _PluggedSource:
    """A plugin's source: what breaks in it is a failed poll that names the plugin."""

    def __init__(self, name: str, made: Source, origin: Origin) -> None:
        self.name = name
        self._made = made
        self._origin = origin

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Yield what the plugin yields.

        Raises:
            SourceError: the poll failed, by the plugin's own word or because it broke.
        """
        try:
            with plugins.within(self._origin):
                batches = iter(self._made.fetch(cursor, now=now, known=known))
            while (batch := self._next(batches)) is not None:
                yield batch
        except PluginError as error:
            raise SourceError(f"{self.name}: {error}", outcome="unreadable") from error

    def _next(self, batches: Iterator[Batch]) -> Batch | None:
        with plugins.within(self._origin):
            batch = next(batches, None)
            if batch is not None and not isinstance(batch, Batch):
                raise TypeError(f"it gave a {type(batch).__name__} in place of a Batch")
            foreign = (
                [one.source for one in batch.alerts if one.source != self.name] if batch else []
            )
            if foreign:
                raise ValueError(f"it gave an alert of the source {foreign[0]!r}")
            return batch


class _PluggedChannel:
    """A plugin's channel: what breaks in it is a failed delivery, which is tried again."""

    def __init__(self, name: str, made: Channel, origin: Origin) -> None:
        self.name = name
        self._made = made
        self._origin = origin

    def send(self, delivery: Delivery) -> Receipt:
        """Hand *delivery* to the plugin.

        Raises:
            DeliveryError: it failed, by the plugin's own word or because it broke.
        """
        try:
            with plugins.within(self._origin):
                receipt = self._made.send(delivery)
                if not isinstance(receipt, Receipt):
                    raise TypeError(f"it gave a {type(receipt).__name__} in place of a Receipt")
                return receipt
        except PluginError as error:
            raise DeliveryError(str(error), permanent=False) from error


class _AbsentSource:
    """Stands for a source whose plugin cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Fail by the plugin's name.

        Raises:
            SourceError: always.
        """
        del cursor, now, known
        raise SourceError(f"{self.name}: {self._why}", outcome="unreadable")


class _AbsentChannel:
    """Stands for a channel whose plugin cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def send(self, delivery: Delivery) -> Receipt:
        """Fail by the plugin's name; the delivery is tried again.

        Raises:
            DeliveryError: always.
        """
        del delivery
        raise DeliveryError(self._why, permanent=False)


def login(name: str, one: LoginConfig, clock: Clock) -> Login:
    """Return the login *name*, whose token is renewed by *clock*."""
    secret = one.client_secret.get_secret_value() if one.client_secret else ""
    return Login(
        name=name,
        provider=_provider(one),
        client_id=one.client_id,
        client_secret=secret,
        file=TokenFile(path=one.token_file),
        clock=clock,
    )


def _provider(one: LoginConfig) -> Provider:
    match one.provider:
        case "google":
            return GOOGLE
        case "microsoft":
            return microsoft(one.tenant)
        case "other":
            return Provider(
                authorize_url=one.authorize_url or "",
                device_url=one.device_url or "",
                token_url=one.token_url or "",
                scope=one.scope or "",
            )


def _entry(
    keys: MailboxConfig | SmtpConfig, tokens: Mapping[str, Callable[[], str]]
) -> str | Callable[[], str]:
    """Return what opens the account: a password, or what gives a token at each login."""
    if keys.login is not None:
        return tokens[keys.login]
    return keys.password.get_secret_value() if keys.password else ""
