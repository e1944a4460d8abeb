"""What a server that was tried said no to, in the words of set-up and the language spoken there.

The sources and channels say it in English and name keys of the configuration, as a log does. Who
sets cxdigest up has no configuration yet, so here the answer that is to be changed is named. Pure.
"""

from __future__ import annotations

import smtplib
import socket
import ssl

from imapclient.exceptions import CapabilityError

from cxdigest.errors import DeliveryError, NotLetInError, Refusal, SourceError
from cxdigest.language import _
from cxdigest.setup.answers import Account
from cxdigest.text import printable


def refusal(
    error: SourceError | DeliveryError, account: Account, folder: str = ""
) -> NotLetInError:
    """Return *error*, raised where *account* was tried, as the person who typed it is told."""
    cause, said, told = error.__cause__, str(error), error.told
    server = f"{account.host}:{account.port}"
    why: Refusal = "other"
    if _is_login(error):
        why = "login"
        if told:  # else it was not even asked, for what the message says
            said = _(
                "The server {server} refused the login of {user}: {words}",
                server=server,
                user=account.user,
                words=told.rstrip("."),
            )
    elif isinstance(cause, ssl.SSLCertVerificationError):
        why = "certificate"
        said = _(
            "The server {server} shows a certificate that cannot be trusted ({detail}); check the "
            "server's name, or name the file that holds its certificate",
            server=server,
            detail=cause.verify_message,
        )
    elif getattr(error, "outcome", "") == "gone":
        why = "folder"
        said = _(
            "The mailbox has no folder {folder}; there are: {names}",
            folder=repr(folder),
            names=told,
        )
    elif isinstance(cause, smtplib.SMTPNotSupportedError):
        why = "address"
        said = _(
            "The server {server} offers less than was asked for ({detail}); choose another "
            "protection, and the port for that",
            server=server,
            detail=str(cause).rstrip("."),
        )
    elif isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
        why, said = "address", _unreached(cause, account, server)
    elif isinstance(cause, CapabilityError):
        why = "address"
        said = _(
            "The server {server} offers no STARTTLS; choose tls, and the port for that",
            server=server,
        )
    return NotLetInError(printable(said), why=why)


def _is_login(error: SourceError | DeliveryError) -> bool:
    if isinstance(error, SourceError):
        return error.outcome == "auth"
    return isinstance(error.__cause__, smtplib.SMTPAuthenticationError)


def _unreached(cause: OSError, account: Account, server: str) -> str:
    if isinstance(cause, ssl.SSLError):
        return _(
            "The server {server} does not speak TLS as asked; check the port and the protection",
            server=server,
        )
    if isinstance(cause, TimeoutError):
        return _(
            "The server {server} did not answer in time; check its name and the port", server=server
        )
    if isinstance(cause, socket.gaierror):
        return _(
            "No server is found by the name {host}; check the spelling and the network connection",
            host=account.host,
        )
    if isinstance(cause, ConnectionRefusedError):
        return _("Nothing answers at {server}; check the server's name and the port", server=server)
    return _(
        "The server {server} cannot be reached: {detail}; check its name and the port",
        server=server,
        detail=cause.strerror or str(cause),
    )
