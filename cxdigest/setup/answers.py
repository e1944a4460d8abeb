"""What a person answered, step by step, and whether an answer can be used.

Looks only whether files and folders are there. An answer that cannot be used is a
``WrongUseError`` that says what to write instead; nothing is guessed. Passwords stand in no
``repr``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cxdigest.errors import NotLetInError, WrongUseError
from cxdigest.language import _
from cxdigest.setup.presets import Security
from cxdigest.setup.zones import zones_of
from cxdigest.text import squash

_ADDRESS = re.compile(r"[^\s@<>\"',;:\\()\[\]]{1,64}@[^\s@<>\"',;:\\()\[\]]{1,255}")
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9.:_-]*[A-Za-z0-9])?")
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST = 300  #: letters of an answer of one line
_MOST_FEEDS = 50
_MOST_ZONES = 6  #: that are offered in an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A server that takes a login."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)  #: empty where a token opens it
    client_id: str = ""  #: of the app at Microsoft that asks for a token in place of a password
    ca_file: str = ""  #: path of its certificate, where nobody else knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that is asked. What is not answered yet has the value that most people need."""

    name: str = ""  #: of the person, as the digest says it
    zone: str = ""  #: IANA name
    provider: str = ""  #: key of a preset
    mailbox: Account | None = None  #: None: no mailbox is read
    folder: str = "INBOX"
    senders: tuple[str, ...] = ()  #: hosts or addresses whose mails are read; empty: all
    feeds: tuple[str, ...] = ()  #: addresses of Google Alerts feeds
    alerts: str = ""  #: a folder of saved alerts
    sending: Account | None = None  #: None: digests are files
    recipient: str = ""  #: address that the digest is sent to
    send_at: time = time(7)


def one_line(what: str, value: str, *, needed: bool = True) -> str:
    """Return *value* squashed to one clean line; *what* is what was asked.

    Raises:
        WrongUseError: it is empty though *needed*, or too long.
    """
    clean = squash(_CONTROL.sub(" ", value))
    if needed and not clean:
        raise WrongUseError(_("{what} is missing", what=what))
    if len(clean) > _LONGEST:
        raise WrongUseError(
            _("{what} is longer than {longest} letters", what=what, longest=_LONGEST)
        )
    return clean


def address(what: str, value: str) -> str:
    """Return the mail address in *value*.

    Raises:
        WrongUseError: it is none.
    """
    clean = one_line(what, value)
    if not _ADDRESS.fullmatch(clean):
        raise WrongUseError(
            _("{what} is not a mail address; write it as you@example.org", what=what)
        )
    return clean


def zone(value: str) -> str:
    """Return the IANA name of a time zone, of which its city is enough: ``berlin``.

    So is a country that has one zone, in English or in the language that is spoken.

    Raises:
        WrongUseError: there is no such zone, or there are several.
    """
    clean = one_line(_("the time zone"), value)
    if clean in available_timezones():
        return clean
    alike = zones_of(clean)
    if len(alike) == 1:
        return alike[0]
    if 1 < len(alike) <= _MOST_ZONES:
        names = ", ".join(alike)
        raise WrongUseError(_("{it} is no time zone; choose one of {names}", it=clean, names=names))
    raise WrongUseError(
        _(
            "{it} is no time zone; write your country, or the large city, mostly the capital, "
            "whose clocks show your hour, as London, Berlin or New York",
            it=clean,
        )
    )


def moment(value: str) -> time:
    """Return the time of day in *value*; of a full hour the hour is enough.

    Raises:
        WrongUseError: it is none.
    """
    clean = one_line(_("the time"), value)
    found = _TIME.fullmatch(clean)
    if not found:
        raise WrongUseError(
            _("{it} is no time of day; write hours and minutes, as 07:00", it=clean)
        )
    return time(int(found[1]), int(found[2] or 0))


def account(
    *,
    host: str,
    port: str,
    security: str,
    user: str,
    password: str,
    what: str,
    ca_file: str = "",
) -> Account:
    """Return the login that the answers describe; *what* names the server.

    Raises:
        WrongUseError: one of them cannot be used.
    """
    if not password or len(password) > _LONGEST or _CONTROL.search(password):
        raise NotLetInError(
            _("the password for {what} is missing, too long or not one line", what=what),
            why="password",
        )
    return Account(
        host=server(host, what=what),
        port=int(port_number(port, what=what)),
        security=protection(security),
        user=one_line(_("the user for {what}", what=what), user),
        password=password,
        ca_file=certificate(ca_file),
    )


def server(value: str, *, what: str) -> str:
    """Return the name of a server in *value*; *what* is what it is for.

    Raises:
        WrongUseError: it is none.
    """
    clean = one_line(_("the name of the server for {what}", what=what), value)
    if not _HOST.fullmatch(clean):
        raise WrongUseError(
            _("{server} is not the name of a server; write it as imap.example.org", server=clean)
        )
    return clean


def port_number(value: str, *, what: str) -> str:
    """Return the digits of the port in *value*; *what* is what it is for.

    Raises:
        WrongUseError: it is none.
    """
    clean = value.strip()
    if not clean.isdecimal() or not 0 < int(clean[:9]) < 1 << 16:
        raise WrongUseError(_("the port for {what} is not a number from 1 to 65535", what=what))
    return clean


def by_token(*, host: str, port: int, security: Security, user: str, client_id: str) -> Account:
    """Return the login that a token opens, which ``cxdigest authorise`` gets later.

    Raises:
        WrongUseError: *client_id* or *user* cannot be used.
    """
    return Account(
        host=host,
        port=port,
        security=security,
        user=address(_("the user"), user),
        password="",
        client_id=one_line(_("the client id of your app at Microsoft"), client_id),
    )


def certificate(text: str) -> str:
    """Return the whole path of the file of certificates that *text* names, ``""`` for none.

    Raises:
        WrongUseError: there is no such file on this machine.
    """
    clean = one_line(_("the certificate"), text, needed=False)
    if not clean:
        return ""
    path = Path(clean).expanduser().absolute()
    if not path.is_file():
        raise WrongUseError(_("{path}, the certificate, is not a file on this machine", path=path))
    return str(path)


def folder_of_alerts(text: str) -> str:
    """Return the whole path of the folder that *text* names.

    Raises:
        WrongUseError: there is no such folder on this machine.
    """
    path = Path(one_line(_("the folder"), text)).expanduser().absolute()
    if not path.is_dir():
        raise WrongUseError(_("{path} is not a folder on this machine", path=path))
    return str(path)


def protection(value: str) -> Security:
    """Return how a connection is protected, as *value* says.

    Raises:
        WrongUseError: it is none of the three ways.
    """
    known: dict[str, Literal["tls", "starttls", "none"]] = {
        "tls": "tls", "starttls": "starttls", "none": "none",
    }  # fmt: skip
    clean = value.strip().casefold()
    if clean not in known:
        raise WrongUseError(_("the protection is one of: tls, starttls, none"))
    return known[clean]


def feeds(text: str) -> tuple[str, ...]:
    """Return the addresses of feeds in *text*, one a line or between blanks, each once.

    Raises:
        WrongUseError: one is none, or there are too many.
    """
    found = tuple(dict.fromkeys(text.split()))
    if len(found) > _MOST_FEEDS:
        raise WrongUseError(
            _(
                "these are more than {most_feeds} feeds; add the others later",
                most_feeds=_MOST_FEEDS,
            )
        )
    for one in found:
        try:
            parts = urlsplit(one)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            good = False
        if not good or len(one) > _LONGEST or _CONTROL.search(one):
            raise WrongUseError(
                _(
                    "{one} is no address of a feed; copy the link of the feed sign at "
                    "google.com/alerts, it begins with https://www.google.com/alerts/feeds/",
                    one=one[:80],
                )
            )
    return found
