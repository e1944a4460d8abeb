"""When the tokens die that stand in place of passwords. Nothing is renewed.

A provider ends a grant by its own rules: Google after seven days while the app is in "Testing",
Microsoft after ninety days without use; it mostly says so when it gives the token.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cxdigest.config import LoginConfig
from cxdigest.doctor.line import Check, Line, Piece, failed, moment, ok, told, warning
from cxdigest.errors import TokenError
from cxdigest.language import _, marked
from cxdigest.oauth import Token, TokenFile

_SOON = timedelta(days=3)
_TESTING = timedelta(days=7)  #: so long lasts a grant of Google's to an app in "Testing"


def judge(name: str, provider: str, token: Token | None, now: datetime) -> Line:
    """Say until when the login *name* holds."""
    again = _("run: cxdigest authorise {name}", name=name)
    if token is None:
        return failed(name, _("it has no token yet"), again)
    if token.dies is not None:
        return _dying(name, provider, token.dies, now)
    if not token.renewal:
        if token.ends <= now:
            return failed(
                name,
                _("its token ended on {ends} UTC", ends=moment(token.ends)),
                again,
            )
        what = _(
            "its token ends on {ends} UTC and cannot be renewed",
            ends=moment(token.ends),
        )
        return warning(name, what, again)
    if provider == "google":
        return _google(name, token, now)
    return ok(name, _("its token renews itself; the provider named no end"))


def _dying(name: str, provider: str, dies: datetime, now: datetime) -> Line:
    again = _("run: cxdigest authorise {name}", name=name)
    if provider == "google":
        again += _('; to have one that lasts, set the app from "Testing" to "In production" first')
    if dies <= now:
        return failed(name, _("it ended on {dies} UTC", dies=moment(dies)), again)
    left = _(
        "it ends on {dies} UTC, in {value}",
        dies=moment(dies),
        value=_days(dies - now),
    )
    if dies - now < _SOON or provider == "google":
        return warning(name, left, again)
    return ok(name, left)


def _google(name: str, token: Token, now: datetime) -> Line:
    lasts = _("its token renews itself")
    if token.granted is not None and now - token.granted <= _TESTING:
        end = token.granted + _TESTING
        return ok(
            name,
            _(
                '{lasts}; if its app is in "Testing", Google ends it on {end} UTC',
                lasts=lasts,
                end=moment(end),
            ),
        )
    return ok(
        name,
        _('{lasts}; Google would end it after seven days were the app in "Testing"', lasts=lasts),
    )


def _days(span: timedelta) -> str:
    days = span // timedelta(days=1)
    return (
        _("{days} days", days=days)
        if days > 1
        else _("{value} hours", value=span // timedelta(hours=1))
    )


def _probe(name: str, one: LoginConfig, now: datetime) -> Iterator[Line]:
    try:
        yield judge(name, one.provider, TokenFile(path=one.token_file).read(), now)
    except TokenError as error:
        yield told(name, "failed", str(error))


def _piece(name: str, one: LoginConfig, now: datetime) -> Piece:
    return Piece(subject=name, probe=lambda: _probe(name, one, now))


CHECK = Check(
    name=marked("tokens"),
    about="Logins by OAuth2: whether there is a token, and when it ends, Google's seven days in "
    '"Testing" included.',
    help='`cxdigest authorise LOGIN`; at Google, set the app to "In production" first '
    "([how](logins.md)).",
    plan=lambda patient: (
        [_piece(name, one, patient.now) for name, one in patient.config.logins.items()]
        if patient.config
        else []
    ),
)
