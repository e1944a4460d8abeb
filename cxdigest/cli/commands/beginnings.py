"""The command that leads from nothing to a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import load
from cxdigest.language import marked

group = typer.Typer()

_SECURITY = marked("How it is protected: tls, starttls or none; the port mostly says it.")


_Name = Annotated[
    str, typer.Option("--name", metavar="NAME", help="Your name, as the digest says it.")
]
_TimeZone = Annotated[
    str,
    typer.Option(
        "--time-zone",
        metavar="ZONE",
        help="As Europe/London; else this machine's own, where it has one.",
    ),
]
_Address = Annotated[
    str,
    typer.Option("--address", metavar="MAIL", help="The mailbox in which your alerts arrive."),
]
_Provider = Annotated[
    str,
    typer.Option(
        "--provider",
        metavar="KEY",
        help="Who runs it: gmail, outlook, fastmail, icloud, yahoo, gmx, gmx-com, proton or "
        "other; else as the address says.",
    ),
]
_PasswordFile = Annotated[
    str,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="A file with the mailbox's password; - is one line of standard input.",
    ),
]
_ClientId = Annotated[
    str,
    typer.Option(
        "--client-id", metavar="ID", help="For Outlook: the client id of your app at Microsoft."
    ),
]
_ImapHost = Annotated[
    str, typer.Option("--imap-host", metavar="HOST", help="The mailbox's server.")
]
_ImapPort = Annotated[
    str, typer.Option("--imap-port", metavar="PORT", help="Its port, usually 993.")
]
_ImapSecurity = Annotated[str, typer.Option("--imap-security", metavar="WORD", help=_SECURITY)]
_ImapUser = Annotated[
    str, typer.Option("--imap-user", metavar="USER", help="Its user, where not the address.")
]
_ImapCertificate = Annotated[
    str,
    typer.Option(
        "--imap-certificate", metavar="FILE", help="Its certificate, if nobody else knows it."
    ),
]
_Folder = Annotated[
    str, typer.Option("--folder", metavar="FOLDER", help="The folder of the alerts, or INBOX.")
]
_Sender = Annotated[
    list[str] | None,
    typer.Option(
        "--sender",
        metavar="HOST",
        help="Read only mails of this sender, as linkedin.com; may be repeated. Else those "
        "that are found there.",
    ),
]
_AllSenders = Annotated[bool, typer.Option("--all-senders", help="Read every mail in the folder.")]
_NoMailbox = Annotated[bool, typer.Option("--no-mailbox", help="Read no mailbox.")]
_NoOlder = Annotated[
    bool,
    typer.Option("--no-older", help="Leave alerts older than 14 days out of the archive."),
]
_Alerts = Annotated[
    str,
    typer.Option(
        "--alerts",
        metavar="FOLDER",
        help="A folder of saved alert mails; no mailbox is asked for then.",
    ),
]
_Feed = Annotated[
    list[str] | None,
    typer.Option("--feed", metavar="URL", help="A Google Alerts feed; may be repeated."),
]
_To = Annotated[
    str,
    typer.Option("--to", metavar="MAIL", help="Where the digest goes; else to --address."),
]
_Files = Annotated[
    bool, typer.Option("--files", help="Have digests as files; nothing is ever sent.")
]
_SmtpHost = Annotated[
    str, typer.Option("--smtp-host", metavar="HOST", help="The server that sends the digest.")
]
_SmtpPort = Annotated[
    str, typer.Option("--smtp-port", metavar="PORT", help="Its port, usually 587 or 465.")
]
_SmtpSecurity = Annotated[str, typer.Option("--smtp-security", metavar="WORD", help=_SECURITY)]
_SmtpUser = Annotated[
    str, typer.Option("--smtp-user", metavar="USER", help="Its user, where not the mailbox's.")
]
_SmtpCertificate = Annotated[
    str,
    typer.Option(
        "--smtp-certificate", metavar="FILE", help="Its certificate, if nobody else knows it."
    ),
]
_SmtpPasswordFile = Annotated[
    str,
    typer.Option(
        "--smtp-password-file",
        metavar="FILE",
        help="A file with its password, where not the mailbox's; - is standard input.",
    ),
]
_SendAt = Annotated[
    str, typer.Option("--send-at", metavar="TIME", help="When the digest is made; else 07:00.")
]
_Out = Annotated[
    Path, typer.Option("--out", metavar="FOLDER", help="Where the first digest is shown.")
]
_Yes = Annotated[
    bool,
    typer.Option("--yes", "-y", help="Ask nothing; what is missing is named, and it ends."),
]


@group.command()
def init(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: _Name = "",
    time_zone: _TimeZone = "",
    address: _Address = "",
    provider: _Provider = "",
    imap_password_file: _PasswordFile = "",
    client_id: _ClientId = "",
    imap_host: _ImapHost = "",
    imap_port: _ImapPort = "",
    imap_security: _ImapSecurity = "",
    imap_user: _ImapUser = "",
    imap_certificate: _ImapCertificate = "",
    folder: _Folder = "",
    senders: _Sender = None,
    all_senders: _AllSenders = False,
    no_mailbox: _NoMailbox = False,
    no_older: _NoOlder = False,
    alerts: _Alerts = "",
    feeds: _Feed = None,
    to: _To = "",
    files: _Files = False,
    smtp_host: _SmtpHost = "",
    smtp_port: _SmtpPort = "",
    smtp_security: _SmtpSecurity = "",
    smtp_user: _SmtpUser = "",
    smtp_certificate: _SmtpCertificate = "",
    smtp_password_file: _SmtpPasswordFile = "",
    send_at: _SendAt = "",
    out: _Out = Path("out"),
    yes: _Yes = False,
) -> None:
    """Set up cxdigest in the terminal: a few questions, your first digest, then a configuration.

    Every answer is also an option. Passwords come from files or standard input alone.
    """
    body = load("init")
    raise typer.Exit(body.init(ctx.obj, body.given_of(ctx.params)))
