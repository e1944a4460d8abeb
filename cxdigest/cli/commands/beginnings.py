"""The command that leads from nothing to a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import load

group = typer.Typer()

_SECURITY = "How it is protected: tls, starttls or none; the port mostly says it."


@group.command()
def init(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Your name, as the digest says it.")
    ] = "",
    time_zone: Annotated[
        str,
        typer.Option(
            "--time-zone",
            metavar="ZONE",
            help="As Europe/London; else this machine's own, where it has one.",
        ),
    ] = "",
    address: Annotated[
        str,
        typer.Option("--address", metavar="MAIL", help="The mailbox in which your alerts arrive."),
    ] = "",
    provider: Annotated[
        str,
        typer.Option(
            "--provider",
            metavar="KEY",
            help="Who runs it: gmail, outlook, fastmail, icloud, yahoo, gmx, gmx-com, proton or "
            "other; else as the address says.",
        ),
    ] = "",
    password_file: Annotated[
        str,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help="A file with the mailbox's password; - is one line of standard input.",
        ),
    ] = "",
    client_id: Annotated[
        str,
        typer.Option(
            "--client-id", metavar="ID", help="For Outlook: the client id of your app at Microsoft."
        ),
    ] = "",
    imap_host: Annotated[
        str, typer.Option("--imap-host", metavar="HOST", help="The mailbox's server.")
    ] = "",
    imap_port: Annotated[
        str, typer.Option("--imap-port", metavar="PORT", help="Its port, usually 993.")
    ] = "",
    imap_security: Annotated[
        str, typer.Option("--imap-security", metavar="WORD", help=_SECURITY)
    ] = "",
    imap_user: Annotated[
        str, typer.Option("--imap-user", metavar="USER", help="Its user, where not the address.")
    ] = "",
    imap_certificate: Annotated[
        str,
        typer.Option(
            "--imap-certificate", metavar="FILE", help="Its certificate, if nobody else knows it."
        ),
    ] = "",
    folder: Annotated[
        str, typer.Option("--folder", metavar="FOLDER", help="The folder of the alerts, or INBOX.")
    ] = "",
    sender: Annotated[
        list[str] | None,
        typer.Option(
            "--sender",
            metavar="HOST",
            help="Read only mails of this sender, as linkedin.com; may be repeated. Else those "
            "that are found there.",
        ),
    ] = None,
    all_senders: Annotated[
        bool, typer.Option("--all-senders", help="Read every mail in the folder.")
    ] = False,
    no_mailbox: Annotated[bool, typer.Option("--no-mailbox", help="Read no mailbox.")] = False,
    alerts: Annotated[
        str,
        typer.Option(
            "--alerts",
            metavar="FOLDER",
            help="A folder of saved alert mails, in place of a mailbox.",
        ),
    ] = "",
    feed: Annotated[
        list[str] | None,
        typer.Option("--feed", metavar="URL", help="A Google Alerts feed; may be repeated."),
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", metavar="MAIL", help="Where the digest goes; else to --address."),
    ] = "",
    files: Annotated[
        bool, typer.Option("--files", help="Have digests as files; nothing is ever sent.")
    ] = False,
    smtp_host: Annotated[
        str, typer.Option("--smtp-host", metavar="HOST", help="The server that sends the digest.")
    ] = "",
    smtp_port: Annotated[
        str, typer.Option("--smtp-port", metavar="PORT", help="Its port, usually 587 or 465.")
    ] = "",
    smtp_security: Annotated[
        str, typer.Option("--smtp-security", metavar="WORD", help=_SECURITY)
    ] = "",
    smtp_user: Annotated[
        str, typer.Option("--smtp-user", metavar="USER", help="Its user, where not the mailbox's.")
    ] = "",
    smtp_certificate: Annotated[
        str,
        typer.Option(
            "--smtp-certificate", metavar="FILE", help="Its certificate, if nobody else knows it."
        ),
    ] = "",
    smtp_password_file: Annotated[
        str,
        typer.Option(
            "--smtp-password-file",
            metavar="FILE",
            help="A file with its password, where not the mailbox's; - is standard input.",
        ),
    ] = "",
    send_at: Annotated[
        str, typer.Option("--send-at", metavar="TIME", help="When the digest is made; else 07:00.")
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where the first digest is shown.")
    ] = Path("out"),
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Ask nothing; what is missing is named, and it ends."),
    ] = False,
) -> None:
    """Set up cxdigest in the terminal: a few questions, your first digest, then a configuration.

    Every answer is also an option. Passwords come from files or standard input alone.
    """
    body = load("init")
    imap = body.GivenServer(
        host=imap_host,
        port=imap_port,
        security=imap_security,
        user=imap_user,
        certificate=imap_certificate,
        password_file=password_file,
    )
    smtp = body.GivenServer(
        host=smtp_host,
        port=smtp_port,
        security=smtp_security,
        user=smtp_user,
        certificate=smtp_certificate,
        password_file=smtp_password_file,
    )
    given = body.Given(
        name=name,
        time_zone=time_zone,
        address=address,
        provider=provider,
        client_id=client_id,
        imap=imap,
        folder=folder,
        senders=tuple(sender or ()),
        all_senders=all_senders,
        no_mailbox=no_mailbox,
        alerts=alerts,
        feeds=tuple(feed or ()),
        to=to,
        files=files,
        smtp=smtp,
        send_at=send_at,
        out=out,
        yes=yes,
    )
    raise typer.Exit(body.init(ctx.obj, given))
