"""When the tokens die that stand in place of passwords. Nothing is renewed.

A provider ends a grant by its own rules: Google after seven days while the app is in "Testing",
Microsoft after ninety days without use; it mostly says so when it gives the token.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cxdigest.config import LoginConfig
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, told, warning
from cxdigest.errors import TokenError
from cxdigest.oauth import Token, TokenFile

_SOON = timedelta(days=3)
_TESTING = timedelta(days=7)  #: so long lasts a grant of Google's to an app in "Testing"


def judge(name: str, provider: str, token: Token | None, now: datetime) -> Line:
    """Say until when the login *name* holds."""
    again = f"run: cxdigest authorise {name}"
    if token is None:
        return failed(name, "it has no token yet", again)
    if token.dies is not None:
        return _dying(name, provider, token.dies, now)
    if not token.renewal:
        if token.ends <= now:
            return failed(name, f"its token ended on {token.ends:%d %b at %H:%M} UTC", again)
        what = f"its token ends on {token.ends:%d %b at %H:%M} UTC and cannot be renewed"
        return warning(name, what, again)
    if provider == "google":
        return _google(name, token, now)
    return ok(name, "its token renews itself; the provider named no end")


def _dying(name: str, provider: str, dies: datetime, now: datetime) -> Line:
    again = f"run: cxdigest authorise {name}"
    if provider == "google":
        again += '; to have one that lasts, set the app from "Testing" to "In production" first'
    if dies <= now:
        return failed(name, f"it ended on {dies:%d %b at %H:%M} UTC", again)
    left = f"it ends on {dies:%d %b at %H:%M} UTC, in {_days(dies - now)}"
    if dies - now < _SOON or provider == "google":
        return warning(name, left, again)
    return ok(name, left)


def _google(name: str, token: Token, now: datetime) -> Line:
    lasts = "its token renews itself"
    if token.granted is not None and now - token.granted <= _TESTING:
        end = token.granted + _TESTING
        return ok(
            name,
            f'{lasts}; if its app is in "Testing", Google ends it on {end:%d %b at %H:%M} UTC',
        )
    return ok(name, f'{lasts}; Google would end it after seven days were the app in "Testing"')


def _days(span: timedelta) -> str:
    days = span // timedelta(days=1)
    return f"{days} days" if days > 1 else f"{span // timedelta(hours=1)} hours"


def _probe(name: str, one: LoginConfig, now: datetime) -> Iterator[Line]:
    try:
        yield judge(name, one.provider, TokenFile(path=one.token_file).read(), now)
    except TokenError as error:
        yield told(name, "failed", str(error))


def _piece(name: str, one: LoginConfig, now: datetime) -> Piece:
    return Piece(subject=name, probe=lambda: _probe(name, one, now))


CHECK = Check(
    name="tokens",
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
