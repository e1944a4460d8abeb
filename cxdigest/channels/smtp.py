"""A digest by SMTP: one delivery, one connection, one recipient.

What the server says of the recipient or of the mail decides about a retry: 5xx is permanent, 4xx is
not. What it says of us never is: a wrong password, a certificate or a refused sender is mended in
the configuration, and no digest may be lost until then. The mail is the same at every try, so one
that was accepted just before the connection broke keeps its Message-ID when it is sent again.
"""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from cxdigest.channels.message import build, mailbox
from cxdigest.errors import DeliveryError, TokenError
from cxdigest.model import Delivery, Receipt
from cxdigest.text import printable, squash

Security = Literal["tls", "starttls", "none"]

#: Answers that speak of the login or of TLS, whatever command they answer (RFC 4954, RFC 3207).
_ABOUT_US = frozenset({530, 534, 535, 538, 454})
#: The same, said with an enhanced code (RFC 3463): the sender's address, a limit of mails a day,
#: no right to send as somebody (Exchange says the last only after the mail). And a mailbox that is
#: full may be emptied.
_NOT_FOR_EVER = ("5.1.7 ", "5.1.8 ", "5.4.5 ", "5.7.60 ", "5.2.252 ", "5.2.2 ")
_TOO_LARGE = 552
_GO_ON = 334
#: Seconds. No delivery may outlast the claim on it, or another worker would send it as well.
_LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpChannel:
    """A mail server that takes digests."""

    name: str
    host: str
    port: int
    security: Security
    sender: str  #: address, with or without a name
    user: str = ""  #: empty: no login
    password: str | Callable[[], str] = field(default="", repr=False)  #: asked at each login
    bearer: bool = False  #: *password* is a token (OAuth2)
    unsubscribe: str = ""  #: ``mailto:`` URL for List-Unsubscribe; empty: to the sender
    #: Seconds for an answer to begin; a delivery may take ten times that, and ten minutes at most.
    timeout: float = 30
    cafile: str | None = None  #: certificates to trust instead of the system's

    def send(self, delivery: Delivery) -> Receipt:
        """Send *delivery* and return the server's last answer.

        Raises:
            DeliveryError: it was not accepted; permanent if the server will never take this mail
                for this recipient.
        """
        message = build(delivery, sender=self.sender, unsubscribe=self.unsubscribe)
        with self._translated(), self._connected() as server:
            return Receipt(detail=self._hand_over(server, delivery, message))

    def greet(self) -> None:
        """Log in and send nothing.

        Raises:
            DeliveryError: the server cannot be reached, or does not let us in.
        """
        with self._translated(), self._connected():
            pass

    def _hand_over(self, server: smtplib.SMTP, delivery: Delivery, message: bytes) -> str:
        to = mailbox(delivery.recipient).address
        self._check_size(server, len(message))
        size = [f"size={len(message)}"] if server.has_extn("size") else []
        code, words = server.mail(mailbox(self.sender).address, size)
        # A sender that is refused is our mistake; a mail that is too large stays too large.
        self._check(code, words, f"the sender {self.sender}", permanent=code == _TOO_LARGE)
        self._check(*server.rcpt(to), to, permanent=True)
        try:
            code, words = server.data(message)
        except smtplib.SMTPDataError as error:  # the answer to DATA itself
            code, words = error.smtp_code, _bytes(error.smtp_error)
        self._check(code, words, f"the mail to {to}", permanent=True)
        return _answer(code, words)

    def _check_size(self, server: smtplib.SMTP, size: int) -> None:
        """Refuse what the server says it will refuse, before it is sent (RFC 1870)."""
        most = server.esmtp_features.get("size", "").strip()
        if most.isdecimal() and 0 < int(most) < size:
            what = f"takes mails of {int(most):,} bytes at most, and this one has {size:,}"
            raise self._error(what, permanent=True)

    def _check(self, code: int, words: bytes, what: str, *, permanent: bool) -> None:
        if code not in (250, 251, 252):
            said = words.decode("ascii", "replace")
            final = permanent and 500 <= code < 600 and code not in _ABOUT_US  # noqa: PLR2004 - 5xx
            final = final and not said.startswith(_NOT_FOR_EVER)
            raise self._error(f"did not take {what}: {_answer(code, words)}", permanent=final)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            context = ssl.create_default_context(cafile=self.cafile)
        except OSError as error:
            raise self._error(f"cannot be checked: ca_file {self.cafile}: {error}") from error
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        with contextlib.closing(server), _deadline(server, min(self.timeout * 10, _LONGEST)):
            try:
                server.ehlo_or_helo_if_needed()
                if self.security == "starttls":
                    server.starttls(context=context)
                    server.ehlo()
                self._log_in(server)
                yield server
            finally:
                # What happened is decided: whatever QUIT is answered changes nothing.
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()

    def _log_in(self, server: smtplib.SMTP) -> None:
        if not self.user:
            return
        password = self._password()
        if self.bearer:
            self._show_token(server, password)
        elif "PLAIN" in server.esmtp_features.get("auth", "").split():
            # By hand, since smtplib sends ASCII passwords only.
            secret = base64.b64encode(f"\0{self.user}\0{password}".encode()).decode()
            code, words = server.docmd("AUTH", "PLAIN " + secret)
            if code not in (235, 503):
                raise smtplib.SMTPAuthenticationError(code, words)
        elif not (self.user + password).isascii():
            # smtplib's own error would quote a letter of the password.
            raise self._error(f"takes only ASCII letters as password of {self.user}")
        else:
            server.login(self.user, password)

    def _password(self) -> str:
        try:
            return self.password if isinstance(self.password, str) else self.password()
        except TokenError as error:
            raise self._error(f"was not logged in to: {error}") from error

    def _show_token(self, server: smtplib.SMTP, token: str) -> None:
        """Log in with *token*: XOAUTH2, or OAUTHBEARER (RFC 7628) where that alone is offered."""
        offered = server.esmtp_features.get("auth", "").split()
        if "XOAUTH2" in offered or "OAUTHBEARER" not in offered:
            way, first = "XOAUTH2", f"user={self.user}\1auth=Bearer {token}\1\1"
        else:
            name = self.user.replace("=", "=3D").replace(",", "=2C")
            way, first = "OAUTHBEARER", f"n,a={name},\1auth=Bearer {token}\1\1"
        code, words = server.docmd("AUTH", f"{way} {base64.b64encode(first.encode()).decode()}")
        why = b""
        if code == _GO_ON:
            # A refusal is told in two steps: the reason in base64, then, once it is taken, the no.
            why = words
            code, words = server.docmd("AQ==" if way == "OAUTHBEARER" else "")
        if code not in (235, 503):
            told = f"{_words(words)} {_words(_unpacked(why))}".strip()
            raise self._error(
                f"refused the token of {self.user}: {code} {told}; check that user is the account "
                "that gave it and that its app may send mail, then run cxdigest authorise again"
            )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what smtplib and the network raise into a ``DeliveryError`` that is tried again."""
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            answer = _answer(error.smtp_code, error.smtp_error)
            raise self._error(
                f"refused the login of {self.user}: {answer}; check user and password (Gmail, "
                "iCloud, Yahoo and Fastmail want an app password)",
                told=answer,
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            way = "set security: tls and its port, usually 465, or remove user"
            raise self._error(f"offers less than was asked for: {error}; {way}") from error
        except smtplib.SMTPResponseException as error:
            answer = _answer(error.smtp_code, error.smtp_error)
            raise self._error(f"does not talk to us: {answer}") from error
        except ssl.SSLCertVerificationError as error:
            raise self._error(
                f"shows a certificate that cannot be trusted: {error.verify_message}; "
                "check host, or name the certificate in ca_file"
            ) from error
        except ssl.SSLError as error:
            raise self._error(
                f"does not speak TLS as asked: {error.reason}; check port and security"
            ) from error
        except TimeoutError as error:
            raise self._error(f"did not answer within {self.timeout:g} s") from error
        except smtplib.SMTPException as error:
            raise self._error(f"broke off: {_words(str(error))}") from error
        except OSError as error:
            raise self._error(f"cannot be reached: {error.strerror or error}") from error

    def _error(self, what: str, *, permanent: bool = False, told: str = "") -> DeliveryError:
        return DeliveryError(f"{self.host}:{self.port} {what}", permanent=permanent, told=told)


@contextlib.contextmanager
def _deadline(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection after *seconds*: a socket's own timeout starts anew with every byte."""

    def cut() -> None:
        if server.sock is not None:
            with contextlib.suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _unpacked(words: bytes) -> bytes:
    try:
        return base64.b64decode(words, validate=True)
    except ValueError:
        return words


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()


def _answer(code: int, words: bytes | str) -> str:
    return f"{code} {_words(words)}" if code > 0 else f"an answer that is no SMTP: {_words(words)}"


def _words(words: bytes | str) -> str:
    return printable(squash(_bytes(words).decode("utf-8", "replace")))[:300]
