"""What mail providers ask for: servers, and what kind of password. Plain, dated facts.

From the providers' own help pages as they were known on the date of each; ``other`` asks for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from cxdigest.language import _, marked

Security = Literal["tls", "starttls", "none"]

_KNOWN = date(2026, 11, 22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a provider listens."""

    host: str
    port: int
    security: Security = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One provider of mail."""

    key: str
    name: str  #: as its users say it
    imap: Server | None  #: None: the person names it
    smtp: Server | None
    takes: str  #: what kind of password, one sentence
    page: str = ""  #: where such a password is made, or where the provider says how
    notes: tuple[str, ...] = ()  #: what else stands in the way, one sentence each
    hosts: tuple[str, ...] = ()  #: of the addresses that it gives out; ``x.*``: in any country
    grouped: bool = False  #: it shows such a password in groups of letters, with blanks between
    by_token: bool = False  #: it takes no password at all, only a login in the browser (OAuth2)
    known: date = field(default=_KNOWN)  #: when this was last looked at


_GMX = marked("GMX takes your password, or an app password where two-factor login is on.")
_GMX_NOTES = (
    marked(
        "IMAP must be switched on first, in the settings of the mailbox on the web (POP3/IMAP)."
    ),
    marked("GMX switches it off again when it is not used for long."),
)

PRESETS: Mapping[str, Preset] = {
    one.key: one
    for one in (
        Preset(
            key="gmail",
            name="Gmail",
            imap=Server(host="imap.gmail.com", port=993),
            smtp=Server(host="smtp.gmail.com", port=587, security="starttls"),
            takes=marked("Gmail takes an app password of 16 letters here, not your usual one."),
            page="https://myaccount.google.com/apppasswords",
            grouped=True,
            notes=(
                marked(
                    "On that page type a name, as cxdigest, press Create and copy the 16 letters."
                ),
                marked("App passwords exist only once 2-Step Verification is on for the account."),
                marked(
                    "An account of a company or school may have them switched off by its admin."
                ),
            ),
            hosts=("gmail.com", "googlemail.com"),
        ),
        Preset(
            key="outlook",
            name=marked("Outlook and Hotmail"),
            imap=Server(host="outlook.office365.com", port=993),
            smtp=Server(host="smtp-mail.outlook.com", port=587, security="starttls"),
            takes=marked("Outlook takes no password here, only a login in the browser (OAuth2)."),
            by_token=True,
            notes=(
                marked("The easier way: let Outlook forward your alerts to a mailbox elsewhere."),
                marked("In Outlook on the web that is under Settings, Mail, Forwarding and IMAP."),
                marked("The other way: register an app at Microsoft, as docs/logins.md says."),
            ),
            hosts=("outlook.*", "hotmail.*", "live.*", "msn.com", "passport.com"),
        ),
        Preset(
            key="fastmail",
            name="Fastmail",
            imap=Server(host="imap.fastmail.com", port=993),
            smtp=Server(host="smtp.fastmail.com", port=465),
            takes=marked("Fastmail takes an app password here, with access to IMAP and SMTP."),
            page="https://app.fastmail.com/settings/security/apps",
            grouped=True,
            notes=(marked("Its cheapest plan has neither IMAP nor SMTP."),),
            hosts=("fastmail.*", "fastmail.fm"),
        ),
        Preset(
            key="icloud",
            name="iCloud",
            imap=Server(host="imap.mail.me.com", port=993),
            smtp=Server(host="smtp.mail.me.com", port=587, security="starttls"),
            takes=marked(
                "iCloud takes an app-specific password here, not the one of your Apple Account."
            ),
            page="https://account.apple.com/account/manage",
            notes=(
                marked("On that page it is under Sign-In and Security, App-Specific Passwords."),
                marked("Where the login is refused, take only the part before the @ as user name."),
            ),
            hosts=("icloud.com", "me.com", "mac.com"),
        ),
        Preset(
            key="yahoo",
            name="Yahoo",
            imap=Server(host="imap.mail.yahoo.com", port=993),
            smtp=Server(host="smtp.mail.yahoo.com", port=465),
            takes=marked("Yahoo takes an app password here, not your usual one."),
            page="https://login.yahoo.com/account/security",
            grouped=True,
            notes=(marked("On that page it is under External connections, Create app password."),),
            hosts=("yahoo.*", "ymail.com", "rocketmail.com", "myyahoo.com"),
        ),
        Preset(
            key="gmx",
            name="GMX (gmx.net, gmx.de, gmx.at, gmx.ch)",
            imap=Server(host="imap.gmx.net", port=993),
            smtp=Server(host="mail.gmx.net", port=587, security="starttls"),
            takes=_GMX,
            page="https://hilfe.gmx.net/sicherheit/2fa/anwendungsspezifisches-passwort.html",
            notes=_GMX_NOTES,
            hosts=("gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu", "gmx.info", "gmx.org"),
        ),
        Preset(
            key="gmx-com",
            name="GMX (gmx.com, gmx.co.uk, gmx.us)",
            imap=Server(host="imap.gmx.com", port=993),
            smtp=Server(host="mail.gmx.com", port=587, security="starttls"),
            takes=_GMX,
            page="https://www.gmx.co.uk/security/2fa/",
            notes=_GMX_NOTES,
            hosts=("gmx.com", "gmx.us", "gmx.co.uk"),
        ),
        Preset(
            key="proton",
            name=marked("Proton Mail, by its Bridge"),
            imap=Server(host="127.0.0.1", port=1143, security="starttls"),
            smtp=Server(host="127.0.0.1", port=1025, security="starttls"),
            takes=marked(
                "The Bridge shows a password of its own; your Proton password does not work."
            ),
            notes=(
                marked("Proton Mail Bridge must run on this very machine, and needs a paid plan."),
                marked("Its certificate is its own; cxdigest needs the path of its cert.pem."),
                marked("The Bridge exports it under Settings, Advanced, Export TLS certificates."),
            ),
            hosts=("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        ),
        Preset(
            key="other",
            name=marked("Another provider"),
            imap=None,
            smtp=None,
            takes=marked(
                "Many providers take only an app password here, made in the account's settings."
            ),
            notes=(marked("The provider's help names its servers for IMAP and SMTP."),),
        ),
    )
}


#: What may follow the dot of ``x.*``: com, or a country, alone or after co and com.
_COUNTRY = re.compile(r"com|(?:com?\.)?[a-z]{2}")


def preset_for(address: str) -> Preset:
    """Return the preset of the provider that gave *address* out, ``other`` where none is known."""
    host = address.rpartition("@")[2].strip().lower().rstrip(".")
    return next((one for one in PRESETS.values() if _gives_out(one, host)), PRESETS["other"])


def _gives_out(preset: Preset, host: str) -> bool:
    for one in preset.hosts:
        stem, star, _ = one.partition("*")
        if host == one or (
            star and host.startswith(stem) and _COUNTRY.fullmatch(host[len(stem) :])
        ):
            return True
    return False


def tidy(preset: Preset | None, password: str) -> str:
    """Return *password* as the provider takes it: pages show some in groups between blanks."""
    return "".join(password.split()) if preset is not None and preset.grouped else password


def spoken_preset(one: Preset) -> Preset:
    """Return *one* with its words in the language that is spoken."""
    return replace(
        one, name=_(one.name), takes=_(one.takes), notes=tuple(_(note) for note in one.notes)
    )
