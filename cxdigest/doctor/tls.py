"""Whether the servers' certificates are valid, and how long they will be.

A handshake and no login. Servers on the web are connected to through ``net``'s guarded way, those
of mail as the program itself connects to them.
"""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import httpcore

from cxdigest.doctor.greeting import cut_after, greeted
from cxdigest.doctor.hosts import Server, inside_for, own_machine, servers_of
from cxdigest.doctor.line import Check, Line, Piece, day, failed, ok, told, unchecked, warning
from cxdigest.doctor.patient import Patient
from cxdigest.errors import ForbiddenAddressError, NetError
from cxdigest.language import _, marked, ngettext
from cxdigest.net.address import networks
from cxdigest.net.allowance import Allowance
from cxdigest.net.connect import GuardedBackend

_SOON = timedelta(days=14)
#: A certificate of a few days is renewed in its last part.
_LAST_PART = 4
_MOST_BYTES = 1_000_000  #: of a handshake


def judge(server: str, certificate: Mapping[str, Any], now: datetime) -> Line:
    """Say how long *certificate*, as Python's ssl gives it, holds at *now*."""
    try:
        begins, ends = (_moment(certificate[key]) for key in ("notBefore", "notAfter"))
    except (KeyError, ValueError, TypeError, OverflowError):
        return unchecked(server, _("its certificate does not say until when it holds"))
    days = (ends - now) // timedelta(days=1)
    if ends <= now:
        return failed(server, _("its certificate ended on {ends}", ends=day(ends)), _RENEW)
    if ends - now < min(_SOON, (ends - begins) / _LAST_PART):
        return warning(
            server,
            ngettext(
                "its certificate ends in {n} day, on {ends}",
                "its certificate ends in {n} days, on {ends}",
                days,
                ends=day(ends),
            ),
            _RENEW,
        )
    return ok(
        server,
        ngettext(
            "its certificate is valid for {n} day more",
            "its certificate is valid for {n} days more",
            days,
        ),
    )


_RENEW = marked("renew it, or tell whoever runs that server")


def bare(server: Server) -> Line:
    """Say what it means that nothing protects the way to *server*."""
    if own_machine(server.host) or _inside(server.host):
        return ok(server.name, _("not protected, within this machine or network"))
    return warning(
        server.name,
        _("the way there is not protected, and whoever stands on it can read along"),
        _("write security: tls or starttls, or https:// for an address on the web"),
    )


def _inside(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)


def _probe(server: Server, patient: Patient) -> Iterator[Line]:
    if server.way == "none":
        yield bare(server)
        return
    try:
        shown = _shown_on_the_web(server, patient) if server.web else _shown(server, patient)
    except ForbiddenAddressError as error:
        yield told(server.name, "unchecked", str(error))
    except _BROKEN as error:
        yield _broken(server, error)
    else:
        yield judge(server.name, shown, patient.now)


_BROKEN: tuple[type[Exception], ...] = (
    OSError, NetError, httpcore.NetworkError, httpcore.TimeoutException, smtplib.SMTPException,
    imaplib.IMAP4.error, UnicodeError,
)  # fmt: skip


def _broken(server: Server, error: BaseException) -> Line:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return failed(
            server.name,
            _(
                "its certificate cannot be trusted: {verify_message}",
                verify_message=cause.verify_message,
            ),
            _("check the host, or name the certificate of a server of your own in ca_file"),
        )
    if isinstance(cause, ssl.SSLError):
        what = _("it does not speak TLS as asked: {value}", value=cause.reason or cause)
        return failed(server.name, what, _("check port and security"))
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return failed(
        server.name,
        _("no connection ({why})", why=why),
        _("check host and port, and that this machine's firewall lets it through"),
    )


def _shown(server: Server, patient: Patient) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=str(server.cafile) if server.cafile else None)
    seconds = patient.seconds()
    if server.way == "imap":
        mail = imaplib.IMAP4(server.host, server.port, timeout=seconds)
        try:
            with cut_after(mail.sock, seconds):
                mail.starttls(context)
            return _certificate(mail.sock)
        finally:
            mail.shutdown()
    if server.way == "smtp":
        with closing(greeted(server, seconds)) as post:
            with cut_after(post.sock, seconds):
                post.starttls(context=context)
            shown = _certificate(post.sock)
            with suppress(OSError, smtplib.SMTPException):
                post.quit()
            return shown
    with (
        socket.create_connection((server.host, server.port), timeout=seconds) as plain,
        context.wrap_socket(
            plain, server_hostname=server.host, do_handshake_on_connect=False
        ) as wrapped,
        cut_after(wrapped, seconds),
    ):
        wrapped.do_handshake()
        return _certificate(wrapped)


def _certificate(wrapped: object) -> dict[str, Any]:
    assert isinstance(wrapped, ssl.SSLSocket), "the handshake has just been made"
    return wrapped.getpeercert() or {}


def _shown_on_the_web(server: Server, patient: Patient) -> dict[str, Any]:
    allowance = Allowance(time.monotonic)
    allowance.start(patient.seconds())
    allowance.expect(_MOST_BYTES)
    allowed = networks([*map(str, patient.settings.net.allow), *inside_for(server)])
    backend = GuardedBackend(allowed, patient.resolve, allowance)
    with closing(backend.connect_tcp(server.host, server.port)) as plain:
        wrapped = plain.start_tls(ssl.create_default_context(), server.host)
        shown: ssl.SSLObject | ssl.SSLSocket = wrapped.get_extra_info("ssl_object")
        return shown.getpeercert() or {}


def _plan(patient: Patient) -> list[Piece]:
    servers = servers_of(patient.config) if patient.config else []
    return [
        Piece(subject=one.name, probe=lambda one=one: _probe(one, patient))  # type: ignore[misc]
        for one in servers
    ]


CHECK = Check(
    name=marked("tls"),
    about="The certificates of mail servers, feeds, webhooks and your own pages: valid, and for "
    "how many days.",
    help="Renew a certificate of your own. One that ends in less than two weeks is a warning.",
    plan=_plan,
)
