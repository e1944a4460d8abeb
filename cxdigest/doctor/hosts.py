"""Which servers a configuration names, so that each is asked once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cxdigest.config import Config, FeedConfig, MailboxConfig, SmtpConfig, WebhookConfig
from cxdigest.config.addresses import is_loopback

#: How a connection begins: TLS at once, or after a greeting of that protocol; or never.
Way = Literal["tls", "imap", "smtp", "none"]
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Server:
    """Where something listens."""

    host: str
    port: int
    way: Way
    web: bool  #: reached through ``net``, which refuses private addresses
    cafile: Path | None = None
    own: bool = False  #: our own pages, which may be on this very machine

    @property
    def name(self) -> str:
        """Host and port, as a person writes them."""
        return f"{self.host}:{self.port}"


def servers_of(config: Config) -> list[Server]:
    """Return every server that is named in what is enabled, each once."""
    found = [*_mail_servers(config), *_web_servers(config)]
    return list(dict.fromkeys(found))


def _mail_servers(config: Config) -> Iterator[Server]:
    for source in config.sources.values():
        if isinstance(source, MailboxConfig) and source.enabled:
            way: Way = "imap" if source.security == "starttls" else source.security
            yield Server(source.host, source.port, way, False, source.ca_file)
    for channel in config.channels.values():
        if isinstance(channel, SmtpConfig) and channel.enabled:
            way = "smtp" if channel.security == "starttls" else channel.security
            yield Server(channel.host, channel.port, way, False, channel.ca_file)


def _web_servers(config: Config) -> Iterator[Server]:
    urls = [
        one.url for one in config.sources.values() if isinstance(one, FeedConfig) and one.enabled
    ]
    urls += [
        one.url
        for one in config.channels.values()
        if isinstance(one, WebhookConfig) and one.enabled
    ]
    if config.heartbeat.url:
        urls.append(config.heartbeat.url.get_secret_value())
    for url in urls:
        if (server := server_of(url)) is not None:
            yield server
    if config.public_url and (server := server_of(config.public_url)) is not None:
        yield replace(server, own=True)


def server_of(url: str) -> Server | None:
    """Return the server of a web address; None where it names none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if not parts.hostname or not port:
        return None
    return Server(parts.hostname, port, "tls" if parts.scheme == "https" else "none", True)


def own_machine(host: str) -> bool:
    """Tell whether *host* is this very machine."""
    return is_loopback(host)


def inside_for(server: Server) -> tuple[str, ...]:
    """Return the networks to allow for *server*: this machine's, for our own pages on it."""
    return _LOOPBACK if server.own and own_machine(server.host) else ()


def loopback(url: str) -> tuple[str, ...]:
    """Return the networks to allow for *url*, our own: this machine's where it names it."""
    return _LOOPBACK if own_machine(urlsplit(url).hostname or "") else ()


def in_lanes(groups: Mapping[str, list[str]], lanes: int) -> Iterator[list[str]]:
    """Yield the names in *groups* in lists that are done side by side, *lanes* a group at most."""
    for names in groups.values():
        for start in range(min(lanes, len(names))):
            yield names[start::lanes]
