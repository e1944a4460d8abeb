"""One IMAP folder, opened to be read and never to be changed: EXAMINE and BODY.PEEK only.

The edge to imapclient: every call has a deadline, and every error of the library and of the network
becomes a ``SourceError`` that names the server and the way out. It knows nothing of alerts, cursors
or senders (``sources.mailbox`` does).
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from imapclient import IMAPClient
from imapclient.datetime_util import format_criteria_date
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from cxdigest.errors import PollFailure, SourceError, TokenError
from cxdigest.extract.mails.ours import HEADERS
from cxdigest.sources.imap_measured import Measure
from cxdigest.text import printable, squash

Security = Literal["tls", "starttls", "none"]

#: A line of an answer may hold 1,000,000 bytes in imaplib, and a UID needs at most eleven of them.
SEARCH_WINDOW = 50_000
MAX_UID = 2**32 - 1
HEADER_LIMIT = 262_144  #: bytes of header fetched of a mail that is too large
#: Bytes that one answer may hold, unless larger mails are wanted.
MOST = 64_000_000
_FIELDS = " ".join(("FROM", "SUBJECT", "DATE", "MESSAGE-ID", *map(str.upper, HEADERS)))
_HEAD = f"BODY.PEEK[HEADER.FIELDS ({_FIELDS})]"
_WHOLE = 10  #: times as long as an answer may take to begin, a command may take in all
#: Response codes of a login that failed for other reasons than the password (RFC 5530).
_BUSY = re.compile(
    r"\[(LIMIT|OVERQUOTA|INUSE)\b|too many (simultaneous )?connections", re.IGNORECASE
)
_DOWN = re.compile(r"\[(UNAVAILABLE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)


class RefusedError(SourceError):
    """The server answered, and the answer was no or made no sense; the connection still stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a mailbox is and how to get in."""

    host: str
    port: int
    security: Security
    user: str
    password: Callable[[], str] = field(repr=False)  #: or a token; asked at each login
    bearer: bool = False  #: it is a token (OAuth2), not a password
    timeout: float = 30  #: seconds for one answer to begin; a whole command may take ten times that
    cafile: str | None = None  #: certificates to trust instead of the system's
    most: int = MOST  #: bytes that the answer to one command may hold

    def error(self, what: str, outcome: PollFailure = "network", *, told: str = "") -> SourceError:
        """Return the error that says *what* went wrong with this account; *told* by the server."""
        return SourceError(f"{self.host}:{self.port} {what}", outcome=outcome, told=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of a mail before it is fetched."""

    uid: int
    size: int  #: bytes, as the server counts them
    received: datetime | None  #: INTERNALDATE, UTC; None where it is no date
    header: bytes  #: From, Subject, and what tells that a mail may be meant for cxdigest itself


class Folder:
    """An opened folder."""

    def __init__(self, client: IMAPClient, account: Account, state: dict[bytes, Any]) -> None:
        self._client = client
        self._account = account
        self.uidvalidity = int(state.get(b"UIDVALIDITY", 0))
        self.uidnext = int(state.get(b"UIDNEXT", MAX_UID + 1))  #: or this, untold
        self.exists = int(state.get(b"EXISTS", 0))  #: mails in it

    def uids(
        self, first: int, *, since: date | None = None, before: date | None = None
    ) -> list[int]:
        """Return the UIDs from *first* on, ascending.

        Of mails received on or after *since* and earlier than *before*, days of the server's zone.
        """
        # From the newest window to the oldest: mails expunged meanwhile move the rest down, into
        # windows still to come. Upwards they would slip through between two windows.
        bounds = (("SINCE", since), ("BEFORE", before))
        days = "".join(
            f" {word} {format_criteria_date(day).decode()}" for word, day in bounds if day
        )
        found: set[int] = set()
        if first > MAX_UID:
            return []
        for top in range(self.exists, 0, -SEARCH_WINDOW):
            window = f"{max(1, top - SEARCH_WINDOW + 1)}:{top} UID {first}:*"
            found.update(self._search(window + days))
        # "UID 9:*" also finds the last mail where its UID is below 9 (RFC 9051, 6.4.9).
        return sorted(uid for uid in found if first <= uid <= MAX_UID)

    def present(self, uids: Collection[int]) -> set[int]:
        """Return those of *uids* that are still in the folder."""
        if not uids:
            return set()
        return set(self._search("UID " + ",".join(map(str, sorted(uids))))) & set(uids)

    def find(self, message_id: str) -> list[int]:
        """Return the UIDs of the mails under *message_id*, one of ours."""
        return sorted(self._search(f'HEADER "Message-ID" "{message_id}"'))

    def heads(self, uids: Sequence[int]) -> dict[int, Head]:
        """Return what is known of *uids*; those the server is silent on are missing.

        Raises:
            RefusedError: the server refused, perhaps because of one of them.
        """
        answer = self._fetch(uids, ["RFC822.SIZE", "INTERNALDATE", _HEAD])
        return {
            uid: Head(
                uid=uid,
                size=item[b"RFC822.SIZE"],
                received=_utc(item.get(b"INTERNALDATE")),
                header=_body(item) or b"",
            )
            for uid, item in answer.items()
            if isinstance(item.get(b"RFC822.SIZE"), int)
        }

    def mails(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return the raw mails of *uids*; those the server is silent on are missing.

        Raises:
            RefusedError: the server refused, perhaps because of one of them.
        """
        answer = self._fetch(uids, ["BODY.PEEK[]"])
        return {uid: raw for uid, item in answer.items() if (raw := _body(item)) is not None}

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return the headers of *uids*, at most ``HEADER_LIMIT`` bytes each, like ``mails``."""
        answer = self._fetch(uids, [f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>"])
        return {uid: raw for uid, item in answer.items() if (raw := _body(item)) is not None}

    def _fetch(self, uids: Sequence[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
        answer: dict[int, dict[bytes, Any]] = self._ask(self._client.fetch, list(uids), items)
        return answer

    def _search(self, criteria: str) -> list[int]:
        return list(self._ask(self._client.search, criteria))

    def _ask(self, call: Callable[..., Any], *args: object) -> Any:  # noqa: ANN401 - imapclient is untyped
        return _ask(self._client, self._account, call, *args)


class Mailbox:
    """An account that let us in."""

    def __init__(self, client: IMAPClient, account: Account) -> None:
        self._client = client
        self._account = account

    def folders(self) -> dict[str, frozenset[str]]:
        """Return the flags of each folder, in small letters, as RFC 6154 names them."""
        found = _ask(self._client, self._account, self._client.list_folders)
        return {
            str(name): frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
            for flags, _, name in found
        }

    def open(self, folder: str) -> Folder:
        """Open *folder* read-only, in place of the one that was open.

        Raises:
            SourceError: ``gone`` if there is no such folder, else ``network``.
        """
        return Folder(self._client, self._account, _examine(self._client, self._account, folder))


@contextlib.contextmanager
def opened(account: Account, folder: str) -> Iterator[Folder]:
    """Log in, open *folder* read-only and log out at the end.

    Raises:
        SourceError: ``auth`` if the login is refused, ``gone`` if there is no such folder,
            ``throttled`` if there are too many connections, else ``network``.
    """
    with logged_in(account) as mailbox:
        yield mailbox.open(folder)


@contextlib.contextmanager
def logged_in(account: Account) -> Iterator[Mailbox]:
    """Log in, and log out at the end.

    Raises:
        SourceError: ``auth`` if the login is refused, ``throttled`` if there are too many
            connections, else ``network``.
    """
    client = _connect(account)
    try:
        _log_in(client, account)
        yield Mailbox(client, account)
    except BaseException:
        # No LOGOUT on a connection that may be dead: it would wait for a timeout once more.
        _hang_up(client)
        raise
    with contextlib.suppress(SourceError):
        _ask(client, account, client.logout)
    _hang_up(client)


def _connect(account: Account) -> IMAPClient:
    try:
        context = ssl.create_default_context(cafile=account.cafile)
    except OSError as error:
        raise account.error(f"cannot be checked: ca_file {account.cafile}: {error}") from error
    tls = account.security == "tls"
    client = _ask(
        None, account,
        lambda: IMAPClient(
            account.host, account.port, ssl=tls, ssl_context=context if tls else None,
            timeout=account.timeout,
        ),
    )  # fmt: skip
    client.normalise_times = False
    client._imap.debug = 0  # noqa: SLF001 - else whole mails are formatted for, and written to, a log
    client.measure = Measure(client._imap, account.most)  # noqa: SLF001 - imapclient has no other way
    if account.security == "starttls":
        try:
            _ask(client, account, client.starttls, context)
        except BaseException:
            _hang_up(client)
            raise
    return client


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()


def _log_in(client: IMAPClient, account: Account) -> None:
    def offers(what: str) -> bool:
        return bool(_ask(client, account, client.has_capability, what))

    password = _password(account)
    if account.bearer:
        # XOAUTH2 is what Gmail and Outlook document; OAUTHBEARER (RFC 7628) is the standard.
        way = client.oauth2_login if offers("AUTH=XOAUTH2") else client.oauthbearer_login
        _ask(client, account, way, account.user, password)
    elif offers("AUTH=PLAIN"):
        _ask(client, account, client.plain_login, account.user, password)
    elif offers("LOGINDISABLED"):
        raise account.error("takes no login without TLS; set security: starttls or tls", "auth")
    elif not (account.user + password).isascii():
        # LOGIN carries ASCII alone, and imaplib's own error would quote a letter of the password.
        raise account.error(f"takes only ASCII letters as password of {account.user}", "auth")
    else:
        _ask(client, account, client.login, account.user, password)


def _password(account: Account) -> str:
    try:
        return account.password()
    except TokenError as error:
        outcome: PollFailure = "network" if error.passing else "auth"
        raise account.error(f"was not logged in to: {error}", outcome) from error


def _examine(client: IMAPClient, account: Account, folder: str) -> dict[bytes, Any]:
    try:
        state: dict[bytes, Any] = _ask(client, account, client.select_folder, folder, True)
    except RefusedError as error:
        names = [str(name) for _, _, name in _ask(client, account, client.list_folders)]
        if folder in names:
            raise
        shown = ", ".join(names[:30]) + (", …" if len(names) > 30 else "")  # noqa: PLR2004 - fits a message
        raise account.error(
            f"has no folder {folder!r} for {account.user}; folder may be one of: {shown}",
            "gone",
            told=shown,
        ) from error
    return state


def _ask(
    client: IMAPClient | None, account: Account, call: Callable[..., Any], *args: object
) -> Any:  # noqa: ANN401 - imapclient is untyped
    """Return what *call* returns, within the deadline and with its errors translated."""
    try:
        with _deadline(client, account.timeout * _WHOLE):
            return call(*args)
    except LoginError as error:
        raise _login_error(account, error) from error
    except CapabilityError as error:
        raise account.error(
            "offers no STARTTLS; set security: tls and its port, usually 993"
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise account.error(
            f"shows a certificate that cannot be trusted: {error.verify_message}; "
            "check host, or name the certificate in ca_file"
        ) from error
    except ssl.SSLError as error:
        raise account.error(
            f"does not speak TLS as asked: {error.reason}; check port and security"
        ) from error
    except _TooSlowError as error:
        raise account.error(f"needed more than {error} s for one answer") from error
    except TimeoutError as error:
        raise account.error(f"did not answer within {account.timeout:g} s") from error
    except IMAPClientAbortError as error:
        raise account.error(f"broke off: {_words(error)}") from error
    except OSError as error:
        raise account.error(f"cannot be reached: {error.strerror or error}") from error
    # Beside its own errors imapclient lets these through where an answer makes no sense.
    except (IMAPClientError, ValueError, TypeError, AttributeError, LookupError) as error:
        what = f"{account.host}:{account.port} answered: {_words(error)}"
        raise RefusedError(what, outcome="network") from error


class _TooSlowError(TimeoutError):
    """An answer began in time and did not end in time."""


@contextlib.contextmanager
def _deadline(client: IMAPClient | None, seconds: float) -> Iterator[None]:
    """Cut the connection after *seconds*: a socket's own timeout starts anew with every byte."""
    cut = threading.Event()
    if client is not None:
        client.measure.begin()

    def run() -> None:
        cut.set()
        if client is not None:
            with contextlib.suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, IMAPClientError) as error:
        if cut.is_set():
            raise _TooSlowError(f"{seconds:g}") from error
        raise
    finally:
        timer.cancel()


def _login_error(account: Account, error: LoginError) -> SourceError:
    words = _words(error)
    # imapclient makes a LoginError of everything, also of a connection that was cut meanwhile.
    if isinstance(error.__context__, IMAPClientAbortError):
        return account.error(f"broke off at login: {words}")
    if _BUSY.search(words):
        return account.error(f"takes no login of {account.user} now: {words}", "throttled")
    if _DOWN.search(words):
        return account.error(f"takes no login now: {words}")
    if account.bearer:
        return account.error(
            f"refused the token of {account.user}: {words}; check that user is the account that "
            "gave it and that its app may read mail over IMAP, then run cxdigest authorise again",
            "auth",
            told=words,
        )
    return account.error(
        f"refused the login of {account.user}: {words}; check user and password. Gmail, iCloud, "
        "Yahoo and Fastmail want an app password instead of the account's own",
        "auth",
        told=words,
    )


def _body(item: dict[bytes, Any]) -> bytes | None:
    # Servers quote the field names or not and repeat the range or not: any BODY[...] is the answer.
    found = (raw for key, raw in item.items() if key.startswith(b"BODY["))
    return next((raw for raw in found if isinstance(raw, bytes)), None)


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError:  # the first day of the year 1, somewhere east of Greenwich
        return None


def _words(error: BaseException) -> str:
    return printable(squash(str(error)))[:300]
