"""What the options of ``cxdigest init`` answered, and what is missing where nobody can be asked.

Reads passwords from files and standard input; as the value of an option one would stand in the list
of processes and in the history of the shell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.setup.presets import PRESETS, Preset, preset_for

_LONGEST = 4 * 1024
_STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenServer:
    """One server, as far as it was named; empty is not named."""

    host: str = ""
    port: str = ""
    security: str = ""
    user: str = ""
    certificate: str = ""
    password_file: str = ""  #: ``-`` is one line of standard input


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All options; empty is not given."""

    name: str = ""
    time_zone: str = ""
    address: str = ""  #: of the mailbox
    provider: str = ""  #: key of a preset
    client_id: str = ""  #: of an app at Microsoft, for Outlook
    imap: GivenServer = field(default_factory=GivenServer)
    folder: str = ""
    senders: tuple[str, ...] = ()
    all_senders: bool = False
    no_mailbox: bool = False
    no_older: bool = False  #: leave alerts from before the first poll where they are
    alerts: str = ""  #: a folder of saved alerts
    feeds: tuple[str, ...] = ()
    to: str = ""  #: whom the digest is sent to
    files: bool = False  #: digests are files
    smtp: GivenServer = field(default_factory=GivenServer)
    send_at: str = ""
    out: Path = Path("out")  #: the folder of the preview
    yes: bool = False  #: ask nothing

    @property
    def reads_a_mailbox(self) -> bool:
        """Whether a mailbox is asked for, or left open."""
        return not self.no_mailbox and (bool(self.address) or not self.alerts)


def given_of(options: Mapping[str, Any]) -> Given:
    """Return what *options* say: the command's own, by their names in Python."""
    rest: dict[str, Any] = dict(options)
    servers: dict[str, Any] = {
        which: GivenServer(
            **{one.name: rest.pop(f"{which}_{one.name}") for one in fields(GivenServer)}
        )
        for which in ("imap", "smtp")
    }
    lists: dict[str, Any] = {name: tuple(rest.pop(name) or ()) for name in ("senders", "feeds")}
    return Given(**servers, **lists, **rest)


def refuse_contradictions(given: Given) -> None:
    """See that no two options say the opposite.

    Raises:
        WrongUseError: two do; names them.
    """
    for one, said, other, denied in (
        ("--no-mailbox", given.no_mailbox, "--address", given.address),
        ("--files", given.files, "--to", given.to),
        ("--all-senders", given.all_senders, "--sender", given.senders),
    ):
        if said and denied:
            raise WrongUseError(
                _("{one} and {other} say the opposite; leave one of them out", one=one, other=other)
            )


def preset_given(given: Given, address: str) -> Preset:
    """Return the preset that an option names, else the one of *address*.

    Raises:
        WrongUseError: the option names none.
    """
    if given.provider and given.provider not in PRESETS:
        raise WrongUseError(
            _(
                "--provider {provider}: there is no such provider; choose one of: ",
                provider=given.provider,
            )
            + ", ".join(PRESETS)
        )
    return PRESETS[given.provider] if given.provider else preset_for(address)


def refuse_missing(given: Given, *, zone: str) -> None:
    """See that all is given that somebody would have to be asked for; *zone* is the machine's own.

    Raises:
        WrongUseError: something is missing; names all of it.
    """
    missing = tuple(_missing(given, zone))
    if missing:
        raise WrongUseError(
            _("nobody can be asked here, so these options are missing:\n")
            + "\n".join(f"  {one}" for one in missing)
            + _("\nRun it in a terminal to be asked, or see: cxdigest init --help")
        )


def _missing(given: Given, zone: str) -> Iterator[str]:
    if not given.name:
        yield _("--name NAME, as the digest calls you")
    if not given.time_zone and not zone:
        yield _("--time-zone ZONE, as Europe/London; this machine does not say where it is")
    mailbox = given.reads_a_mailbox and bool(given.address)
    if mailbox:
        yield from _missing_mailbox(given)
    elif not given.feeds and not given.alerts:
        yield _("--address MAIL of the mailbox to read, or --feed URL, or --alerts FOLDER")
    if not given.files and not mailbox:
        if not given.to:
            yield _("--to MAIL, where the digest goes, or --files to have it as files")
        else:
            yield from _missing_sending(given, preset_given(given, given.to))


def _missing_mailbox(given: Given) -> Iterator[str]:
    preset = preset_given(given, given.address)
    if preset.by_token:
        if not given.client_id:
            yield _("--client-id ID of your app at Microsoft (docs/logins.md says how to get one)")
        return
    if not given.imap.password_file:
        yield _("--password-file FILE with the mailbox's password, or - for standard input")
    if preset.imap is None and not given.imap.host:
        yield _("--imap-host HOST, the mailbox's server")
    if preset.smtp is None and not given.smtp.host and not given.files:
        yield _("--smtp-host HOST, the server that sends, or --files to have digests as files")
    if preset.key == "proton" and not given.imap.certificate:
        yield _("--imap-certificate FILE, the Bridge's cert.pem")


def _missing_sending(given: Given, preset: Preset) -> Iterator[str]:
    if preset.by_token and not given.smtp.host:
        yield _("--files, or --smtp-host HOST of another provider: {takes}", takes=preset.takes)
        return
    if preset.smtp is None and not given.smtp.host:
        yield _("--smtp-host HOST, the server that sends, or --files to have digests as files")
    if not given.smtp.password_file:
        yield _("--smtp-password-file FILE, or - for standard input")


def password_from(name: str, option: str) -> str:
    """Return the password that the file *name* holds, or one line of standard input for ``-``.

    Raises:
        WrongUseError: it cannot be read, or holds none.
    """
    try:
        if name == _STDIN:
            content = sys.stdin.readline(_LONGEST)
        else:
            with Path(name).expanduser().open(encoding="utf-8") as stream:
                content = stream.read(_LONGEST)
    except OSError as error:
        raise WrongUseError(
            _(
                "{option}: {name} cannot be read: {strerror}",
                option=option,
                name=name,
                strerror=error.strerror,
            )
        ) from error
    except UnicodeDecodeError as error:
        raise WrongUseError(
            _("{option}: {name} is not text in UTF-8", option=option, name=name)
        ) from error
    password = content.rstrip("\r\n")
    if not password:
        raise WrongUseError(_("{option}: {name} holds no password", option=option, name=name))
    return password
