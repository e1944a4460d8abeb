"""What mail providers ask for: servers, and what kind of password. Plain, dated facts.

From the providers' own help pages as they were known on the date of each; ``other`` asks for all.
"""

from __future__ import annotations

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
    page: str = ""  #: where such a password is made
    notes: tuple[str, ...] = ()  #: what else stands in the way, one sentence each
    hosts: tuple[str, ...] = ()  #: of the addresses that it gives out
    known: date = field(default=_KNOWN)  #: when this was last looked at


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
            notes=(
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
            notes=(
                marked(
                    "Let Outlook forward your alerts to another mailbox, or set that login up by "
                    "hand."
                ),
            ),
            hosts=("outlook.com", "hotmail.com", "live.com", "msn.com"),
        ),
        Preset(
            key="fastmail",
            name="Fastmail",
            imap=Server(host="imap.fastmail.com", port=993),
            smtp=Server(host="smtp.fastmail.com", port=465),
            takes=marked("Fastmail takes an app password here, with access to IMAP and SMTP."),
            page="https://app.fastmail.com/settings/security/apps",
            notes=(marked("Its cheapest plan has neither IMAP nor SMTP."),),
            hosts=("fastmail.com", "fastmail.fm"),
        ),
        Preset(
            key="icloud",
            name="iCloud",
            imap=Server(host="imap.mail.me.com", port=993),
            smtp=Server(host="smtp.mail.me.com", port=587, security="starttls"),
            takes=marked("iCloud takes an app-specific password here."),
            page="https://account.apple.com/account/manage",
            notes=(marked("The user name for reading is mostly the part before the @."),),
            hosts=("icloud.com", "me.com", "mac.com"),
        ),
        Preset(
            key="yahoo",
            name="Yahoo",
            imap=Server(host="imap.mail.yahoo.com", port=993),
            smtp=Server(host="smtp.mail.yahoo.com", port=465),
            takes=marked("Yahoo takes an app password here."),
            page="https://login.yahoo.com/account/security",
            hosts=("yahoo.com", "ymail.com", "rocketmail.com"),
        ),
        Preset(
            key="gmx",
            name="GMX",
            imap=Server(host="imap.gmx.net", port=993),
            smtp=Server(host="mail.gmx.net", port=587, security="starttls"),
            takes=marked(
                "GMX takes your password, or an app password where two-factor login is on."
            ),
            notes=(
                marked(
                    "IMAP must be switched on first, in the settings of the mailbox on the web."
                ),
                marked("GMX switches it off again when it is not used for long."),
                marked("Addresses at gmx.com use imap.gmx.com and mail.gmx.com."),
            ),
            hosts=("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
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
                marked(
                    "Its certificate is its own: export it in the Bridge and name it as ca_file."
                ),
            ),
            hosts=("proton.me", "protonmail.com", "pm.me"),
        ),
        Preset(
            key="other",
            name=marked("Another provider"),
            imap=None,
            smtp=None,
            takes=marked(
                "Your provider's help names the servers for IMAP and SMTP, and the password."
            ),
        ),
    )
}


def spoken_preset(one: Preset) -> Preset:
    """Return *one* with its words in the language that is spoken."""
    return replace(
        one, name=_(one.name), takes=_(one.takes), notes=tuple(_(note) for note in one.notes)
    )


def preset_for(address: str) -> Preset:
    """Return the preset of the provider that gave *address* out, ``other`` where none is known."""
    host = address.rpartition("@")[2].strip().lower()
    return next((one for one in PRESETS.values() if host in one.hosts), PRESETS["other"])
