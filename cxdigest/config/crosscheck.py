"""Hold the parts of a configuration against each other: names that must exist, unwise pairs.

``references`` works on the plain data, so that one wrong key elsewhere hides none of its problems;
``advice`` works on the finished configuration. Both are pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cxdigest.config import intakes
from cxdigest.config.addresses import is_address, is_loopback
from cxdigest.config.channels import SmtpConfig
from cxdigest.config.models import Config
from cxdigest.config.problems import problem
from cxdigest.config.sources import MailboxConfig
from cxdigest.config.wording import did_you_mean
from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.yamlfile import Document, Path

_T = TypeVar("_T")

_USUAL_TLS = {"mailbox": (993, 143), "smtp": (465, 587)}  # port with tls, port with starttls


def references(
    data: dict[str, Any], document: Document, addresses: Mapping[str, str] | None = None
) -> Iterator[Problem]:
    """Yield what profiles and coaches name that is not there, or is switched off altogether.

    *addresses* are those that further profiles have, in small letters, with their names.
    """
    yield from _logins(data, document)
    profiles, taken = data.get("profiles"), dict(addresses or {})
    for name, profile in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(profile, dict):
            path = ("profiles", name)
            yield from _sources(data, profile, path, document)
            yield from _deliveries(data, profile, path, document)
            yield from _coach(data, profile, path, document)
            yield from _addresses(name, profile, taken, document)
            yield from intakes.claims(data, str(name), profile, document)
    coaches = data.get("coaches")
    for name, coach in coaches.items() if isinstance(coaches, dict) else ():
        if isinstance(coach, dict):
            yield from _deliveries(data, coach, ("coaches", name), document)


def _logins(data: dict[str, Any], document: Document) -> Iterator[Problem]:
    known = data.get("logins", {})
    for section in ("sources", "channels"):
        entries = data.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            login = entry.get("login") if isinstance(entry, dict) else None
            if isinstance(login, str) and isinstance(known, dict) and login not in known:
                yield _no_such(document, (section, name, "login"), "login", login, known)


def _sources(
    data: dict[str, Any], profile: dict[str, Any], path: Path, document: Document
) -> Iterator[Problem]:
    known, named = data.get("sources", {}), _items(profile, "sources", str)
    if not isinstance(known, dict):
        return
    seen: set[str] = set()
    for index, name in named:
        at = (*path, "sources", index)
        if name not in known:
            yield _no_such(document, at, "source", name, known)
        elif name in seen:
            yield problem(document, at, _('"{name}" stands twice', name=name), _("keep one"))
        seen.add(name)
    if _all_off(seen, known):
        what = _("every one of these sources is disabled, so this person would read nothing")
        yield problem(document, (*path, "sources"), what, _("set enabled: true on one of them"))


def _deliveries(
    data: dict[str, Any], profile: dict[str, Any], path: Path, document: Document
) -> Iterator[Problem]:
    known = data.get("channels", {})
    if not isinstance(known, dict):
        return
    seen: set[tuple[str, str]] = set()
    for index, entry in _items(profile, "deliver", dict):
        at, channel = (*path, "deliver", index), str(entry.get("channel", ""))
        if channel and channel not in known:
            yield _no_such(document, (*at, "channel"), "channel", channel, known)
        yield from _recipients(entry, at, known, seen, document)
    if _all_off({channel for channel, _ in seen}, known):
        what = _("every channel here is disabled, so this person would get nothing")
        yield problem(document, (*path, "deliver"), what, _("set enabled: true on one of them"))


def _recipients(
    entry: dict[str, Any],
    at: Path,
    channels: dict[str, Any],
    seen: set[tuple[str, str]],
    document: Document,
) -> Iterator[Problem]:
    channel = str(entry.get("channel", ""))
    named = [(key, *item) for key in ("to", "cc") for item in _items(entry, key, str)]
    for key, index, recipient in named:
        here, mark = (*at, key, index), (channel, recipient.strip().lower())
        if _is_smtp(channels.get(channel)) and not is_address(recipient.strip()):
            what = _('"{recipient}" is not a mail address', recipient=recipient)
            yield problem(document, here, what, _('write the address alone, "you@example.org"'))
        elif mark in seen:
            yield problem(
                document, here, _('"{recipient}" stands twice', recipient=recipient), _("keep one")
            )
        seen.add(mark)


def _addresses(
    name: str, profile: dict[str, Any], taken: dict[str, str], document: Document
) -> Iterator[Problem]:
    for index, address in _items(profile, "addresses", str):
        owner = taken.setdefault(address.strip().lower(), name)
        if owner != name:
            at = ("profiles", name, "addresses", index)
            what = _('"{address}" is an address of {owner} as well', address=address, owner=owner)
            yield problem(document, at, what, _("leave it with the one whose mails they are"))


def _coach(
    data: dict[str, Any], profile: dict[str, Any], path: Path, document: Document
) -> Iterator[Problem]:
    known, coach = data.get("coaches", {}), profile.get("coach")
    if isinstance(coach, str) and isinstance(known, dict) and coach not in known:
        instead = did_you_mean(coach, map(str, known)) or _("there are none: add it under coaches")
        yield problem(
            document, (*path, "coach"), _('there is no coach "{coach}"', coach=coach), instead
        )
    if "review" in profile and "coach" not in profile:
        what = _("a review needs a coach who looks at the digest")
        yield problem(
            document, (*path, "review"), what, _("name one with coach:, or remove this key")
        )


def _no_such(
    document: Document, path: Path, what: str, name: str, known: dict[str, Any]
) -> Problem:
    instead = did_you_mean(name, map(str, known)) or _(
        "there are none: add it under {what}s", what=what
    )
    return problem(document, path, _('there is no {what} "{name}"', what=what, name=name), instead)


def _items(entry: dict[str, Any], key: str, kind: type[_T]) -> list[tuple[int, _T]]:
    """Return what is of the right *kind* in a list; the models complain about the rest."""
    value = entry.get(key)
    items = value if isinstance(value, list) else []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, kind)]


def _all_off(names: set[str], known: dict[str, Any]) -> bool:
    entries = [known.get(name) for name in names]
    return bool(entries) and all(
        isinstance(entry, dict) and entry.get("enabled") is False for entry in entries
    )


def _is_smtp(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "smtp"


def advice(config: Config, document: Document) -> Iterator[Problem]:
    """Yield what is allowed but unwise."""
    used = {name for profile in config.profiles.values() for name in profile.sources}
    # Where there are coaches, or nobody here, people of the store may read it.
    everybody = bool(config.profiles) and not config.coaches
    for name, source in config.sources.items():
        if everybody and source.enabled and name not in used:
            what = _("no profile reads this source")
            yield problem(document, ("sources", name), what, _("name it in a profile's sources"))
        if source.enabled and isinstance(source, MailboxConfig):
            yield from _connection(source, ("sources", name), document)
    for name, channel in config.channels.items():
        if channel.enabled and isinstance(channel, SmtpConfig):
            yield from _connection(channel, ("channels", name), document)
    yield from intakes.advice(config, document)
    mailboxes = (one for one in config.sources.values() if isinstance(one, MailboxConfig))
    if config.feedback.to and not any(one.enabled for one in mailboxes):
        what = _("no mailbox is polled, so nobody would read these mails")
        yield problem(document, ("feedback", "to"), what, _("add a mailbox under sources"))
    if urlsplit(config.store.url).password:
        what = _("a password stands in the address")
        yield problem(document, ("store", "url"), what, _("take it out and use password_file"))


def _connection(
    server: MailboxConfig | SmtpConfig, path: Path, document: Document
) -> Iterator[Problem]:
    if (
        server.security == "none"
        and (server.password or server.login)
        and not is_loopback(server.host)
    ):
        what = (
            _("the password goes to {host} in clear", host=server.host)
            if server.password
            else _("the token goes to {host} in clear", host=server.host)
        )
        yield problem(document, (*path, "security"), what, _("write tls or starttls"))
    with_tls, with_starttls = _USUAL_TLS[server.type]
    expected = {with_tls: "tls", with_starttls: "starttls"}.get(server.port)
    if expected and server.security not in (expected, "none"):
        what = _(
            "port {port} usually goes with security: {expected}",
            port=server.port,
            expected=expected,
        )
        yield problem(document, (*path, "port"), what, _("change one of the two if it fails"))
