"""Whether each mailbox lets us in, and whether its folder is there. Reads only, marks nothing.

A token is used as it is: renewing it would write it, which is left to the program's own turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from cxdigest.config import Config, FolderSourceConfig, MailboxConfig, SmtpConfig
from cxdigest.doctor.hosts import in_lanes
from cxdigest.doctor.line import Check, Line, Piece, State, failed, ok, told, unchecked
from cxdigest.doctor.patient import Patient
from cxdigest.errors import SourceError, TokenError
from cxdigest.language import _, marked, ngettext
from cxdigest.oauth import TokenFile
from cxdigest.sources import imap

_AT_ONCE = 4  #: logins at one server; large ones refuse more than a dozen

#: How each outcome of a poll that failed is told.
_STATES: dict[str, State] = {"throttled": "warning"}


def judge(name: str, error: SourceError) -> Line:
    """Say why the mailbox of the source *name* cannot be read."""
    return told(name, _STATES.get(error.outcome, "failed"), str(error))


def entry(config: Config, one: MailboxConfig | SmtpConfig, now: datetime) -> Callable[[], str]:
    """Return what gives the password or the token of *one*; nothing is renewed.

    Raises:
        TokenError: there is no token that holds at *now*; ``passing`` where it could be renewed.
    """
    if one.login is None:
        secret = one.password.get_secret_value() if one.password else ""
        return lambda: secret
    token = TokenFile(path=config.logins[one.login].token_file).read()
    if token is None:
        raise TokenError(_("no token yet; run: cxdigest authorise {login}", login=one.login))
    if token.ends <= now:
        raise TokenError(
            _(
                "its token has to be renewed first; run: cxdigest run --once, as every "
                "turn does that"
            ),
            passing=True,
        )
    return lambda: token.access


def account_of(one: MailboxConfig, password: Callable[[], str], seconds: float) -> imap.Account:
    """Return where the mailbox *one* is and how to get in."""
    return imap.Account(
        host=one.host,
        port=one.port,
        security=one.security,
        user=one.user,
        password=password,
        bearer=one.login is not None,
        timeout=min(seconds, one.timeout.total_seconds()),
        cafile=str(one.ca_file) if one.ca_file else None,
    )


def _probe(names: Sequence[str], patient: Patient) -> Iterator[Line]:
    silent = ""  #: whose server did not answer; others there would wait as long
    for name in names:
        if silent:
            yield unchecked(name, _("its server did not answer for {silent}", silent=silent))
            continue
        one = patient.settings.sources[name]
        assert isinstance(one, MailboxConfig), "no others are planned"
        try:
            password = entry(patient.settings, one, patient.now)
        except TokenError as error:
            yield told(name, "unchecked" if error.passing else "failed", str(error))
            continue
        try:
            with imap.opened(account_of(one, password, patient.seconds()), one.folder) as folder:
                mails = ngettext("{n} mail", "{n} mails", folder.exists)
            yield ok(
                name,
                _(
                    "{host} let {user} in; {folder} is there, with {mails}",
                    host=one.host,
                    user=one.user,
                    folder=one.folder,
                    mails=mails,
                ),
            )
        except SourceError as error:
            yield judge(name, error)
            silent = name if error.outcome == "network" else ""


def _folder(name: str, one: FolderSourceConfig) -> Iterator[Line]:
    if not one.path.is_dir():
        yield failed(
            name, _("{path} is no folder", path=one.path), _("make it, or name another under path")
        )
        return
    try:
        next(one.path.iterdir(), None)
    except OSError as error:
        yield failed(
            name,
            _("{path} cannot be read: {strerror}", path=one.path, strerror=error.strerror),
            _("let this user read it"),
        )
    else:
        yield ok(name, _("{path} is there", path=one.path))


def _plan(patient: Patient) -> Iterator[Piece]:
    sources = patient.config.sources if patient.config else {}
    hosts: dict[str, list[str]] = {}
    for name, one in sources.items():
        if isinstance(one, MailboxConfig) and one.enabled:
            hosts.setdefault(one.host, []).append(name)
        if isinstance(one, FolderSourceConfig) and one.enabled:
            yield Piece(subject=name, probe=lambda name=name, one=one: _folder(name, one))  # type: ignore[misc]
    for lane in in_lanes(hosts, _AT_ONCE):
        yield Piece(subject=_named(lane), probe=lambda lane=lane: _probe(lane, patient))  # type: ignore[misc]


def _named(lane: Sequence[str]) -> str:
    return (
        lane[0]
        if len(lane) == 1
        else _("{lane} and {value} more", lane=lane[0], value=len(lane) - 1)
    )


CHECK = Check(
    name=marked("mailboxes"),
    about="Each mailbox and folder of alerts: whether it lets cxdigest in, and whether the folder "
    "is there. Nothing is read or marked.",
    help="Check user and password; most providers want an app password. The line names the folders "
    "that there are.",
    plan=_plan,
)
